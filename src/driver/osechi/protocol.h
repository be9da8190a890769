/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.h - the bytes of the OSECHI detector. Pure: no I/O, no clock, no state but the caller's.
 *
 * Two protocols write thresholds. Binary (old firmware): four bytes, answered by three lines.
 * Text (firmware "kurikintons" 1.6 and later): commands, answered by one line whose form changed
 * with each firmware. Events come unasked as lines of either of two formats. All functions take
 * lines without their ends, by pointer and count: a NUL may be part of an answer.
 */
#ifndef DRIVER_OSECHI_PROTOCOL_H
#define DRIVER_OSECHI_PROTOCOL_H

#include "plateau/driver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_OSECHI_CHANNELS	3
#define PL_OSECHI_THRESHOLD_MIN 1
#define PL_OSECHI_THRESHOLD_MAX 1023 /* 10 bit DAC */
#define PL_OSECHI_HITS_MAX	10
#define PL_OSECHI_ADC_MAX	4095
#define PL_OSECHI_WRITE_SIZE	4

/* What an event line carries, by place in pl_event.carried and in the table of parameters. */
enum pl_osechi_carried {
	PL_OSECHI_TEMPERATURE,
	PL_OSECHI_PRESSURE,
	PL_OSECHI_HUMIDITY,
	PL_OSECHI_ADC, /* 0..4095 */
	PL_OSECHI_CARRIED,
};

/* One event line. What a line does not tell is NaN. The scanners fill of `told` what the device
 * tells, so that nothing is copied on the way to the host: its first PL_OSECHI_CARRIED readings and
 * its clock; the rest is the session's. */
struct pl_osechi_event {
	bool is_json;
	int hits[PL_OSECHI_CHANNELS]; /* 0..10, by channel id - 1 */
	double uptime_ms;	      /* since boot; wraps at 2^32 */
	struct pl_event told;
};

/* One reply line. -1, NaN or empty: not in it. Texts are escaped for people. */
struct pl_osechi_reply {
	bool is_error;
	bool is_dame;	  /* the refusal of a binary write */
	int code;	  /* of an error, 0 = none given */
	char text[80];	  /* of an error */
	char command[24]; /* which an error names */
	int channel, threshold;
	int stream_enabled;
	int thresholds[PL_OSECHI_CHANNELS];
	double uptime_ms, poll_count, deadtime_ms;
	char version[32];
	char mac[32];
};

enum pl_osechi_line {
	PL_OSECHI_EVENT,
	PL_OSECHI_REPLY,
	PL_OSECHI_BANNER, /* the device says that it boots */
	PL_OSECHI_DEBUG,
	PL_OSECHI_HASH,
	PL_OSECHI_EMPTY,
	PL_OSECHI_GARBAGE, /* none of the above; may be an echo of a binary write */
};

/* What kind of line this is; fills event or reply accordingly. */
enum pl_osechi_line pl_osechi_classify(const char *line, size_t count,
				       struct pl_osechi_event *event,
				       struct pl_osechi_reply *reply);

/* "top mid btm adc tmp atm hmd" with blanks between, or {"type":"event",…} with its members in any
 * order. False unless the whole line is well-formed and hits and ADC lie in their ranges. The byte
 * line[count] is read too: it is the line's own end or a NUL. So for pl_osechi_classify. */
bool pl_osechi_event_legacy(const char *line, size_t count, struct pl_osechi_event *out);
bool pl_osechi_event_json(const char *line, size_t count, struct pl_osechi_event *out);

/* Replies of all firmwares, errors included. False: this is no reply. */
bool pl_osechi_reply_parse(const char *line, size_t count, struct pl_osechi_reply *out);
/* Confirms a threshold / is an answer to GET_STATUS / says neither that nor a version. */
bool pl_osechi_reply_sets(const struct pl_osechi_reply *reply);
bool pl_osechi_reply_tells_status(const struct pl_osechi_reply *reply);
bool pl_osechi_reply_is_plain(const struct pl_osechi_reply *reply);
/* The words of an error for people; never NULL. */
const char *pl_osechi_reply_why(const struct pl_osechi_reply *reply);

/* <ch> <b1> <b2> 0A with b1 = 0x10 + (vth >> 6), b2 = (vth << 2) & 0xFF. channel 1..3, threshold
 * 1..1023. */
void pl_osechi_write_encode(int channel, int threshold, unsigned char out[PL_OSECHI_WRITE_SIZE]);

/*
 * The answer to a binary write: a line exactly "<ch>", then lines that echo b1 and b2, each as
 * raw byte, decimal or hex, both in the same form. Other lines may come between. Two lines in no
 * such form count as an unknown echo, which a later exact one still corrects. A well-formed echo of
 * another value confirms nothing: it is a late answer, or the device did something else; it is
 * kept in `other`.
 *
 * No echo byte collides with the ends of lines: b1 is 10..1F and b2 a multiple of four, so neither
 * is ever 0A or 0D. b2 may be 00, 0C or 20, hence nothing is trimmed; a raw 00 may be lost on the
 * way, leaving an empty line. But decimal 16, 20 reads as hex 16, 20 too, which is another value:
 * once a device has shown its form, only that form confirms, and lines in no form (a saturated
 * stream is full of halves) are no unknown echo any more.
 */
enum pl_osechi_echo_state {
	PL_OSECHI_ECHO_WAITING,	  /* for "<ch>" */
	PL_OSECHI_ECHO_BEGUN,	  /* "<ch>" came */
	PL_OSECHI_ECHO_UNKNOWN,	  /* two lines in no known form came after it */
	PL_OSECHI_ECHO_CONFIRMED, /* b1 and b2 came */
};

struct pl_osechi_echo {
	enum pl_osechi_echo_state state;
	int channel;
	unsigned b1, b2;
	unsigned known; /* forms that may confirm: bits; after CONFIRMED the one that did */
	unsigned forms; /* in which b1 came: bits */
	unsigned lines; /* since "<ch>" */
	int first[3];	/* byte that the first of them says in each form, -1 = none */
	int other;	/* threshold of a well-formed echo of another value, -1 = none */
};

/* known: 0, or that of an earlier confirmed echo of this device. */
void pl_osechi_echo_init(struct pl_osechi_echo *echo, int channel, int threshold, unsigned known);
/* Offers a line that is no event, reply, DEBUG or #. False: it does not belong to the answer. */
bool pl_osechi_echo_line(struct pl_osechi_echo *echo, const char *line, size_t count);

#endif
