/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of rows.h; those of a scan stand in rows_scan.c. A key is added there and nowhere
 * else; its field takes it from there. */
#include "config/rows.h"

#include "config/bench.h"
#include "config/rows_record.h"
#include "config/rows_scan.h"

#include <assert.h>
#include <string.h>

#define DAY	 86400.0
#define AT(s, f) offsetof(struct s, f)

static const char *const operator_words[] = {"optional", "required", NULL};
static const char *const model_words[] = {"none", "nonparalyzable", NULL};
static const char *const lost_words[] = {"stop", "skip", NULL};
static const char *const never_words[] = {"no", NULL};
static const char *const auto_words[] = {"auto", NULL};

static const struct pl_config_key no_keys[] = {{.key = NULL}};

static const struct pl_option top_rows[] = {
    {.key = "schema",
     .type = PL_OPTION_INTEGER,
     .fallback = "1",
     .min = 1,
     .max = 1e6,
     .text = "number of this format; this version reads 1",
     .offset = AT(pl_config_top, schema)},
    {.key = "bench",
     .type = PL_OPTION_NAME,
     .text = "name of the bench; begins the names of its files in the workspace",
     .offset = AT(pl_config_top, bench)},
    {.key = "workspace",
     .type = PL_OPTION_PATH,
     .text = "directory that receives everything; --workspace overrides it",
     .offset = AT(pl_config_top, workspace)},
    {.key = "operator",
     .type = PL_OPTION_WORD,
     .words = operator_words,
     .fallback = "optional",
     .text = "whether a run must name who does it (--operator, $PLATEAU_OPERATOR, a prompt)",
     .offset = AT(pl_config_top, operator_rule)},
    {.key = NULL},
};
static const struct pl_config_key top_keys[] = {
    {.key = "parameters",
     .form = "{NAME: VALUE, …}",
     .fallback = "{}",
     .text = "values of the session, usable as \"{NAME}\" in place of any whole value"},
    {.key = "devices",
     .form = "{NAME: {driver: …, port: …}, …}",
     .text = "the instruments of the bench"},
    {.key = "scans", .form = "{NAME: {set: …}, …}", .fallback = "{}", .text = "the scans"},
    {.key = "recordings",
     .form = "{NAME: {rate: 1 Hz, parameters: [PATH, …]}, …}",
     .fallback = "{}",
     .text = "parameters polled at an absolute cadence, events of a detector, or both"},
    {.key = "procedures",
     .form = "{NAME: {…}}",
     .fallback = "{}",
     .text = "several scans, recordings and settings as one",
     .later = true},
    {.key = "publish", .form = "{…}", .fallback = "{}", .text = "reserved", .later = true},
    {.key = "watch", .form = "{…}", .fallback = "{}", .text = "reserved", .later = true},
    {.key = NULL},
};

static const struct pl_option device_rows[] = {
    {.key = "driver",
     .type = PL_OPTION_NAME,
     .text = "what kind of device it is; `plateau drivers` lists them",
     .offset = AT(pl_device, driver_name)},
    {.key = "port",
     .type = PL_OPTION_TEXT,
     .text = "a path (/dev/serial/by-id/…), tcp:HOST:PORT, sim:KIND?OPTIONS or replay:FILE",
     .offset = AT(pl_device, port)},
    {.key = "baud",
     .type = PL_OPTION_INTEGER,
     .words = auto_words,
     .fallback = "auto",
     .min = 50,
     .max = 12e6,
     .text = "line speed in bit/s; auto: the driver's on a real line, unknown on others",
     .offset = AT(pl_device, baud)},
    {.key = "dtr",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "raise the DTR line when the port is opened",
     .offset = AT(pl_device, dtr)},
    {.key = "rts",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "raise the RTS line when the port is opened",
     .offset = AT(pl_device, rts)},
    {.key = "trace",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "log each line sent and received, to DEVICE.trace.log beside plateau.log",
     .offset = AT(pl_device, trace)},
    {.key = "refresh",
     .type = PL_OPTION_REAL,
     .unit = "Hz",
     .words = never_words,
     .fallback = "1 Hz",
     .min = 0.001,
     .max = 100,
     .text = "how often readings are polled for the screen; no = never",
     .offset = AT(pl_device, refresh_hz)},
    {.key = "rate_window",
     .type = PL_OPTION_TIME,
     .fallback = "10 s",
     .min = 0.1,
     .max = 3600,
     .text = "how far back the live rate looks",
     .offset = AT(pl_device, rate_window_ns)},
    {.key = "max_rate",
     .type = PL_OPTION_REAL,
     .unit = "Hz",
     .words = never_words,
     .fallback = "no",
     .min = 0.001,
     .max = 1e9,
     .text = "hits of a channel beyond this rate cannot be: their points are suspect, reason "
	     "implausible; no = any rate may be",
     .offset = AT(pl_device, max_rate_hz)},
    {.key = NULL},
};
static const struct pl_config_key device_keys[] = {
    {.key = "profile",
     .form = "NAME or FILE.yaml",
     .fallback = "",
     .text = "what the instrument is, for drivers that are told by a profile; required by those"},
    {.key = "channels",
     .form = "{NAME: {id: 1, threshold: 300}, …}",
     .fallback = "",
     .text = "the detector's inputs; required for a detector"},
    {.key = "coincidences",
     .form = "{NAME: [CHANNEL, CHANNEL], …}",
     .fallback = "{}",
     .text = "events in which all the named channels fired, counted beside the channels"},
    {.key = "dead_time",
     .form = "{tau: 0 s, error: 0 s, model: none}",
     .fallback = "{}",
     .text = "dead time of the detector, for corrected rates and fits"},
    {.key = "lost",
     .form = "{wait: 10 min, else: stop}",
     .fallback = "{}",
     .text = "what a run does when the device is gone"},
    {.key = "limits", .form = "{…}", .fallback = "{}", .text = "alarm limits", .later = true},
    {.key = "on_alarm",
     .form = "none",
     .fallback = "none",
     .text = "what an alarm does to a run",
     .later = true},
    {.key = "resume_after", .form = "60 s", .fallback = "", .text = "reserved", .later = true},
    {.key = NULL},
};

