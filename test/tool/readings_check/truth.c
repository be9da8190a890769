/* SPDX-License-Identifier: GPL-3.0-or-later */
/* truth.c - what the simulated controllers did, and whether a row says the same. */
#include "readings_check.h"

#define REQUEST_SLACK 1000 /* ns: halves of a latency are rounded */

struct event {
	int64_t t_ns, before_ns, request_ns;
	enum { REQUEST, REPLY, OTHER, WRITE } kind;
	int unit, parameter, instance;
	double inputs[2], old, fresh;
};

void truth_load(struct truth *truth, const char *argument)
{
	const char *path = strchr(argument, '=');
	char folder[4096];
	struct table table;

	if (path)
		snprintf(truth->device, sizeof(truth->device), "%.*s", (int)(path - argument),
			 argument);
	snprintf(folder, sizeof(folder), "%s", path ? path + 1 : argument);
	path = strrchr(folder, '/');
	if (!path) {
		printf("# the truth log is named with its folder\n");
		exit(1);
	}
	folder[path - folder] = '\0';
	if (!table_open(&table, folder, path + 1)) {
		printf("# no truth log %s/%s\n", folder, path + 1);
		exit(1);
	}
	truth->events = calloc(table.line_count, sizeof(*truth->events));
	while (table_next(&table) && table.is_whole) {
		const char *kind = table_cell(&table, "kind");
		struct event *event = &truth->events[truth->count++];

		*event = (struct event){
		    .t_ns = integer(&table, "t_mono_ns"),
		    .before_ns = integer(&table, "t_before_ns"),
		    .request_ns = integer(&table, "t_request_ns"),
		    .unit = (int)integer(&table, "unit"),
		    .parameter = (int)integer(&table, "parameter"),
		    .instance = (int)integer(&table, "instance"),
		    .inputs = {number(&table, "input1"), number(&table, "input2")},
		    .old = number(&table, "old"),
		    .fresh = number(&table, "new"),
		    .kind = is(kind, "request") ? REQUEST
			    : is(kind, "reply") ? REPLY
			    : is(kind, "write") ? WRITE
						: OTHER,
		};
	}
	table_close(&table);
}

static const struct truth *truth_of(const struct check *check, const char *device)
{
	const struct truth *found = NULL;

	for (size_t i = 0; i < check->truth_count; i++) {
		if (is(check->truths[i].device, device))
			return &check->truths[i];
		if (check->truths[i].device[0] == '\0')
			found = &check->truths[i];
	}
	return found;
}

/* The answer to the last request of a time; NULL when there is none that was whole. */
static const struct event *answer_of(const struct truth *truth, int unit, int64_t from_ns,
				     int64_t to_ns)
{
	const struct event *request = NULL;

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind == REQUEST && event->unit == unit &&
		    event->t_ns >= from_ns - REQUEST_SLACK && event->t_ns <= to_ns)
			request = event;
	}
	for (size_t i = 0; i < truth->count && request; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind == REPLY && event->unit == unit &&
		    event->request_ns == request->t_ns && event->before_ns <= to_ns)
			return event;
	}
	return NULL;
}

/* The set point of a unit: what was written last before a time, or what the first write found
 * there; NaN when it never was. */
static double setpoint_at(const struct truth *truth, int unit, int instance, int64_t t_ns)
{
	double value = NAN;

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind != WRITE || event->unit != unit || event->parameter != 7001 ||
		    event->instance != instance)
			continue;
		if (event->t_ns <= t_ns)
			value = event->fresh;
		else if (isnan(value))
			return event->old;
	}
	return value;
}

void check_value(struct check *check, const struct table *row)
{
	const struct truth *truth = truth_of(check, table_cell(row, "device"));
	const char *parameter = table_cell(row, "parameter");
	int64_t half_ns = (int64_t)llround(number(row, "latency_s") * 0.5e9);
	int64_t middle_ns = integer(row, "t_mono_ns");
	int unit = (int)integer(row, "address"), instance = (int)integer(row, "instance");
	const struct event *answer;
	double want = NAN, have = number(row, "value");

	if (!truth || (!is(parameter, "process_value") && !is(parameter, "setpoint")))
		return;
	answer = answer_of(truth, unit, middle_ns - half_ns, middle_ns + half_ns + REQUEST_SLACK);
	if (!answer) {
		wrong(check, row, "a value without a whole answer", have, NAN);
		return;
	}
	if (is(parameter, "process_value") && instance >= 1 && instance <= 2)
		want = answer->inputs[instance - 1];
	else if (is(parameter, "setpoint"))
		want = setpoint_at(truth, unit, instance, answer->request_ns);
	if (isnan(want))
		return;
	check->values++;
	if ((float)have != (float)want) /* the shortest number that is that float */
		wrong(check, row, "the value", have, want);
}
