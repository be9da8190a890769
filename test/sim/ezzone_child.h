/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated EZ-ZONE controllers in a child process: raw frames with their CRC, replies with a time
 * limit, and their truth log (columns: src/sim/ezzone_truth.h). After cmocka.h. */
#ifndef TEST_SIM_EZZONE_CHILD_H
#define TEST_SIM_EZZONE_CHILD_H

#include "sim/child.h"
#include "sim/ezzone_modbus.h"

#define EZ_COLUMNS 13
#define EZ_ROWS	   512

#define EZZONE(...)                                                                                \
	child_start_as("ezzone", sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),           \
		       (const char *[]){__VA_ARGS__})

struct ez_row {
	int64_t t_ns, before_ns, request_ns;
	char kind[16], detail[600];
	int unit, parameter, instance, eeprom_writes;
	double inputs[2], old, fresh;
};

struct ez_truth {
	struct ez_row rows[EZ_ROWS];
	size_t count;
};

static inline void ez_row_fill(struct ez_row *row, char *line)
{
	const char *cells[EZ_COLUMNS] = {0};

	for (int i = 0; i < EZ_COLUMNS; i++) {
		cells[i] = strsep(&line, ",");
		assert_non_null(cells[i]);
	}
	*row = (struct ez_row){
	    .t_ns = strtoll(cells[0], NULL, 10),
	    .unit = atoi(cells[2]),
	    .before_ns = strtoll(cells[3], NULL, 10),
	    .request_ns = strtoll(cells[4], NULL, 10),
	    .inputs = {strtod(cells[5], NULL), strtod(cells[6], NULL)},
	    .parameter = atoi(cells[7]),
	    .instance = atoi(cells[8]),
	    .old = strtod(cells[9], NULL),
	    .fresh = strtod(cells[10], NULL),
	    .eeprom_writes = atoi(cells[11]),
	};
	snprintf(row->kind, sizeof(row->kind), "%s", cells[1]);
	snprintf(row->detail, sizeof(row->detail), "%s", cells[12]);
}

/* Ends the child and reads what it says it did. free() it. */
static inline struct ez_truth *ez_end(struct child *child)
{
	struct ez_truth *truth = calloc(1, sizeof(*truth));
	char line[2048];
	FILE *file;

	assert_non_null(truth);
	child_stop(child);
	file = fopen(child->truth, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "t_mono_ns", 9) == 0)
			continue;
		assert_true(truth->count < EZ_ROWS);
		ez_row_fill(&truth->rows[truth->count++], line);
	}
	fclose(file);
	return truth;
}

/* The n-th row of a kind, from 1; NULL when there are not so many. */
static inline const struct ez_row *ez_row(const struct ez_truth *truth, const char *kind, int n)
{
	for (size_t i = 0; i < truth->count; i++)
		if (strcmp(truth->rows[i].kind, kind) == 0 && --n == 0)
			return &truth->rows[i];
	return NULL;
}

static inline size_t ez_from_hex(const char *hex, unsigned char *out)
{
	size_t count = 0;

	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[count++] = (unsigned char)byte;
	return count;
}

static inline void ez_say_hex(struct child *child, const char *hex)
{
	unsigned char bytes[300];

	child_say(child, (const char *)bytes, ez_from_hex(hex, bytes));
}

/* An RTU request of five to twelve bytes, the CRC added. */
static inline void ez_ask(struct child *child, const char *hex)
{
	unsigned char bytes[300];
	size_t count = ez_from_hex(hex, bytes);
	uint16_t crc = pl_ezsim_crc16(bytes, count);

	bytes[count++] = (unsigned char)crc;
	bytes[count++] = (unsigned char)(crc >> 8);
	child_say(child, (const char *)bytes, count);
}

/* Exactly so many bytes, as hex; waits for them. */
static inline const char *ez_hear(struct child *child, size_t count, char hex[600])
{
	size_t have = 0;

	assert_true(2 * count < 600);
	while (have < count) {
		unsigned char byte;

		child_wait(child->fd, POLLIN);
		if (read(child->fd, &byte, 1) == 1)
			snprintf(hex + 2 * have++, 3, "%02X", byte);
	}
	child->read_ns = pl_clock_mono_ns();
	return hex;
}

/* A reply without its CRC, which must be right. */
static inline const char *ez_reply(struct child *child, size_t count, char hex[600])
{
	unsigned char bytes[300];

	ez_hear(child, count + 2, hex);
	ez_from_hex(hex, bytes);
	assert_int_equal(pl_ezsim_crc16(bytes, count), bytes[count] | bytes[count + 1] << 8);
	hex[2 * count] = '\0';
	return hex;
}

#endif
