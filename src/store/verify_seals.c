/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_seals.c - the files of a run against the rows run.seal of its chain.
 *
 * A seal speaks of the first bytes of a file, so one that was sealed at each pause tells between
 * which lines it was changed. Behind the last seal nothing is proved: at the end of a run there is
 * nothing behind it, of a crashed one its last lines. A part that the run had to leave is sealed as
 * far as it was durable; the rows behind that stand in the next part, or are of nobody.
 */
#include "store/verify_inside.h"

#include "store/reading.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK 16384
/* Of the sinks; sealed at the end alone. */
#define READINGS (PL_RUN_FILES + PL_READINGS_CSV)
#define LINES	 (PL_RUN_FILES + PL_READINGS_JSONL)
#define BASE	 (PL_RUN_FILES + PL_READINGS_SQLITE)

struct held { /* a part on its way through its seals */
	struct verify *verify;
	const struct verify_seals *seals;
	int file; /* enum pl_run_file, or one of the sinks' */
	unsigned part;
	char name[PL_NAME_SIZE];
	FILE *stream;
	struct pl_seal read;
	uint64_t lines;	 /* ended in what was read */
	uint64_t proved; /* of them, what a seal holds */
	bool is_sealed, is_left;
	const struct verify_seal *last;
};

static void part_name(int file, unsigned part, char out[PL_NAME_SIZE])
{
	if (file >= READINGS)
		pl_reading_file_name((enum pl_reading_file)(file - READINGS), part, out);
	else
		pl_run_file_name((enum pl_run_file)file, part, out);
}

/* A first line that says nothing of the run. */
static bool has_header(int file)
{
	return file != PL_RUN_DEVICE_LOG && file != LINES;
}

/* A part behind this one is there, whatever was taken away between them. */
static bool has_later(int folder, int file, unsigned part)
{
	char name[PL_NAME_SIZE];

	for (unsigned next = part + 1; next <= part + 1 + PL_STORE_GAP; next++) {
		part_name(file, next, name);
		if (pl_store_exists(folder, name))
			return true;
	}
	return false;
}

/* Reads on to this size, or to the end. */
static void read_to(struct held *held, uint64_t size)
{
	char block[BLOCK];

	while (held->read.size < size) {
		uint64_t rest = size - held->read.size;
		size_t got = fread(block, 1, rest < BLOCK ? (size_t)rest : BLOCK, held->stream);

		if (!got)
			return;
		pl_seal_add(&held->read, block, got);
		for (size_t i = 0; i < got; i++)
			held->lines += block[i] == '\n';
	}
}

static uint64_t size_of(const struct held *held)
{
	struct stat st;

	return fstat(fileno(held->stream), &st) ? 0 : (uint64_t)st.st_size;
}

/* The first seal that does not hold. Its size tells more only when nothing may follow it. */
static void tell_broken(struct held *held, const struct verify_seal *seal)
{
	uint64_t size = size_of(held);
	bool is_last = held->verify->is_over && !held->is_left;
	const char *code = "edited";

	if (held->file == PL_RUN_POINTS &&
	    verify_seals_find_row(held->verify, held->seals, held->name))
		return;
	if (held->read.size < seal->size || (is_last && size < held->last->size))
		code = "removed";
	else if (is_last && size > held->last->size)
		code = "added";
	verify_bad(held->verify, held->name, code,
		   "%s: from line %" PRIu64 " to line %" PRIu64 " it is not what row %" PRIu64
		   " of audit.csv sealed (%" PRIu64 " bytes%s)",
		   code, held->proved + 1, held->lines + (held->lines == held->proved), seal->seq,
		   seal->size, held->read.size < seal->size ? ", more than there are" : "");
}

/* False when one of them does not hold, which is told. */
static bool check_seals(struct held *held)
{
	char hash[PL_HASH_SIZE];

	for (size_t i = 0; i < held->seals->count; i++)
		if (strcmp(held->seals->items[i].name, held->name) == 0) {
			held->last = &held->seals->items[i];
			held->is_left |= held->last->is_left;
		}
	for (size_t i = 0; i < held->seals->count; i++) {
		const struct verify_seal *seal = &held->seals->items[i];

		if (strcmp(seal->name, held->name) != 0)
			continue;
		read_to(held, seal->size);
		pl_hash_get(&held->read.hash, hash);
		if (held->read.size != seal->size || strcmp(hash, seal->hash) != 0) {
			tell_broken(held, seal);
			return false;
		}
		held->proved = held->lines;
	}
	return true;
}

/* ---- what stands behind the last seal ---- */

/* The next part, behind its header; NULL when there is none. */
static FILE *open_next(const struct held *held)
{
	char name[PL_NAME_SIZE];
	FILE *next;
	int byte;

	part_name(held->file, held->part + 1, name);
	if (!pl_store_exists(held->verify->folder, name))
		return NULL;
	next = pl_store_stream(held->verify->folder, name, NULL);
	while (next && has_header(held->file) && (byte = getc(next)) != EOF)
		if (byte == '\n')
			break;
	return next;
}

