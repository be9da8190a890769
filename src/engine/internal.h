/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * internal.h - what the files of the engine room share. All of it belongs to the engine thread.
 *
 * Owners: sessions.c the connections, live.c what is known of each device, run.c the run in
 * progress, logbook.c the last messages. An actor is something that goes on over several turns of
 * the loop (a run, a get, a set, a count); it hears every answer and acknowledgement and picks out
 * its own.
 */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include "engine/engine.h"

#include "engine/clock_watch.h"

#include "base/log.h"
#include "bus/bus.h"
#include "plateau/protocol.h"
#include "scan/runner.h"
#include "store/writer.h"

#include <math.h>
#include <sys/types.h>
#include <time.h>

struct pl_engine;
struct child;  /* child.h */
struct reader; /* reader.h */

/* ---- sessions.c ---- */

/* Who asked, by serial number: the session may be gone when the answer is ready. */
struct asker {
	uint64_t session;
	int64_t id;
};

/* A view that waits would act, but another one drives. */
enum view_kind { VIEW_NONE, VIEW_DRIVES, VIEW_WAITS, VIEW_WATCHES };

#define SESSIONS_MAX 256
#define BACKLOG_FULL (256u << 10) /* a long answer waits while so much is not yet taken */

struct session {
	struct session *next;
	uint64_t serial;
	int fd; /* -1: the word of this process */
	char actor[PL_ACTOR_SIZE];
	char in[PL_PROTOCOL_LINE_MAX];
	size_t in_length;
	struct pl_text out;
	size_t out_sent;
	bool is_dead;
	/* views */
	enum view_kind view;
	unsigned parts;	   /* a bit per enum part */
	uint64_t sent_n;   /* last snapshot sent */
	int64_t sent_ns;   /* when */
	bool in_flight;	   /* not yet drawn */
	int64_t period_ns; /* at least between two snapshots; 0 = SNAPSHOT_PERIOD_NS */
	int64_t next_ns;   /* when the next one is due */
	uint64_t log_next; /* first line of the log book not yet sent */
	char *last;	   /* the last snapshot's content, to send nothing twice */
};

struct session *session_add(struct pl_engine *engine, int fd);
void sessions_free(struct pl_engine *engine);
void session_read(struct pl_engine *engine, struct session *session);
void session_flush(struct session *session);
void sessions_reap(struct pl_engine *engine);
struct session *session_find(struct pl_engine *engine, uint64_t serial);
/* Takes message over. */
void session_send(struct pl_engine *engine, struct session *session, struct pl_json *message);
size_t session_backlog(const struct session *session);
size_t sessions_views(const struct pl_engine *engine);

/* The one answer of a request; result is taken over, NULL = {}. */
void answer_ok(struct pl_engine *engine, struct asker to, struct pl_json *result);
void answer_error(struct pl_engine *engine, struct asker to, const struct pl_error *error);
/* A line before the answer; event is taken over. */
void answer_event(struct pl_engine *engine, struct asker to, struct pl_json *event);

/* ---- listen.c ---- */

enum pl_status socket_listen(struct pl_engine *engine, struct pl_error *error);
void socket_accept(struct pl_engine *engine);
/* Binds anew when somebody removed the socket. */
void socket_check(struct pl_engine *engine);
void socket_close(struct pl_engine *engine);

/* ---- requests.c ---- */

struct request {
	struct pl_engine *engine;
	struct session *session;
	struct asker asker;
	const struct pl_json *args;
};

void request_line(struct pl_engine *engine, struct session *session, const struct pl_json *line);

/* views.c: who sees the bench, and who of them acts on it. */
void do_view(const struct request *request);
void do_detach(const struct request *request);
void do_show(const struct request *request);
void do_drive(const struct request *request);
/* PL_ERR_PERMISSION: the session is a view that watches, or one that another view keeps from the
 * wheel. Words of the command line may always. */
enum pl_status view_may_act(const struct pl_engine *engine, const struct session *session,
			    struct pl_error *error);
