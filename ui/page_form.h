/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_form.h - the page that a form is. Main thread.
 */
#ifndef UI_PAGE_FORM_H
#define UI_PAGE_FORM_H

#include "page.h"

extern const struct pl_panel pl_panel_form;
extern const struct pl_page pl_page_form;

#endif
