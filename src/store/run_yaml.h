/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_yaml.h - what the files that write run.yaml share. */
#ifndef STORE_RUN_YAML_H
#define STORE_RUN_YAML_H

#include "store/run.h"

#include "base/yaml.h"

/* The map `scan`. */
void pl_run_yaml_scan(struct pl_yaml_out *out, const struct pl_run_head *head);

#endif