/* The session is no view any more (it is dead, or detached): whoever waits longest drives. */
void view_left(struct pl_engine *engine);
/* "drives" "waits" "watches", of a view. */
const char *view_role(const struct session *session);
/* The view that drives, NULL = none. */
const struct session *view_driver(const struct pl_engine *engine);
/* Tells every view that the engine ends, and why. */
void views_end(struct pl_engine *engine);
/* Keeps what line's "saved" says, if anything, for the next view. */
void view_remember(struct pl_engine *engine, const struct pl_json *line);

/* requests_run.c: words for the run. requests_ask.c: words that only ask. */
void do_pause(const struct request *request);
void do_resume(const struct request *request);
void do_skip(const struct request *request);
void do_retake(const struct request *request);
void do_safe(const struct request *request);
void do_interrupt(const struct request *request);
void do_stop(const struct request *request);
void do_wait(const struct request *request);
void do_points(const struct request *request);
void do_status(const struct request *request);
void do_plan(const struct request *request);
void do_describe(const struct request *request);
/* requests_parameters.c: parts of describe. */
void describe_paths(const struct request *request);
void describe_check(const struct request *request);
/* requests_bench.c: words for readings and devices. */
void do_ack(const struct request *request);
void do_device(const struct request *request);
/* The number of a live run that uses this device, 0 = none. */
unsigned device_used_by(const struct pl_engine *engine, int device);
/* Nobody who could be disturbed uses it: PL_ERR_RUN_ACTIVE, PL_ERR_PERMISSION. */
enum pl_status device_is_free(const struct pl_engine *engine, const struct session *session,
			      int device, struct pl_error *error);

/* obituary.c: says what is known of an engine that died with the lock of this workspace. */
void obituary_write(struct pl_engine *engine);

/* ---- actors ---- */

struct actor;
struct actor_ops {
	const char *name;
	bool shares;	   /* may go on beside a run and beside others: it changes nothing */
	bool keeps_engine; /* shares, and yet the engine ends only after it */
	bool is_for_asker; /* worth nothing without the one who asked: cancelled when he is gone */
	void (*on_answer)(struct actor *actor, const struct pl_bus_answer *answer);
	void (*on_ack)(struct actor *actor, const struct pl_write_ack *ack);
	/* STATE: a device is up and its settings read back, could not be opened (PL_BUS_CLOSED), or
	 * was lost. RESTARTED: it forgot its settings. */
	void (*on_device)(struct actor *actor, const struct pl_bus_event *event);
	void (*on_timer)(struct actor *actor);
	/* ^C, SIGTERM, or nobody waits for it any more. Ends now or soon, and answers. */
	void (*cancel)(struct actor *actor);
	void (*free)(struct actor *actor);
};

struct actor {
	const struct actor_ops *ops;
	struct pl_engine *engine;
	struct actor *next;
	struct asker asker;
	int64_t timer_ns; /* PL_NEVER = none */
	bool is_over;	  /* freed at the end of the turn */
};

void actor_add(struct pl_engine *engine, struct actor *actor, const struct actor_ops *ops,
	       struct asker asker);
/* Frees those that are over. Never from within one. */
void actors_reap(struct pl_engine *engine);
void actors_cancel(struct pl_engine *engine);
/* The session is gone: so are those who worked for it alone. */
void actors_orphan(struct pl_engine *engine, uint64_t session);

/* ---- live.c ---- */

enum setting_origin { SETTING_UNKNOWN, SETTING_KEPT, SETTING_CONFIRMED, SETTING_READ_BACK };

struct setting {
	double value; /* NaN = unknown */
	enum setting_origin origin;
	int64_t t_utc_ns;
};

/* A parameter of a device or of a channel. */
struct live_row {
	struct pl_target target;
	const struct pl_parameter *parameter;
	struct pl_reading last; /* t 0 = never read */
	bool is_setting;	/* it can be written, and is a number */
	struct setting known;
};

#define HISTORY 128
struct sample {
	int64_t t_ns;
	uint64_t events, bytes;
	uint64_t hits[PL_SERIES_MAX];
};

enum live_phase {
	LIVE_CLOSED,  /* not asked for */
	LIVE_OPENING, /* asked for, no answer yet */
	LIVE_READING, /* open; its settings are being read back */
	LIVE_UP,
	LIVE_FAILED, /* could not be opened; error says why */
	LIVE_LOST,
};

