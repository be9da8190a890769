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

#include "scan/beside.h"
#include "scan/counter.h"
#include "scan/run_state.h"
#include "scan/runner.h"
#include "scan/suspect.h"
#include "scan/until.h"

#define RUNNER_OUTBOX 32

enum runner_phase {
	RUNNER_NEW,
	RUNNER_SURVEY,	/* what the devices hold */
	RUNNER_PREPARE, /* the pending restore becomes durable */
	RUNNER_BEGIN,	/* run.yaml says running */
	RUNNER_SENT,	/* the audit row of a write is on its way to the disk */
	RUNNER_WRITE,	/* the bus writes */
	RUNNER_RETRY,	/* until the next try */
	RUNNER_SETTLE,
	RUNNER_UNTIL, /* a reading is where it should be */
	RUNNER_COUNT,
	RUNNER_TALLY, /* counters are read at the window's end */
	RUNNER_CHECK, /* the setting is read back once more */
	RUNNER_ROW,   /* the point is on its way to the disk */
	RUNNER_PAUSED,
	RUNNER_LOST,
	RUNNER_BEHIND, /* the disk has to catch up */
	RUNNER_CLEAR,  /* the pending restore leaves the state file */
	RUNNER_LAST_SURVEY,
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

/* A message that is not acknowledged yet. POINT stands for all rows of runner->rows: they are given
 * together, and the acknowledgement of the last speaks for them. */
struct runner_parcel {
	struct pl_write message;
	size_t rows_given;
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
	int setting;
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
	bool now;    /* do not finish the point */
	bool skip;   /* the point in progress, or the next one */
	bool retake; /* the point in progress, or the last one */
};

/* A setting of a device that the scan writes: of each channel, or the only one. */
struct runner_setting {
	struct pl_target target;
	const struct pl_parameter *parameter;
	double configured; /* in the bench file, NaN = none */
	double known;	   /* last confirmed, NaN = unknown */
	bool had_previous;
	bool is_switch; /* of the device, to volatile writes */
	/* at the point in progress */
	struct pl_write_report report;
	uint32_t retries;
	double wanted; /* read back at the point's end; NaN = not asked */
};

/* A device that has to be there: that which is counted, and that which is set. */
struct runner_device {
	int index; /* in the bench */
	bool is_up;
	uint32_t losses, losses_at_ask; /* times it was told to be lost */
	int64_t lost_ns;
};

#define RUNNER_UNITS (PL_CHANNELS_MAX + 1)

/* What is given up as a whole: a channel, or (the last) an axis that is no channel's. */
struct runner_unit {
	bool has_ended;
	char why[16]; /* reason of the rows of its remaining points */
	uint32_t invalid_in_a_row;
};

/* A point of the plan, kept where its first entry stands. */
struct runner_place {
	uint32_t attempts; /* begun */
	uint32_t valid;	   /* a bit for each row of the last attempt */
	bool is_done;
	bool is_doubtful; /* counted since the settings were last read back as they should be */
	bool must_void;	  /* done, and to be taken back */
	bool is_cut_off;  /* its last attempt ended with the program: still without void rows */
};

/* What one row counted, for a scan that goes up and down. live_s 0 = nothing. */
struct runner_curve {
	double set;
	uint64_t hits;
	double live_s;
};

/* A parameter that is read while the window is open. */
struct runner_beside {
	uint64_t asked_id;	   /* 0 = no question is open */
	int64_t next_ns, retry_ns; /* when it is asked; not before, as its bus had no room */
	struct pl_beside_series series;
	/* Of a counter, instead: what it counted since the window opened. */
	struct pl_counter tally;
	int64_t opened_ns;
	uint64_t end_id; /* the question of the window's end */
	bool owes_end, has_end, has_missed_begin;
};

struct pl_runner {
	const struct pl_run_head *head;
	const struct pl_scan *scan;
	const struct pl_device *device; /* the counted one */
	struct pl_scan_io io;
	struct pl_run_status status;
	struct runner_outbox outbox;

	enum runner_phase phase;
	int64_t phase_started_ns;
	int64_t phase_ends_ns; /* for people, 0 = open */
	int64_t deadline_ns;   /* of the phase's timer */

