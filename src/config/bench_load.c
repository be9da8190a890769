/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pl_bench_load: read, parse, lay the overrides over it, take out the session's values, then the
 * sections from the top down. The bench and all its strings live in one arena; texts of the file
 * are borrowed from the YAML tree, which lives as long.
 */
#include "base/file.h"
#include "config/loader.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the file is, and where relative paths start from. */
static void place_file(struct pl_loader *loader, const char *path)
{
	char *current = getcwd(NULL, 0), *slash;

	loader->bench->file = pl_pool_string(loader->arena, path);
	slash = pl_pool_string(loader->arena, path);
	loader->directory = slash;
	*strrchr(slash, '/') = '\0';
	loader->current = current ? pl_pool_string(loader->arena, current) : "/";
	free(current);
}

/* The bytes of a run's own copy: the file itself may have changed or be gone. */
static enum pl_status take_text(struct pl_loader *loader, struct pl_error *error)
{
	const struct pl_bench_request *request = loader->request;
	struct pl_bench *bench = loader->bench;

	if (request->file[0] != '/')
		return pl_error_set(error, PL_ERR_USAGE, request->file,
				    "the path of a stored bench file is absolute");
	bench->own->text = malloc(request->text_size + 1);
	if (!bench->own->text)
		return pl_error_set(error, PL_ERR_MEMORY, request->file, "out of memory");
	memcpy(bench->own->text, request->text, request->text_size);
	bench->own->text[request->text_size] = '\0';
	bench->text_size = request->text_size;
	place_file(loader, request->file);
	return PL_OK;
}

/* The real path and the bytes of the file. */
static enum pl_status read_file(struct pl_loader *loader, struct pl_error *error)
{
	struct pl_bench *bench = loader->bench;
	char *real = realpath(loader->request->file, NULL);

	if (!real)
		return pl_error_errno(error, errno, loader->request->file,
				      "the bench file cannot be opened");
	place_file(loader, real);
	free(real);
	return pl_file_read(AT_FDCWD, bench->file, PL_YAML_MAX_BYTES, &bench->own->text,
			    &bench->text_size, error);
}

static enum pl_status get_text(struct pl_loader *loader, struct pl_error *error)
{
	struct pl_bench *bench = loader->bench;
	enum pl_status status =
	    loader->request->text ? take_text(loader, error) : read_file(loader, error);

	if (status)
		return status;
	bench->text = bench->own->text;
	pl_hash_bytes(bench->text, bench->text_size, bench->sha256);
	return PL_OK;
}

static void load_workspace(struct pl_loader *loader, const struct pl_doc *root,
			   const char *workspace)
{
	const struct pl_bench_request *request = loader->request;
	const char *origin = "--workspace";

	if (request->workspace)
		workspace = request->workspace;
	else if (workspace)
		origin = pl_origin(loader, pl_doc_get(root, "workspace"));
	else if (!pl_doc_get(root, "workspace"))
		pl_problems_add(loader->problems, root->place,
				"workspace is missing: the directory that receives everything "
				"(or give --workspace DIR)");
	if (!workspace)
		return;
	if (request->simulate)
		workspace = pl_pool_format(loader->arena, "%s/sim", workspace);
	loader->bench->workspace = workspace;
	pl_effective_replace(loader, "workspace", workspace, origin);
}

/* Workspace has its own rule for being left out, so it is no row that may be missing here. */
static void load_top(struct pl_loader *loader, const struct pl_doc *root)
{
	const struct pl_config_section *section = pl_config_section("");
	struct pl_option *rows = pl_rows_for(loader, section->rows, NULL);
	struct pl_config_top top = {.bench = NULL};

	for (struct pl_option *row = rows; row->key; row++)
		if (strcmp(row->key, "workspace") == 0)
			row->fallback = "";
	pl_check_keys(loader, root, section, NULL);
	pl_load_rows(loader, root, "", root->place, rows, &top);
	pl_check_schema(loader, root, top.schema);
	if (top.bench)
		pl_text_copy(loader->bench->name, sizeof(loader->bench->name), top.bench);
	loader->bench->operator_required = top.operator_rule == 1;
	loader->bench->simulated = loader->request->simulate;
	load_workspace(loader, root, top.workspace);
}

