/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_options.c - what a simulated OSECHI can be told. Member, check, default and help stand in
 * one row each.
 */
#include "sim/osechi.h"

#include "sim/faults.h"

#define AT(member) .offset = offsetof(struct pl_osim_values, member)
#define NUMBER(key, member, unit_, low, high, first, what)                                         \
	{                                                                                          \
		.name = (key), .type = PL_SIM_NUMBER, .unit = (unit_), .min = (low),               \
		.max = (high), .initial = (first), AT(member), .text = (what)                      \
	}
#define INTEGER(key, member, low, high, first, what)                                               \
	{                                                                                          \
		.name = (key), .type = PL_SIM_INTEGER, .unit = "", .min = (low), .max = (high),    \
		.initial = (first), AT(member), .text = (what)                                     \
	}
#define CHOICE(key, member, words, first, what)                                                    \
	{                                                                                          \
		.name = (key), .type = PL_SIM_CHOICE, .unit = "", .choices = (words),              \
		.initial = (first), AT(member), .text = (what)                                     \
	}
#define TEXT(key, member, type_, first, what)                                                      \
	{                                                                                          \
		.name = (key), .type = (type_), .unit = "", .initial = (first), AT(member),        \
		.text = (what)                                                                     \
	}

/* clang-format off: one row, one line */
static const struct pl_sim_option options[] = {
    INTEGER("seed", seed, 0, 1e15, "1", "the same seed gives the same detector"),
    NUMBER("rate", rate, "Hz", 0, 1e5, "1", "muons through each channel"),
    NUMBER("coincidence", coincidence, "", 0, 1, "0.6",
	   "part of them that also hits the neighbour"),
    NUMBER("edge", edge, "", 0, 4095, "300",
	   "mean pulse height in DAC steps: rate·Q((thr-edge)/width)"),
    NUMBER("width", width, "", 0.01, 1000, "8", "Gaussian sigma of the pulse height, DAC steps"),
    NUMBER("tail", tail, "", 0, 1, "0", "part of the pulses with a Landau-like long tail"),
    NUMBER("tail_width", tail_width, "", 0.01, 1000, "30",
	   "mean of that exponential tail, DAC steps"),
    NUMBER("offset_top", offset_top, "", -1000, 1000, "-5", "top: edge and noise_at shifted by"),
    NUMBER("offset_mid", offset_mid, "", -1000, 1000, "0", "mid: the same"),
    NUMBER("offset_btm", offset_btm, "", -1000, 1000, "4", "btm: the same"),
    NUMBER("noise", noise, "Hz", 0, 1e5, "0.05",
	   "noise of each channel at threshold noise_at, 0 = off"),
    NUMBER("noise_at", noise_at, "", 0, 4095, "290",
	   "where it has that rate: noise·exp(-(thr-noise_at)/noise_width)"),
    NUMBER("noise_width", noise_width, "", 0.1, 1000, "6",
	   "DAC steps for a factor e of noise, at most 20 kHz"),
    NUMBER("dead", dead, "s", 0, 10, "0", "dead time after each event, non-paralyzable"),
    NUMBER("dac_settle", dac_settle, "s", 0, 10, "0",
	   "a written threshold takes hold so much later"),
    NUMBER("temperature", temperature, "C", -40, 85, "25", "mean temperature, drifts by 1.5"),
    NUMBER("pressure", pressure, "Pa", 30000, 110000, "100600", "mean pressure, drifts by 100"),
    NUMBER("humidity", humidity, "%", 0, 100, "41", "mean humidity, drifts by 3"),
    INTEGER("threshold", threshold, 1, 4095, "300", "threshold of each channel after power-on"),
    INTEGER("poll_count", poll_count, 1, 10, "10", "largest hit value of an event line"),
    CHOICE("stream", stream, "no yes", "yes", "event lines are sent after power-on"),
    CHOICE("stream_off", stream_off, "drop queue", "drop", "events while SET_STREAM is 0"),
    INTEGER("baud", baud, 0, 10000000, "115200", "lines leave at this speed, 0 = at once"),
    INTEGER("queue", queue, 0, 100000000, "0",
	    "send buffer in bytes, 0 = 1024 (1 MiB without baud); a full one drops lines"),
    CHOICE("eol", eol, "lf crlf", "lf", "end of a line"),
    CHOICE("protocol", speaks, "binary text both", "both", "commands it understands"),
    CHOICE("format", format, "legacy json", "legacy", "event lines"),
    CHOICE("firmware", firmware, "1.6.0 1.7.1 1.11.5 1.17.0", "1.17.0", "form of its replies"),
    CHOICE("echo", echo, "decimal hex raw other", "decimal",
	   "echo of b1 and b2 after a binary write"),
    CHOICE("reply", reply, "lines json", "lines",
	   "reply to a binary write: three lines or one JSON line"),
    NUMBER("reply_delay", reply_delay, "ms", 0, 60000, "130", "a text command takes at least"),
    NUMBER("reply_spread", reply_spread, "ms", 0, 60000, "70", "and at most so much more"),
    NUMBER("binary_delay", binary_delay, "ms", 0, 60000, "3", "a binary command takes"),
    NUMBER("reply_gap", reply_gap, "ms", 0, 60000, "2", "between the lines of one reply"),
    TEXT("mac", mac, PL_SIM_TEXT, "30:AE:A4:9D:08:2C", "MAC address"),
    CHOICE("boot", boot, "no start open", "start",
	   "boot text: never, at the first open, at each open (which resets)"),
    NUMBER("debug", debug, "Hz", 0, 1000, "0", "DEBUG lines"),
    NUMBER("stray", stray, "Hz", 0, 1000, "0", "# lines, empty lines, half event lines"),
    NUMBER("garbage", garbage, "Hz", 0, 1000, "0",
	   "bursts of random bytes, each ended by a newline"),
    TEXT("fault", fault, PL_SIM_TEXTS, "", "misbehaviour, see below"),
    TEXT("truth", truth, PL_SIM_TEXT, "", "file that gets every event, threshold and fault (CSV)"),
    TEXT("link", link, PL_SIM_TEXT, "",
	 "symbolic link kept on the pty, also when it is plugged in again"),
    CHOICE("stdin", stdin_watch, "ignore watch", "ignore", "watch: end when stdin ends"),
    NUMBER("duration", duration, "s", 0, 1e9, "0", "end after this time, 0 = never"),
};
/* clang-format on */

static enum pl_status check(const void *values, struct pl_error *error)
{
	const struct pl_osim_values *v = values;
	struct pl_sim_faults faults;

	return pl_sim_faults_parse(&faults, PL_SIM_OSECHI, v->fault, error);
}

static void help(struct pl_text *out)
{
	pl_sim_faults_help(PL_SIM_OSECHI, out);
}

const struct pl_simulator pl_sim_osechi = {
    .name = "osechi",
    .summary = "OSECHI cosmic-ray detector: three scintillators (top, mid, btm) on an ESP32",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .values_size = sizeof(struct pl_osim_values),
    .help = help,
    .check = check,
    .run = pl_osim_run,
};
