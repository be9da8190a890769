/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.h - what the files of the bus room share: the bus itself and the calls between them.
 *
 * But for the queues and the ring everything in struct pl_bus belongs to the bus thread. A driver's
 * read, write or probe runs on the thread's stack and comes back to us through its host; so there
 * is one poll round (pl_bus_round) that the idle loop, a counting window and a driver's wait all
 * go through. It reads the line, notes cancels and does the housekeeping; it never starts a
 * request.
 *
 * What belongs to the port is in struct pl_bus, what belongs to a device of it in struct
 * pl_bus_member. A port that is lost takes all its members down; a member that is silent on a port
 * that is up is taken down by itself (shared lines only).
 */
#ifndef BUS_INSIDE_H
#define BUS_INSIDE_H

#include "bus/bus.h"
#include "bus/ticks.h"
#include "bus/window.h"

#include <pthread.h>

#define PL_BUS_REQUESTS	 64
#define PL_BUS_WAITING	 (2 * PL_BUS_REQUESTS)
#define PL_BUS_OWED	 16
#define PL_BUS_READ_SIZE 65536

struct pl_bus_cancel {
	uint64_t id;
	bool is_quit; /* the thread is to end */
};

/* A request taken out of the queue before its turn, because a cancel came. */
struct pl_bus_waiting {
	struct pl_bus_request request;
	bool is_cancelled; /* to be answered so as soon as there is room */
};

/* One place for each parameter of a device and of each of its channels. */
struct pl_bus_slot {
	struct pl_target target;
	const struct pl_parameter *row;
	bool is_watched;		  /* it has limits: asked for even if it is not shown */
	bool is_unsupported;		  /* said the device; not asked again until reconnect */
	char unsupported[PL_REASON_SIZE]; /* how it said so */
	bool is_fresh;			  /* came unasked and was not passed on yet */
	unsigned recorded;		  /* recordings that ask for it */
	int64_t told_ns;		  /* its newest reading of a tick */
	struct pl_reading reading;
};

/* One device of the port. */
struct pl_bus_member {
	struct pl_bus *bus;
	const struct pl_device *device;
	int index; /* in the bench */
	struct pl_host host;
	void *driver;		 /* its state, from before the probe until it is lost or closed */
	enum pl_bus_state state; /* as last told */
	struct pl_error loss;	 /* why */
	struct pl_identity identity;
	/* Silent on a port that is up: when it is probed again. PL_NEVER: it is not waiting. */
	unsigned attempt;
	int64_t retry_ns;
	unsigned found_count; /* times that it was */
	int64_t found_ns;     /* it took so long, the last time; 0 = it never was */

	/* what came */
	uint64_t events_count, bytes, strays;
	struct pl_tally tally;
	bool is_changed; /* since the last counters event */
	int64_t told_ns; /* time of that */
	int64_t stray_second_ns;
	unsigned stray_shown;
	uint64_t stray_hidden;

	struct pl_bus_slot *slots;
	size_t slot_count;
	struct pl_sample *asked; /* by a refresh, when the driver reads several at once */
	struct pl_bus_slot *carried[PL_CARRIED_MAX]; /* of pl_event.carried */
	size_t carried_count;
	struct {
		int64_t t_ns; /* 0: none since it was last passed on */
		double value;
	} newest[PL_CARRIED_MAX];
	size_t refresh_next;
	int64_t refresh_ns; /* when; PL_NEVER: nothing to ask */
	/* The last one took so long: of all that is shown, of what has limits alone; 0 = not known.
	 */
	int64_t refresh_takes_ns, limits_take_ns;
};

struct pl_bus {
	struct pl_bus_setup setup;
	struct pl_queue *requests; /* of struct pl_bus_request */
	struct pl_queue *cancels;  /* of struct pl_bus_cancel */
	struct pl_ring *events;	   /* of struct pl_bus_event */
	struct pl_ring *frames;	   /* of struct pl_bus_frame, NULL without trace */
	struct pl_bus_frame frame; /* not pushed yet */
	int64_t frame_ns;	   /* CLOCK_MONOTONIC of its last byte */
	pthread_t thread;

	/* the line */
	struct pl_bus_member *members;
	size_t member_count;
	bool is_shared;		     /* devices are told apart by an address */
	struct pl_bus_member *asker; /* its driver waits for bytes */
	struct pl_bus_member *busy;  /* something of it is on the stack */
	struct pl_port *port;	     /* NULL: not open */
	bool is_lost;		     /* seen; taken down when no driver call is on the stack */
	struct pl_error loss;	     /* why */
	struct pl_port_identity port_identity; /* of the first open, until PL_BUS_CLOSE */
	int64_t last_byte_ns;		       /* sent or come; 0 = none since it was opened */
	unsigned attempt;
	int64_t retry_ns; /* PL_NEVER: not waiting */