struct live_device {
	const struct pl_device *device;
	struct pl_bus *bus; /* shared by the devices of one port */
	int first;	    /* the device it was started for, by position in the bench */
	int *others;	    /* of the first: the others */
	enum live_phase phase;
	struct pl_identity identity;
	char path[160];
	struct pl_error error; /* of LIVE_FAILED and LIVE_LOST */
	bool is_let_go;	       /* somebody wants its port: nobody connects it without need */
	uint64_t waiting_id;   /* of the open or read-back under way */
	size_t read_back_next; /* row */
	int64_t retry_ns;      /* when to open again, PL_NEVER = no */
	unsigned refusals;     /* openings in a row that failed */
	struct live_row *rows; /* of the device, then of each channel */
	size_t row_count;
	struct sample history[HISTORY];
	size_t history_count, history_next;
	struct sample now;
	uint64_t strays, lost_events;
	struct trace *trace; /* NULL: it is not traced */
	uint64_t errors, retries;
	int64_t latency_ns;
};

/* Posts to the bus of the request's device with a fresh id, kept in request->id. False: full. */
bool engine_post(struct pl_engine *engine, struct pl_bus_request *request);
enum pl_status live_start(struct pl_engine *engine, struct pl_error *error);
void live_stop(struct pl_engine *engine);
/* The bus of its port is its own: rings are drained, threads started and ended by these alone. */
bool live_has_bus(const struct pl_engine *engine, size_t device);
/* Asks for the device to be open; on_device tells when. One that could not be opened is tried
 * once more now. */
void live_want(struct pl_engine *engine, int device);
/* Its port is closed and stays so until somebody wants it. False: the bus takes nothing now. */
bool live_let_go(struct pl_engine *engine, int device);
const char *live_phase_name(enum live_phase phase); /* as in a snapshot */
/* A lost device is closed and opened: another one in its place is taken too. */
void live_take(struct pl_engine *engine, int device);
void live_on_answer(struct pl_engine *engine, const struct pl_bus_answer *answer);
void live_on_time(struct pl_engine *engine, int64_t now_ns);
int64_t live_next_time(const struct pl_engine *engine);

/* ---- live_events.c ---- */

void live_drain(struct pl_engine *engine); /* the event rings */
void live_drain_device(struct pl_engine *engine, int device);
/* in live.c */
void live_state_changed(struct pl_engine *engine, int device, const struct pl_bus_event *event);
void live_tell_actors(struct pl_engine *engine, const struct pl_bus_event *event);

/* ---- trace.c ---- */

struct trace;
/* What cannot be traced is said, and stops nothing. */
void trace_start(struct pl_engine *engine, int device);
void trace_drain(struct pl_engine *engine, int device);
void trace_stop(struct pl_engine *engine, int device); /* before its bus stops */

/* ---- live_rows.c ---- */

/* With what the workspace remembers of settings. False: out of memory. */
bool live_rows_make(struct pl_engine *engine, int device);
/* NULL: there is no such parameter. */
struct live_row *live_row(const struct pl_engine *engine, struct pl_target target);
void live_forget(struct live_device *live); /* settings are no longer sure */
/* A setting was confirmed (NaN: has become unknown). keep: it outlasts the act and goes into the
 * state file; run 0 = outside a run. */
void live_confirmed(struct pl_engine *engine, struct pl_target target, double value, bool keep,
		    unsigned run, const char *actor);

/* ---- alarms.c ---- */

struct alarms;
bool alarms_make(struct pl_engine *engine); /* false: out of memory */
/* A reading came: its level, and what follows from that. */
void alarms_read(struct pl_engine *engine, struct pl_target target,
		 const struct pl_reading *reading);
void alarms_taken_in_hand(
    struct pl_engine *engine); /* somebody paused, resumed or stopped the run */
