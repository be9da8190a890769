/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words of an enum or of bits, and what stands for a missing value. */
#include "config/profile.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

#define WORDS_MAX   1000
#define MISSING_MAX 64
#define WORD_SIZE   40

static bool is_word(const char *text)
{
	size_t length = strlen(text);

	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return length > 0 && length < WORD_SIZE;
}

static int64_t highest(const struct pl_profile_row *row)
{
	bool is_bit_wise = row->read_function == 1 || row->read_function == 2;
	int bits = (is_bit_wise ? 1 : 16) * row->registers;

	if (row->type == PL_WIRE_BITS)
		return bits - 1;
	return bits >= 32 ? UINT32_MAX : ((int64_t)1 << bits) - 1;
}

static bool take_word(struct pl_profile_maker *maker, const struct pl_doc *node,
		      const struct pl_profile_row *row, struct pl_profile_word *out)
{
	struct pl_problems *problems = maker->loader.problems;
	int64_t value;

	if (!pl_text_to_int(node->key, &value) || value < 0 || value > highest(row))
		pl_problems_add(problems, node->at_key,
				"words: \"%s\" is no %s from 0 to %lld; write NUMBER: NAME",
				node->key, row->type == PL_WIRE_BITS ? "bit" : "value",
				(long long)highest(row));
	else if (node->kind != PL_YAML_SCALAR || !is_word(node->text))
		pl_problems_add(problems, node->place,
				"words: the name of %s is a text of at most %d bytes", node->key,
				WORD_SIZE - 1);
	else {
		*out = (struct pl_profile_word){
		    .value = (uint32_t)value,
		    .name = pl_pool_string(maker->loader.arena, node->text)};
		return true;
	}
	return false;
}

/* The same number spelt twice (61 and 061), or one name for two. */
static void check_double(struct pl_profile_maker *maker, const struct pl_doc *node,
			 const struct pl_profile_word *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].value == words[count].value ||
		    strcmp(words[i].name, words[count].name) == 0) {
			pl_problems_add(maker->loader.problems, node->at_key,
					"words: %u: %s and %u: %s cannot be told apart",
					words[i].value, words[i].name, words[count].value,
					words[count].name);
			return;
		}
}

static void load_words(struct pl_profile_maker *maker, const struct pl_doc *map,
		       struct pl_profile_row *row)
{
	struct pl_profile_word *words;
	size_t count = pl_doc_count(map);

	if (row->type != PL_WIRE_ENUM && row->type != PL_WIRE_BITS) {
		pl_problems_add(maker->loader.problems, map->at_key,
				"words: only an enum or bits have them");
		return;
	}
	if (!pl_want_map(&maker->loader, map))
		return;
	if (count > WORDS_MAX) {
		pl_problems_add(maker->loader.problems, map->at_key, "words: at most %d",
				WORDS_MAX);
		return;
	}
	words = pl_pool_take(maker->loader.arena, count + 1, sizeof(*words));
	count = 0;
	for (const struct pl_doc *node = map->first; node; node = node->next)
		if (take_word(maker, node, row, &words[count])) {
			check_double(maker, node, words, count);
			count++;
		}
	row->words = words;
	row->word_count = count;
}

static void load_missing(struct pl_profile_maker *maker, const struct pl_doc *list,
			 struct pl_profile_row *row)
{
	size_t count = pl_doc_count(list);
	double *values;

	if (list->kind != PL_YAML_LIST || count > MISSING_MAX || row->type == PL_WIRE_STRING) {
		pl_problems_add(maker->loader.problems, list->place,
				"missing: a list of at most %d numbers is wanted, [-32768]; a "
				"string has none",
				MISSING_MAX);
		return;
	}
	values = pl_pool_take(maker->loader.arena, count, sizeof(*values));
	for (const struct pl_doc *item = list->first; item; item = item->next) {
		double value;

		if (item->kind != PL_YAML_SCALAR || !pl_text_to_double(item->text, &value) ||
		    !isfinite(value))
			pl_problems_add(maker->loader.problems, item->place,
					"missing: \"%s\" is not a number",
					item->text ? item->text : "{…}");
		else
			values[row->missing_count++] =
			    row->type == PL_WIRE_F32 ? pl_number_of_float((float)value) : value;
	}
	row->missing = values;
}

void pl_profile_load_words(struct pl_profile_maker *maker, const struct pl_doc *node,
			   struct pl_profile_row *row)
{
	const struct pl_doc *words = pl_doc_get(node, "words");
	const struct pl_doc *missing = pl_doc_get(node, "missing");

	if (words && !pl_doc_is_null(words))
		load_words(maker, words, row);
	if (missing && !pl_doc_is_null(missing))
		load_missing(maker, missing, row);
}
