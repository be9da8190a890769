/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - one controller on a Standard Bus line: the conversation with it, inside this folder.
 *
 * One question is under way at a time, and a reply is taken for its answer only when destination,
 * source, service, parameter, instance and kind of value fit. Nothing in a reply tells whether it
 * answers this question or the same one asked before. So a question that was not answered is owed:
 * its late answer is waited for and thrown away; when it does not come, another parameter is read
 * first, since a controller answers in order: what comes behind that value is new. The bus thread.
 */
#ifndef DRIVER_STDBUS_SESSION_H
#define DRIVER_STDBUS_SESSION_H

#include "driver/stdbus/protocol.h"
#include "driver/stdbus/stdbus.h"
#include "plateau/clock.h"
#include "plateau/profile.h"

enum pl_stdbus_outcome {
	PL_STDBUS_PENDING,
	PL_STDBUS_VALUE,
	PL_STDBUS_REFUSED, /* error in reply.error */
	PL_STDBUS_DAMAGED, /* our answer, with a wrong CRC */
	PL_STDBUS_MISFIT,  /* our answer, with a value of another kind */
};

/* The answer, kept. */
struct pl_stdbus_reply {
	uint8_t error;
	enum pl_stdbus_type type;
	double number;
	char text[PL_VALUE_TEXT_SIZE]; /* escaped */
	char raw[PL_RAW_SIZE];
};

/* Kinds of value that can be the answer. */
enum pl_stdbus_kind {
	PL_STDBUS_KIND_ANY,
	PL_STDBUS_KIND_WHOLE,
	PL_STDBUS_KIND_REAL,
	PL_STDBUS_KIND_STRING,
};

struct pl_stdbus_want {
	struct pl_stdbus_question question;
	enum pl_stdbus_kind kind;
	bool is_open;
	bool is_unsent;	   /* the line did not take all of it */
	bool takes_errors; /* an error tells no parameter: it may be an older question's */
	enum pl_stdbus_outcome outcome;
	struct pl_stdbus_reply reply;
	int64_t t_sent_ns, t_answer_ns;
	unsigned char sent[PL_STDBUS_FRAME_MAX];
	size_t sent_count;
	/* What came instead of an answer: a word, and a clause for people. */
	const char *odd;
	char odd_text[128];
};

/* A parameter of the device, or one by id alone (row -1). */
struct pl_stdbus_item {
	int row;
	uint32_t id;
	uint8_t instance;
	size_t place; /* in known[]; of a row */
	enum pl_stdbus_type raw_type;
};

/* What the device has shown of one row's instance. */
struct pl_stdbus_known {
	bool is_unsupported;
	uint8_t refusal;
	uint8_t type;	/* of its values on the wire; 0 = not seen */
	uint32_t asked; /* round in which it was last asked */
	uint32_t round; /* of the newest value */
	double number;	/* it had then, scaled */
};

struct pl_stdbus {
	const struct pl_device_spec *spec;
	const struct pl_stdbus_options *options;
	struct pl_host host;
	struct pl_stdbus_parser parser;
	struct pl_stdbus_want want;

	struct pl_stdbus_question owed; /* not answered; service 0 = none */
	int64_t late_until_ns;		/* its answer is waited for until then */
	/* The two newest parameters that gave a value. */
	struct pl_stdbus_question good[2];

	int64_t last_byte_ns;
	bool is_echo_said;
	bool is_hasty;	/* many are read: what stays silent is not asked again */
	uint32_t round; /* counts calls of read and read_many */
	struct pl_stdbus_known *known;
	size_t instances; /* places of a row in known[] */
	char where[PL_PATH_SIZE];
};

/* listen.c */
void pl_stdbus_listen(struct pl_stdbus *session, const unsigned char *bytes, size_t count,
		      int64_t t_ns);
/* Gives up a frame that was begun: it is told as half a reply. */
void pl_stdbus_give_up(struct pl_stdbus *session);

/* ask.c */
/* Asks until answered, at most tries times (is_hasty: again only after a wrong CRC). PL_OK (the
 * answer is in want.reply), PL_ERR_UNSUPPORTED (81 83 84), PL_ERR_REFUSED, PL_ERR_PROTOCOL
 * (want.odd is the word for it), PL_ERR_UNANSWERED, PL_ERR_LOST, PL_ERR_CANCELLED. */
enum pl_status pl_stdbus_ask(struct pl_stdbus *session, const struct pl_stdbus_question *question,
			     enum pl_stdbus_kind kind, int64_t tries, struct pl_error *error);

/* item.c: what a target means to this device. PL_ERR_UNSUPPORTED when it has no id here. Pure. */
enum pl_status pl_stdbus_item_find(const struct pl_device_spec *spec,
				   const struct pl_target *target, struct pl_stdbus_item *out,
				   struct pl_error *error);
/* The row that tells whether this one is good; false when there is none. */
bool pl_stdbus_item_verdict(const struct pl_device_spec *spec, const struct pl_stdbus_item *item,
			    struct pl_stdbus_item *out);
const struct pl_profile_row *pl_stdbus_row(const struct pl_device_spec *spec,
					   const struct pl_stdbus_item *item);
enum pl_stdbus_kind pl_stdbus_item_kind(const struct pl_device_spec *spec,
					const struct pl_stdbus_item *item);
/* Places in known[] that one row has. */
size_t pl_stdbus_instances(const struct pl_device_spec *spec);
/* "oven.2.setpoint" */
void pl_stdbus_item_path(const struct pl_device_spec *spec, const struct pl_stdbus_item *item,
			 char out[PL_PATH_SIZE]);
struct pl_wire_cost pl_stdbus_cost(const struct pl_device_spec *spec,
				   const struct pl_target *targets, size_t count, int64_t baud);
enum pl_status pl_stdbus_parse_raw(const struct pl_device_spec *spec, const char *text,
				   struct pl_target *out, struct pl_error *error);

/* many.c */
enum pl_status pl_stdbus_read_many(struct pl_stdbus *session, struct pl_sample *samples,
				   size_t count, struct pl_error *error);
/* The one target of sample, asked again as often as `retries` says. */
enum pl_status pl_stdbus_read(struct pl_stdbus *session, struct pl_sample *sample,
			      struct pl_error *error);

/* read.c */
/* A sample as it is before anything was asked, and one whose question failed. */
void pl_stdbus_sample_begin(struct pl_stdbus *session, const struct pl_stdbus_item *item,
			    struct pl_sample *sample);
void pl_stdbus_sample_fail(const struct pl_stdbus *session, enum pl_status status,
			   struct pl_sample *sample, const struct pl_error *error);
/* Marks a reading by the value of the row that says whether it is good. */
void pl_stdbus_judge(const struct pl_stdbus *session, const struct pl_stdbus_item *item,
		     const struct pl_stdbus_item *verdict, struct pl_reading *reading);
/* One item, asked now; statuses as pl_stdbus_ask. sample's target is left alone. */
enum pl_status pl_stdbus_read_item(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				   struct pl_sample *sample, struct pl_error *error);
/* write.c */
enum pl_status pl_stdbus_write(struct pl_stdbus *session, const struct pl_stdbus_item *item,
			       double value, struct pl_write_report *out, struct pl_error *error);

#endif
