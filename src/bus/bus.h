/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bus.h - one port and the thread that owns it.
 *
 * All I/O of a port happens in its bus thread. Others talk to it by messages by value: requests go
 * in through a bounded queue and each is answered exactly once through the answer queue given at
 * start; what happens unasked (events, lost port, stray lines) comes through a ring that counts its
 * losses. The bus thread alone takes the ends of a counting window. It never sleeps on anybody: if
 * a queue it fills is full, counted loss (ring), or the answer, the state, the restart is kept
 * until there is room.
 *
 * A bus carries every device of its port: one detector, or several instruments that are told apart
 * by an address. The port is opened with the first of them and closed with the last; each has its
 * own state. On a line that devices may share (shares_line) one that does not answer a read, while
 * the port is up, is PL_BUS_LOST (probed again after 0.5 1 2 5 10 30 s, …) and the others go on at
 * their full rate; one that does not answer its PL_BUS_OPEN stays closed. What comes while no
 * driver waits for it is told as stray there. A probe beside recordings takes no slot of theirs
 * where it fits between two, and a fiftieth of the line at most where it does not. A port that is
 * lost is lost to all. A port that is
 * lost after it was open is tried again after 0.5 1 2 5 10 30 s, …, 30 s until it is back or
 * PL_BUS_CLOSE; each change of state is a PL_BUS_STATE event. While it waits it costs no CPU. Until
 * it is back the state stays PL_BUS_LOST (told again when the reason changes), and PL_BUS_READ,
 * WRITE and COUNT are answered PL_ERR_LOST at once, or within the 5 s that connecting may take when
 * a try is under way over TCP. Back is only what has the serial number of before, as far as adapter
 * and device tell one; PL_BUS_CLOSE and PL_BUS_OPEN take another one.
 */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "bus/tick.h"
#include "config/bench.h"
#include "plateau/driver.h"
#include "port/port.h"

#include "base/queue.h"
#include "base/ring.h"

#define PL_BUS_TEXT_SIZE 240

enum pl_bus_verb {
	PL_BUS_OPEN,  /* open the port and probe; answered when that is known */
	PL_BUS_CLOSE, /* close the port, stop retrying */
	PL_BUS_READ,
	PL_BUS_WRITE, /* one write, confirmed by content; no retries */
	PL_BUS_COUNT, /* drain, t0, count until t1, answer */
	/* Ticks until the last, a cancel or a refusal; answered then, with its books. Begins at
	 * once, while another request is under way too. */
	PL_BUS_RECORD,
};

/*
 * When a window closes. TIME: at t0 + time_ns. COUNTS and ERROR: with the event that brings the
 * last of the watched series to its n counts (ERROR: n = ceil(1 / error^2)); what lies behind it,
 * in the same read() too, belongs to no window. n hits in a window that the n-th one ended make the
 * unbiased rate (n-1)/t. Three windows of such a rule end by the clock instead, and theirs is the
 * plain n/t: all counts were there before min_ns (closes there, stop rule TIME), they were not at
 * max_ns (MAX_TIME; an event from then on closes nothing), and nothing fired in any watched series
 * until zero_rate_ns, or min_ns if that is later (ZERO_RATE: the rate is below 3/t at 95 %). With
 * min and max the mean over many windows is the true rate still; zero_rate takes off what those
 * would have brought that had no hit until then.
 */
struct pl_window {
	int64_t discard_ns; /* read and thrown away first */
	struct pl_dwell dwell;
	/* COUNTS, ERROR: a bit per series (channels, then coincidences); the window closes when
	 * each of them has its counts. */
	uint32_t watched;
	bool wants_events; /* PL_BUS_EVENT_EVENTS for each event of the window */
};

struct pl_bus_request {
	uint64_t id; /* the sender's; comes back in the answer */
	enum pl_bus_verb verb;
	struct pl_target target; /* device: position in the bench */
	double value;
	struct pl_window window;
	struct pl_bus_record record; /* RECORD; target.device is any device of the bus */
};

/* Mean and spread of a carried reading over a window. */
struct pl_spread {
	uint64_t count;
	double mean, m2, min, max;
};

struct pl_count {
	int64_t t0_ns, t1_ns; /* CLOCK_MONOTONIC; an event belongs to [t0, t1) */
	int64_t t0_utc_ns;
	int64_t gap_ns; /* the machine was suspended so long; CLOCK_MONOTONIC stood still */
	enum pl_stop_rule stop_rule;
	int last_series; /* COUNTS, ERROR: the one whose count closed it; else -1 */
	uint32_t untold; /* wants_events: events without room in the ring; they are counted here */
	uint64_t events, bytes, strays;
	uint64_t hits[PL_SERIES_MAX]; /* channels in order, then coincidences */
	double device_dead_s;	      /* sum of what the device reported, NaN = tells none */
	double occupancy;	      /* of the line, NaN where the baud is unknown */
	struct pl_spread carried[PL_CARRIED_MAX];
};

