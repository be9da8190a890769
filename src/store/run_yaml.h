/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_yaml.h - what the files that write run.yaml share. */
#ifndef STORE_RUN_YAML_H
#define STORE_RUN_YAML_H

#include "store/run.h"

#include "base/yaml.h"

/* The map `scan`, `recording`. */
void pl_run_yaml_scan(struct pl_yaml_out *out, const struct pl_run_head *head);
void pl_run_yaml_recording(struct pl_yaml_out *out, const struct pl_run_head *head);
/* The lists `restore` and `plan`. */
void pl_run_yaml_restore(struct pl_yaml_out *out, const struct pl_run_head *head,
			 const struct pl_run_status *status);
void pl_run_yaml_plan(struct pl_yaml_out *out, const struct pl_run_head *head);
/* The path of what restore[i] of a status is about; false when there is no such setting. */
bool pl_run_setting_path(const struct pl_run_head *head, size_t i, char out[PL_PATH_SIZE]);

#endif