/* A part that was left ends in rows that the next part repeats; the last of them may be torn, or
 * NUL bytes after a power cut. The line where it does not, 0 = none. */
static uint64_t first_stranger(const struct held *held, FILE *next)
{
	uint64_t line = held->lines + 1;
	bool is_same = true, has_nul = false;
	int byte;

	if (held->read.size == 0 && has_header(held->file)) {
		while ((byte = getc(held->stream)) != EOF && byte != '\n')
			;
		line++;
	}
	while ((byte = getc(held->stream)) != EOF && !has_nul) {
		has_nul = byte == 0;
		is_same = is_same && getc(next) == byte;
		if (byte == '\n' && !is_same)
			return line;
		line += byte == '\n';
	}
	return 0;
}

static void check_left(struct held *held)
{
	FILE *next = open_next(held);
	char where[PL_NAME_SIZE + 24];
	uint64_t line;

	if (!next)
		return; /* the next part is missed where it is sealed */
	line = first_stranger(held, next);
	fclose(next);
	snprintf(where, sizeof where, "%s:%" PRIu64, held->name, line);
	if (line)
		verify_bad(held->verify, where, "added",
			   "added: the run had left this file, and the next part does not begin "
			   "with this line");
}

static bool is_newest(const struct held *held)
{
	return !has_later(held->verify->folder, held->file, held->part);
}

const char *verify_why_unsealed(const struct verify *verify, bool is_ended)
{
	return is_ended		  ? "the program that wrote the run did not"
	       : verify->is_owned ? "the run is still going"
				  : "its writer died before it could";
}

static void tell_rest(struct held *held)
{
	struct verify *verify = held->verify;
	/* all of it should be sealed */
	bool is_ended = verify->is_over && (held->file == READINGS || is_newest(held));
	bool is_known = held->last || held->file != LINES; /* older versions sealed no jsonl */
	uint64_t first = held->proved + 1, size = held->read.size;
	char where[PL_NAME_SIZE + 24];

	read_to(held, UINT64_MAX);
	if (!held->proved && has_header(held->file))
		first = 2; /* a header says nothing */
	snprintf(where, sizeof where, "%s:%" PRIu64, held->name, first);
	if (is_ended && is_known && held->seals->count && held->read.size > size)
		verify_bad(verify, where, "added",
			   "added: %" PRIu64 " bytes from here on are behind what was sealed at "
			   "the end",
			   held->read.size - size);
	else if (held->lines >= first)
		verify_open(verify, where, "unsealed",
			    "from this line to line %" PRIu64 " it is not sealed: %s", held->lines,
			    verify_why_unsealed(verify, is_ended));
}

static bool is_gone(const struct verify_seals *seals, const char *name)
{
	for (size_t i = 0; i < seals->gone_count; i++)
		if (strcmp(seals->gone[i], name) == 0)
			return true;
	return false;
}

static void check_open(struct held *held)
{
	if (is_gone(held->seals, held->name))
		verify_open(held->verify, held->name, "replaced",
			    "another program took the run's file away while it was written: what "
			    "stands here is held by nothing, the rows are in the next part");
	else if (check_seals(held))
		(held->is_left ? check_left : tell_rest)(held);
}

/* False when there is no such part and none was sealed. */
static bool check_part(struct verify *verify, const struct verify_seals *seals, int file,
		       unsigned part)
{
	struct held held = {.verify = verify, .seals = seals, .file = file, .part = part};
	bool is_known = false;

	part_name(file, part, held.name);
	pl_seal_begin(&held.read);
	for (size_t i = 0; i < seals->count; i++)
		is_known |= strcmp(seals->items[i].name, held.name) == 0;
	if (!pl_store_exists(verify->folder, held.name)) {
		if (is_known && !is_gone(seals, held.name))
			verify_bad(verify, held.name, "missing",
				   "was sealed by audit.csv and is not there");
		return is_known || is_gone(seals, held.name);
	}
	if (file == BASE) {
		verify_seals_base(verify, seals, held.name);
		return true;
	}
	held.stream = pl_store_stream(verify->folder, held.name, NULL);
	if (held.stream) {
		check_open(&held);
		fclose(held.stream);
	} else {
		verify_bad(verify, held.name, "damaged", "cannot be read");
	}
	return true;
}

void verify_seals(struct verify *verify)
{
	static const int files[] = {
	    PL_RUN_POINTS,     PL_RUN_OPERATIONS, PL_RUN_SETTINGS, PL_RUN_RAW_EVENTS,
	    PL_RUN_DEVICE_LOG, READINGS,	  LINES,	   BASE};
	struct verify_seals seals;

	verify_seals_read(verify, &seals);
	if (!seals.is_chain_good)
		verify_open(verify, "points.csv", "unheld",
			    "its seal was not checked, nor those of the other files: the audit "
			    "rows that hold them are not whole");
	for (size_t i = 0; seals.is_chain_good && i < sizeof files / sizeof files[0]; i++)
		for (unsigned part = 1; check_part(verify, &seals, files[i], part) ||
					has_later(verify->folder, files[i], part);
		     part++)
			;
	verify_seals_fini(&seals);
}
