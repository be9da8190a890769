/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a recording, and of the limits of a reading. */
#include "config/rows_record.h"

#include "config/bench.h"

#define YEAR	 (365 * 86400.0)
#define AT(s, f) offsetof(struct s, f)

static const char *const overflow_words[] = {"block", "drop_newest", "drop_oldest", NULL};
static const char *const never_words[] = {"no", NULL};
static const char *const auto_words[] = {"auto", NULL};

const struct pl_option pl_record_rows[] = {
    {.key = "rate",
     .type = PL_OPTION_REAL,
     .unit = "Hz",
     .fallback = "",
     .min = 0.001,
     .max = 5000,
     .text = "ticks per second, on a grid that nothing shifts; required with parameters",
     .offset = AT(pl_recording, rate_hz)},
    {.key = "time",
     .type = PL_OPTION_TIME,
     .words = never_words,
     .fallback = "no",
     .min = 0.001,
     .max = 10 * YEAR,
     .text = "how long; no = until stopped",
     .offset = AT(pl_recording, time_ns)},
    {.key = "ticks",
     .type = PL_OPTION_INTEGER,
     .words = never_words,
     .fallback = "no",
     .min = 1,
     .max = 1e12,
     .text = "so many ticks, instead of a time",
     .offset = AT(pl_recording, ticks)},
    {.key = "counts",
     .type = PL_OPTION_INTEGER,
     .words = never_words,
     .fallback = "no",
     .min = 1,
     .max = 1e12,
     .text = "with events: ends when so many are stored",
     .offset = AT(pl_recording, counts)},
    {.key = "buffer",
     .type = PL_OPTION_INTEGER,
     .words = auto_words,
     .fallback = "auto",
     .min = 1,
     .max = 1e6,
     .text = "ticks that fit between a port and the files; auto = those of 4 s, at least 64",
     .offset = AT(pl_recording, buffer)},
    {.key = "overflow",
     .type = PL_OPTION_WORD,
     .words = overflow_words,
     .fallback = "block",
     .text = "when the buffer is full: block does not poll, drop_newest throws the tick just read "
	     "away, drop_oldest the oldest that waits; all are counted",
     .offset = AT(pl_recording, overflow)},
    {.key = "flush",
     .type = PL_OPTION_TIME,
     .fallback = "1 s",
     .min = 0.01,
     .max = 3600,
     .text = "rows are on the disk so soon: what a crash may cost at most",
     .offset = AT(pl_recording, flush_ns)},
    {.key = "raw",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "keep each reply as hex, in jsonl and sqlite",
     .offset = AT(pl_recording, raw)},
    {.key = "reconnect",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "yes",
     .text = "go on when a lost port is back; no: it ends the recording",
     .offset = AT(pl_recording, reconnect)},
    {.key = NULL},
};
const struct pl_config_key pl_record_keys[] = {
    {.key = "parameters",
     .form = "[PATH, …]",
     .fallback = "[]",
     .text = "what is read in each tick: oven.process_value, oven.* for all that can be read of a "
	     "device, of a detector all that comes without asking"},
    {.key = "events",
     .form = "DEVICE",
     .fallback = "",
     .text = "the detector whose events are stored one by one"},
    {.key = "sinks",
     .form = "[csv, jsonl, sqlite]",
     .fallback = "[csv]",
     .text = "the files that are written, side by side"},
    {.key = NULL},
};

#define LIMIT(name, field, what)                                                                   \
	{                                                                                          \
		.key = (name), .type = PL_OPTION_REAL, .unit = "", .fallback = "", .text = (what), \
		.offset = AT(pl_limits, field)                                                     \
	}
const struct pl_option pl_limit_rows[] = {
    LIMIT("lolo", lolo, "below it is an alarm"),
    LIMIT("low", low, "below it is a warning"),
    LIMIT("high", high, "above it is a warning"),
    LIMIT("hihi", hihi, "above it is an alarm"),
    LIMIT("hysteresis", hysteresis, "so far back inside is over; 0 when left out"),
    {.key = NULL},
};
