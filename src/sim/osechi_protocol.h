/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_protocol.h - bytes in, commands out; replies and event lines as bytes. Pure, one thread.
 *
 * Binary write: ch b1 b2 0A, ch 01..03, b1 = 0x10 + (vth >> 6), b2 = (vth << 2) & 0xFF.
 * Text: a word and its arguments, at most 63 bytes, ended by a newline or by 500 ms of silence.
 */
#ifndef SIM_OSECHI_PROTOCOL_H
#define SIM_OSECHI_PROTOCOL_H

#include "plateau/text.h"
#include "sim/faults.h"
#include "sim/osechi.h"
#include "sim/osechi_physics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_OSIM_COMMAND_MAX 63

/* Bytes that came and are not yet a command. */
struct pl_osim_input {
	char bytes[PL_OSIM_COMMAND_MAX];
	size_t count;
	int64_t since_ns; /* of the last byte */
};

/* Takes one byte; true when it completed a command, which then stands in line[0..*length). */
bool pl_osim_input_byte(struct pl_osim_input *input, char byte, int64_t now_ns,
			char line[PL_OSIM_COMMAND_MAX + 1], size_t *length);
/* The same for the 500 ms after which the firmware takes what it has; PL_NEVER when empty. */
int64_t pl_osim_input_deadline_ns(const struct pl_osim_input *input);
bool pl_osim_input_expire(struct pl_osim_input *input, int64_t now_ns,
			  char line[PL_OSIM_COMMAND_MAX + 1], size_t *length);

enum pl_osim_word {
	PL_OSIM_BINARY_WRITE,
	PL_OSIM_SET_THRESHOLD,
	PL_OSIM_GET_THRESHOLD,
	PL_OSIM_SET_STREAM,
	PL_OSIM_GET_VERSION,
	PL_OSIM_GET_STATUS,
	PL_OSIM_GET_UPTIME,
	PL_OSIM_GET_MAC_ADDRESS,
	PL_OSIM_SET_POLL_COUNT,
	PL_OSIM_SET_RTC_TIME,
	PL_OSIM_RESET,
	PL_OSIM_UNKNOWN,
};

/* Error codes of the firmware. */
enum pl_osim_code {
	PL_OSIM_DONE,
	PL_OSIM_BAD_ARGUMENT,
	PL_OSIM_OUT_OF_RANGE,
	PL_OSIM_HARDWARE,
	PL_OSIM_NOT_SUPPORTED,
	PL_OSIM_UNKNOWN_ERROR,
};

struct pl_osim_command {
	enum pl_osim_word word;
	int code;	      /* why it cannot be done, PL_OSIM_DONE if it can */
	bool is_silent;	      /* not a word of this device's protocol: no reply at all */
	int channel;	      /* 1..3, 0 = none */
	int64_t value;	      /* -1 = none */
	unsigned char b1, b2; /* of a binary write */
};

/* What the firmware calls its own forms. */
enum pl_osim_style { PL_OSIM_PLAIN, PL_OSIM_BARE, PL_OSIM_RESPONSE, PL_OSIM_STAMPED };

struct pl_osim_firmware {
	const char *version;
	enum pl_osim_style style;
	int64_t threshold_min, threshold_max;
	bool has_status; /* GET_STATUS, GET_MAC_ADDRESS */
};

/* The row of the option's choice; rows and choices are in one order. */
const struct pl_osim_firmware *pl_osim_firmware(int choice);

void pl_osim_parse(const struct pl_osim_values *values, const char *line, size_t length,
		   struct pl_osim_command *out);
const char *pl_osim_word_text(enum pl_osim_word word);
enum pl_sim_command_class pl_osim_class(enum pl_osim_word word);

/* What the device believes about itself. */
struct pl_osim_device {
	const struct pl_osim_values *values;
	int64_t threshold[PL_SIM_CHANNELS];
	bool is_streaming;
	int poll_count;
	int64_t boot_ns;       /* monotonic */
	int64_t utc_offset_ns; /* utc = monotonic + this */
	int64_t last_event_ns;
};

/* The reply to a command that was carried out (or refused with command->code): lines without
 * their ends, a newline between them. by: the shown threshold is off by so much. */
void pl_osim_reply(const struct pl_osim_device *device, const struct pl_osim_command *command,
		   int by, int64_t now_ns, struct pl_text *out);

/* One event line without its end. */
void pl_osim_event_line(struct pl_osim_device *device, const struct pl_osim_event *event,
			const struct pl_osim_weather *weather, struct pl_text *out);

#endif
