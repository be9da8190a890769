/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs_listed.c - a run with what was said of it afterwards, as lists of runs show and search it.
 * Any thread.
 */
#include "store/runs_listed.h"

#include "plateau/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void take_last(const struct pl_notes *notes, const char *key, char *out, size_t cap)
{
	const char *last = pl_notes_last(notes, key);
	struct pl_text safe = {0};

	if (last == NULL)
		return;
	pl_text_add_safe(&safe, last, strlen(last));
	pl_text_copy(out, cap, safe.data != NULL ? safe.data : "");
	pl_text_free(&safe);
}

void pl_listed_read_notes(struct pl_listed_run *listed)
{
	struct pl_run_summary *run = &listed->run;
	int folder;

	if (pl_dir_open(AT_FDCWD, run->path, false, &folder, NULL) != PL_OK)
		return;
	if (pl_notes_read(folder, &listed->notes, NULL) != PL_OK && run->problem[0] == '\0')
		pl_text_copy(run->problem, sizeof(run->problem), "notes.csv cannot be read");
	close(folder);
	take_last(&listed->notes, "label", run->label, sizeof(run->label));
	take_last(&listed->notes, "sample", run->sample, sizeof(run->sample));
	take_last(&listed->notes, "operator", run->operator_name, sizeof(run->operator_name));
}

const char *pl_listed_state(const struct pl_run_summary *run, char out[PL_LISTED_STATE])
{
	char host[sizeof(run->host)] = "";

	if (run->problem[0] != '\0')
		return "unreadable";
	if (run->exit >= 0 || run->is_owned)
		return run->state;
	gethostname(host, sizeof(host) - 1);
	if (strcmp(host, run->host) == 0)
		return "crashed";
	snprintf(out, PL_LISTED_STATE, "%s on %s (not checked)", run->state, run->host);
	return out;
}

bool pl_listed_is_found(const struct pl_listed_run *listed, const char *wanted)
{
	const struct pl_run_summary *run = &listed->run;
	struct pl_text all = {0};
	char words[1024], *rest = words, *word, state[PL_LISTED_STATE];
	bool is_good = true;

	pl_text_add(&all, "%u\n%s/%u\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n", run->number, run->day,
		    run->number, run->bench, run->name, run->operator_name, run->label, run->sample,
		    run->reason, pl_listed_state(run, state));
	for (size_t i = 0; i < listed->notes.count; i++)
		pl_text_add(&all, "%s\n", listed->notes.items[i].text);
	pl_text_copy(words, sizeof(words), wanted);
	while (is_good && (word = strsep(&rest, " \t\n")) != NULL)
		is_good = strcasestr(all.data, word) != NULL;
	pl_text_free(&all);
	return is_good;
}

static struct pl_json *notes_json(const struct pl_notes *notes)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < notes->count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "at", notes->items[i].at);
		pl_json_add_text(item, "actor", notes->items[i].actor);
		pl_json_add_text(item, "text", notes->items[i].text);
		pl_json_add(list, NULL, item);
	}
	return list;
}

struct pl_json *pl_listed_json(const struct pl_listed_run *listed)
{
	const struct pl_run_summary *run = &listed->run;
	struct pl_json *out = pl_json_object();

	pl_json_add_integer(out, "run", run->number);
	pl_json_add_text(out, "day", run->day);
	pl_json_add_text(out, "path", run->path);
	pl_json_add_text(out, "bench", run->bench);
	pl_json_add_text(out, "kind", run->kind);
	pl_json_add_text(out, "name", run->name);
	pl_json_add_text(out, "state", run->state);
	pl_json_add_text(out, "host", run->host);
	pl_json_add_text(out, "label", run->label);
	pl_json_add_text(out, "sample", run->sample);
	pl_json_add_text(out, "operator", run->operator_name);
	pl_json_add_text(out, "reason", run->reason);
	pl_json_add_text(out, "started_at", run->started_at);
	pl_json_add_text(out, "finished_at", run->finished_at);
	pl_json_add_integer(out, "points_planned", run->points_planned);
	pl_json_add_integer(out, "points_done", run->points_done);
	pl_json_add_integer(out, "points_invalid", run->points_invalid);
	pl_json_add_integer(out, "samples_emitted", run->samples_emitted);
	pl_json_add_integer(out, "samples_late", run->samples_late);
	if (run->exit >= 0)
		pl_json_add_integer(out, "exit", run->exit);
	else
		pl_json_add_null(out, "exit");
	pl_json_add_boolean(out, "is_owned", run->is_owned);
	pl_json_add_text(out, "problem", run->problem);
	pl_json_add(out, "notes", notes_json(&listed->notes));
	return out;
}
