/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.h - the runner as its own files share it. Nobody else includes this.
 *
 * At any time the runner is in one phase and waits for one thing: the answer of one request to the
 * bus, the acknowledgement of one message to the writer, or its timer. What arrives between (a
 * command, a lost device, a restart) is only noted in the fields below; then the phase is asked
 * whether it has to be left (on_change), and the next turn (runner_turn) looks at all of them in
 * one order of precedence.
 */
#ifndef SCAN_INSIDE_H
#define SCAN_INSIDE_H

#include "scan/run_state.h"
#include "scan/runner.h"

#define RUNNER_OUTBOX 32

enum runner_phase {
	RUNNER_NEW,
	RUNNER_PREPARE, /* the pending restore becomes durable */
	RUNNER_BEGIN,	/* run.yaml says running */
	RUNNER_SENT,	/* the audit row of a write is on its way to the disk */
	RUNNER_WRITE,	/* the bus writes */
	RUNNER_RETRY,	/* until the next try */
	RUNNER_SETTLE,
	RUNNER_COUNT,
	RUNNER_CHECK, /* the setting is read back once more */
	RUNNER_ROW,   /* the point is on its way to the disk */
	RUNNER_PAUSED,
	RUNNER_LOST,
	RUNNER_CLEAR,  /* the pending restore leaves the state file */
	RUNNER_FINISH, /* the last audit row: behind it everything else is on disk */
	RUNNER_END,    /* run.yaml gets its terminal state */
	RUNNER_OVER,
	RUNNER_PHASES
};

struct pl_runner;

struct runner_phase_ops {
	const char *name; /* for people; NULL: the write's purpose */
	void (*enter)(struct pl_runner *runner);
	void (*on_answer)(struct pl_runner *runner, const struct pl_bus_answer *answer);
	void (*on_ack)(struct pl_runner *runner, const struct pl_write_ack *ack);
	void (*on_timer)(struct pl_runner *runner);
	void (*on_change)(struct pl_runner *runner);
};

/* A message that is not acknowledged yet. */
struct runner_parcel {
	struct pl_write message;
	uint64_t seq; /* of the writer, 0 = it has to be given (again) */
	bool is_awaited;
	unsigned tries;
};

struct runner_outbox {
	struct runner_parcel *parcels; /* RUNNER_OUTBOX, in order */
	size_t count;
	int64_t retry_ns; /* not before */
	uint32_t dropped; /* rows for which there was no room */
	bool is_disk_full;
	bool has_given_up; /* the last one found no room, and is lost */
};

enum runner_purpose { RUNNER_SUPPRESS, RUNNER_POINT, RUNNER_RESTORE };

/* One setting on its way into the device, with all its tries. */
struct runner_write {
	enum runner_purpose purpose;
	int channel;
	double value;
	double old; /* known before this try */
	uint32_t tries;
	int64_t first_ns;
	struct pl_write_report report; /* of the last try; NaN where nothing is known */
	struct pl_error error;	       /* of the last try; code PL_OK = confirmed */
};

/* What was asked of the runner and not done yet. */
struct runner_wish {
	bool pause;
	bool stop;
	bool terminate; /* with exit 143 */
	bool safe;
	bool now; /* do not finish the point */
};

struct runner_channel {
	bool has_ended;
	char why[16]; /* reason of the rows of its remaining points */
	uint32_t invalid_in_a_row;
};

struct pl_runner {
	const struct pl_run_head *head;
	const struct pl_scan *scan;
	const struct pl_device *device;
	struct pl_scan_io io;
	struct pl_run_status status;
	struct runner_outbox outbox;

	enum runner_phase phase;
	int64_t phase_started_ns;
	int64_t phase_ends_ns; /* for people, 0 = open */
	int64_t deadline_ns;   /* of the phase's timer */

	struct pl_bus_request request;
	bool is_asked, is_cancelled;
	uint32_t losses, losses_at_ask; /* times the device was told to be lost */