	/* requests */
	bool is_quitting;
	bool is_idle;	   /* nothing is on the stack but the loop: a request may begin */
	bool is_cancelled; /* what is on the stack is to end */
	bool has_current;
	uint64_t current; /* id of the request under way */
	struct pl_bus_waiting waiting[PL_BUS_WAITING];
	size_t waiting_count;
	bool has_kept; /* an answer without room in the answers queue */
	struct pl_bus_answer kept;

	/* recordings */
	struct pl_bus_recording *recordings;
	bool has_ticked;   /* in the last turn: now others have theirs */
	const char *holds; /* what has the line instead of a tick ("writing"); NULL = nothing */
	/* Where it cannot be done between two ticks, not before: */
	int64_t next_probe_ns, next_limits_ns;
	int64_t cut_ns; /* a probe has to end then; PL_NEVER: it has the time it takes */

	/* a window */
	struct pl_bus_member *counting; /* whose events it counts; NULL: there was none yet */
	struct pl_counting window;
	int64_t dry_ns;		   /* see pl_line_read */
	bool tells_events;	   /* those of the window */
	struct pl_bus_event batch; /* of them, not told yet */

	struct pl_bus_event owed[PL_BUS_OWED]; /* that found no room in the ring, oldest first */
	size_t owed_count;

	unsigned char buffer[PL_BUS_READ_SIZE];
};

static inline int64_t pl_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* thread.c */
void *pl_bus_thread(void *bus);
/* Waits for bytes, a cancel or the deadline, whatever is first. */
void pl_bus_round(struct pl_bus *bus, int64_t deadline_ns);
void pl_bus_take_cancels(struct pl_bus *bus);

/* member.c: the devices of a port. */
enum pl_status pl_members_init(struct pl_bus *bus, struct pl_error *error);
void pl_members_fini(struct pl_bus *bus);
/* Of a target; NULL: it is not on this bus. A bus of one device takes every target for its own. */
struct pl_bus_member *pl_members_find(struct pl_bus *bus, int device);
bool pl_members_any(const struct pl_bus *bus, enum pl_bus_state state);
/* Is open or is to be again: the port is kept for it. */
bool pl_member_is_wanted(const struct pl_bus_member *member);
/* The device's state on the open port: driver opened, probed, identity compared. */
enum pl_status pl_member_find_out(struct pl_bus_member *member, struct pl_error *error);
void pl_member_take_down(struct pl_bus_member *member); /* closes its driver */
void pl_member_up(struct pl_bus_member *member);
/* Silent while the port is up: it is taken down and probed again later. Nothing of it is on the
 * stack. */
void pl_member_lose(struct pl_bus_member *member, const struct pl_error *why);
/* What a read or a tick came to: a device of a shared line that does not answer is lost. */
void pl_member_heard(struct pl_bus_member *member, enum pl_status status,
		     const struct pl_error *why);
/* The silent device that is to be probed first; NULL: none waits. */
struct pl_bus_member *pl_members_waiting(const struct pl_bus *bus);
/* It is, once. */
void pl_member_retry(struct pl_bus_member *member);

/* probe.c: when, and for how long, beside recordings whose next slot is due at due_ns (PL_NEVER:
 * there are none). When; PL_NEVER: nobody waits, or not before the next tick was taken. */
int64_t pl_probe_ns(const struct pl_bus *bus, int64_t now_ns, int64_t due_ns);
void pl_probe(struct pl_bus *bus, int64_t now_ns, int64_t due_ns);

/* request.c: what each verb does. */
void pl_bus_perform(struct pl_bus *bus, const struct pl_bus_request *request);
/* A recording, whatever is under way; answered here only when it is refused. */
void pl_bus_begin_recording(struct pl_bus *bus, const struct pl_bus_request *request);
/* PL_ERR_LOST when the device is not up. */
enum pl_status pl_bus_need_line(const struct pl_bus_member *member, struct pl_error *error);

/* waiting.c: requests before their turn, and answers. */
bool pl_bus_next(struct pl_bus *bus, struct pl_bus_request *out);
struct pl_bus_answer pl_bus_answer_to(const struct pl_bus_request *request);
void pl_bus_answer(struct pl_bus *bus, const struct pl_bus_answer *answer);
/* The recordings among those that wait, while another request is under way. */
void pl_bus_begin_recordings(struct pl_bus *bus);
/* Answers what a lost device cannot do; PL_BUS_CLOSE ends what is on the stack. */
void pl_bus_refuse(struct pl_bus *bus);
void pl_bus_cancel_waiting(struct pl_bus *bus, uint64_t id);
/* Answers that found no room; false when there still is none. */
bool pl_bus_flush(struct pl_bus *bus);
void pl_bus_cancel_all(struct pl_bus *bus); /* at the end, as far as there is room */

