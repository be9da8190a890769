/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_read_profiles.c - the profiles that a run keeps of its devices.
 *
 * A run stands by itself: what its devices' parameters were is told by the texts it keeps, each
 * once, whatever becomes of the files. A device names its text by the SHA-256. Runs that were
 * written before have none. Any thread.
 */
#include "store/run_read.h"

#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>

static const struct pl_yaml_node *find_text(const struct pl_yaml_node *root, const char *sha256)
{
	const struct pl_yaml_node *list = pl_yaml_get(root, "profiles");

	if (!list || list->kind != PL_YAML_LIST)
		return NULL;
	for (const struct pl_yaml_node *node = list->first; node; node = node->next)
		if (strcmp(pl_yaml_get_text(node, "sha256", ""), sha256) == 0)
			return node;
	return NULL;
}

enum pl_status pl_run_read_profile(const struct pl_yaml_node *root, const struct pl_yaml_node *from,
				   struct pl_run_device *out, struct pl_error *error)
{
	const char *sha256 = pl_yaml_get_text(from, "profile_sha256", "");
	const struct pl_yaml_node *stored;

	if (!sha256[0])
		return PL_OK;
	stored = find_text(root, sha256);
	out->profile_file = pl_yaml_get_text(stored, "file", "");
	out->profile_text = pl_yaml_get_text(stored, "text", NULL);
	if (!out->profile_text || out->profile_file[0] != '/')
		return pl_run_read_refuse(from, "the text of its profile is not there", error);
	return PL_OK;
}

size_t pl_run_record_profiles(const struct pl_run_record *record, struct pl_stored_profile *out)
{
	size_t count = 0;

	for (size_t i = 0; i < record->device_count; i++) {
		const struct pl_run_device *device = &record->devices[i];

		if (device->profile_text)
			out[count++] = (struct pl_stored_profile){
			    .device = device->name,
			    .file = device->profile_file,
			    .text = device->profile_text,
			    .text_size = strlen(device->profile_text),
			};
	}
	return count;
}