int64_t alarms_next_time(const struct pl_engine *engine);
void alarms_on_time(struct pl_engine *engine, int64_t now_ns);
/* What is not inside, and what was not and nobody has acknowledged. */
struct pl_json *part_alarms(const struct pl_engine *engine);
/* Of this path, NULL = all; how many there were. */
size_t alarms_ack(struct pl_engine *engine, const char *path, const char *who);
/* Of this reading, NULL = none. */
const struct pl_limits *alarms_limits(const struct pl_engine *engine, struct pl_target target);

/* ---- live_values.c ---- */

void live_count(struct live_device *live, const struct pl_bus_event *event);
/* Counts and seconds over the device's rate window (or less, since it is open); false: nothing yet.
 */
bool live_window(const struct live_device *live, int series, uint64_t *hits, double *seconds);
/* The share of the line's time that the bytes of a detector take, over the same window; NaN where
 * the speed of the line is unknown. */
double live_occupancy(const struct live_device *live);
size_t live_series_count(const struct pl_device *device);
const char *live_series_name(const struct pl_device *device, size_t series);

/* ---- run.c ---- */

struct run; /* the run in progress or the last one */
/* args of the word `scan`. Answers by itself. */
void run_begin_scan(struct pl_engine *engine, struct session *session, struct asker asker,
		    const struct pl_json *args);
/* args of the word `resume` when no run is live: takes up a stored one. Answers by itself. */
void run_begin_resume(struct pl_engine *engine, struct session *session, struct asker asker,
		      const struct pl_json *args);
bool run_is_live(const struct pl_engine *engine);
bool run_takes_rows(const struct pl_engine *engine); /* its files are open */
unsigned run_number(const struct pl_engine *engine);
const char *run_actor(const struct pl_engine *engine);
enum pl_status run_command(struct pl_engine *engine, enum pl_scan_command command,
			   struct pl_error *error);
/* At once, its point taken again; why stands where a pause by hand says "on request". */
enum pl_status run_pause_because(struct pl_engine *engine, const char *why, struct pl_error *error);
/* Answered with the result object when the run is over. */
enum pl_status run_wait(struct pl_engine *engine, struct asker asker, bool follows,
			struct pl_error *error);
/* As one who asked for the end: a run that had written nothing yet has ended well. */
enum pl_status run_wait_stop(struct pl_engine *engine, struct asker asker, struct pl_error *error);
struct pl_json *run_snapshot(struct pl_engine *engine, int64_t now_ns);
/* Events {part:[…]} and the answer, as fast as the asker takes them. */
void run_points(struct pl_engine *engine, struct asker asker, int64_t from);
void run_free(struct pl_engine *engine);

/* ---- meant.c ---- */

struct record; /* a recording in progress: record.h */

/* One of the two. */
struct meant {
	struct run *run;
	struct record *record;
};

/* Which run a word means: that of its number, else the scan, else the only recording.
 * PL_ERR_NOT_RUNNING; PL_ERR_USAGE naming them when several recordings are left. */
enum pl_status run_meant(const struct pl_engine *engine, const struct pl_json *args,
			 struct meant *out, struct pl_error *error);
/* The same, but the scan that is over already will do. */
enum pl_status run_meant_or_last(const struct pl_engine *engine, const struct pl_json *args,
				 struct meant *out, struct pl_error *error);
/* PL_ERR_RUN_ACTIVE when a recording stores the events of this device: its window stays open, and
 * nothing else can be asked of it. */
enum pl_status records_leave(const struct pl_engine *engine, int device, struct pl_error *error);

/* ---- record*.c ---- */

/* args of the word `record`. Answers by itself. */
void record_begin(struct pl_engine *engine, struct session *session, struct asker asker,
		  const struct pl_json *args);
/* ^C in the terminal of a foreground `record`: false when this process has no such word. */
bool record_stop_local(struct pl_engine *engine);
/* A line of a device that no parser took, into the recordings of it. */
void records_stray(struct pl_engine *engine, int device, struct pl_write *message);
/* What happened to the clocks; message: its audit row. */
void records_clock(struct pl_engine *engine, int64_t stepped_ns, int64_t suspended_ns,
		   struct pl_write *message);
struct pl_json *part_runs(struct pl_engine *engine, bool *is_cut);
struct pl_json *part_recordings(const struct pl_engine *engine, bool *is_cut);

/* ---- jobs ---- */

