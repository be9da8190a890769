/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a CSV file of a run for the checking tools; RFC 4180 quotes. Needs nothing of the program.
 *
 * A file that failed goes on in a second one (points.2.csv), which begins with the rows that may
 * have been lost: those are the last of the file before, and stand here once. A file that was left
 * may end in a torn row; the last one may not.
 */
#ifndef TEST_CSV_TABLE_H
#define TEST_CSV_TABLE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 128

struct table {
	char **lines; /* of all parts, with their quotes and newlines; the first is the header */
	size_t line_count, at;
	char *line; /* the row's */
	char *cut;  /* the same, cut into cells */
	char *cells[COLUMNS_MAX];
	size_t count;
	char *names[COLUMNS_MAX];
	size_t name_count;
	unsigned parts;
	bool is_whole; /* the row ends in a newline */
};

/* Cuts a row into cells in place. */
static inline void table_cut(char *line, char **cells, size_t *count)
{
	char *read = line, *write;

	*count = 0;
	while (*count < COLUMNS_MAX) {
		bool quoted = *read == '"';

		cells[(*count)++] = write = read;
		read += quoted;
		while (*read != '\0' && *read != '\n' && (quoted || *read != ',')) {
			if (quoted && *read == '"' && *++read != '"')
				quoted = false;
			else
				*write++ = *read++;
		}
		if (*read != ',') {
			*write = '\0';
			return;
		}
		*write = '\0';
		read++;
	}
}

static inline bool table_next(struct table *table)
{
	if (table->at == table->line_count)
		return false;
	table->line = table->lines[table->at++];
	table->is_whole = strchr(table->line, '\n') != NULL;
	free(table->cut);
	table->cut = strdup(table->line);
	if (table->cut == NULL)
		abort();
	table_cut(table->cut, table->cells, &table->count);
	return true;
}

/* How many of the first rows of the next part are the last ones read so far. */
static inline size_t table_overlap(const struct table *table, char **rows, size_t count)
{
	size_t most = table->line_count - (table->line_count > 0);

	for (size_t size = count < most ? count : most; size > 0; size--) {
		size_t same = 0;

		while (same < size &&
		       strcmp(table->lines[table->line_count - size + same], rows[same]) == 0)
			same++;
		if (same == size)
			return size;
	}
	return 0;
}

/* Adds one part; false when there is no such file, or it is empty. */
static inline bool table_add_part(struct table *table, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t count = 0, room = 0, skip;
	char **rows = NULL, *line = NULL;

	while (file != NULL && getline(&line, &room, file) > 0) {
		rows = realloc(rows, (count + 1) * sizeof(*rows));
		if (rows == NULL)
			abort();
		rows[count++] = line;
		line = NULL;
	}
	free(line);
	if (file != NULL)
		fclose(file);
	if (count == 0)
		return false;
	while (table->line_count > 0 && !strchr(table->lines[table->line_count - 1], '\n'))
		free(table->lines[--table->line_count]);
	skip = table->line_count == 0 ? 0 : 1 + table_overlap(table, rows + 1, count - 1);
	table->lines = realloc(table->lines, (table->line_count + count) * sizeof(*rows));
	if (table->lines == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		if (i < skip)
			free(rows[i]);
		else
			table->lines[table->line_count++] = rows[i];
	free(rows);
	table->parts++;
	return true;
}

/* False when there is no such file, or it is empty. */
static inline bool table_open(struct table *table, const char *folder, const char *name)
{
	const char *suffix = strrchr(name, '.');
	char path[3 * 4096];

	*table = (struct table){0};
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	table_add_part(table, path);
	for (unsigned part = 2; part < 1000; part++) {
		snprintf(path, sizeof(path), "%s/%.*s.%u%s", folder, (int)(suffix - name), name,
			 part, suffix);
		if (!table_add_part(table, path))
			break;
	}
	if (!table_next(table))
		return false;
	table->name_count = table->count;
	for (size_t i = 0; i < table->count; i++)
		table->names[i] = strdup(table->cells[i]);
	return true;
}

static inline const char *table_cell(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->name_count && i < table->count; i++)
		if (strcmp(table->names[i], name) == 0)
			return table->cells[i];
	printf("# no column %s\n", name);
	exit(1);
}

static inline void table_close(struct table *table)
{
	for (size_t i = 0; i < table->line_count; i++)
		free(table->lines[i]);
	for (size_t i = 0; i < table->name_count; i++)
		free(table->names[i]);
	free(table->lines);
	free(table->cut);
}

/* Quality of a row that carries counts. */
static inline bool table_is_valid(const char *quality)
{
	return strcmp(quality, "ok") == 0 || strcmp(quality, "saturated") == 0 ||
	       strcmp(quality, "suspect") == 0;
}

#endif
