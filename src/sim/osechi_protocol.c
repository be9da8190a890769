/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_protocol.c - commands: framed, told apart, checked.
 */
#include "sim/osechi_protocol.h"

#include "plateau/clock.h"

#include <string.h>

#define COMMAND_NS (500 * PL_NS_PER_MS)
#define ARGUMENTS  2

static void take(struct pl_osim_input *input, char line[PL_OSIM_COMMAND_MAX + 1], size_t *length)
{
	memcpy(line, input->bytes, input->count);
	line[input->count] = '\0';
	*length = input->count;
	input->count = 0;
}

bool pl_osim_input_byte(struct pl_osim_input *input, char byte, int64_t now_ns,
			char line[PL_OSIM_COMMAND_MAX + 1], size_t *length)
{
	input->since_ns = now_ns;
	if (byte == '\n') {
		take(input, line, length);
		if (*length > 0 && line[*length - 1] == '\r')
			line[--*length] = '\0';
		return *length > 0;
	}
	input->bytes[input->count++] = byte;
	if (input->count < PL_OSIM_COMMAND_MAX)
		return false;
	take(input, line, length);
	return true;
}

int64_t pl_osim_input_deadline_ns(const struct pl_osim_input *input)
{
	return input->count == 0 ? PL_NEVER : input->since_ns + COMMAND_NS;
}

bool pl_osim_input_expire(struct pl_osim_input *input, int64_t now_ns,
			  char line[PL_OSIM_COMMAND_MAX + 1], size_t *length)
{
	if (pl_osim_input_deadline_ns(input) > now_ns)
		return false;
	take(input, line, length);
	return true;
}

static const struct pl_osim_firmware firmwares[] = {
    {.version = "1.6.0", .style = PL_OSIM_PLAIN, .threshold_min = 0, .threshold_max = 4095},
    {.version = "1.7.1", .style = PL_OSIM_BARE, .threshold_min = 1, .threshold_max = 1023},
    {.version = "1.11.5",
     .style = PL_OSIM_RESPONSE,
     .threshold_min = 1,
     .threshold_max = 1023,
     .has_status = true},
    {.version = "1.17.0",
     .style = PL_OSIM_STAMPED,
     .threshold_min = 1,
     .threshold_max = 1023,
     .has_status = true},
};

const struct pl_osim_firmware *pl_osim_firmware(int choice)
{
	return &firmwares[choice];
}

/* word, class for faults, arguments it takes, which of them is a channel (1 = the first) */
struct word_row {
	const char *text;
	enum pl_sim_command_class class;
	int arguments;
	bool has_channel, needs_status;
	int64_t min, max; /* of the value; a threshold's limits are the firmware's */
};

static const struct word_row words[] = {
    [PL_OSIM_BINARY_WRITE] = {.text = "", .class = PL_SIM_CLASS_SET},
    [PL_OSIM_SET_THRESHOLD] = {.text = "SET_THRESHOLD",
			       .class = PL_SIM_CLASS_SET,
			       .arguments = 2,
			       .has_channel = true},
    [PL_OSIM_GET_THRESHOLD] = {.text = "GET_THRESHOLD",
			       .class = PL_SIM_CLASS_GET,
			       .arguments = 1,
			       .has_channel = true},
    [PL_OSIM_SET_STREAM] = {.text = "SET_STREAM",
			    .class = PL_SIM_CLASS_STREAM,
			    .arguments = 1,
			    .max = 1},
    [PL_OSIM_GET_VERSION] = {.text = "GET_VERSION", .class = PL_SIM_CLASS_GET},
    [PL_OSIM_GET_STATUS] = {.text = "GET_STATUS", .class = PL_SIM_CLASS_GET, .needs_status = true},
    [PL_OSIM_GET_UPTIME] = {.text = "GET_UPTIME", .class = PL_SIM_CLASS_GET},
    [PL_OSIM_GET_MAC_ADDRESS] = {.text = "GET_MAC_ADDRESS",
				 .class = PL_SIM_CLASS_GET,
				 .needs_status = true},
    [PL_OSIM_SET_POLL_COUNT] = {.text = "SET_POLL_COUNT",
				.class = PL_SIM_CLASS_STREAM,
				.arguments = 1,
				.min = 1,
				.max = 10},
    [PL_OSIM_SET_RTC_TIME] = {.text = "SET_RTC_TIME",
			      .class = PL_SIM_CLASS_STREAM,
			      .arguments = 1,
			      .max = INT64_C(4102444800)},
    [PL_OSIM_RESET] = {.text = "RESET", .class = PL_SIM_CLASS_STREAM},
    [PL_OSIM_UNKNOWN] = {.text = "", .class = PL_SIM_CLASS_GET},
};

