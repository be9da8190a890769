/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_run_parts.h - one stored run, part by part, as JSON that fits a line each: lists are cut,
 * the newest rows stay. What cannot be read is an empty list. Reader's thread; the caller owns what
 * he gets.
 */
#ifndef ENGINE_READ_RUN_PARTS_H
#define ENGINE_READ_RUN_PARTS_H

#include "plateau/json.h"

#include "store/points_read.h"
#include "store/run_read.h"
#include "store/runs_listed.h"

struct pl_json *read_about(const struct pl_listed_run *listed, const struct pl_run_record *record);
struct pl_json *read_notes(const struct pl_notes *notes);
struct pl_json *read_settings(int folder);
struct pl_json *read_plan(const struct pl_run_record *record);
struct pl_json *read_files(int folder);
struct pl_json *read_audit(int folder);

#endif
