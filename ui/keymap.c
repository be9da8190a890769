/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keymap.c - which key belongs to which action: the table's, or what config.yaml binds in their
 * place. Pure, any thread.
 */
#include "action.h"
#include "plateau/text.h"
#include "plateau/ui.h"

#include <stdio.h>
#include <string.h>

const char *pl_keymap_keys(const struct pl_keymap *map, enum pl_action_id id)
{
	return map->keys[id][0] ? map->keys[id] : pl_action(id)->keys;
}

const char *pl_keymap_first(const struct pl_keymap *map, enum pl_action_id id,
			    char out[PL_KEY_SIZE])
{
	const char *keys = pl_keymap_keys(map, id);
	size_t length = pl_key_next(&keys);

	snprintf(out, PL_KEY_SIZE, "%.*s", (int)length, keys);
	return out;
}

enum pl_action_id pl_keymap_find(const struct pl_keymap *map, int key, const char *panel)
{
	enum pl_action_id everywhere = PL_ACTIONS;
	const struct pl_action *row;

	for (size_t i = 0; (row = pl_ui_action(i)) != NULL; i++) {
		enum pl_action_id id = (enum pl_action_id)row->id;

		if (!pl_key_is_one_of(key, pl_keymap_keys(map, id)))
			continue;
		if (strcmp(row->panel, panel) == 0)
			return id;
		if (row->panel[0] == '\0')
			everywhere = id;
	}
	return everywhere;
}

/* F1 is the terminal's own help in many places: nobody may depend on an F key. */
static bool is_f_key(const char *name, size_t length)
{
	return length > 1 && name[0] == 'F';
}

bool pl_keymap_bind(struct pl_keymap *map, enum pl_action_id id, const char *keys, char *why,
		    size_t cap)
{
	size_t length, f_keys = 0, others = 0;

	if (strlen(keys) >= PL_KEYS_MAX) {
		snprintf(why, cap, "too many keys for one action");
		return false;
	}
	for (const char *at = keys; (length = pl_key_next(&at)) > 0; at += length) {
		if (pl_key_of_name(at, length) == PL_KEY_NONE) {
			snprintf(why, cap, "`%.*s` is no key", (int)length, at);
			return false;
		}
		if (is_f_key(at, length))
			f_keys++;
		else
			others++;
	}
	if (others == 0) {
		snprintf(why, cap,
			 f_keys > 0 ? "an F key needs another one beside it: not every "
				      "terminal has it"
				    : "an action needs a key");
		return false;
	}
	pl_text_copy(map->keys[id], sizeof map->keys[id], keys);
	return true;
}

/* May both be on one key? */
static bool is_clash(const struct pl_action *one, const struct pl_action *other)
{
	if (strcmp(one->panel, other->panel) == 0)
		return true;
	if (one->panel[0] == '\0')
		return other->panel[0] != '\0' && !one->gives_way;
	return other->panel[0] == '\0' && !other->gives_way;
}

static bool clashes_with(const struct pl_keymap *map, const struct pl_action *one,
			 const struct pl_action *other, char *why, size_t cap)
{
	const char *keys = pl_keymap_keys(map, (enum pl_action_id)other->id);
	size_t length;

	if (!is_clash(one, other))
		return false;
	for (const char *at = pl_keymap_keys(map, (enum pl_action_id)one->id);
	     (length = pl_key_next(&at)) > 0; at += length)
		if (pl_key_is_one_of(pl_key_of_name(at, length), keys)) {
			snprintf(why, cap, "`%.*s` is the key of %s and of %s", (int)length, at,
				 one->name, other->name);
			return true;
		}
	return false;
}

bool pl_keymap_clash(const struct pl_keymap *map, enum pl_action_id *one, enum pl_action_id *other,
		     char *why, size_t cap)
{
	const struct pl_action *first, *second;

	for (size_t i = 0; (first = pl_ui_action(i)) != NULL; i++)
		for (size_t k = 0; k < i && (second = pl_ui_action(k)) != NULL; k++)
			if (clashes_with(map, second, first, why, cap)) {
				*one = (enum pl_action_id)second->id;
				*other = (enum pl_action_id)first->id;
				return true;
			}
	return false;
}

/* Which of the keys given is about that action; count = none. */
static size_t about(const struct pl_ui_key *keys, size_t count, enum pl_action_id id)
{
	size_t i = 0;

	while (i < count && strcmp(keys[i].action, pl_action(id)->name) != 0)
		i++;
	return i;
}

bool pl_ui_keys_check(const struct pl_ui_key *keys, size_t count, size_t *wrong, char *why,
		      size_t cap)
{
	struct pl_keymap map = {0};
	enum pl_action_id one, other;

	for (*wrong = 0; *wrong < count; (*wrong)++) {
		const struct pl_action *action = pl_action_of_name(keys[*wrong].action);

		if (!action) {
			snprintf(why, cap, "`%s` is no action", keys[*wrong].action);
			return false;
		}
		if (!pl_keymap_bind(&map, (enum pl_action_id)action->id, keys[*wrong].keys, why,
				    cap))
			return false;
	}
	if (!pl_keymap_clash(&map, &one, &other, why, cap))
		return true;
	*wrong = about(keys, count, one);
	if (*wrong == count)
		*wrong = about(keys, count, other);
	return false;
}
