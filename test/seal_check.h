/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows run.seal of a run's audit.csv against the files, for the checking tools. Needs nothing
 * of the program: SHA-256 of the first bytes of a file must be what the row says, and of a run that
 * is over the last seal of a file's newest part must hold all of it.
 */
#ifndef TEST_SEAL_CHECK_H
#define TEST_SEAL_CHECK_H

#include "csv_table.h"

#include <sha2.h>

/* SHA-256 of the first `size` bytes as hex; false when there are not so many. */
static inline bool seal_digest(FILE *file, unsigned long long size, char out[65])
{
	uint8_t bytes[SHA256_DIGEST_LENGTH], block[4096];
	SHA2_CTX context;

	SHA256Init(&context);
	while (size > 0) {
		size_t most = size < sizeof(block) ? (size_t)size : sizeof(block);
		size_t got = fread(block, 1, most, file);

		if (got == 0)
			return false;
		SHA256Update(&context, block, got);
		size -= got;
	}
	SHA256Final(bytes, &context);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

/* One row. *is_whole: nothing stands behind what it seals. */
static inline bool seal_holds(const char *folder, const char *detail, bool *is_whole)
{
	char name[128], wanted[65], hash[65], path[4096];
	unsigned long long size;
	bool holds;

	if (sscanf(detail, "%127s %llu bytes sha256 %64s", name, &size, wanted) != 3)
		return false;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	holds = file && seal_digest(file, size, hash) && strcmp(hash, wanted) == 0;
	*is_whole = holds && getc(file) == EOF;
	if (file)
		fclose(file);
	return holds;
}

/* points.csv -> points.2.csv: the program had to leave the file. */
static inline bool seal_is_left(const char *folder, const char *name, unsigned part)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%.*s.%u%s", folder, (int)strcspn(name, "."), name, part,
		 strrchr(name, '.'));
	file = fopen(path, "re");
	if (file)
		fclose(file);
	return file != NULL;
}

/* How many seals do not hold, each said on a line of its own. */
static inline unsigned seal_check(const char *folder, bool is_over)
{
	static const char *const names[] = {"points.csv", "threshold_operations.csv",
					    "settings.csv", "events.csv", "device.log"};
	bool is_whole[5] = {false}, is_sealed[5] = {false}, whole = false;
	struct table row;
	unsigned wrong = 0;

	if (!table_open(&row, folder, "audit.csv"))
		return 0;
	while (table_next(&row)) {
		const char *target = table_cell(&row, "target");

		if (strcmp(table_cell(&row, "action"), "run.seal") != 0 ||
		    strcmp(table_cell(&row, "status"), "rows") == 0)
			continue;
		if (!seal_holds(folder, table_cell(&row, "detail"), &whole)) {
			printf("not right: %s is not what audit row %s seals\n", target,
			       row.cells[0]);
			wrong++;
		}
		for (size_t i = 0; i < 5; i++)
			if (strcmp(target, names[i]) == 0) {
				is_sealed[i] = true;
				is_whole[i] = whole;
			}
	}
	table_close(&row);
	for (size_t i = 0; is_over && i < 5; i++) {
		if (!is_sealed[i] ? i > 1 : is_whole[i] || seal_is_left(folder, names[i], 2))
			continue;
		printf("not right: %s is not sealed to its end\n", names[i]);
		wrong++;
	}
	return wrong;
}

#endif
