/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.c - 16 detectors at the full rate of their lines into one engine, and the same 16 quiet.
 *
 * Each simulator sends all that 115200 baud carries, some 340 event lines a second, and then falls
 * silent. What the engine has counted by then is compared with the simulators' own logs of what has
 * left them: an event that is not in both is a lost one. The baseline of the rate is what left the
 * simulators a second.
 */
#include "bench/program.h"

#include "plateau/json.h"
#include "plateau/text.h"
#include "sim/truth_log.h"

#define DETECTORS  16
#define FLOOD	   "fault=silence:from=8:s=100000&rate=1000&noise=0"
#define QUIET	   "rate=0&noise=0"
#define MEASURE_NS (4 * PL_NS_PER_S)

struct subject {
	struct folder folder;
	const char *name; /* of bench and logs */
	char bench[128];
	pid_t engine;
};

static void write_bench(struct subject *subject, const char *options)
{
	struct pl_text text = {0};
	char name[48];

	snprintf(name, sizeof name, "%s.yaml", subject->name);
	snprintf(subject->bench, sizeof subject->bench, "%s/%s", subject->folder.path, name);
	pl_text_add(&text, "bench: %s\nworkspace: ./%s\ndevices:\n", subject->name, subject->name);
	for (int i = 0; i < DETECTORS; i++)
		pl_text_add(&text,
			    "  d%d:\n    driver: osechi\n    protocol: binary\n    port: "
			    "\"sim:osechi?boot=no&seed=%d&truth=%s/%s%d.csv&%s\"\n"
			    "    channels: {top: {id: 1, threshold: 290}}\n",
			    i, i, subject->folder.path, subject->name, i, options);
	if (folder_write(&subject->folder, name, text.data, text.length) != 0)
		bench_fail("cannot write %s", name);
	pl_text_free(&text);
}

/* Sum of the events of all detectors, as the engine has counted them. The first call opens them. */
static double counted(const struct subject *subject)
{
	char *argv[2 * DETECTORS] = {program_path(), (char[]){"get"}, (char[]){"--json"},
				     (char *)(uintptr_t)subject->bench};
	char paths[DETECTORS][16], *answer, *object;
	const struct pl_json *values;
	struct pl_json *root = NULL;
	double sum = 0;
	size_t count;

	for (int i = 0; i < DETECTORS; i++) {
		snprintf(paths[i], sizeof paths[i], "d%d.events", i);
		argv[4 + i] = paths[i];
	}
	unlinkat(subject->folder.fd, "answer", 0);
	if (program_wait(program_start(argv, program_log(&subject->folder, "answer"))) != 0)
		bench_fail("the engine does not answer");
	answer = folder_read(&subject->folder, "answer", &count);
	object = answer ? strchr(answer, '{') : NULL; /* behind what was said on stderr */
	if (!object || pl_json_parse(object, strlen(object), &root, NULL) != PL_OK)
		bench_fail("no JSON: %s", answer);
	values = pl_json_get(root, "values");
	if (pl_json_size(values) != DETECTORS)
		bench_fail("%zu detectors answer", pl_json_size(values));
	for (size_t i = 0; i < DETECTORS; i++)
		sum += pl_json_get_number(pl_json_at(values, i), "value", NAN);
	pl_json_free(root);
	free(answer);
	return sum;
}

static void start(struct subject *subject)
{
	char *argv[] = {program_path(), (char[]){"serve"}, subject->bench, NULL};
	int64_t deadline_ns = pl_clock_mono_ns() + PROGRAM_PATIENCE_NS;
	char *status[] = {program_path(), (char[]){"status"}, subject->bench, NULL};

	subject->engine = program_start(argv, program_log(&subject->folder, "log"));
	while (program_wait(program_start(status, program_log(&subject->folder, "status"))) != 0) {
		if (pl_clock_mono_ns() > deadline_ns)
			bench_fail("no engine");
		program_pass(100 * PL_NS_PER_MS);
	}
	counted(subject);
}

/* Events that have left the simulators: all, or those of a time. */
static double sent(const struct subject *subject, int64_t from_ns, int64_t to_ns)
{
	unsigned sum = 0;

	for (int i = 0; i < DETECTORS; i++) {
		struct truth truth;
		char path[128];

		snprintf(path, sizeof path, "%s/%s%d.csv", subject->folder.path, subject->name, i);
		truth = truth_load(path);
		if (truth.count == 0)
			bench_fail("no truth in %s", path);
		sum += truth_count(&truth, 0, from_ns, to_ns);
		truth_free(&truth);
	}
	return sum;
}

/* Until nothing comes any more. */
static double counted_in_all(const struct subject *subject)
{
	double before = -1, now = counted(subject);

	while (now > before) {
		program_pass(2 * PL_NS_PER_S);
		before = now;
		now = counted(subject);
	}
	return now;
}

/* Per cent of one processor over MEASURE_NS. */
static double cpu(const struct subject *subject)
{
	int64_t cpu_ns = program_cpu_ns(subject->engine), t_ns = pl_clock_mono_ns();

	program_pass(MEASURE_NS);
	return 100 * (double)(program_cpu_ns(subject->engine) - cpu_ns) /
	       (double)(pl_clock_mono_ns() - t_ns);
}

static void measure_flood(const struct folder *folder)
{
	struct subject subject = {.folder = *folder, .name = "flood"};
	double before, events, used, all;
	int64_t from_ns, to_ns;

	write_bench(&subject, FLOOD);
	start(&subject);
	from_ns = pl_clock_mono_ns();
	before = counted(&subject);
	used = cpu(&subject);
	to_ns = pl_clock_mono_ns();
	events = counted(&subject) - before;
	all = counted_in_all(&subject);
	program_end(subject.engine);
	bench_print((struct bench_row){
	    "event lines counted", events / ((double)(to_ns - from_ns) / 1e9), "1/s",
	    sent(&subject, from_ns, to_ns) / ((double)(to_ns - from_ns) / 1e9), BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"events lost", fabs(sent(&subject, 0, INT64_MAX) - all), "",
				       NAN, BENCH_AT_MOST, 0});
	bench_print(
	    (struct bench_row){"engine at full line rate", used, "% CPU", NAN, BENCH_NO_GOAL, 0});
}

static void measure_quiet(const struct folder *folder)
{
	struct subject subject = {.folder = *folder, .name = "quiet"};

	write_bench(&subject, QUIET);
	start(&subject);
	bench_print((struct bench_row){"engine while waiting", cpu(&subject), "% CPU", NAN,
				       BENCH_AT_MOST, 0.5});
	program_end(subject.engine);
}

int main(void)
{
	struct folder folder;

	program_place(&folder);
	bench_head("lines: 16 simulated detectors in one engine");
	measure_flood(&folder);
	measure_quiet(&folder);
	folder_remove(&folder);
	return 0;
}
