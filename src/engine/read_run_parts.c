/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_run_parts.c - one stored run, part by part. Texts may be anybody's: they go as they are, and
 * the screen makes them harmless. Reader's thread.
 */
#include "engine/read_run_parts.h"

#include "store/reading.h"
#include "store/rows.h"
#include "store/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTES_MAX    40
#define SETTINGS_MAX 300
#define FILES_MAX    200
#define AUDIT_MAX    80
#define AUDIT_TAIL   (24 << 10) /* bytes of the newest part */

struct pl_json *read_notes(const struct pl_notes *notes)
{
	struct pl_json *list = pl_json_array();
	size_t from = notes->count > NOTES_MAX ? notes->count - NOTES_MAX : 0;

	for (size_t i = from; i < notes->count; i++) {
		const struct pl_note *note = &notes->items[i];
		struct pl_json *item = pl_json_object();
		char text[PL_NOTE_SIZE];

		pl_json_add_text(item, "at", note->at);
		pl_text_escape(text, 120, note->actor, strnlen(note->actor, 119));
		pl_json_add_text(item, "actor", text);
		pl_text_escape(text, sizeof(text), note->text,
			       strnlen(note->text, sizeof(text) - 1));
		pl_json_add_text(item, "text", text);
		pl_json_add(list, NULL, item);
	}
	return list;
}

struct pl_json *read_settings(int folder)
{
	struct pl_json *list = pl_json_array();
	struct pl_settings_row *rows = NULL;
	size_t count = 0;

	if (pl_settings_read(folder, &rows, &count, NULL) != PL_OK)
		count = 0;
	for (size_t i = 0; i < count && i < SETTINGS_MAX; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "when", rows[i].when);
		pl_json_add_text(item, "path", rows[i].path);
		pl_json_add_text(item, "value", rows[i].value);
		pl_json_add_text(item, "unit", rows[i].unit);
		pl_json_add(list, NULL, item);
	}
	free(rows);
	return list;
}

/* One line a stretch of the plan: a channel, its repeat and pass. */
struct pl_json *read_plan(const struct pl_run_record *record)
{
	enum { MOST = 200 };
	struct pl_json *list = pl_json_array();

	for (size_t i = 0, next; i < record->plan_count && pl_json_size(list) < MOST; i = next) {
		const struct pl_planned *first = &record->plan[i];
		struct pl_json *item = pl_json_object();

		for (next = i + 1; next < record->plan_count; next++)
			if (record->plan[next].channel != first->channel ||
			    record->plan[next].repeat != first->repeat ||
			    record->plan[next].pass != first->pass)
				break;
		pl_json_add_text(item, "channel",
				 first->channel >= 0 && record->device != NULL
				     ? record->device->channels[first->channel].name
				     : record->set);
		pl_json_add_integer(item, "repeat", first->repeat);
		pl_json_add_text(item, "pass", pl_pass_name(first->pass));
		pl_json_add_integer(item, "points", (int64_t)(next - i));
		pl_json_add_number(item, "first", first->set);
		pl_json_add_number(item, "last", record->plan[next - 1].set);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static void list_files(int folder, const char *below, struct pl_json *list, int depth)
{
	int fd = -1;
	DIR *dir = pl_dir_open(folder, below[0] != '\0' ? below : ".", false, &fd, NULL) == PL_OK
		       ? fdopendir(fd)
		       : NULL;

	for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
		char name[300];
		struct pl_json *item;
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    pl_json_size(list) >= FILES_MAX ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		snprintf(name, sizeof(name), "%.40s%s%.250s", below, below[0] != '\0' ? "/" : "",
			 entry->d_name);
		if (S_ISDIR(st.st_mode) && depth < 2)
			list_files(folder, name, list, depth + 1);
		if (!S_ISREG(st.st_mode))
			continue;
		item = pl_json_object();
		pl_json_add_text(item, "name", name);
		pl_json_add_integer(item, "bytes", (int64_t)st.st_size);
		pl_json_add(list, NULL, item);
	}
	if (dir != NULL)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

struct pl_json *read_files(int folder)
{
	struct pl_json *list = pl_json_array();

	list_files(folder, "", list, 0);
	return list;
}

/* ---- audit ---- */

static struct pl_json *audit_row(const char *line)
{
	static const char *const keys[] = {"seq",    "at",  NULL,  "actor",  "action",
					   "target", "old", "new", "status", "detail"};
	struct pl_json *item = pl_json_object();
	char cell[160];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!pl_rows_cell(&line, cell, sizeof(cell)))
			break;
		if (keys[i] != NULL)
			pl_json_add_text(item, keys[i], cell);
	}
	return item;
}

/* The end of the newest part, whole lines; NULL when there is none. */
static char *audit_tail(int folder)
{
	char name[32] = "audit.csv", next[32] = "audit.csv", *bytes = calloc(1, AUDIT_TAIL + 1);
	struct stat st;
	int fd;

	for (unsigned part = 2; fstatat(folder, next, &st, AT_SYMLINK_NOFOLLOW) == 0; part++) {
		memcpy(name, next, sizeof(name));
		snprintf(next, sizeof(next), "audit.%u.csv", part);
	}
	fd = pl_store_open(folder, name, NULL);
	if (fd < 0 || bytes == NULL || fstat(fd, &st) != 0 ||
	    pread(fd, bytes, AUDIT_TAIL, st.st_size > AUDIT_TAIL ? st.st_size - AUDIT_TAIL : 0) <
		0) {
		free(bytes);
		bytes = NULL;
	}
	if (fd >= 0)
		close(fd);
	return bytes;
}

struct pl_json *read_audit(int folder)
{
	struct pl_json *list = pl_json_array();
	char *bytes = audit_tail(folder), *rest = bytes, *line;
	size_t lines = 0, i = 0;

	for (const char *at = bytes; at != NULL && (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	if (bytes != NULL)
		line = strsep(&rest, "\n"); /* the header, or a line that was cut */
	for (i = 1; rest != NULL && i < lines; i++) {
		line = strsep(&rest, "\n");
		if (lines - i <= AUDIT_MAX)
			pl_json_add(list, NULL, audit_row(line));
	}
	free(bytes);
	return list;
}