	struct runner_wish wish;
	bool has_failed; /* status.reason says why */
	bool is_device_up;
	bool has_forgotten; /* the device's settings are unknown since the last turn */
	bool owes_void;	    /* the last row counted a device that had restarted */
	bool has_touched;   /* a write has left */
	int64_t lost_ns;

	double known[PL_CHANNELS_MAX]; /* last confirmed, NaN = unknown */
	bool had_previous[PL_CHANNELS_MAX];
	struct runner_channel channels[PL_CHANNELS_MAX];
	int ready_channel;  /* whose neighbours are suppressed, -1 = none */
	size_t position;    /* in the plan: points with their last row on disk */
	uint32_t *attempts; /* begun, for each place of the plan */

	struct runner_write write;
	int suppress_next;

	bool is_point_begun;
	int64_t point_started_ns;
	struct pl_point row; /* on its way to the disk */
	int check_next;	     /* 0 = the scanned channel, then the others in order */
	bool is_revoking;    /* row voids the one before it */
	int64_t row_end_ns;  /* t1 of row, or of last; 0 = no counts */
	int64_t proven_ns;   /* first confirmed since then, 0 = nothing was */
	unsigned check_tries;
	int64_t checked_ns; /* all read back as they should be, 0 = not */
	struct pl_point last;

	bool is_restoring, is_restored_anew;
	int restore_next;
	unsigned restore_rounds;

	uint32_t measured_points, measured_writes; /* for the estimate of what is left */
	int64_t measured_points_ns, measured_writes_ns;
	bool is_over_told;
};

/* runner.c */
void runner_go(struct pl_runner *runner, enum runner_phase phase);
void runner_turn(struct pl_runner *runner);
/* A wish or the device changed: the phase may have to be left. */
void runner_react(struct pl_runner *runner);
/* The request of runner->request; the phase's timer tries again while the bus has no room. */
void runner_ask(struct pl_runner *runner);
const struct runner_phase_ops *runner_phase_ops(enum runner_phase phase);

/* runner_wish.c: commands, and what the flags add up to */
enum pl_status runner_wish(struct pl_runner *runner, enum pl_scan_command command,
			   struct pl_error *error);
bool runner_is_complete(const struct pl_runner *runner);
bool runner_is_ending(const struct pl_runner *runner);
bool runner_is_struck(const struct pl_runner *runner); /* what is under way is in vain */
bool runner_wants_out(const struct pl_runner *runner); /* struck, or no point would be cut off */
const char *runner_why_struck(const struct pl_runner *runner);

