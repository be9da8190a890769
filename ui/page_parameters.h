/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_parameters.h - the page of one device's parameters. Main thread.
 */
#ifndef UI_PAGE_PARAMETERS_H
#define UI_PAGE_PARAMETERS_H

#include "page.h"

extern const struct pl_page pl_page_parameters;
extern const struct pl_panel pl_panel_parameters; /* its body: parameters_draw.c */

/* Rows of the body below the list. */
#define PL_PARAMETERS_FOOT 5

/* Shows the page of this device. */
void pl_parameters_show(struct pl_view *view, const char *device);

/* Answers, one row each in answer.c. */
void pl_parameters_told(struct pl_session *session, struct pl_state *state,
			const struct pl_json *result);
void pl_parameters_not_told(struct pl_state *state, const struct pl_json *message);
void pl_parameters_were_read(struct pl_session *session, struct pl_state *state,
			     const struct pl_json *result);
void pl_parameters_checked(struct pl_session *session, struct pl_state *state,
			   const struct pl_json *result);
void pl_parameters_not_checked(struct pl_state *state, const struct pl_json *message);
void pl_parameters_was_set(struct pl_session *session, struct pl_state *state,
			   const struct pl_json *result);
void pl_parameters_not_set(struct pl_state *state, const struct pl_json *message);

/* Why the chosen one cannot be set now, NULL = it can be tried. */
const char *pl_parameters_refusal(const struct pl_state *state);
/* Begins to set it. */
void pl_parameters_begin(struct pl_view *view);

/* The chosen row of those that pass the filter, NULL = none does. */
const struct pl_parameter_row *pl_parameters_row(const struct pl_state *state);
/* The row of the list at this line, of those that pass the filter. */
const struct pl_parameter_row *pl_parameters_at(const struct pl_state *state, int line);

#endif
