/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reply.c - the replies of all firmwares in one struct. Rare and small, so JSON goes through the
 * library. Pure.
 *
 *   1.6.0   OK (CH1 set to 500)
 *   1.7.1   {"channel":1,"threshold":500}, errors {"status":"error","command":…,"error":…,"code":2}
 *   1.11.5  {"type":"response","status":"ok","channel":1,"threshold":300,"mode":"binary"}
 *   1.17.0  the same with sent_us; errors with error_code and error_message
 */
#include "driver/osechi/protocol.h"

#include "plateau/json.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void reply_init(struct pl_osechi_reply *reply)
{
	*reply = (struct pl_osechi_reply){
	    .channel = -1,
	    .threshold = -1,
	    .stream_enabled = -1,
	    .thresholds = {-1, -1, -1},
	    .uptime_ms = NAN,
	    .poll_count = NAN,
	    .deadtime_ms = NAN,
	};
}

bool pl_osechi_reply_sets(const struct pl_osechi_reply *reply)
{
	return !reply->is_error && reply->channel >= 0 && reply->threshold >= 0;
}

bool pl_osechi_reply_tells_status(const struct pl_osechi_reply *reply)
{
	bool has_thresholds = false;

	for (int i = 0; i < PL_OSECHI_CHANNELS; i++)
		has_thresholds |= reply->thresholds[i] >= 0;
	return has_thresholds || (!isnan(reply->uptime_ms) && reply->version[0] != '\0') ||
	       (!isnan(reply->uptime_ms) && !isnan(reply->poll_count));
}

bool pl_osechi_reply_is_plain(const struct pl_osechi_reply *reply)
{
	return !reply->is_dame && !pl_osechi_reply_sets(reply) && reply->version[0] == '\0' &&
	       !pl_osechi_reply_tells_status(reply);
}

const char *pl_osechi_reply_why(const struct pl_osechi_reply *reply)
{
	static const char *const codes[] = {"no reason given", "bad argument",	"out of range",
					    "hardware",	       "not supported", "unknown error"};

	if (reply->is_dame)
		return "dame";
	if (reply->text[0] != '\0')
		return reply->text;
	if (reply->code < 0 || reply->code >= (int)(sizeof codes / sizeof codes[0]))
		return codes[0];
	return codes[reply->code];
}

static void copy_escaped(char *out, size_t cap, const char *text)
{
	pl_text_escape(out, cap, text, strlen(text));
}

static int small_integer(const struct pl_json *object, const char *key)
{
	const struct pl_json *value = pl_json_get(object, key);
	double number = pl_json_number(value, -1);

	if (!pl_json_is_number(value) || number != floor(number) || number < 0 || number > 1e6)
		return -1;
	return (int)number;
}

static void read_members(const struct pl_json *root, struct pl_osechi_reply *out)
{
	static const char *const names[] = {"thresholds_ch1", "thresholds_ch2", "thresholds_ch3"};
	const struct pl_json *stream = pl_json_get(root, "stream_enabled");

	out->channel = small_integer(root, "channel");
	out->threshold = small_integer(root, "threshold");
	for (int i = 0; i < PL_OSECHI_CHANNELS; i++)
		out->thresholds[i] = small_integer(root, names[i]);
	out->uptime_ms = pl_json_get_number(root, "uptime_ms", NAN);
	out->poll_count = pl_json_get_number(root, "poll_count", NAN);
	out->deadtime_ms = pl_json_get_number(root, "deadtime_ms", NAN);
	if (stream != NULL)
		out->stream_enabled = pl_json_boolean(stream, pl_json_number(stream, 0) != 0);
	copy_escaped(out->version, sizeof out->version, pl_json_get_text(root, "version", ""));
	copy_escaped(out->mac, sizeof out->mac, pl_json_get_text(root, "mac_address", ""));
	copy_escaped(out->command, sizeof out->command, pl_json_get_text(root, "command", ""));
}

static void read_error(const struct pl_json *root, struct pl_osechi_reply *out)
{
	int code = small_integer(root, "error_code");
	const char *text = pl_json_get_text(root, "error_message", NULL);

	if (code < 0)
		code = small_integer(root, "code");
	if (text == NULL)
		text = pl_json_get_text(root, "error", "");
	out->is_error = true;
	out->code = code > 0 ? code : 0;
	copy_escaped(out->text, sizeof out->text, text);
}

static bool parse_json(const char *line, size_t count, struct pl_osechi_reply *out)
{
	struct pl_json *root = NULL;
	const char *type, *status;
	bool is_reply;

	if (pl_json_parse(line, count, &root, NULL) != PL_OK)
		return false;
	type = pl_json_get_text(root, "type", "");
	status = pl_json_get_text(root, "status", "");
	read_members(root, out);
	if (strcmp(status, "error") == 0)
		read_error(root, out);
	is_reply = strcmp(type, "response") == 0 ||
		   (type[0] == '\0' &&
		    (out->is_error || out->stream_enabled >= 0 || !pl_osechi_reply_is_plain(out)));
	pl_json_free(root);
	return is_reply;
}

/* A version such as 1.17.0 standing somewhere in a text. sscanf alone would take blanks and signs
 * before each number, and with them bytes that nobody escaped. */
static void find_version(const char *text, struct pl_osechi_reply *out)
{
	for (const char *at = text; *at != '\0'; at++) {
		int major, minor, patch, length = 0;

		if (*at >= '0' && *at <= '9' &&
		    sscanf(at, "%2d.%2d.%3d%n", &major, &minor, &patch, &length) == 3 &&
		    strspn(at, "0123456789.") >= (size_t)length) {
			snprintf(out->version, sizeof out->version, "%.*s", length, at);
			return;
		}
	}
}

static bool is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == ' ' ||
						    text[length] == ':' || text[length] == '(');
}

/* Firmware 1.6.0 answers in words; a bare version is taken as what it is. */
static bool parse_text(const char *text, struct pl_osechi_reply *out)
{
	int length = 0;

	if (strcmp(text, "dame") == 0) {
		out->is_error = out->is_dame = true;
		return true;
	}
	if (is_word(text, "ERROR") || is_word(text, "NG")) {
		out->is_error = true;
		copy_escaped(out->text, sizeof out->text, text);
		return true;
	}
	if (is_word(text, "OK")) {
		if (sscanf(text, "OK (CH%1d set to %4d)%n", &out->channel, &out->threshold,
			   &length) != 2 ||
		    length == 0)
			out->channel = out->threshold = -1;
		find_version(text, out);
		return true;
	}
	if (text[0] == 'v')
		text++;
	find_version(text, out);
	return out->version[0] != '\0' && strcmp(out->version, text) == 0;
}

bool pl_osechi_reply_parse(const char *line, size_t count, struct pl_osechi_reply *out)
{
	char text[128];

	reply_init(out);
	if (count > 0 && line[0] == '{')
		return parse_json(line, count, out);
	while (count > 0 && line[count - 1] == ' ')
		count--;
	if (count == 0 || count >= sizeof text || memchr(line, '\0', count) != NULL)
		return false;
	memcpy(text, line, count);
	text[count] = '\0';
	return parse_text(text, out);
}