/* runner_tell.c: states, audit rows, words */
void runner_say(struct pl_runner *runner, enum pl_note_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool runner_state(struct pl_runner *runner, enum pl_run_event event, const char *reason);
void runner_fail(struct pl_runner *runner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct pl_write runner_audit(struct pl_runner *runner, const char *action, const char *status,
			     const char *detail);
void runner_audit_run(struct pl_runner *runner, const char *action, const char *status,
		      const char *detail);
struct pl_target runner_target(const struct pl_runner *runner, int channel);
/* The last confirmed value of a channel's setting; NaN = unknown from now on. */
void runner_known(struct pl_runner *runner, int channel, double value);
/* The device did as it was told, or told what it holds, at this time: it works. */
void runner_proven(struct pl_runner *runner, int64_t t_ns);
void runner_print(char *out, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* runner_outbox.c */
struct pl_write runner_message(struct pl_runner *runner, enum pl_write_kind kind,
			       enum pl_book book);
void runner_post(struct pl_runner *runner, const struct pl_write *message);
/* The phase's on_ack is called when this one is acknowledged, whatever became of it. */
void runner_await(struct pl_runner *runner, const struct pl_write *message);
void runner_outbox_push(struct pl_runner *runner);  /* gives the writer what waits and is due */
void runner_outbox_hurry(struct pl_runner *runner); /* what waits is due now */
void runner_outbox_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
int64_t runner_outbox_due(const struct pl_runner *runner); /* PL_NEVER: nothing waits */

/* runner_write.c */
void runner_write_begin(struct pl_runner *runner, enum runner_purpose purpose, int channel,
			double value);
void runner_sent_enter(struct pl_runner *runner);
void runner_sent_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_write_enter(struct pl_runner *runner);
void runner_write_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_write_change(struct pl_runner *runner);
void runner_retry_enter(struct pl_runner *runner);
void runner_retry_timer(struct pl_runner *runner);
void runner_retry_change(struct pl_runner *runner);
/* value is not the one wanted, by half a step; NaN is none. */
bool runner_differs(const struct pl_runner *runner, double wanted, double value);
const char *runner_write_name(const struct pl_runner *runner);
/* "refused: what the device said" of the last try. */
void runner_write_reason(const struct pl_runner *runner, char *out, size_t cap);

/* runner_suppress.c */
void runner_suppress_begin(struct pl_runner *runner);
void runner_suppress_next(struct pl_runner *runner);
void runner_suppress_failed(struct pl_runner *runner);
/* The rest of the channel gets no points. why: "suppress", "give_up", "lost". */
void runner_channel_end(struct pl_runner *runner, int channel, const char *why, const char *error);

/* runner_point.c */
void runner_point_begin(struct pl_runner *runner);
void runner_point_set(struct pl_runner *runner);   /* its write is confirmed */
void runner_point_unset(struct pl_runner *runner); /* its write is not, and tries are used up */
/* What is under way ends here: the point, if one was begun, becomes a void row. Then a turn. */
void runner_leave(struct pl_runner *runner);
void runner_point_skip(struct pl_runner *runner);   /* a row without a measurement */
void runner_point_revoke(struct pl_runner *runner); /* the last row becomes void */
void runner_settle_enter(struct pl_runner *runner);
void runner_settle_timer(struct pl_runner *runner);
void runner_settle_change(struct pl_runner *runner);
void runner_count_enter(struct pl_runner *runner);
void runner_count_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_count_change(struct pl_runner *runner);
void runner_check_enter(struct pl_runner *runner);
void runner_check_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);

/* runner_row.c */
void runner_row_write(struct pl_runner *runner, const struct pl_point *row);
/* The next point of the plan, as far as it is known before it is measured. */
struct pl_point runner_row_blank(const struct pl_runner *runner);
void runner_row_remark(struct pl_point *row, const char *why); /* behind its reason */
void runner_row_count(const struct pl_runner *runner, const struct pl_count *count,
		      struct pl_point *row);
void runner_row_enter(struct pl_runner *runner);
void runner_row_ack(struct pl_runner *runner, const struct pl_write_ack *ack);

/* runner_restore.c */
void runner_restore_values(struct pl_runner *runner, const double *held, const double *previous);
void runner_restore_begin(struct pl_runner *runner);
void runner_restore_next(struct pl_runner *runner);
void runner_restore_confirmed(struct pl_runner *runner);
void runner_restore_failed(struct pl_runner *runner);
bool runner_pending(struct pl_runner *runner,
		    struct pl_write *out); /* false: nothing to put back */

/* runner_end.c */
void runner_clear_enter(struct pl_runner *runner);
void runner_clear_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_finish_enter(struct pl_runner *runner);
void runner_finish_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_end_enter(struct pl_runner *runner);
void runner_end_ack(struct pl_runner *runner, const struct pl_write_ack *ack);

/* runner_device.c */
bool runner_device_event(struct pl_runner *runner, const struct pl_bus_event *event);
void runner_line_lost(struct pl_runner *runner, const char *text); /* an answer says so */
void runner_lost_enter(struct pl_runner *runner);
void runner_lost_timer(struct pl_runner *runner);

#endif