static void load_parameters(struct pl_loader *loader, const struct pl_doc *root)
{
	const struct pl_doc *map = pl_doc_get(root, "parameters");

	if (!map || pl_doc_is_null(map) || !pl_want_map(loader, map))
		return;
	for (const struct pl_doc *node = map->first; node; node = node->next) {
		if (!pl_want_name(loader, node))
			continue;
		if (node->kind != PL_YAML_SCALAR || pl_doc_is_null(node))
			pl_problems_add(loader->problems, node->place,
					"parameters.%s: one value is wanted here", node->key);
		else
			pl_effective_add(loader,
					 pl_pool_format(loader->arena, "parameters.%s", node->key),
					 node->text, pl_origin(loader, node));
	}
}

static void keep_overrides(struct pl_loader *loader)
{
	size_t count = loader->request->override_count;
	struct pl_override *kept = pl_pool_take(loader->arena, count, sizeof(*kept));

	for (size_t i = 0; i < count; i++) {
		const struct pl_override *given = &loader->request->overrides[i];

		kept[i].path = pl_pool_string(loader->arena, given->path);
		kept[i].value = pl_pool_string(loader->arena, given->value);
	}
	loader->bench->overrides = kept;
	loader->bench->override_count = count;
}

static void load_document(struct pl_loader *loader)
{
	struct pl_bench_own *own = loader->bench->own;
	struct pl_doc *root = pl_doc_build(loader->arena, pl_yaml_root(own->yaml),
					   (struct pl_place){.line = 0}, loader->problems);

	if (!pl_want_map(loader, root))
		return;
	keep_overrides(loader);
	for (size_t i = 0; i < loader->bench->override_count; i++)
		pl_doc_override(loader->arena, root, &loader->bench->overrides[i],
				loader->problems);
	pl_doc_substitute(root, loader->problems);
	load_top(loader, root);
	load_parameters(loader, root);
	pl_load_devices(loader, root);
	pl_load_scans(loader, root);
	pl_load_recordings(loader, root);
}

/* The arena moves into the bench that is made of it. */
static struct pl_bench *bench_new(void)
{
	struct pl_arena arena = {.chunks = NULL};
	struct pl_bench *bench = pl_pool_take(&arena, 1, sizeof(*bench));

	bench->own = pl_pool_take(&arena, 1, sizeof(*bench->own));
	bench->own->arena = arena;
	bench->own->last = &bench->own->first;
	return bench;
}

/* PL_ERR_CONFIG with the first problem, or PL_OK. */
static enum pl_status verdict(const struct pl_problems *problems, struct pl_error *error)
{
	size_t others = problems->count + problems->dropped;

	if (!problems->count)
		return PL_OK;
	if (others == 1)
		return pl_error_set(error, PL_ERR_CONFIG, problems->items[0].where, "%s",
				    problems->items[0].text);
	return pl_error_set(error, PL_ERR_CONFIG, problems->items[0].where, "%s (and %zu more)",
			    problems->items[0].text, others - 1);
}

enum pl_status pl_bench_load(const struct pl_bench_request *request, struct pl_bench **out,
			     struct pl_problems *problems, struct pl_error *error)
{
	struct pl_bench *bench = bench_new();
	struct pl_loader loader = {
	    .request = request, .bench = bench, .arena = &bench->own->arena, .problems = problems};
	struct pl_error local = {.code = PL_OK};
	enum pl_status status;

	pl_problems_init(problems, request->file);
	status = get_text(&loader, &local);
	if (status == PL_OK)
		status = pl_yaml_parse(request->file, bench->text, bench->text_size,
				       &bench->own->yaml, &local);
	if (status == PL_ERR_CONFIG) {
		pl_problems_add_parser(problems, (struct pl_place){.line = 0}, &local);
	} else if (status) {
		if (error)
			*error = local;
		goto out;
	} else {
		load_document(&loader);
	}
	pl_problems_sort(problems);
	status = verdict(problems, error);
out:
	if (status)
		pl_bench_free(bench);
	else
		*out = bench;
	return status;
}

void pl_bench_free(struct pl_bench *bench)
{
	struct pl_arena arena;

	if (!bench)
		return;
	pl_yaml_free(bench->own->yaml);
	free(bench->own->text);
	arena = bench->own->arena; /* the bench is in it */
	pl_arena_free(&arena);
}