/* count.c */
enum pl_status pl_bus_count(struct pl_bus_member *member, const struct pl_window *rule,
			    struct pl_count *out, struct pl_error *error);
/* How far CLOCK_BOOTTIME is before CLOCK_MONOTONIC: the machine was suspended so long. */
int64_t pl_skew_at_most_ns(void);
int64_t pl_skew_at_least_ns(void);

/* line.c */
/* Opens the port, when no other device of it has, and the device. */
enum pl_status pl_line_open(struct pl_bus_member *member, struct pl_error *error);
/* Closes the device, and the port with the last one. */
void pl_line_close(struct pl_bus_member *member);
void pl_line_lose(struct pl_bus *bus); /* after is_lost */
void pl_line_retry(struct pl_bus *bus);
/* line_port.c. Not open: bus->port stays NULL. */
enum pl_status pl_line_open_port(struct pl_bus *bus, struct pl_error *error);
/* Line speed where the bench file gives none: the profile's, else the driver's. */
int pl_line_usual_baud(const struct pl_device *device);
/* The port anew under the drivers' states; PL_ERR_LOST, PL_ERR_CANCELLED: it is lost then. */
enum pl_status pl_line_reopen(struct pl_bus *bus, struct pl_error *error);
/* Reads until there is nothing (EAGAIN) and feeds the driver; how many bytes. dry_ns is the clock
 * before the read that found nothing: all that had come until then has been read. */
size_t pl_line_read(struct pl_bus *bus);
void pl_line_lost(struct pl_bus *bus, const struct pl_error *why); /* note it */
int64_t pl_line_baud(const struct pl_bus *bus);			   /* 0 = unknown */

/* host.c */
void pl_host_init(struct pl_bus_member *member);

/* tell.c: events to the ring. */
void pl_tell_state(struct pl_bus_member *member, enum pl_bus_state state,
		   const struct pl_error *why);
void pl_tell_note(struct pl_bus_member *member, enum pl_bus_event_kind kind,
		  enum pl_note_level level, const char *text);
void pl_tell_stray(struct pl_bus_member *member, const char *bytes, size_t count, const char *why);
void pl_tell_reading(struct pl_bus_member *member, struct pl_target target,
		     const struct pl_reading *reading);
/* States and restarts that found no room in the ring. */
void pl_tell_owed(struct pl_bus *bus);
/* What is due: counters, unasked readings, hidden strays. When the next is due: PL_NEVER = none. */
void pl_tell_due(struct pl_bus *bus, int64_t now_ns);
int64_t pl_tell_next(const struct pl_bus *bus);

/* tell_events.c: each event of a window that wants them. */
void pl_tell_events_begin(struct pl_bus *bus, bool is_wanted);
void pl_tell_event(struct pl_bus *bus, const struct pl_event *event);
void pl_tell_events(struct pl_bus *bus);	 /* what is together so far */
uint32_t pl_tell_events_end(struct pl_bus *bus); /* how many found no room */

/* trace.c: what goes over the line, when it is traced. */
void pl_trace_bytes(struct pl_bus *bus, bool is_sent, const void *bytes, size_t count);
void pl_trace_rest(struct pl_bus *bus); /* what waits for its newline */
void pl_trace_due(struct pl_bus *bus, int64_t now_ns);

/* slots.c: parameters by position, and asking for them unasked. */
void pl_slots_init(struct pl_bus_member *member);
struct pl_bus_slot *pl_slots_find(struct pl_bus_member *member, struct pl_target target);
void pl_slots_reset(struct pl_bus_member *member); /* the port was opened */
void pl_slots_carried(struct pl_bus_member *member, const struct pl_event *event);
/* Makes readings of the newest carried values. */
void pl_slots_take_carried(struct pl_bus_member *member);
/* What a failed read leaves: no number, and why. */
void pl_slots_make_empty(struct pl_reading *reading, const struct pl_error *error);
bool pl_slots_is_asked(const struct pl_bus_member *member, const struct pl_bus_slot *slot);
/* Marks what the device does not know. */
void pl_slots_unsupported(struct pl_bus_slot *slot, const char *how);

/* slots_refresh.c: beside recordings whose next slot is due at due_ns (PL_NEVER: there are none).
 * When; PL_NEVER: nothing is to be asked, or not before the next tick was taken. */
int64_t pl_slots_refresh_ns(const struct pl_bus *bus, int64_t now_ns, int64_t due_ns);
void pl_slots_refresh(struct pl_bus *bus, int64_t now_ns, int64_t due_ns);
void pl_slots_hold_off(struct pl_bus_member *member); /* the next refresh is a period away */
void pl_slots_served(struct pl_bus_member *member);   /* a request was */

#endif
