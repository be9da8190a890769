/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_seals_base.c - readings.sqlite of a recording against its seal. A database has no lines,
 * and any page of it may have changed until it was closed: it is what was sealed, or it is not.
 */
#include "store/verify_inside.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The last one holds; NULL = there is none. */
static const struct verify_seal *seal_of(const struct verify_seals *seals, const char *name)
{
	const struct verify_seal *found = NULL;

	for (size_t i = 0; i < seals->count; i++)
		if (strcmp(seals->items[i].name, name) == 0 &&
		    (!found || seals->items[i].seq > found->seq))
			found = &seals->items[i];
	return found;
}

/* Rows that somebody put beside the file without touching it: who opens it finds them in it. */
static void check_logs(struct verify *verify, const char *base)
{
	static const char *const tails[] = {"-wal", "-journal"};
	char name[PL_NAME_SIZE + 16];
	struct stat st;

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		snprintf(name, sizeof name, "%s%s", base, tails[i]);
		if (fstatat(verify->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > 0)
			verify_bad(verify, name, "added",
				   "added: it changes what %s holds, which was sealed without it",
				   base);
	}
}

void verify_seals_base(struct verify *verify, const struct verify_seals *seals, const char *name)
{
	const struct verify_seal *seal = seal_of(seals, name);
	struct pl_error error = {.code = PL_OK};
	char hash[PL_HASH_SIZE];
	struct pl_seal read;

	if (!seal) {
		verify_open(verify, name, "unsealed", "it is not sealed: %s",
			    verify->is_over ? "somebody read it when the run ended, or the program "
					      "that wrote the run did not"
					    : verify_why_unsealed(verify, false));
		return;
	}
	if (pl_seal_read(verify->folder, name, &read, &error)) {
		verify_bad(verify, name, "damaged", "cannot be read");
		return;
	}
	pl_hash_get(&read.hash, hash);
	if (read.size != seal->size || strcmp(hash, seal->hash) != 0)
		verify_bad(verify, name, read.size < seal->size ? "removed" : "edited",
			   "it is not what row %" PRIu64 " of audit.csv sealed (%" PRIu64
			   " bytes, there are %" PRIu64 ")",
			   seal->seq, seal->size, read.size);
	check_logs(verify, name);
}
