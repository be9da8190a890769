/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameter paths in a scan or recording: one parameter of a device that is known, or said why not.
 */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

bool pl_device_known(const struct pl_device *device)
{
	return device->driver && (!device->driver->wants_profile || device->spec.profile);
}

/* True when the path begins with a device that is not known. */
static bool is_hopeless(const struct pl_loader *loader, const char *path)
{
	const struct pl_device *device;
	char name[PL_PATH_SIZE];

	if (!pl_text_copy(name, sizeof(name), path))
		return false;
	name[strcspn(name, ".")] = '\0';
	device = pl_bench_device(loader->bench, name);
	return device && !pl_device_known(device);
}

bool pl_want_target(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		    struct pl_match *out)
{
	struct pl_error error;
	size_t count;

	if (node->kind != PL_YAML_SCALAR || pl_doc_is_null(node))
		pl_problems_add(loader->problems, node->place,
				"%s: the path of a parameter is wanted here: oven.process_value",
				key);
	else if (strchr(node->text, '*'))
		pl_problems_add(loader->problems, node->place,
				"%s: \"%s\": one parameter is named at a time, without *", key,
				node->text);
	else if (is_hopeless(loader, node->text))
		return false;
	else if (pl_bench_resolve(loader->bench, node->text, out, 1, &count, &error))
		pl_problems_add(loader->problems, node->place, "%s: \"%s\": %s", key, node->text,
				error.text);
	else if (!out->parameter)
		pl_problems_add(loader->problems, node->place,
				"%s: %s: a register without a name can be looked at with plateau "
				"get; describe it in a profile to use it here",
				key, out->path);
	else
		return true;
	return false;
}

bool pl_want_number(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		    const struct pl_match *match)
{
	const char *what = NULL;

	if (match->parameter->type == PL_VALUE_TEXT)
		what = "is a text, no number";
	else if (!(match->parameter->access & PL_ACCESS_READ))
		what = "can only be written";
	if (what)
		pl_problems_add(loader->problems, node->place, "%s: %s %s", key, match->path, what);
	return !what;
}
