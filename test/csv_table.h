/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a CSV file of a run for the checking tools; RFC 4180 quotes. Needs nothing of the program.
 */
#ifndef TEST_CSV_TABLE_H
#define TEST_CSV_TABLE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 128

struct table {
	FILE *file;
	char *line; /* of the row, with its quotes and newline */
	char *cut;  /* the same, cut into cells */
	size_t room;
	char *cells[COLUMNS_MAX];
	size_t count;
	char *names[COLUMNS_MAX];
	size_t name_count;
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
	ssize_t length = getline(&table->line, &table->room, table->file);

	if (length <= 0)
		return false;
	table->is_whole = table->line[length - 1] == '\n';
	free(table->cut);
	table->cut = strdup(table->line);
	if (table->cut == NULL)
		abort();
	table_cut(table->cut, table->cells, &table->count);
	return true;
}

/* False when there is no such file, or it is empty. */
static inline bool table_open(struct table *table, const char *folder, const char *name)
{
	char path[4096];

	*table = (struct table){0};
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	table->file = fopen(path, "re");
	if (table->file == NULL || !table_next(table))
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
	if (table->file != NULL)
		fclose(table->file);
	for (size_t i = 0; i < table->name_count; i++)
		free(table->names[i]);
	free(table->line);
	free(table->cut);
}

/* Quality of a row that carries counts. */
static inline bool table_is_valid(const char *quality)
{
	return strcmp(quality, "ok") == 0 || strcmp(quality, "saturated") == 0 ||
	       strcmp(quality, "suspect") == 0;
}

#endif
