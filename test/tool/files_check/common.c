/* SPDX-License-Identifier: GPL-3.0-or-later */
/* common.c - what is not right, what run.yaml says, the shape of a file and its hash chain. */
#include "files_check.h"

#include <sha2.h>
#include <stdarg.h>

void wrong(struct check *check, const char *format, ...)
{
	va_list args;

	check->wrong++;
	printf("not right: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

const char *get(const struct check *check, const char *format, ...)
{
	char path[256];
	const char *value;
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	value = flat_get(&check->run, path);
	return value ? value : "";
}

double number(const char *text)
{
	return *text ? strtod(text, NULL) : NAN;
}

bool same(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

/* ---- the shape of a file: UTF-8 without BOM and CR, whole rows of the header's width ---- */

bool is_utc(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

void check_shape(struct check *check, const char *name, const char *header)
{
	struct table table;
	unsigned row = 1;

	if (!table_open(&table, check->folder, name)) {
		wrong(check, "%s is missing or empty", name);
		return;
	}
	if (strncmp(table.line, header, strlen(header)) != 0)
		wrong(check, "%s has another header: %s", name, table.line);
	while (table_next(&table)) {
		row++;
		if (!table.is_whole)
			wrong(check, "%s row %u is torn", name, row);
		if (table.count != table.name_count)
			wrong(check, "%s row %u has %zu cells, the header %zu", name, row,
			      table.count, table.name_count);
		for (const char *at = table.line; *at; at++)
			if (((unsigned char)*at < 0x20 && *at != '\n') || *at == 0x7f)
				wrong(check, "%s row %u has a control byte", name, row);
	}
	table_close(&table);
}

/* ---- the hash chain of an audit file ---- */

void digest(const char *const *parts, size_t count, const size_t *lengths, char out[65])
{
	uint8_t bytes[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA256Update(&context, (const uint8_t *)parts[i],
			     lengths ? lengths[i] : strlen(parts[i]));
	SHA256Final(bytes, &context);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

void check_chain(struct check *check, const char *folder, const char *name, const char *seed,
		 char head[65])
{
	struct table row;
	long seq = 0;

	digest(&seed, 1, NULL, head);
	if (!table_open(&row, folder, name))
		return;
	while (table_next(&row)) {
		const char *comma = strrchr(row.line, ',');
		const char *parts[] = {head, row.line};
		size_t lengths[] = {64, comma ? (size_t)(comma - row.line) : 0};
		char hash[65];

		digest(parts, 2, lengths, hash);
		if (atol(row.cells[0]) != ++seq)
			wrong(check, "%s: seq %s at row %ld", name, row.cells[0], seq);
		if (strncmp(comma + 1, hash, 64) != 0)
			wrong(check, "%s: the chain breaks at %s", name, row.cells[0]);
		memcpy(head, hash, 65);
	}
	table_close(&row);
}
