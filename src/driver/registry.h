/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * registry.h - the drivers there are: one array, listed by hand, checked at start.
 */
#ifndef DRIVER_REGISTRY_H
#define DRIVER_REGISTRY_H

#include "plateau/driver.h"

/* Ends with NULL. */
const struct pl_driver *const *pl_drivers(void);
/* NULL when there is none of that name. */
const struct pl_driver *pl_driver_find(const char *name);
/* Every table complete, names valid and unique, rows sane; the error names the driver and what is
 * missing. */
enum pl_status pl_drivers_check(struct pl_error *error);
/* The same for any list that ends with NULL. */
enum pl_status pl_drivers_check_list(const struct pl_driver *const *list, struct pl_error *error);

#endif
