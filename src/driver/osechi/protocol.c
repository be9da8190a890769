/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.c - binary writes, their echoes, and what kind of line a line is. Pure.
 */
#include "driver/osechi/protocol.h"

#include "plateau/text.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

void pl_osechi_write_encode(int channel, int threshold, unsigned char out[PL_OSECHI_WRITE_SIZE])
{
	assert(channel >= 1 && channel <= PL_OSECHI_CHANNELS);
	assert(threshold >= PL_OSECHI_THRESHOLD_MIN && threshold <= PL_OSECHI_THRESHOLD_MAX);
	out[0] = (unsigned char)channel;
	out[1] = (unsigned char)(0x10 + (threshold >> 6));
	out[2] = (unsigned char)((threshold << 2) & 0xff);
	out[3] = '\n';
}

enum { FORM_RAW, FORM_DECIMAL, FORM_HEX, FORMS, ALL_FORMS = (1 << FORMS) - 1 };

void pl_osechi_echo_init(struct pl_osechi_echo *echo, int channel, int threshold, unsigned known)
{
	unsigned char bytes[PL_OSECHI_WRITE_SIZE];

	pl_osechi_write_encode(channel, threshold, bytes);
	*echo = (struct pl_osechi_echo){
	    .channel = channel,
	    .b1 = bytes[1],
	    .b2 = bytes[2],
	    .known = known != 0 ? known : ALL_FORMS,
	    .other = -1,
	};
}

/* The byte a line says in one base, at most three digits; -1 = none. */
static int digits_value(const char *line, size_t count, int base)
{
	int value = 0;

	if (count == 0 || count > 3)
		return -1;
	for (size_t i = 0; i < count; i++) {
		int digit = pl_text_hex_digit(line[i]);

		if (digit < 0 || digit >= base)
			return -1;
		value = value * base + digit;
	}
	return value <= 0xff ? value : -1;
}

static int echo_value(int form, const char *line, size_t count)
{
	switch (form) {
	case FORM_RAW:
		if (count == 0)
			return 0; /* a NUL lost on its way */
		return count == 1 ? (unsigned char)line[0] : -1;
	case FORM_DECIMAL:
		return digits_value(line, count, 10);
	default:
		if (count > 2 && line[0] == '0' && (line[1] == 'x' || line[1] == 'X'))
			return digits_value(line + 2, count - 2, 16);
		return digits_value(line, count, 16);
	}
}

static bool is_channel_line(const char *line, size_t count)
{
	return count == 1 && line[0] >= '1' && line[0] <= '0' + PL_OSECHI_CHANNELS;
}

/* The threshold that two bytes write, -1 when no write has such bytes. */
static int threshold_of(int b1, int b2)
{
	if (b1 < 0x10 || b1 > 0x1f || b2 < 0 || (b2 & 3) != 0)
		return -1;
	return (b1 - 0x10) << 6 | b2 >> 2;
}

/* The device has shown its form: what is in no such form is no echo of it. */
static bool has_known_form(const struct pl_osechi_echo *echo)
{
	return echo->known != ALL_FORMS;
}

/* The second line after "<ch>", when it did not confirm: another value in a known form, or in any
 * form, or none. */
static void judge_second(struct pl_osechi_echo *echo, const char *line, size_t count)
{
	int asked = threshold_of((int)echo->b1, (int)echo->b2), found = -1;

	for (int form = 0; form < FORMS; form++) {
		int threshold = threshold_of(echo->first[form], echo_value(form, line, count));

		if (threshold >= 0 && (found < 0 || (echo->known & 1u << form) != 0))
			found = threshold;
	}
	echo->state =
	    found >= 0 || has_known_form(echo) ? PL_OSECHI_ECHO_WAITING : PL_OSECHI_ECHO_UNKNOWN;
	if (found >= 0 && found != asked)
		echo->other = found;
}

static void echo_begin(struct pl_osechi_echo *echo, bool is_ours)
{
	echo->state = is_ours ? PL_OSECHI_ECHO_BEGUN : PL_OSECHI_ECHO_WAITING;
	echo->forms = 0;
	echo->lines = 0;
}

/* A channel number cannot be an echo: no form of b1 or b2 is "1", "2" or "3". */
bool pl_osechi_echo_line(struct pl_osechi_echo *echo, const char *line, size_t count)
{
	unsigned forms = 0;
	bool may_be_echo = !has_known_form(echo);

	if (echo->state == PL_OSECHI_ECHO_CONFIRMED)
		return false;
	if (is_channel_line(line, count) && echo->state != PL_OSECHI_ECHO_UNKNOWN) {
		bool is_ours = line[0] - '0' == echo->channel;

		echo_begin(echo, is_ours);
		return is_ours;
	}
	if (echo->state == PL_OSECHI_ECHO_WAITING)
		return false;
	for (int form = 0; form < FORMS; form++) {
		int value = echo_value(form, line, count);

		if (value == (int)echo->b2 && (echo->forms & 1u << form) != 0) {
			echo->state = PL_OSECHI_ECHO_CONFIRMED;
			echo->known = 1u << form;
			return true;
		}
		if (value == (int)echo->b1 && (echo->known & 1u << form) != 0)
			forms |= 1u << form;
		may_be_echo |= value >= 0 && (echo->known & 1u << form) != 0;
		if (echo->lines == 0)
			echo->first[form] = value;
	}
	if (count == 0 || !may_be_echo)
		return false; /* noise, unless it was the lost NUL above */
	echo->forms |= forms;
	echo->lines++;
	if (echo->lines == 2)
		judge_second(echo, line, count);
	return true;
}

static bool starts_with(const char *line, size_t count, const char *word)
{
	size_t length = strlen(word);

	return count >= length && memcmp(line, word, length) == 0;
}

static bool contains(const char *line, size_t count, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= count; i++) {
		if (strncasecmp(line + i, word, length) == 0)
			return true;
	}
	return false;
}

/* What the ESP32's ROM and the firmware say when they start. */
static bool is_banner(const char *line, size_t count)
{
	return starts_with(line, count, "ets ") || starts_with(line, count, "rst:0x") ||
	       contains(line, count, "kurikintons") || contains(line, count, "osechi");
}

enum pl_osechi_line pl_osechi_classify(const char *line, size_t count,
				       struct pl_osechi_event *event, struct pl_osechi_reply *reply)
{
	if (count == 0)
		return PL_OSECHI_EMPTY;
	if (pl_osechi_event_legacy(line, count, event))
		return PL_OSECHI_EVENT;
	if (line[0] == '{' && pl_osechi_event_json(line, count, event))
		return PL_OSECHI_EVENT;
	if (line[0] == '#')
		return PL_OSECHI_HASH;
	if (starts_with(line, count, "DEBUG"))
		return PL_OSECHI_DEBUG;
	if (pl_osechi_reply_parse(line, count, reply))
		return PL_OSECHI_REPLY;
	return is_banner(line, count) ? PL_OSECHI_BANNER : PL_OSECHI_GARBAGE;
}
