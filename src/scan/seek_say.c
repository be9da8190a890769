/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seek_say.c - what a search for a rate has found, in a sentence. Pure, any thread. */
#include "scan/seek.h"

#include <assert.h>
#include <stdio.h>

const char *pl_seek_answer_name(enum pl_seek_answer answer)
{
	static const char *const names[] = {
	    [PL_SEEK_NONE] = "none",
	    [PL_SEEK_BETWEEN] = "between",
	    [PL_SEEK_HERE] = "here",
	    [PL_SEEK_END] = "end",
	    [PL_SEEK_NOT_MONOTONE] = "not_monotone",
	    [PL_SEEK_CHANGED] = "changed",
	};

	assert((size_t)answer < sizeof(names) / sizeof(names[0]));
	return names[answer];
}

static double rate_hz(const struct pl_seek *seek, int64_t at)
{
	const struct pl_seek_value *value = pl_seek_find(seek, at);

	return value != NULL && value->seconds > 0 ? (double)value->hits / value->seconds : 0;
}

/* "296 (1.32 Hz)" */
static const char *put(const struct pl_seek *seek, int64_t at, char out[64])
{
	snprintf(out, 64, "%.10g (%.3g Hz)", pl_seek_value(seek, at), rate_hz(seek, at));
	return out;
}

static void say_not_monotone(const struct pl_seek *seek, char *out, size_t cap)
{
	char text[4][64];

	snprintf(out, cap,
		 "the rate is not monotonic: it falls from %s to %s and rises from %s to %s",
		 put(seek, seek->pair[0][0], text[0]), put(seek, seek->pair[0][1], text[1]),
		 put(seek, seek->pair[1][0], text[2]), put(seek, seek->pair[1][1], text[3]));
}

void pl_seek_say(const struct pl_seek *seek, char *out, size_t cap)
{
	double target = seek->setup.target_hz;
	char low[64], high[64];

	put(seek, seek->low, low);
	put(seek, seek->high, high);
	switch (seek->answer) {
	case PL_SEEK_NONE:
		snprintf(out, cap, "not found yet");
		break;
	case PL_SEEK_BETWEEN:
		snprintf(out, cap, "the target %.4g Hz lies between %s and %s", target, low, high);
		break;
	case PL_SEEK_HERE:
		snprintf(out, cap, "%s is not told apart from the target %.4g Hz in %.3g s", low,
			 target, pl_seek_find(seek, seek->low)->seconds);
		break;
	case PL_SEEK_END:
		snprintf(out, cap, "the rate stays %s the target %.4g Hz up to the end at %s",
			 rate_hz(seek, seek->low) > target ? "above" : "below", target, low);
		break;
	case PL_SEEK_NOT_MONOTONE:
		say_not_monotone(seek, out, cap);
		break;
	case PL_SEEK_CHANGED:
		snprintf(out, cap,
			 "the rate at %.10g has changed while it was looked for: the last count "
			 "gave %.3g Hz",
			 pl_seek_at(seek),
			 seek->fresh_s > 0 ? (double)seek->fresh_hits / seek->fresh_s : 0);
		break;
	}
}
