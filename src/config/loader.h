/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loader.h - what the files of this room share while one bench is being loaded. One thread.
 *
 * No step stops at a problem: it is added to the list, the field keeps zero or its default, and
 * loading goes on. Nothing of a bench with problems leaves the room.
 */
#ifndef CONFIG_LOADER_H
#define CONFIG_LOADER_H

#include "config/bench.h"
#include "config/document.h"
#include "config/option.h"
#include "config/pool.h"
#include "config/problems.h"
#include "config/rows.h"

/* One value as it came to be, for `check --effective`. */
struct pl_effective {
	const char *path, *value, *origin;
	struct pl_effective *next;
};

struct pl_bench_own {
	struct pl_arena arena; /* the bench and this struct are in it */
	struct pl_effective *first, **last;
	char *text; /* of the file, from malloc */
	struct pl_yaml *yaml;
};

struct pl_loader {
	const struct pl_bench_request *request;
	struct pl_bench *bench;
	struct pl_arena *arena;
	struct pl_problems *problems;
	const char *directory;		   /* of the file, absolute */
	const char *current;		   /* working directory: what --set paths are relative to */
	struct pl_known_profile *profiles; /* read so far, the newest first */
	bool keeps_no_origins;		   /* of a profile: nobody asks where its values are from */
};

/* option rows ------------------------------------------------------------------------------- */
/* Loads every row from `map` (NULL: all defaults) into `into`; path is the map's document path. */
void pl_load_rows(struct pl_loader *loader, const struct pl_doc *map, const char *path,
		  struct pl_place place, const struct pl_option *rows, void *into);
/* One row from one node, which is there. */
bool pl_load_value(struct pl_loader *loader, const struct pl_doc *node, const struct pl_option *row,
		   void *into);
/* Rows of a section below a map: `lost: {…}`, which may be left out. */
void pl_load_part(struct pl_loader *loader, const struct pl_doc *map, const char *path,
		  const char *key, const struct pl_config_section *section, void *into);

/* keys -------------------------------------------------------------------------------------- */
/* Says each key of map that neither the section nor `extra` (may be NULL) knows, and each later
 * key that asks for something. */
void pl_check_keys(struct pl_loader *loader, const struct pl_doc *map,
		   const struct pl_config_section *section, const struct pl_option *extra);
/* True when node is a map; else says so. NULL is false without a word. */
bool pl_want_map(struct pl_loader *loader, const struct pl_doc *node);
bool pl_want_name(struct pl_loader *loader, const struct pl_doc *node);
/* True when a map has at most so many members; else says so. */
bool pl_want_few(struct pl_loader *loader, const struct pl_doc *map, size_t most);
size_t pl_doc_count(const struct pl_doc *node);
/* Says so when the file is of a later format than this version reads. */
void pl_check_schema(struct pl_loader *loader, const struct pl_doc *root, int64_t schema);

/* origins ----------------------------------------------------------------------------------- */
void pl_effective_add(struct pl_loader *loader, const char *path, const char *value,
		      const char *origin);
/* "[a, b]" of a list of names or the keys of a map. */
void pl_note_list(struct pl_loader *loader, const struct pl_doc *list, const char *path);
/* The same as pl_effective_add in place of the entry of that path, if there is one. */
void pl_effective_replace(struct pl_loader *loader, const char *path, const char *value,
			  const char *origin);
const char *pl_origin(struct pl_loader *loader, const struct pl_doc *node);

/* parts of the bench ------------------------------------------------------------------------ */
void pl_load_devices(struct pl_loader *loader, const struct pl_doc *root);
void pl_load_channels(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_device *device);
void pl_load_coincidences(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			  struct pl_device *device);
/* The profile of a device whose driver wants one, into its spec. Returns the simulator the profile
 * names, NULL = none. */
const char *pl_load_profile(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			    struct pl_device *device);
/* limits, on_alarm and resume_after; after its parameters and channels are known. */
void pl_load_limits(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		    struct pl_device *device);
/* Checks the port's text and makes it absolute; with --sim puts the simulator in its place: sim,
 * or the driver's when that is NULL or the same. */
void pl_load_port(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		  const char *sim, struct pl_device *device);
/* After all devices: which of them hang on one line, and whether they can. */
void pl_check_lines(struct pl_loader *loader);
/* False when its parameters are not known: no driver, or no profile. That was said. */
bool pl_device_known(const struct pl_device *device);
void pl_load_scans(struct pl_loader *loader, const struct pl_doc *root);
/* What is known of one scan while it is loaded. */
struct pl_axis {
	const struct pl_device *device; /* counted; NULL: not known, its channels are not judged */
	const struct pl_parameter *parameter; /* NULL: not known, units are not judged */
	struct pl_target target;	      /* channel -1 also where it is that of each channel */
	bool is_one;			      /* PL_AXIS_ONE */
};

/* Finds what scan->set means, which stands at node, and whose channels are counted. */
void pl_load_axis(struct pl_loader *loader, const struct pl_doc *scan_node,
		  const struct pl_doc *node, struct pl_scan *scan, struct pl_axis *axis);
/* What `memory` means for what is set, once the rows of the scan are loaded. */
void pl_load_memory(struct pl_loader *loader, const struct pl_doc *scan_node, struct pl_scan *scan);
void pl_load_scan_channels(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			   const struct pl_axis *axis, struct pl_scan *scan);
/* These four read one key of a scan; settle is the map itself. */
void pl_load_dwell(struct pl_loader *loader, const struct pl_doc *scan, const char *path,
		   struct pl_dwell *out);
void pl_load_settle(struct pl_loader *loader, const struct pl_doc *settle, const char *path,
		    const struct pl_axis *axis, struct pl_scan *scan);
void pl_load_readings(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_scan *scan);
/* After channels and readings, which it counts on and adds to. */
void pl_load_measure(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		     struct pl_scan *scan);
void pl_load_hooks(struct pl_loader *loader, const struct pl_doc *scan, const char *path,
		   struct pl_scan *out);
/* The first detector that `measure` of a scan names hits of; NULL when it names none. */
const struct pl_device *pl_measured_device(const struct pl_loader *loader,
					   const struct pl_doc *scan);

void pl_load_recordings(struct pl_loader *loader, const struct pl_doc *root);
/* parameters of one recording, into readings. */
void pl_load_recorded(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_recording *recording);

/* The one parameter whose path stands at node; else says why not, in the name of key. */
bool pl_want_target(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		    struct pl_match *out);
/* True when it can be read as a number; else says so. */
bool pl_want_number(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		    const struct pl_match *match);
/* Its place in scan->readings, where it is put unless it is there; -1 when it was refused. */
int pl_add_reading(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		   const struct pl_match *match, struct pl_scan *scan);

/* parameter: the axis, NULL when it is not known (then units are not judged). */
bool pl_load_range(struct pl_loader *loader, const struct pl_doc *node,
		   const struct pl_parameter *parameter, struct pl_range *out);

/* The row of a name in a driver's table (NULL = none), -1 when there is none. */
int pl_parameter_find(const struct pl_parameter *rows, const char *name);
/* A copy of rows whose unitless REAL rows take the parameter's unit; any unit when it is NULL. */
struct pl_option *pl_rows_for(struct pl_loader *loader, const struct pl_option *rows,
			      const struct pl_parameter *parameter);
/* Takes the row of a key out of such a copy. */
void pl_rows_drop(struct pl_option *rows, const char *key);
/* False, and said at node, when a setting lies outside the parameter's limits or off its step. */
bool pl_check_setting(struct pl_loader *loader, const struct pl_doc *node,
		      const struct pl_parameter *parameter, double value);

#endif