struct pl_bus_answer {
	uint64_t id;
	enum pl_bus_verb verb;
	struct pl_target target;
	enum pl_status status;
	struct pl_error error;
	union {
		struct pl_identity identity;   /* PL_BUS_OPEN */
		struct pl_reading reading;     /* PL_BUS_READ */
		struct pl_write_report report; /* PL_BUS_WRITE, filled as far as known on failure */
		struct pl_count
		    count; /* PL_BUS_COUNT; what came so far on PL_ERR_LOST, CANCELLED */
	};
};

enum pl_bus_state { PL_BUS_CLOSED, PL_BUS_OPENING, PL_BUS_UP, PL_BUS_LOST };

enum pl_bus_event_kind {
	PL_BUS_EVENT_STATE,
	PL_BUS_EVENT_COUNTERS, /* every 100 ms while something changes, every 1 s otherwise */
	/* At once when polled (device->refresh_ns, while nothing else is asked of the device); what
	 * came unasked as its newest value, every 100 ms. */
	PL_BUS_EVENT_READING,
	/* A line no parser took: for device.log. At most 100 a second, then one note with the exact
	 * number of those left out. */
	PL_BUS_EVENT_STRAY,
	PL_BUS_EVENT_NOTE,
	PL_BUS_EVENT_RESTARTED, /* the device forgot our settings */
	/* Of a window that wants them: when PL_BUS_EVENTS are together, at least every 100 ms, and
	 * all before its answer. An event's UTC is t_utc_ns less its distance to t_mono_ns. */
	PL_BUS_EVENT_EVENTS,
};

#define PL_BUS_EVENTS 5

struct pl_bus_event {
	enum pl_bus_event_kind kind;
	int16_t device;
	int64_t t_mono_ns, t_utc_ns;
	union {
		struct {
			enum pl_bus_state state;
			struct pl_identity identity;
			char path[160];
			char text[PL_BUS_TEXT_SIZE]; /* why it was lost, or empty */
		} state;
		struct { /* since the port was opened */
			uint64_t events, bytes, strays;
			uint64_t hits[PL_SERIES_MAX];
		} counters;
		struct {
			struct pl_target target;
			struct pl_reading reading;
		} reading;
		struct {
			char why[16];
			char
			    text[PL_BUS_TEXT_SIZE]; /* escaped, cut with its true length in bytes */
			uint64_t bytes;
		} stray;
		struct {
			enum pl_note_level level;
			char text[PL_BUS_TEXT_SIZE];
		} note; /* NOTE and RESTARTED */
		struct {
			uint64_t request; /* id of the COUNT */
			uint32_t lost;	  /* of this window so far: there was no room */
			uint16_t count;
			struct pl_event items[PL_BUS_EVENTS];
		} events;
	};
};

/* trace: yes. What went over the line, cut behind each newline, at each change of direction and
 * where it is too long; bytes as they came. */
#define PL_BUS_FRAME_SIZE 240
struct pl_bus_frame {
	int64_t t_utc_ns; /* of its last byte */
	bool is_sent;
	bool goes_on; /* too long: the next one is the rest of it */
	uint16_t count;
	char bytes[PL_BUS_FRAME_SIZE];
};

struct pl_bus_setup {
	const struct pl_device *device; /* immutable, outlives the bus; the first of its port */
	int device_index;		/* in the bench */
	/* The others of the same port, by position in the bench; NULL, 0 = none. Both outlive the
	 * bus. */
	const struct pl_device *bench_devices;
	const int *others;
	size_t other_count;
	struct pl_queue *answers; /* of struct pl_bus_answer, shared by all buses */
};

struct pl_bus;

/* Makes queues and the thread; opens nothing. All signals are blocked in the thread. */
enum pl_status pl_bus_start(const struct pl_bus_setup *setup, struct pl_bus **out,
			    struct pl_error *error);
/* Cancels what is going on, closes the port, joins the thread. */
void pl_bus_stop(struct pl_bus *bus);

/* Any thread. False when the queue is full (64 requests). */
bool pl_bus_post(struct pl_bus *bus, const struct pl_bus_request *request);
/* Any thread; holds until the next post when nobody else posts. */
bool pl_bus_has_room(struct pl_bus *bus);
/* Any thread: the request of this id, waiting or under way, ends now with PL_ERR_CANCELLED. */
void pl_bus_cancel(struct pl_bus *bus, uint64_t id);
/* Consumer side of the events, for the engine thread. */
struct pl_ring *pl_bus_events(struct pl_bus *bus);
/* Likewise of struct pl_bus_frame; NULL without trace: yes of the first device. It is another ring,
 * so that a loud line costs frames, which are counted, and never an event. */
struct pl_ring *pl_bus_frames(struct pl_bus *bus);

#endif