static const struct pl_option channel_rows[] = {
    {.key = "id",
     .type = PL_OPTION_INTEGER,
     .min = 0,
     .max = 65535,
     .text = "the device's number of the channel",
     .offset = AT(pl_config_channel, id)},
    {.key = "threshold",
     .type = PL_OPTION_REAL,
     .unit = "",
     .fallback = "",
     .text = "its usual threshold, in the driver's unit; shown and used by restore: configured",
     .offset = AT(pl_config_channel, threshold)},
    {.key = NULL},
};

static const struct pl_option dead_time_rows[] = {
    {.key = "tau",
     .type = PL_OPTION_REAL,
     .unit = "s",
     .fallback = "0 s",
     .min = 0,
     .max = 1,
     .text = "dead time after an event",
     .offset = AT(pl_device, dead_time_tau_s)},
    {.key = "error",
     .type = PL_OPTION_REAL,
     .unit = "s",
     .fallback = "0 s",
     .min = 0,
     .max = 1,
     .text = "how well tau is known: its one-sigma error, below tau",
     .offset = AT(pl_device, dead_time_error_s)},
    {.key = "model",
     .type = PL_OPTION_WORD,
     .words = model_words,
     .fallback = "none",
     .text = "how dead time hides events",
     .offset = AT(pl_device, dead_time_model)},
    {.key = NULL},
};

static const struct pl_option lost_rows[] = {
    {.key = "wait",
     .type = PL_OPTION_TIME,
     .fallback = "10 min",
     .min = 0,
     .max = 30 * DAY,
     .text = "how long a paused run waits for the device; with a view attached: no limit",
     .offset = AT(pl_device, lost_wait_ns)},
    {.key = "else",
     .type = PL_OPTION_WORD,
     .words = lost_words,
     .fallback = "stop",
     .text = "what happens then",
     .offset = AT(pl_device, lost_else)},
    {.key = NULL},
};

static const struct pl_config_section sections[] = {
    {.title = "bench", .path = "", .text = "top level", .rows = top_rows, .keys = top_keys},
    {.title = "device",
     .path = "devices.NAME",
     .text = "one instrument; its driver adds keys of its own",
     .rows = device_rows,
     .keys = device_keys},
    {.title = "channel",
     .path = "devices.NAME.channels.NAME",
     .text = "one input of a detector",
     .rows = channel_rows,
     .keys = no_keys},
    {.title = "dead time",
     .path = "devices.NAME.dead_time",
     .text = "dead time of a detector",
     .rows = dead_time_rows,
     .keys = no_keys},
    {.title = "lost",
     .path = "devices.NAME.lost",
     .text = "a device that is gone during a run",
     .rows = lost_rows,
     .keys = no_keys},
    {.title = "scan",
     .path = "scans.NAME",
     .text = "points along one axis",
     .rows = pl_scan_rows,
     .keys = pl_scan_keys},
    {.title = "range",
     .path = "scans.NAME.range",
     .text = "center/nsteps/step, start/stop/step, start/stop/points or list",
     .rows = pl_range_rows,
     .keys = pl_range_keys},
    {.title = "dwell",
     .path = "scans.NAME.dwell",
     .text = "how long a point counts",
     .rows = pl_dwell_rows,
     .keys = no_keys},
    {.title = "settle",
     .path = "scans.NAME.settle",
     .text = "the wait for a reading that moves slowly, in place of a time",
     .rows = pl_settle_rows,
     .keys = no_keys},
    {.title = "readings",
     .path = "scans.NAME.readings",
     .text = "parameters of other devices, read while a window is open",
     .rows = pl_readings_rows,
     .keys = pl_readings_keys},
    {.title = "retry",
     .path = "scans.NAME.retry",
     .text = "writes that fail",
     .rows = pl_retry_rows,
     .keys = no_keys},
    {.title = "hooks",
     .path = "scans.NAME.hooks",
     .text = "programs of the user's around a run; each gets JSON about the run on its input",
     .rows = pl_hook_rows,
     .keys = pl_hook_keys},
    {.title = "recording",
     .path = "recordings.NAME",
     .text = "parameters polled at an absolute cadence, the events of a detector, or both",
     .rows = pl_record_rows,
     .keys = pl_record_keys},
    {.title = NULL},
};

const struct pl_config_section *pl_config_sections(void)
{
	return sections;
}

const struct pl_config_section *pl_config_section(const char *path)
{
	const struct pl_config_section *section = sections;

	while (section->title && strcmp(section->path, path) != 0)
		section++;
	assert(section->title); /* a slip in one of our own paths */
	return section;
}
