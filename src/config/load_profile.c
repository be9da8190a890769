/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `profile` of a device: a name of share/profiles, or a file of the user's. Each file is read once
 * for all devices that name it, and its problems are said once.
 */
#include "base/file.h"
#include "base/share.h"
#include "config/profile.h"

#include "plateau/text.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 200
#define ENDING	  ".yaml"

struct pl_known_profile {
	const char *file;
	struct pl_profile_loaded loaded;
	struct pl_known_profile *next;
};

/* Freed by free_names. */
static size_t list_names(char *names[NAMES_MAX + 1])
{
	size_t count = pl_share_list("profiles", ENDING, names, NAMES_MAX);

	names[count] = NULL;
	return count;
}

static void free_names(char **names)
{
	for (; *names; names++)
		free(*names);
}

static bool is_path(const char *text)
{
	size_t length = strlen(text);

	return strchr(text, '/') || text[0] == '~' ||
	       (length > 5 && strcmp(text + length - 5, ENDING) == 0) ||
	       (length > 4 && strcmp(text + length - 4, ".yml") == 0);
}

static void say_no_profile(struct pl_loader *loader, const struct pl_doc *node)
{
	char *names[NAMES_MAX + 1], all[160] = "";
	size_t used = 0;
	const char *near;

	list_names(names);
	near = pl_text_nearest(node->text, (const char *const *)names);
	for (size_t i = 0; names[i] && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
					 names[i]);
	pl_problems_add(
	    loader->problems, node->place, "there is no profile \"%.64s\"%s%s%s; profiles: %s%s",
	    node->text, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "",
	    all[0] ? all : "none are installed", "; a file of yours is named with its .yaml");
	free_names(names);
}

/* The file that is meant, in the arena; NULL, and said, when there is none. */
static const char *find_file(struct pl_loader *loader, const struct pl_doc *node)
{
	struct pl_option_home home = {.arena = loader->arena,
				      .directory =
					  node->place.set ? loader->current : loader->directory};
	char path[PL_SHARE_PATH_SIZE], name[80];
	struct pl_error error;
	const char *file;

	if (is_path(node->text)) {
		if (pl_path_absolute(&home, node->text, &file, &error) == PL_OK)
			return file;
		pl_problems_add(loader->problems, node->place, "profile: %s", error.text);
		return NULL;
	}
	if (snprintf(name, sizeof(name), "profiles/%s" ENDING, node->text) < (int)sizeof(name) &&
	    pl_share_find(name, path, NULL) == PL_OK)
		return pl_pool_string(loader->arena, path);
	say_no_profile(loader, node);
	return NULL;
}

/* ---- its bytes: of the file, or of a run's own copy ---- */

static const struct pl_stored_profile *find_stored(const struct pl_loader *loader,
						   const char *device)
{
	const struct pl_bench_request *request = loader->request;

	for (size_t i = 0; i < request->profile_count; i++)
		if (strcmp(request->profiles[i].device, device) == 0)
			return &request->profiles[i];
	return NULL;
}

static void parse(struct pl_loader *loader, const struct pl_doc *node,
		  struct pl_known_profile *known, const char *text, size_t size)
{
	struct pl_profile_source source = {
	    .file = known->file, .number = 1, .text = text, .size = size};

	for (const struct pl_known_profile *other = known->next; other; other = other->next)
		source.number++;
	if (!pl_profile_parse(loader->arena, loader->problems, &source, &known->loaded))
		pl_problems_add(loader->problems, node->place,
				"profile %s cannot be used: its own errors are listed", node->text);
}

static void read_profile(struct pl_loader *loader, const struct pl_doc *node,
			 struct pl_known_profile *known)
{
	struct pl_error error;
	char *text = NULL;
	size_t size;

	if (pl_file_read(AT_FDCWD, known->file, PL_YAML_MAX_BYTES, &text, &size, &error)) {
		pl_problems_add(loader->problems, node->place, "profile %s: %s%s%s", known->file,
				error.text, error.cause[0] ? ": " : "", error.cause);
		return;
	}
	parse(loader, node, known, text, size);
	free(text);
}

static const struct pl_known_profile *want_profile(struct pl_loader *loader,
						   const struct pl_doc *node, const char *device)
{
	const struct pl_stored_profile *stored = find_stored(loader, device);
	const char *file =
	    stored ? pl_pool_string(loader->arena, stored->file) : find_file(loader, node);
	struct pl_known_profile *known = loader->profiles;

	if (!file)
		return NULL;
	while (known && strcmp(known->file, file) != 0)
		known = known->next;
	if (known)
		return known;
	known = pl_pool_take(loader->arena, 1, sizeof(*known));
	known->file = file;
	known->next = loader->profiles;
	loader->profiles = known;
	if (stored)
		parse(loader, node, known, stored->text, stored->text_size);
	else
		read_profile(loader, node, known);
	return known;
}

/* Instance 1 is the device itself, the others are its channels. */
static void take_profile(struct pl_loader *loader, struct pl_device *device,
			 const struct pl_profile *profile)
{
	struct pl_device_spec *spec = &device->spec;
	size_t count = profile->instanced_count
			   ? (size_t)profile->rows[profile->instanced_rows[0]].instances - 1
			   : 0;
	struct pl_channel *channels = pl_pool_take(loader->arena, count, sizeof(*channels));

	for (size_t i = 0; i < count; i++) {
		snprintf(channels[i].name, sizeof(channels[i].name), "%zu", i + 2);
		channels[i].id = (int)i + 2;
		channels[i].threshold = NAN;
	}
	spec->channels = channels;
	spec->channel_count = count;
	spec->profile = profile;
	spec->parameters = profile->parameters;
	spec->channel_parameters = profile->instanced;
}

static void say_missing(struct pl_loader *loader, const struct pl_doc *node, const char *path)
{
	char *names[NAMES_MAX + 1], all[160] = "";
	size_t used = 0;

	list_names(names);
	for (size_t i = 0; names[i] && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
					 names[i]);
	pl_problems_add(loader->problems, node->at_key,
			"%s.profile is missing: what the instrument is: %s, or a file of yours",
			path, all);
	free_names(names);
}

const char *pl_load_profile(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			    struct pl_device *device)
{
	const struct pl_doc *given = pl_doc_get(node, "profile");
	const struct pl_known_profile *known;

	if (!device->driver->wants_profile) {
		if (given)
			pl_problems_add(loader->problems, given->at_key,
					"profile: driver %s knows its instruments itself",
					device->driver->name);
		return NULL;
	}
	if (!given) {
		say_missing(loader, node, path);
		return NULL;
	}
	if (given->kind != PL_YAML_SCALAR || pl_doc_is_null(given)) {
		pl_problems_add(loader->problems, given->place,
				"profile: the name of a profile, or a file, is wanted here");
		return NULL;
	}
	device->profile_name = pl_pool_string(loader->arena, given->text);
	known = want_profile(loader, given, device->spec.name);
	if (!known || !known->loaded.profile)
		return NULL;
	take_profile(loader, device, known->loaded.profile);
	pl_effective_add(loader, pl_pool_format(loader->arena, "%s.profile", path),
			 device->profile_name, pl_origin(loader, given));
	return known->loaded.sim;
}
