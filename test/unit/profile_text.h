/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bench with an instrument and its profile beside it, in a folder of their own. Include after
 * cmocka.h. */
#ifndef TEST_PROFILE_TEXT_H
#define TEST_PROFILE_TEXT_H

#include "plateau/profile.h"
#include "unit/bench_text.h"

/* A profile that is right; parameters of a test are added. */
#define PROFILE "profile: mine\ntitle: an instrument\nparameters:\n"
#define METER	TOP "devices:\n  oven: {driver: modbus, port: /tmp/line, profile: mine.yaml}\n"

struct profiled {
	char folder[32], profile[96];
	struct loaded bench;
};

/* Loads the bench of METER and what follows, with this text as mine.yaml beside it. */
static inline void load_profiled(struct profiled *out, const char *profile, const char *bench,
				 struct pl_bench_request request)
{
	FILE *file;

	*out = (struct profiled){.folder = "/tmp/test_profile_XXXXXX"};
	if (!mkdtemp(out->folder))
		abort();
	snprintf(out->profile, sizeof(out->profile), "%s/mine.yaml", out->folder);
	snprintf(out->bench.file, sizeof(out->bench.file), "%s/bench.yaml", out->folder);
	file = fopen(out->profile, "w");
	if (!file || fputs(profile, file) < 0 || fclose(file) != 0)
		abort();
	file = fopen(out->bench.file, "w");
	if (!file || fputs(bench, file) < 0 || fclose(file) != 0)
		abort();
	request.file = out->bench.file;
	request.drivers = fake_drivers;
	out->bench.status =
	    pl_bench_load(&request, &out->bench.bench, &out->bench.problems, &out->bench.error);
}

static inline void unload_profiled(struct profiled *profiled)
{
	unload(&profiled->bench);
	unlink(profiled->profile);
	rmdir(profiled->folder);
}

#endif
