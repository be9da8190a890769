/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - one open Modbus instrument: the conversation with it, inside this folder only.
 *
 * One question is under way at a time. An answer carries no number of its question, so an answer
 * that comes after its time-out could be taken for the next one's. Therefore: what was asked in
 * vain is owed until something proves that it will not come any more. Before a question of the
 * same shape the line must have been silent for a whole time-out, or the late answer must have been
 * seen and dropped; if it was not seen, a read of another shape is asked first: a device answers in
 * order, so with that answer here nothing older can come. Over TCP the connection is closed and
 * opened anew instead. The bus thread.
 */
#ifndef DRIVER_MODBUS_SESSION_H
#define DRIVER_MODBUS_SESSION_H

#include "driver/modbus/modbus.h"
#include "driver/modbus/plan.h"
#include "driver/modbus/protocol.h"
#include "plateau/clock.h"
#include "plateau/profile.h"

#define PL_MODBUS_OWED_MAX 8
#define PL_MODBUS_HEARD	   1024 /* bytes kept of what came */
#define PL_MODBUS_RAW_MAX  16	/* raw registers remembered as unsupported */

struct pl_modbus {
	const struct pl_device_spec *spec;
	const struct pl_modbus_options *options;
	const struct pl_profile *profile; /* may be NULL */
	struct pl_host host;

	/* what came and nobody has taken yet */
	unsigned char heard[PL_MODBUS_HEARD];
	size_t heard_count;
	uint64_t heard_lost; /* bytes without room since the question */
	int64_t heard_ns;    /* last byte that came, 0 = none */
	int64_t sent_ns;     /* when the last request was through, 0 = none */

	/* the question under way; NULL: none */
	const struct pl_modbus_question *question;
	struct pl_modbus_found found;
	bool is_echo_due, is_echo_seen;
	char difference[PL_MODBUS_WHY_SIZE]; /* of a sound frame that was not its answer */

	struct pl_modbus_shape owed[PL_MODBUS_OWED_MAX];
	size_t owed_count;
	int64_t owed_ns;     /* since when the newest is late */
	bool is_doubtful;    /* an exception may belong to an earlier question */
	bool is_stale;	     /* TCP: what comes may belong to an earlier question */
	uint64_t late, torn; /* answers that came late; that could not be read */

	struct pl_modbus_limits limits; /* as found to work */
	uint8_t *bad;			/* of row and instance: the exception it gave, 0 = none */
	struct {
		uint16_t address;
		uint8_t bad;
	} raw_bad[PL_MODBUS_RAW_MAX];
	size_t raw_bad_count;
};

struct pl_modbus_reply {
	unsigned char frame[PL_MODBUS_FRAME_MAX]; /* as it came, with CRC or header */
	size_t frame_count;
	const unsigned char *data; /* of an answer to a read, in frame */
	unsigned exception;	   /* 0 = none */
	int64_t requested_ns, received_ns;
};

/* hear.c: what comes. */
void pl_modbus_feed(struct pl_modbus *session, const unsigned char *bytes, size_t count,
		    int64_t t_ns);
/* The answer to the question is there, or it is certain that it cannot be read. */
bool pl_modbus_is_settled(void *session);
bool pl_modbus_owes_nothing(void *session);	/* after dropping what came late */
void pl_modbus_drop(struct pl_modbus *session); /* all that came; owed answers are counted late */
/* A warning, the first time and then ever more rarely. */
void pl_modbus_tell_late(struct pl_modbus *session, const char *what);
void pl_modbus_owe(struct pl_modbus *session, const struct pl_modbus_question *question);
bool pl_modbus_owes(const struct pl_modbus *session, struct pl_modbus_shape shape);

/* ask.c: PL_OK an answer; PL_ERR_UNSUPPORTED (exceptions 1 and 2), PL_ERR_REFUSED (any other),
 * PL_ERR_PROTOCOL (what came is no answer), PL_ERR_UNANSWERED (nothing came), PL_ERR_LOST,
 * PL_ERR_CANCELLED. Reads are tried again as the options say; busy is, for both, at most 3 times.
 */
enum pl_status pl_modbus_ask(struct pl_modbus *session, const struct pl_modbus_question *question,
			     struct pl_modbus_reply *out, struct pl_error *error);
bool pl_modbus_is_network(const struct pl_modbus *session);
/* Of the line; the profile's or the driver's own where it is not known. */
int64_t pl_modbus_baud(const struct pl_modbus *session);

/* settle.c: before a question: a line that is silent, and nothing owed that looks like its answer.
 */
enum pl_status pl_modbus_prepare(struct pl_modbus *session,
				 const struct pl_modbus_question *question, struct pl_error *error);
/* exchange.c: one request and its answer, no retries. */
enum pl_status pl_modbus_exchange(struct pl_modbus *session,
				  const struct pl_modbus_question *question,
				  struct pl_modbus_reply *out, struct pl_error *error);

/* bad.c: what the device said it does not have. */
unsigned pl_modbus_bad(const struct pl_modbus *session, int index, unsigned instance,
		       uint16_t address);
void pl_modbus_set_bad(struct pl_modbus *session, int index, unsigned instance, uint16_t address,
		       unsigned exception);

/* read.c, write.c, probe.c */
enum pl_status pl_modbus_read(struct pl_modbus *session, int channel, int parameter,
			      struct pl_reading *out, struct pl_error *error);
enum pl_status pl_modbus_read_many(struct pl_modbus *session, struct pl_sample *samples,
				   size_t count, struct pl_error *error);
enum pl_status pl_modbus_write(struct pl_modbus *session, int channel, int parameter, double value,
			       struct pl_write_report *out, struct pl_error *error);
enum pl_status pl_modbus_probe(struct pl_modbus *session, struct pl_identity *out,
			       struct pl_error *error);
/* The registers of a row, checked and retried like any read; data has room for them. */
enum pl_status pl_modbus_fetch(struct pl_modbus *session, const struct pl_profile_row *row,
			       unsigned char *data, struct pl_modbus_reply *reply,
			       struct pl_error *error);

#endif
