/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * key.c - keys by their names. curses gives the codes, nothing of it is called. Pure, any thread.
 */
#include "action.h"

#include <ncurses.h>
#include <string.h>

static const struct {
	const char *name;
	int key, other; /* other: what some terminals send instead, 0 = nothing */
} names[] = {
    {"Tab", '\t', 0},
    {"S-Tab", PL_KEY_CODE | KEY_BTAB, 0},
    {"Enter", '\r', '\n'},
    {"Enter", PL_KEY_CODE | KEY_ENTER, 0},
    {"Esc", PL_KEY_ESC, 0},
    {"Space", ' ', 0},
    {"Backspace", PL_KEY_CODE | KEY_BACKSPACE, 0x7f},
    {"Up", PL_KEY_CODE | KEY_UP, 0},
    {"Down", PL_KEY_CODE | KEY_DOWN, 0},
    {"Left", PL_KEY_CODE | KEY_LEFT, 0},
    {"Right", PL_KEY_CODE | KEY_RIGHT, 0},
    {"PgUp", PL_KEY_CODE | KEY_PPAGE, 0},
    {"PgDn", PL_KEY_CODE | KEY_NPAGE, 0},
    {"Home", PL_KEY_CODE | KEY_HOME, PL_KEY_CODE | KEY_FIND},
    {"End", PL_KEY_CODE | KEY_END, PL_KEY_CODE | KEY_SELECT},
    {"Ins", PL_KEY_CODE | KEY_IC, 0},
    {"Del", PL_KEY_CODE | KEY_DC, 0},
    {"S-Up", PL_KEY_CODE | KEY_SR, 0},
    {"S-Down", PL_KEY_CODE | KEY_SF, 0},
    {"S-Left", PL_KEY_CODE | KEY_SLEFT, 0},
    {"S-Right", PL_KEY_CODE | KEY_SRIGHT, 0},
};

/* A key that no table entry names: a character, C-x or Fn. */
static int plain_key(const char *name, size_t length)
{
	if (length == 1)
		return name[0] > ' ' && name[0] < 0x7f ? name[0] : PL_KEY_NONE;
	if (length == 3 && name[0] == 'C' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z')
		return name[2] & 0x1f;
	if (length == 2 && name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
		return PL_KEY_CODE | (KEY_F0 + name[1] - '0');
	if (length == 3 && name[0] == 'F' && name[1] == '1' && name[2] >= '0' && name[2] <= '2')
		return PL_KEY_CODE | (KEY_F0 + 10 + name[2] - '0');
	return PL_KEY_NONE;
}

int pl_key_of_name(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0)
			return names[i].key;
	return plain_key(name, length);
}

static bool is_named(int key, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0 &&
		    (key == names[i].key || (names[i].other && key == names[i].other)))
			return true;
	return key != PL_KEY_NONE && plain_key(name, length) == key;
}

size_t pl_key_next(const char **keys)
{
	*keys += strspn(*keys, " ");
	return strcspn(*keys, " ");
}

bool pl_key_is_one_of(int key, const char *keys)
{
	size_t length;

	for (; (length = pl_key_next(&keys)) > 0; keys += length)
		if (is_named(key, keys, length))
			return true;
	return false;
}