/* PL_ERR_BUSY while the engine is about to end. */
enum pl_status engine_is_staying(const struct pl_engine *engine, struct pl_error *error);
/* A word that changes or uses devices: refused while a run or another such word is active, for a
 * view that only watches, and while the engine stops. */
enum pl_status engine_may_act(const struct pl_engine *engine, const struct session *session,
			      struct pl_error *error);

void job_get(struct pl_engine *engine, struct session *session, struct asker asker,
	     const struct pl_json *args);
void job_set(struct pl_engine *engine, struct session *session, struct asker asker,
	     const struct pl_json *args);
void job_count(struct pl_engine *engine, struct session *session, struct asker asker,
	       const struct pl_json *args);
void job_count_end(struct pl_engine *engine, const struct session *session, struct asker asker);
void job_tune(struct pl_engine *engine, struct session *session, struct asker asker,
	      const struct pl_json *args);
bool tune_is_live(const struct pl_engine *engine);
void job_tune_do(struct pl_engine *engine, struct session *session, struct asker asker,
		 const struct pl_json *args);
void job_device(struct pl_engine *engine, struct session *session, struct asker asker,
		const struct pl_json *args);
void job_note(struct pl_engine *engine, struct session *session, struct asker asker,
	      const struct pl_json *args);

/* ---- logbook.c ---- */

