/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * action.h - the ids of the actions, and the way from a key to one of them. Pure, any thread.
 */
#ifndef UI_ACTION_H
#define UI_ACTION_H

#include "layout.h"
#include "plateau/actions.h"

enum pl_action_id {
	PL_ACTION_SCAN,
	PL_ACTION_PAUSE,
	PL_ACTION_STOP,
	PL_ACTION_RECORD,
	PL_ACTION_RESUME_RUN,
	PL_ACTION_NOTE,
	PL_ACTION_PAUSE_NOW,
	PL_ACTION_SKIP,
	PL_ACTION_RETAKE,
	PL_ACTION_SAFE,
	PL_ACTION_NEXT_PANEL,
	PL_ACTION_PREVIOUS_PANEL,
	PL_ACTION_PANEL_1, /* as many as there are panels, in their order */
	PL_ACTION_PANEL_2,
	PL_ACTION_PANEL_3,
	PL_ACTION_PANEL_4,
	PL_ACTION_PANEL_5,
	PL_ACTION_ZOOM,
	PL_ACTION_BACK,
	PL_ACTION_UP,
	PL_ACTION_DOWN,
	PL_ACTION_LEFT,
	PL_ACTION_RIGHT,
	PL_ACTION_PAGE_UP,
	PL_ACTION_PAGE_DOWN,
	PL_ACTION_HOME,
	PL_ACTION_END,
	PL_ACTION_LOG_SCALE,
	PL_ACTION_HELP,
	PL_ACTION_REDRAW,
	PL_ACTION_SUSPEND,
	PL_ACTION_QUIT,
	PL_ACTIONS,
};

const struct pl_action *pl_action(enum pl_action_id id);

/* The action of a key while that panel has the focus, PL_ACTIONS = none. A panel's own keys come
 * before those that work everywhere. */
enum pl_action_id pl_action_find(int key, const char *panel);

/* A key as one number: a character's code point, or a curses key code with PL_KEY_CODE set. */
#define PL_KEY_CODE	   0x1000000
#define PL_KEY_PASTE_BEGIN (PL_KEY_CODE | 0xff0001)
#define PL_KEY_PASTE_END   (PL_KEY_CODE | 0xff0002)
#define PL_KEY_NONE	   (-1)

enum { PL_KEY_ESC = 0x1b };

/* True when the key is one of those named in keys ("Up k"). */
bool pl_key_is_one_of(int key, const char *keys);
/* The key of a name, PL_KEY_NONE when there is no such key. */
int pl_key_of_name(const char *name, size_t length);

#endif