	struct pl_bus_request request;
	bool is_asked, is_cancelled;

	struct runner_device devices[2]; /* [0] is counted */
	size_t device_count, set_device; /* set_device: in devices, whose settings are written */
	bool cannot_read_back;		 /* it said so */
	struct runner_setting settings[PL_CHANNELS_MAX];
	size_t setting_count;
	struct pl_measure measures[PL_MEASURES_MAX];
	size_t measure_count;

	struct runner_wish wish;
	char stop_text[PL_REASON_SIZE]; /* why the scan itself asked for the end; empty = it did not
					 */
	char pause_text[PL_REASON_SIZE]; /* why it asks for a pause */
	bool has_failed;		 /* status.reason says why */
	bool has_forgotten;		 /* settings are unknown since the last turn */
	bool owes_void;			 /* the last counts are of a device that had restarted */
	bool has_touched;		 /* a write has left */

	struct runner_unit units[RUNNER_UNITS];
	int ready_channel; /* RUNNER_NOT_READY; who is scanned while the others are suppressed */

	struct runner_place *places; /* as the plan */
	size_t position;	     /* the first entry that is not done */
	size_t last_place;	     /* the one done last; plan_count = none */
	bool has_doubts;	     /* some place is doubtful */
	bool has_to_void;	     /* some place must be void */

	struct runner_write write;
	int suppress_next;

	bool is_point_begun;
	size_t set_next; /* entry of the point that is written next, from position */
	int failed_unit; /* whose write made the point invalid; -1 = it was none's */
	int64_t point_started_ns;
	struct pl_point *rows; /* of one point, on their way to the disk; measure_count */
	size_t row_place;
	bool is_revoking;     /* rows void those before them */
	size_t counted_place; /* of the last counts */
	int64_t row_end_ns;   /* their t1; 0 = none */
	int64_t proven_ns;    /* first confirmed since then, 0 = nothing was */
	struct pl_until_watch until;
	int64_t until_next_ns; /* when it is asked for again */
	struct pl_suspect suspects[PL_SERIES_MAX];
	struct runner_curve *curve; /* a row's at place · measure_count + row; NULL = not kept */
	struct runner_beside *besides; /* as the scan's readings */
	bool has_besides_open;
	struct pl_count counted; /* while counters are read: what the window said */
	int check_next;
	unsigned check_tries;
	int64_t checked_ns; /* all read back as they should be, 0 = not */
	bool is_settle_told;

	struct pl_target surveyed;

	bool is_restoring, is_restored_anew;
	int restore_next;
	unsigned restore_rounds;

