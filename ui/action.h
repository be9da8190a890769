/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * action.h - the ids of the actions, the keys of each, and the way from a key to one of them. Any
 * thread; what the rows do belongs to the main thread.
 */
#ifndef UI_ACTION_H
#define UI_ACTION_H

#include "layout.h"
#include "plateau/actions.h"

#define PL_KEYS_MAX 48 /* of all keys of one action, as text */
#define PL_KEY_SIZE 16 /* of one */

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
	PL_ACTION_DRIVE,
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
	PL_ACTION_LOG_LEVEL,
	PL_ACTION_RUNS,
	PL_ACTION_RUNS_OPEN,
	PL_ACTION_RUN_VERIFY,
	PL_ACTION_SERIES_BEFORE,
	PL_ACTION_SERIES_NEXT,
	PL_ACTION_POINTS_BACK,
	PL_ACTION_POINTS_ON,
	PL_ACTION_WINDOW_IN,
	PL_ACTION_WINDOW_OUT,
	PL_ACTION_WINDOW_ALL,
	PL_ACTION_WINDOW_LEFT,
	PL_ACTION_WINDOW_RIGHT,
	PL_ACTION_DIFFERENTIAL,
	PL_ACTION_SHOWN,
	PL_ACTION_TUNE,
	PL_ACTION_COUNT,
	PL_ACTION_TUNE_KEEP,
	PL_ACTION_TUNE_RESTORE,
	PL_ACTION_TUNE_UP,
	PL_ACTION_TUNE_DOWN,
	PL_ACTION_TUNE_UP_TEN,
	PL_ACTION_TUNE_DOWN_TEN,
	PL_ACTION_TUNE_RATE,
	PL_ACTION_TUNE_UNDO,
	PL_ACTION_TUNE_VALUE,
	PL_ACTION_TUNE_LOG,
	PL_ACTION_ACK,
	PL_ACTION_PARAMETERS,
	PL_ACTION_READING_PARAMETERS,
	PL_ACTION_SET_PARAMETER,
	PL_ACTION_CONNECT,
	PL_ACTION_DISCONNECT,
	PL_ACTION_PROBE,
	PL_ACTION_RESET,
	PL_ACTION_UNDO_RESET,
	PL_ACTION_FORM_START,
	PL_ACTION_FORM_NEXT,
	PL_ACTION_FORM_FILE,
	PL_ACTION_FORM_LEAVE,
	PL_ACTION_HELP,
	PL_ACTION_GLYPHS,
	PL_ACTION_THEME,
	PL_ACTION_MOUSE,
	PL_ACTION_COMMAND,
	PL_ACTION_FILTER,
	PL_ACTION_REDRAW,
	PL_ACTION_SUSPEND,
	PL_ACTION_QUIT,
	PL_ACTIONS,
};

/* The rows of one group, ended by name NULL; a group is a file actions_<group>.c that holds rows,
 * refusals and what the actions do. A new one has a line here and one in action.c. */
extern const struct pl_action pl_actions_run[], pl_actions_bench[], pl_actions_curve[],
    pl_actions_form[], pl_actions_move[], pl_actions_pages[], pl_actions_tune[], pl_actions_view[];

/* Refusals that many actions share; NULL = go on. */
const char *pl_refuse_away(const struct pl_state *state); /* the engine is not there */
const char *pl_refuse_act(const struct pl_state *state);  /* that, or this view only watches */

const struct pl_action *pl_action(enum pl_action_id id);
/* The action of that name, NULL = there is none. */
const struct pl_action *pl_action_of_name(const char *name);

/* Keys that config.yaml binds in place of the default ones; all zero = none. */
struct pl_keymap {
	char keys[PL_ACTIONS][PL_KEYS_MAX]; /* "" = the table's */
};

/* The keys of an action between blanks, the one to be shown first. */
const char *pl_keymap_keys(const struct pl_keymap *map, enum pl_action_id id);
/* The first of them, to be shown. */
const char *pl_keymap_first(const struct pl_keymap *map, enum pl_action_id id,
			    char out[PL_KEY_SIZE]);
/* False, and why, when one of the keys is none, or there is an F key without another one beside it.
 * What other actions have is pl_keymap_clash's to say. */
bool pl_keymap_bind(struct pl_keymap *map, enum pl_action_id id, const char *keys, char *why,
		    size_t cap);
/* The first key that does two things in one panel: true, and both actions. An action that gives way
 * may lose its key to one of the panel's own. */
bool pl_keymap_clash(const struct pl_keymap *map, enum pl_action_id *one, enum pl_action_id *other,
		     char *why, size_t cap);

/* The action of a key while that panel has the focus, PL_ACTIONS = none. A panel's own keys come
 * before those that work everywhere. */
enum pl_action_id pl_keymap_find(const struct pl_keymap *map, int key, const char *panel);

/* A key as one number: a character's code point, or a curses key code with PL_KEY_CODE set. */
#define PL_KEY_CODE	   0x1000000
#define PL_KEY_PASTE_BEGIN (PL_KEY_CODE | 0xff0001)
#define PL_KEY_PASTE_END   (PL_KEY_CODE | 0xff0002)
#define PL_KEY_MOUSE	   (PL_KEY_CODE | 0xff0003)
#define PL_KEY_NONE	   (-1)

enum { PL_KEY_ESC = 0x1b };

/* Calls for each name in keys ("Up k"): the length of the next one, *keys behind the blanks before
 * it; 0 = no more. */
size_t pl_key_next(const char **keys);
/* True when the key is one of those named in keys ("Up k"). */
bool pl_key_is_one_of(int key, const char *keys);
/* The key of a name, PL_KEY_NONE when there is no such key. */
int pl_key_of_name(const char *name, size_t length);

#endif
