/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_inside.h - what the parts of verify share. */
#ifndef STORE_VERIFY_INSIDE_H
#define STORE_VERIFY_INSIDE_H

#include "store/audit.h"
#include "store/run_read.h"
#include "store/seal.h"
#include "store/verify.h"

#include <stdio.h>

struct verify {
	int folder, workspace; /* workspace -1: the run stands outside one */
	struct pl_run_record record;
	bool is_over;  /* run.yaml holds a terminal state */
	bool is_owned; /* and it is still going */
	struct pl_verdict *verdict;
};

/* Texts are escaped here. */
void verify_bad(struct verify *verify, const char *where, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void verify_open(struct verify *verify, const char *where, const char *code, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

/* ---- lines of a file and its parts ---- */

#define VERIFY_LINE (64u << 10)

struct verify_lines {
	int dir;
	char stem[80];
	unsigned part;
	FILE *stream;
	char where[160];	/* of the present line */
	uint64_t number;	/* in its part; 1 = the header */
	bool is_torn;		/* no newline, NUL bytes, or longer than any row */
	bool is_first;		/* of its part, behind the header */
	char text[VERIFY_LINE]; /* without the newline */
};

/* NULL when there is no such file. Free with verify_lines_close. */
struct verify_lines *verify_lines_open(int dir, const char *stem);
/* The next line behind a header; false at the end of the last part. */
bool verify_lines_next(struct verify_lines *lines);
bool verify_lines_is_newest(const struct verify_lines *lines);
void verify_lines_close(struct verify_lines *lines);

/* ---- chains ---- */

enum chain_fault {
	CHAIN_GOOD,
	CHAIN_MISSING, /* there is no file */
	CHAIN_FIRST,   /* row 1 does not follow from the origin */
	CHAIN_EDITED,  /* the right number, but not the hash of what it holds */
	CHAIN_REMOVED, /* numbers are missing before it */
	CHAIN_ORDER,   /* a number that was there before */
	CHAIN_NO_ROW,  /* no audit row at all */
};

struct verify_row { /* one parsed row of an audit file; cells unquoted */
	const char *where;
	uint64_t seq;
	const char *action, *target, *old_value, *new_value, *status, *detail;
	const char *head; /* its hash, as it stands there */
};

struct verify_chain {
	enum chain_fault fault;	      /* of the first bad line */
	char where[160];	      /* there */
	uint64_t gap;		      /* REMOVED: how many */
	uint64_t rows;		      /* good ones before it */
	bool is_rest_good;	      /* the lines behind the bad one follow from it */
	bool is_torn;		      /* there is a torn tail */
	char head[PL_HASH_SIZE];      /* of the last good row */
	char last_head[PL_HASH_SIZE]; /* as the last line has it */
};

typedef void (*verify_on_row)(void *ctx, const struct verify_row *row);

/* Walks the chain and calls on_row for every row that can be parsed, repeated ones left out. */
void verify_chain_walk(int dir, const char *stem, const char *origin, verify_on_row on_row,
		       void *ctx, struct verify_chain *out);
/* Parses the cells of an audit row in place; false when it is none. */
bool verify_row_parse(char *line, struct verify_row *out);

/* ---- seals ---- */

struct verify_seal {
	char name[PL_NAME_SIZE]; /* of the part */
	uint64_t size, seq;	 /* bytes; of the audit row */
	char hash[PL_HASH_SIZE];
	bool is_left; /* the run went on in the next part */
};

struct verify_seals {
	struct verify_seal *items; /* by size */
	size_t count, room;
	char gone[8][PL_NAME_SIZE]; /* parts that another program took away */
	size_t gone_count;
	/* 16 bits of row i + 1 of points.csv, -1 = no audit row tells of it */
	int32_t *prints;
	size_t print_count;
	bool is_chain_good;
};

/* What the audit rows of the run say. Free with verify_seals_fini. */
void verify_seals_read(struct verify *verify, struct verify_seals *out);
void verify_seals_fini(struct verify_seals *seals);
/* Of a part of points.csv that is not what was sealed: names its first line that differs. False
 * when the audit rows do not tell which. */
bool verify_seals_find_row(struct verify *verify, const struct verify_seals *seals,
			   const char *name);
/* readings.sqlite, a part of it. */
void verify_seals_base(struct verify *verify, const struct verify_seals *seals, const char *name);
/* is_ended: all of it should be sealed. */
const char *verify_why_unsealed(const struct verify *verify, bool is_ended);

/* ---- the checks ---- */

void verify_audit(struct verify *verify);
void verify_seals(struct verify *verify);
void verify_points(struct verify *verify);
void verify_results(struct verify *verify);
void verify_operations(struct verify *verify);
void verify_notes(struct verify *verify);
void verify_readings(struct verify *verify);

#endif
