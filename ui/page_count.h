/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_count.h - the page of a count that the view follows. Main thread. */
#ifndef UI_PAGE_COUNT_H
#define UI_PAGE_COUNT_H

#include "page.h"

extern const struct pl_page pl_page_count;

#endif