const char *pl_osim_word_text(enum pl_osim_word word)
{
	return words[word].text;
}

enum pl_sim_command_class pl_osim_class(enum pl_osim_word word)
{
	return words[word].class;
}

static bool is_binary(const char *line, size_t length)
{
	return length > 0 && line[0] >= 1 && line[0] <= 3;
}

static void parse_binary(const char *line, size_t length, struct pl_osim_command *out)
{
	out->word = PL_OSIM_BINARY_WRITE;
	out->code = PL_OSIM_BAD_ARGUMENT;
	if (length != 3)
		return;
	out->channel = line[0];
	out->b1 = (unsigned char)line[1];
	out->b2 = (unsigned char)line[2];
	if ((out->b1 & 0xf0) != 0x10 || (out->b2 & 3) != 0)
		return;
	out->value = (int64_t)(out->b1 & 0x0f) << 6 | out->b2 >> 2;
	out->code = out->value == 0 ? PL_OSIM_OUT_OF_RANGE : PL_OSIM_DONE;
}

/* Cuts the line at its blanks. Returns the number of words, at most one more than max. */
static int split(char *line, char *out[], int max)
{
	char *save = NULL;
	int count = 0;

	for (char *word = strtok_r(line, " \t\r", &save); word != NULL && count <= max;
	     word = strtok_r(NULL, " \t\r", &save)) {
		if (count < max)
			out[count] = word;
		count++;
	}
	return count;
}

static enum pl_osim_word find_word(const char *text)
{
	for (int i = PL_OSIM_SET_THRESHOLD; i < PL_OSIM_UNKNOWN; i++) {
		if (strcmp(words[i].text, text) == 0)
			return (enum pl_osim_word)i;
	}
	return PL_OSIM_UNKNOWN;
}

static int check_arguments(const struct pl_osim_firmware *firmware, char *const *texts,
			   struct pl_osim_command *out)
{
	const struct word_row *row = &words[out->word];
	bool is_threshold = out->word == PL_OSIM_SET_THRESHOLD;
	int64_t low = is_threshold ? firmware->threshold_min : row->min;
	int64_t high = is_threshold ? firmware->threshold_max : row->max;
	int64_t numbers[ARGUMENTS] = {0};
	int at = 0;

	for (int i = 0; i < row->arguments; i++) {
		if (!pl_text_to_int(texts[i], &numbers[i]))
			return PL_OSIM_BAD_ARGUMENT;
	}
	if (row->has_channel) {
		if (numbers[at] < 1 || numbers[at] > PL_SIM_CHANNELS)
			return PL_OSIM_OUT_OF_RANGE;
		out->channel = (int)numbers[at++];
	}
	if (at == row->arguments)
		return PL_OSIM_DONE;
	if (numbers[at] < low || numbers[at] > high)
		return PL_OSIM_OUT_OF_RANGE;
	out->value = numbers[at];
	return PL_OSIM_DONE;
}

static void parse_text(const struct pl_osim_firmware *firmware, const char *line, size_t length,
		       struct pl_osim_command *out)
{
	char copy[PL_OSIM_COMMAND_MAX + 1];
	char *texts[1 + ARGUMENTS] = {NULL};
	int count;

	memcpy(copy, line, length);
	copy[length] = '\0';
	count = split(copy, texts, 1 + ARGUMENTS);
	out->code = PL_OSIM_NOT_SUPPORTED;
	if (count == 0)
		return;
	out->word = find_word(texts[0]);
	if (out->word == PL_OSIM_UNKNOWN ||
	    (words[out->word].needs_status && !firmware->has_status))
		return;
	out->code = PL_OSIM_BAD_ARGUMENT;
	if (count == 1 + words[out->word].arguments)
		out->code = check_arguments(firmware, texts + 1, out);
}

void pl_osim_parse(const struct pl_osim_values *values, const char *line, size_t length,
		   struct pl_osim_command *out)
{
	*out = (struct pl_osim_command){.word = PL_OSIM_UNKNOWN, .value = -1};
	if (is_binary(line, length) && values->speaks != PL_OSIM_TEXT)
		parse_binary(line, length, out);
	else if (values->speaks == PL_OSIM_BINARY)
		out->is_silent = true;
	else
		parse_text(pl_osim_firmware(values->firmware), line, length, out);
}
