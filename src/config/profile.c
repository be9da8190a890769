/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A profile file from its bytes to struct pl_profile: see profile.h. */
#include "config/profile.h"

#include "base/hash.h"
#include "plateau/text.h"

#include <ctype.h>
#include <string.h>

static const char parities[] = {'N', 'E', 'O'}; /* as the words of `parity` */

static void check_name(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	const char *name = maker->top.name;
	const struct pl_doc *node = pl_doc_get(root, "profile");

	for (const char *c = name ? name : "-"; *c; c++)
		if (!isascii((unsigned char)*c) ||
		    !(isalnum((unsigned char)*c) || *c == '-' || *c == '_')) {
			pl_problems_add(maker->loader.problems, node->place,
					"profile: \"%.64s\": letters, digits, - and _ make a name",
					name);
			return;
		}
}

static void load_top(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	const struct pl_config_section *section = pl_profile_section("");
	struct pl_profile_block block = {.max = 125};

	pl_check_keys(&maker->loader, root, section, NULL);
	pl_load_rows(&maker->loader, root, "", root->place, section->rows, &maker->top);
	pl_check_schema(&maker->loader, root, maker->top.schema);
	check_name(maker, root);
	pl_load_part(&maker->loader, root, "", "block", pl_profile_section("block"), &block);
	maker->profile->block_max = (size_t)block.max;
	maker->profile->block_gap = (size_t)block.gap;
	maker->profile->name = maker->top.name;
	maker->profile->title = maker->top.title;
	maker->profile->baud = (int)maker->top.baud;
	maker->profile->parity = parities[maker->top.parity];
	maker->profile->silence_ns = maker->top.silence_ns;
}

static void load_parameters(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	const struct pl_doc *map = pl_doc_get(root, "parameters");
	size_t count = pl_doc_count(map);

	maker->parameters =
	    pl_pool_take(maker->loader.arena, count + 1, sizeof(*maker->parameters));
	if (!map || !count) {
		pl_problems_add(maker->loader.problems, map ? map->place : root->place,
				"parameters is missing: NAME: {register: 360, type: f32}");
		return;
	}
	if (!pl_want_map(&maker->loader, map))
		return;
	if (count > PL_PROFILE_PARAMETERS_MAX) {
		pl_problems_add(maker->loader.problems, map->at_key,
				"parameters: a profile has at most %d, not %zu",
				PL_PROFILE_PARAMETERS_MAX, count);
		return;
	}
	maker->rows = pl_pool_take(maker->loader.arena, count, sizeof(*maker->rows));
	maker->nodes = pl_pool_take(maker->loader.arena, count, sizeof(*maker->nodes));
	for (const struct pl_doc *node = map->first; node; node = node->next) {
		if (!pl_want_name(&maker->loader, node) || !pl_want_map(&maker->loader, node))
			continue;
		maker->nodes[maker->count] = node;
		pl_profile_load_row(maker, node, &maker->parameters[maker->count],
				    &maker->rows[maker->count]);
		maker->count++;
	}
}

/* Two ids would make a path by number mean two parameters. */
static void check_ids(struct pl_profile_maker *maker)
{
	for (size_t i = 0; i < maker->count; i++)
		for (size_t k = 0; k < i && maker->rows[i].id; k++)
			if (maker->rows[k].id == maker->rows[i].id)
				pl_problems_add(maker->loader.problems,
						pl_doc_get(maker->nodes[i], "id")->place,
						"id: %s has the number %u already",
						maker->parameters[k].name, maker->rows[i].id);
}

static void load_document(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	if (!pl_want_map(&maker->loader, root))
		return;
	load_top(maker, root);
	load_parameters(maker, root);
	check_ids(maker);
	pl_profile_load_links(maker, root);
	pl_profile_load_instances(maker);
	maker->profile->parameters = maker->parameters;
	maker->profile->rows = maker->rows;
	maker->profile->count = maker->count;
}

bool pl_profile_parse(struct pl_arena *arena, struct pl_problems *problems,
		      const struct pl_profile_source *source, struct pl_profile_loaded *out)
{
	struct pl_place of = {.file = source->file, .number = source->number};
	struct pl_profile *profile = pl_pool_take(arena, 1, sizeof(*profile));
	struct pl_profile_maker maker = {
	    .loader = {.arena = arena, .problems = problems, .keeps_no_origins = true},
	    .profile = profile,
	};
	size_t before = problems->count + problems->dropped;
	struct pl_yaml *yaml = NULL;
	struct pl_error error;

	*out = (struct pl_profile_loaded){.profile = NULL};
	profile->file = source->file;
	profile->text = pl_pool_string(arena, source->text);
	pl_hash_bytes(profile->text, strlen(profile->text), profile->sha256);
	if (pl_yaml_parse(source->file, source->text, source->size, &yaml, &error)) {
		pl_problems_add_parser(problems, of, &error);
		return false;
	}
	load_document(&maker, pl_doc_build(arena, pl_yaml_root(yaml), of, problems));
	pl_yaml_free(yaml);
	if (problems->count + problems->dropped > before)
		return false;
	out->profile = profile;
	out->sim = maker.top.sim;
	return true;
}