#define LOGBOOK_LINES 512
struct log_line {
	uint64_t n;
	int64_t t_utc_ns;
	enum pl_log_level level;
	char text[240];
};
struct logbook {
	uint64_t next; /* number of the next line, from 1 */
	struct log_line lines[LOGBOOK_LINES];
};
void engine_log(struct pl_engine *engine, enum pl_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* From line *next on, of the last `most`, as many as fit `room` bytes; *next: the first one after
 * them. */
struct pl_json *logbook_since(const struct logbook *book, uint64_t *next, size_t most, size_t room);

/* ---- whys.c ---- */

enum why_kind { WHY_PAUSE, WHY_RETRY, WHY_GAP, WHY_REFUSAL };
#define WHYS 24
struct why {
	enum why_kind kind;
	int64_t t_utc_ns; /* the last time */
	uint64_t times;
	char text[200];
};
struct whys {
	size_t count; /* since the start; the last WHYS of them are kept */
	struct why items[WHYS];
};
void engine_why(struct pl_engine *engine, enum why_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A row that tells of a pause or of a write that failed; others are ignored. */
void engine_why_of_audit(struct pl_engine *engine, const struct pl_audit_entry *row);
struct pl_json *part_whys(const struct pl_engine *engine); /* the newest first */

/* ---- disk_watch.c ---- */

struct disk_watch {
	int64_t next_ns;
	double free_bytes; /* NaN = not known: a network may hold up who asks */
};
/* {free_bytes}: rounded to two digits, asked for once in ten seconds. */
struct pl_json *part_disk(struct pl_engine *engine, int64_t now_ns);

/* An act outside a run, for the bench's audit: attach, detach, connect, lost. */
void engine_audit(struct pl_engine *engine, const char *actor, const char *action,
		  const char *target, const char *status, const char *detail);

/* ---- unfinished.c ---- */

/* The newest run of the bench when it did not reach its end; number 0 = it did, or there is none.
 */
struct unfinished {
	unsigned number;
	char name[PL_NAME_SIZE], state[16]; /* interrupted or crashed */
	int64_t done, planned;
};
void unfinished_look(struct pl_engine *engine);
void unfinished_ended(struct pl_engine *engine, const struct pl_run_head *head,
		      const struct pl_run_status *status);
/* Parts of a snapshot; NULL = nothing of the kind. */
struct pl_json *part_unfinished(const struct pl_engine *engine);
struct pl_json *part_pending(const struct pl_engine *engine);

/* ---- snapshot_parts.c ---- */

/* Items that fit `room` bytes; *is_cut is set when some do not. */
struct part_list {
	struct pl_json *items;
	size_t room;
	bool is_cut;
};
struct pl_json *part_bench(struct pl_engine *engine);
struct pl_json *part_scans(const struct pl_engine *engine, bool *is_cut);
struct pl_json *part_devices(const struct pl_engine *engine, bool *is_cut);
/* *ages: seconds since each of them was taken, in their order; null: a setting, or a rate. */
struct pl_json *part_readings(const struct pl_engine *engine, int64_t now_ns, struct pl_json **ages,
			      bool *is_cut);
struct pl_json *part_counters(const struct pl_engine *engine, bool *is_cut);
/* Takes item over. False: it was one too many. */
bool part_add(struct part_list *list, struct pl_json *item);

/* ---- snapshot.c ---- */

/* One line's worth; log_next NULL: without the log. *ages: what goes on by itself, to be added as
 * "ages", NULL when there are no readings; ages NULL: it is in the snapshot already. */
struct pl_json *snapshot_make(struct pl_engine *engine, unsigned parts, uint64_t *log_next,
			      struct pl_json **ages);
/* To every view that has drawn the last one and would see something new. */
/* Returns when to look again. */
int64_t snapshots_send(struct pl_engine *engine, int64_t now_ns);

/* ---- form_rows.c ---- */

/* The rows of a scan or a recording for a form, with what a view began with before. */
struct pl_json *form_scan(const struct pl_engine *engine, const struct pl_scan *scan);
struct pl_json *form_record(const struct pl_engine *engine, const struct pl_recording *recording);
/* A view began with these args; kind: "scans" or "recordings". */
void form_remember(struct pl_engine *engine, const struct session *session, const char *kind,
		   const char *name, const struct pl_json *args);

/* ---- signals.c ---- */

enum pl_status signals_open(struct pl_engine *engine, struct pl_error *error);
void signals_take(struct pl_engine *engine);

/* ---- loop.c ---- */

void engine_loop(struct pl_engine *engine); /* until it is over */

/* ---- bench_watch.c ---- */

struct bench_watch {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec written;
	bool is_other;	 /* the file no longer says what the engine lives with */
	int64_t next_ns; /* 0: at once */
};
void bench_look(struct pl_engine *engine);

/* ---- engine.c ---- */

enum part {
#define PL_PART_ENUM(code, name) code,
	PL_PART_LIST(PL_PART_ENUM)
#undef PL_PART_ENUM
	    PART_COUNT
};
#define PARTS_ALL ((1u << PART_COUNT) - 1) /* a bit per part */

struct pl_engine {
	const struct pl_engine_options *options;
	const struct pl_bench *bench;
	struct pl_disk disk;
	struct pl_workspace workspace;
	struct pl_writer *writer;
	struct pl_log *log;
	struct logbook book;
	struct whys whys;
	struct pl_queue *answers;
	struct live_device *devices; /* as bench->devices */
	struct pl_kept *kept;	     /* the state file at start */
	size_t kept_count;
	struct pl_pending pending; /* settings an earlier run owes the bench */
	struct unfinished unfinished;
	struct pl_json *forms; /* form_rows.c: what views began with, NULL = nothing yet */
	struct session *sessions;
	struct session *local; /* the word of this process, NULL once answered */
	uint64_t last_session;
	struct actor *actors;
	struct clock_watch clock;
	struct alarms *alarms;
	struct child *children; /* programs of the user's, while they run */
	struct reader *reader;	/* NULL: nothing was read yet */
	struct run *run;
	struct record *records; /* in the order of their start */
	uint64_t last_bus_id;
	int listen_fd, signal_fd;
	int64_t started_utc_ns;
	int64_t alone_since_ns; /* no session and no run; PL_NEVER = not alone */
	int64_t next_snapshot_ns, next_socket_check_ns;
	struct bench_watch watch;
	struct disk_watch disk_watch;
	int64_t accept_after_ns;	       /* short of descriptors until then; 0 = no */
	char saved[PL_PROTOCOL_SAVED_MAX + 1]; /* what the last view left for the next */
	int interrupts;			       /* INT signals since the run last went on */
	char end_text[120]; /* why it ends, for the views; empty = its work is done */
	bool is_stopping;   /* TERM: end when nothing is running */
	int exit_status;
	enum pl_status told_status; /* of the last row that was not written */
	int64_t told_ns;
};

#endif
