/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_tune.h - between the page of a tuning, its questions and its keys. Main thread.
 */
#ifndef UI_PAGE_TUNE_H
#define UI_PAGE_TUNE_H

#include "page.h"

extern const struct pl_page pl_page_tune;
extern const struct pl_panel pl_panel_tune; /* panel_tune.c */

/* A channel with a threshold is among the readings. */
bool pl_tune_has_channel(const struct pl_state *state);

/* actions_tune.c. args is taken over. False: not sent, the state says why. */
bool pl_tune_do(struct pl_session *session, struct pl_state *state, const char *what,
		struct pl_json *args);
/* What is wanted, now or when the engine has taken the move before. */
void pl_tune_send_move(struct pl_session *session, struct pl_state *state);

#endif
