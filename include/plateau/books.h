/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * books.h - what became of every slot of a recording, under the names that users know.
 */
#ifndef PLATEAU_BOOKS_H
#define PLATEAU_BOOKS_H

#include <stdint.h>

/* Why a slot was not polled, why a read failed. name in files */
#define PL_SKIP_LIST(X)                                                                            \
	X(PL_SKIP_OVERRUN, "overrun")		/* the tick before took too long */                \
	X(PL_SKIP_BLOCKED, "blocked")		/* the queue to the sinks was full */              \
	X(PL_SKIP_DISCONNECTED, "disconnected") /* no port, or every device silent */              \
	X(PL_SKIP_SUSPENDED, "suspended")	/* the machine slept */                            \
	X(PL_SKIP_BUSY, "busy") /* the line was held: writing, counting, probing, … */           \
	X(PL_SKIP_UNSUPPORTED, "unsupported") /* the devices know nothing of it */
enum pl_skip {
#define PL_SKIP_ENUM(code, name) code,
	PL_SKIP_LIST(PL_SKIP_ENUM)
#undef PL_SKIP_ENUM
	    PL_SKIPS
};
const char *pl_skip_name(enum pl_skip skip);

#define PL_READ_FAULT_LIST(X)                                                                      \
	X(PL_READ_UNANSWERED, "unanswered")                                                        \
	X(PL_READ_PROTOCOL, "protocol") /* CRC, unit, function, count, a late reply */             \
	X(PL_READ_REFUSED, "refused")	/* an exception of the device */                           \
	X(PL_READ_UNSUPPORTED, "unsupported")                                                      \
	X(PL_READ_INVALID, "invalid") /* an answer that is no value: N/A, sensor error */          \
	X(PL_READ_OVER, "over")                                                                    \
	X(PL_READ_LOST, "lost")
enum pl_read_fault {
#define PL_READ_FAULT_ENUM(code, name) code,
	PL_READ_FAULT_LIST(PL_READ_FAULT_ENUM)
#undef PL_READ_FAULT_ENUM
	    PL_READ_FAULTS
};
const char *pl_read_fault_name(enum pl_read_fault fault);

/* Of a whole recording: the sum over its buses. Each slot of each bus is in exactly one of on_time,
 * late, skipped, failed and dropped (bus/tick.h says what they mean). */
struct pl_record_books {
	uint64_t on_time, late, failed, dropped, skipped[PL_SKIPS];
	uint64_t reads_ok, reads_failed[PL_READ_FAULTS];
	uint64_t samples_emitted; /* on_time + late + failed */
	uint64_t samples_late;	  /* skipped + dropped */
	uint64_t rows, gaps;	  /* as written */
	uint64_t rows_lost; /* of both, that no disk took before the end; a sink's that lost most */
	uint64_t events;    /* of the detector, when its events are stored */
	double max_drift_ms, tick_duration_ms_p50, tick_duration_ms_p99;
	int64_t started_utc_ns, finished_utc_ns; /* of the first slot; 0 = not yet */
	uint32_t disconnects;
};

#endif