	uint32_t rows_written;			   /* row number of the last */
	uint32_t measured_points, measured_writes; /* for the estimate of what is left */
	int64_t measured_points_ns, measured_writes_ns;
	bool is_resumed;
	bool is_over_told;
};

#define RUNNER_NOT_READY (-1)
#define RUNNER_ALL_READY PL_CHANNELS_MAX /* parallel: those that are not scanned are suppressed */

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
bool runner_is_ending(const struct pl_runner *runner);
bool runner_is_struck(const struct pl_runner *runner); /* what is under way is in vain */
bool runner_wants_out(const struct pl_runner *runner); /* struck, or no point would be cut off */
const char *runner_why_struck(const struct pl_runner *runner);
bool runner_is_skipped(const struct pl_runner *runner); /* nothing but a skip struck it */

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
void runner_audit_device(struct pl_runner *runner, const char *device, const char *action,
			 const char *status, const char *detail);
/* The device did as it was told, or told what it holds, at this time: it works. */
void runner_proven(struct pl_runner *runner, int64_t t_ns);
void runner_print(char *out, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* runner_settings.c: what is written, and where it stands */
void runner_settings_init(struct pl_runner *runner, const double *held, const double *previous);
/* What a setting was that nobody knew, read before the first write. */
void runner_settings_learn(struct pl_runner *runner, struct pl_target target, double value);
void runner_settings_tell_unknown(struct pl_runner *runner);
/* Of the plan's entry: which setting. */
int runner_setting_of(const struct pl_planned *planned);
/* "top", or the path of an axis that is no channel's. */
const char *runner_setting_name(const struct pl_runner *runner, int setting,
				char out[PL_PATH_SIZE]);
/* The last confirmed value of a setting; NaN = unknown from now on. */
void runner_known(struct pl_runner *runner, int setting, double value);
void runner_forget(struct pl_runner *runner);	       /* all of them */
bool runner_is_up(const struct pl_runner *runner);     /* all devices */
bool runner_is_set_up(const struct pl_runner *runner); /* the one that is written */
bool runner_reads_back(const struct pl_runner *runner);

/* runner_place.c: which points are done */
bool runner_is_complete(const struct pl_runner *runner);
size_t runner_group(const struct pl_runner *runner, size_t place); /* entries of the point there */
int runner_unit_of(const struct pl_planned *planned);
bool runner_place_has_ended(const struct pl_runner *runner, size_t place);
void runner_place_done(struct pl_runner *runner);
/* It was done before, with counts in these rows. */
void runner_place_recall(struct pl_runner *runner, size_t place, uint32_t valid);
/* The run goes on with the first that is not done. */
void runner_place_first(struct pl_runner *runner); /* by runner->rows */
void runner_place_undone(struct pl_runner *runner, size_t place);
void runner_place_proven(struct pl_runner *runner); /* all that were doubtful are good */
void runner_place_doubt(struct pl_runner *runner);  /* all that are doubtful must be void */
size_t runner_place_to_void(const struct pl_runner *runner); /* plan_count = none */

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
void runner_write_begin(struct pl_runner *runner, enum runner_purpose purpose, int setting,
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
bool runner_differs(const struct pl_runner *runner, int setting, double wanted, double value);
const char *runner_write_name(const struct pl_runner *runner);
/* "refused: what the device said" of the last try. */
void runner_write_reason(const struct pl_runner *runner, char *out, size_t cap);

/* runner_suppress.c */
int runner_ready_for(const struct pl_runner *runner); /* ready_channel as the next point needs it */
void runner_suppress_begin(struct pl_runner *runner);
void runner_suppress_next(struct pl_runner *runner);
void runner_suppress_failed(struct pl_runner *runner);
/* The rest of the channel, or of the axis, gets no points. why: "suppress", "give_up", "lost". */
void runner_unit_end(struct pl_runner *runner, int unit, const char *why, const char *error);

/* runner_point.c */
void runner_point_begin(struct pl_runner *runner);
void runner_point_set(struct pl_runner *runner);   /* a write is confirmed */
void runner_point_unset(struct pl_runner *runner); /* it is not, and tries are used up */
/* What is under way ends here: the point, if one was begun, becomes a void row. Then a turn. */
void runner_leave(struct pl_runner *runner);
void runner_point_end(struct pl_runner *runner, enum pl_point_quality quality, const char *why);
void runner_point_skip(struct pl_runner *runner);   /* a row without a measurement */
void runner_point_revoke(struct pl_runner *runner); /* rows become void */
void runner_settle_enter(struct pl_runner *runner);
void runner_settle_timer(struct pl_runner *runner);
void runner_settle_change(struct pl_runner *runner);

/* runner_until.c */
void runner_until_enter(struct pl_runner *runner);
void runner_until_timer(struct pl_runner *runner);
void runner_until_over(struct pl_runner *runner); /* it is there, or too late */
void runner_until_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_until_change(struct pl_runner *runner);

/* runner_count.c */
void runner_count_enter(struct pl_runner *runner);
void runner_count_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_count_change(struct pl_runner *runner);
void runner_count_end(struct pl_runner *runner); /* runner->counted, now that all is known */

/* runner_beside.c */
bool runner_beside_init(struct pl_runner *runner); /* false: out of memory */
void runner_beside_open(struct pl_runner *runner); /* a window is about to begin */
void runner_beside_close(struct pl_runner *runner);
int64_t runner_beside_due(const struct pl_runner *runner);
void runner_beside_timer(struct pl_runner *runner);
/* False: it is no answer to one of its questions. */
bool runner_beside_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
bool runner_beside_ask(struct pl_runner *runner, size_t number); /* false: its bus has no room */
struct pl_series_stat runner_beside_stat(const struct pl_runner *runner, size_t number,
					 const struct pl_count *count);

/* runner_tally.c */
bool runner_is_counter(const struct pl_runner *runner, size_t number); /* of the readings */
bool runner_has_counters(const struct pl_runner *runner);
void runner_tally_take(struct pl_runner *runner, size_t number, const struct pl_bus_answer *answer);
void runner_tally_enter(struct pl_runner *runner);
void runner_tally_go_on(struct pl_runner *runner);
/* Why nothing is known of what it counted; NULL: it is. */
const char *runner_tally_fault(const struct pl_runner *runner, size_t number);
struct pl_series_stat runner_tally_stat(const struct pl_runner *runner, size_t number);

/* runner_check.c */
void runner_check_begin(struct pl_runner *runner);
void runner_check_enter(struct pl_runner *runner);
void runner_check_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);

/* runner_block.c: the rows of one point, in runner->rows */
/* As far as they are known before they are measured. */
void runner_block_blank(struct pl_runner *runner, size_t place);
void runner_block_written(struct pl_runner *runner); /* what the writes said */
/* All that are not skipped already. */
void runner_block_mark(struct pl_runner *runner, enum pl_point_quality quality, const char *why);
void runner_block_remark(struct pl_runner *runner, const char *why); /* behind each reason */
bool runner_block_is_valid(const struct pl_runner *runner);	     /* some row is */
/* Position in the counted device's series of this row at this place, -1 = a reading. */
int runner_block_series(const struct pl_runner *runner, size_t row, size_t place);

/* The entry of the plan whose setting is that of a series' row; NULL = there is no such. */
const struct pl_planned *runner_block_entry(const struct pl_runner *runner, int series,
					    size_t place);
void runner_block_add(struct pl_point *row, const char *why); /* behind its reason */

/* runner_window.c */
void runner_block_count(struct pl_runner *runner, const struct pl_count *count);

/* runner_curve.c */
bool runner_curve_init(struct pl_runner *runner); /* false: out of memory */
/* Why the counts of a series can hardly be true, a constant text; NULL: nothing is wrong. */
const char *runner_curve_judge(struct pl_runner *runner, int series, const struct pl_count *count,
			       double live_s);
void runner_curve_keep(struct pl_runner *runner); /* the rows of a point that is done */
void runner_curve_tell(struct pl_runner *runner); /* into the results */

/* runner_row.c: ROW */
void runner_row_enter(struct pl_runner *runner);
void runner_row_ack(struct pl_runner *runner, const struct pl_write_ack *ack);

/* runner_behind.c */
bool runner_is_behind(const struct pl_runner *runner);
void runner_behind_enter(struct pl_runner *runner);
void runner_behind_timer(struct pl_runner *runner);

/* runner_restore.c */
void runner_restore_begin(struct pl_runner *runner);
void runner_restore_next(struct pl_runner *runner);
void runner_restore_confirmed(struct pl_runner *runner);
void runner_restore_failed(struct pl_runner *runner);
bool runner_pending(struct pl_runner *runner,
		    struct pl_write *out); /* false: nothing to put back */

/* runner_survey.c */
void runner_survey_enter(struct pl_runner *runner);
void runner_survey_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_survey_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_survey_change(struct pl_runner *runner);

/* runner_past.c */
bool runner_is_cut_off(const struct pl_runner *runner);
void runner_void_cut_off(struct pl_runner *runner); /* the next point's last attempt */

/* runner_end.c */
void runner_clear_enter(struct pl_runner *runner);
void runner_clear_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_finish_enter(struct pl_runner *runner);
void runner_finish_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void runner_end_enter(struct pl_runner *runner);
void runner_end_ack(struct pl_runner *runner, const struct pl_write_ack *ack);

/* runner_device.c */
bool runner_device_event(struct pl_runner *runner, const struct pl_bus_event *event);
/* an answer says so */
void runner_line_lost(struct pl_runner *runner, const struct pl_bus_answer *answer);
void runner_lost_enter(struct pl_runner *runner);
void runner_lost_timer(struct pl_runner *runner);

#endif
