/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.h - a profile file read into struct pl_profile: its keys as rows, every error with the
 * place in the profile.
 *
 * Four steps: the rows of each parameter (profile_row.c), what its registers can hold
 * (profile_wire.c), lists and names of values (profile_words.c), and what points from one parameter
 * to another (profile_links.c). No step stops at a problem; nothing of a profile with problems is
 * used. Hostile input costs no more than a bench file. One thread.
 */
#ifndef CONFIG_PROFILE_H
#define CONFIG_PROFILE_H

#include "config/loader.h"
#include "plateau/profile.h"

#define PL_PROFILE_PARAMETERS_MAX 1000
#define PL_PROFILE_INSTANCES_MAX  (PL_CHANNELS_MAX + 1)

/* Where it came from. */
struct pl_profile_source {
	const char *file; /* as people find it; lives as long as the arena */
	int number;	  /* from 1, for the order of problems */
	const char *text;
	size_t size;
};

struct pl_profile_loaded {
	const struct pl_profile *profile; /* NULL: it has problems */
	const char *sim;		  /* the simulator that stands in for it; NULL = none */
};

/* Everything in the arena, nothing borrowed from source but its file. False when problems were
 * added. */
bool pl_profile_parse(struct pl_arena *arena, struct pl_problems *problems,
		      const struct pl_profile_source *source, struct pl_profile_loaded *out);

/* The sections of a profile for the manual; ends with title NULL. */
const struct pl_config_section *pl_profile_sections(void);
/* One of them by its path; never NULL for a path of the table. */
const struct pl_config_section *pl_profile_section(const char *path);

/* Fields as they stand in the file; -1 of a word, and 0 of a number that begins at 1: left out. */
struct pl_profile_top {
	int64_t schema, baud, silence_ns;
	const char *name, *title, *sim;
	int parity, word_order, byte_order;
};
struct pl_profile_block {
	int64_t max, gap;
};
struct pl_profile_values {
	int64_t address, id, length, function, digits, wraps;
	int type, write, access, word_order, byte_order;
	const char *unit, *text;
	double scale, offset, min, max, step;
	bool counter, persistent, show;
};
struct pl_profile_instances {
	int64_t count, step;
};
/* Of order_check, volatile_writes, identity, good_with, limits_from: names and values as text. */
struct pl_profile_link {
	const char *parameter, *first, *second;
};

/* What the files of the loader share while one profile is read. */
struct pl_profile_maker {
	struct pl_loader loader; /* for the rows; notes no origins */
	struct pl_profile_top top;
	struct pl_profile *profile;
	struct pl_parameter *parameters;
	struct pl_profile_row *rows;
	const struct pl_doc **nodes; /* of each parameter */
	size_t count;
};

/* One parameter from its node. */
void pl_profile_load_row(struct pl_profile_maker *maker, const struct pl_doc *node,
			 struct pl_parameter *parameter, struct pl_profile_row *row);
/* Type, functions, registers, limits, after the values are in. */
void pl_profile_load_wire(struct pl_profile_maker *maker, const struct pl_doc *node,
			  const struct pl_profile_values *values, struct pl_parameter *parameter,
			  struct pl_profile_row *row);
/* words and missing. */
void pl_profile_load_words(struct pl_profile_maker *maker, const struct pl_doc *node,
			   struct pl_profile_row *row);
/* All that names other parameters, and the instances, when every row is there. */
void pl_profile_load_links(struct pl_profile_maker *maker, const struct pl_doc *root);
void pl_profile_load_instances(struct pl_profile_maker *maker);

#endif
