/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * faults.c - the two tables of faults.h as rows, their parser, and the decision who strikes.
 */
#include "sim/faults.h"

#include "sim/option.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define BIT(key)       (1u << PL_SIM_FAULT_KEY_##key)
#define COMMAND_BITS   (BIT(NTH) | BIT(EVERY) | BIT(AT) | BIT(CH) | BIT(ON))
#define ON_ANY	       (PL_SIM_CLASS_STREAM + 1) /* its place among the words of on= */
#define WORD_SIZE      64
#define DEFAULT_FROM_S 1.0

struct name_row {
	const char *name;
	unsigned whose;
	bool on_command;
	const char *initial, *text;
};

struct key_row {
	const char *key;
	unsigned whose;
	double min, max;
	const char *words, *text;
};

static const struct name_row names[] = {
#define ROW(id, fault, who, command, defaults, what)                                               \
	[PL_SIM_FAULT_##id] = {.name = (fault),                                                    \
			       .whose = PL_SIM_##who,                                              \
			       .on_command = (command),                                            \
			       .initial = (defaults),                                              \
			       .text = (what)},
    PL_SIM_FAULT_LIST(ROW)
#undef ROW
};

static const struct key_row keys[] = {
#define ROW(id, word, who, low, high, list, what)                                                  \
	[PL_SIM_FAULT_KEY_##id] = {.key = (word),                                                  \
				   .whose = PL_SIM_##who,                                          \
				   .min = (low),                                                   \
				   .max = (high),                                                  \
				   .words = (list),                                                \
				   .text = (what)},
    PL_SIM_FAULT_KEY_LIST(ROW)
#undef ROW
};

const char *pl_sim_fault_name_text(enum pl_sim_fault_name name)
{
	assert(name < PL_SIM_FAULT_NAMES);
	return names[name].name;
}

static bool is_given(const struct pl_sim_fault *fault, unsigned bits)
{
	return (fault->given & bits) != 0;
}

static enum pl_status parse_key(struct pl_sim_fault *fault, char *word, struct pl_error *error)
{
	const char *where = names[fault->name].name;
	char *value = strchr(word, '=');
	size_t key = 0;

	if (value == NULL)
		return pl_error_set(error, PL_ERR_CONFIG, where, "fault key '%s' has no value",
				    word);
	*value++ = '\0';
	while (key < PL_SIM_FAULT_KEYS &&
	       ((keys[key].whose & fault->whose) == 0 || strcmp(keys[key].key, word) != 0))
		key++;
	if (key == PL_SIM_FAULT_KEYS)
		return pl_error_set(error, PL_ERR_CONFIG, where,
				    "no fault key '%s'; --help lists them", word);
	fault->given |= 1u << key;
	if (*keys[key].words == '\0')
		return pl_sim_number_parse(where, value, "", keys[key].min, keys[key].max,
					   &fault->value[key], error);
	fault->value[key] = pl_sim_word_index(keys[key].words, value);
	if (fault->value[key] < 0)
		return pl_error_set(error, PL_ERR_CONFIG, where, "fault key '%s' is one of: %s",
				    word, keys[key].words);
	return PL_OK;
}

static enum pl_status parse_keys(struct pl_sim_fault *fault, const char *text,
				 struct pl_error *error)
{
	enum pl_status status = PL_OK;
	char word[WORD_SIZE];

	while (*text != '\0' && status == PL_OK) {
		size_t length = strcspn(text, ":");

		if (length >= sizeof(word))
			return pl_error_set(error, PL_ERR_CONFIG, names[fault->name].name,
					    "a fault key is too long");
		memcpy(word, text, length);
		word[length] = '\0';
		status = parse_key(fault, word, error);
		text += length;
		text += *text == ':';
	}
	return status;
}

static enum pl_status unknown_fault(const char *word, unsigned whose, struct pl_error *error)
{
	struct pl_text all = {0};

	for (size_t i = 0; i < PL_SIM_FAULT_NAMES; i++)
		if ((names[i].whose & whose) != 0)
			pl_text_add(&all, "%s%s", all.length == 0 ? "" : " ", names[i].name);
	pl_error_set(error, PL_ERR_CONFIG, "fault", "'%s' is none of: %s", word, all.data);
	pl_text_free(&all);
	return PL_ERR_CONFIG;
}

static enum pl_status parse_fault(struct pl_sim_fault *fault, unsigned whose, char *text,
				  struct pl_error *error)
{
	size_t length = strcspn(text, ":");
	char *rest = text + length + (text[length] == ':');
	size_t name = 0;
	enum pl_status status;

	text[length] = '\0';
	while (name < PL_SIM_FAULT_NAMES &&
	       ((names[name].whose & whose) == 0 || strcmp(names[name].name, text) != 0))
		name++;
	if (name == PL_SIM_FAULT_NAMES)
		return unknown_fault(text, whose, error);
	*fault = (struct pl_sim_fault){.name = (enum pl_sim_fault_name)name, .whose = whose};
	fault->value[PL_SIM_FAULT_KEY_ON] = whose == PL_SIM_EZZONE ? ON_ANY : PL_SIM_CLASS_SET;
	fault->value[PL_SIM_FAULT_KEY_UNTIL] = INFINITY;
	fault->value[PL_SIM_FAULT_KEY_CHANCE] = 1;
	status = parse_keys(fault, names[name].initial, NULL);
	assert(status == PL_OK);
	fault->given = 0;
	status = parse_keys(fault, rest, error);
	fault->is_timed = !names[name].on_command && !is_given(fault, COMMAND_BITS);
	if (fault->is_timed && !is_given(fault, BIT(FROM)))
		fault->value[PL_SIM_FAULT_KEY_FROM] = DEFAULT_FROM_S;
	fault->next_s = fault->is_timed ? fault->value[PL_SIM_FAULT_KEY_FROM] : INFINITY;
	return status;
}

enum pl_status pl_sim_faults_parse(struct pl_sim_faults *faults, unsigned whose, const char *text,
				   struct pl_error *error)
{
	enum pl_status status = PL_OK;
	char copy[PL_SIM_TEXTS_SIZE];

	*faults = (struct pl_sim_faults){0};
	while (*text != '\0' && status == PL_OK) {
		size_t length = strcspn(text, ";");

		if (length >= sizeof(copy) || faults->count == PL_SIM_FAULTS_MAX)
			return pl_error_set(error, PL_ERR_CONFIG, "fault", "too many faults");
		memcpy(copy, text, length);
		copy[length] = '\0';
		status = parse_fault(&faults->list[faults->count++], whose, copy, error);
		text += length;
		text += *text == ';';
	}
	return status;
}

static bool may_strike(const struct pl_sim_fault *fault, double t_s)
{
	const double *value = fault->value;

	return t_s >= value[PL_SIM_FAULT_KEY_FROM] && t_s <= value[PL_SIM_FAULT_KEY_UNTIL] &&
	       (!is_given(fault, BIT(COUNT)) || fault->struck < value[PL_SIM_FAULT_KEY_COUNT]);
}

static bool is_of_class(const struct pl_sim_fault *fault, enum pl_sim_command_class class)
{
	int on = (int)fault->value[PL_SIM_FAULT_KEY_ON];

	return on == ON_ANY || on == (int)class;
}

static bool matches(const struct pl_sim_fault *fault, double t_s, enum pl_sim_command_class class,
		    int channel, int value)
{
	if (fault->is_timed || !is_of_class(fault, class) || !may_strike(fault, t_s))
		return false;
	if (is_given(fault, BIT(CH)) && (int)fault->value[PL_SIM_FAULT_KEY_CH] != channel)
		return false;
	if (is_given(fault, BIT(UNIT)) && (int)fault->value[PL_SIM_FAULT_KEY_UNIT] != channel)
		return false;
	if (fault->name == PL_SIM_FAULT_CLIP && value <= (int)fault->value[PL_SIM_FAULT_KEY_TO])
		return false;
	return !is_given(fault, BIT(AT)) || (int)fault->value[PL_SIM_FAULT_KEY_AT] == value;
}

static bool is_turn(const struct pl_sim_fault *fault)
{
	if (is_given(fault, BIT(NTH)))
		return fault->matched == (unsigned)fault->value[PL_SIM_FAULT_KEY_NTH];
	if (is_given(fault, BIT(EVERY)))
		return fault->matched % (unsigned)fault->value[PL_SIM_FAULT_KEY_EVERY] == 0;
	return true;
}

static bool has_luck(const struct pl_sim_fault *fault, struct pl_sim_random *random)
{
	return !is_given(fault, BIT(CHANCE)) ||
	       pl_sim_random_uniform(random) <= fault->value[PL_SIM_FAULT_KEY_CHANCE];
}

size_t pl_sim_faults_command(struct pl_sim_faults *faults, double t_s,
			     enum pl_sim_command_class class, int channel, int value,
			     struct pl_sim_random *random, size_t struck[PL_SIM_FAULTS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < faults->count; i++) {
		struct pl_sim_fault *fault = &faults->list[i];

		if (!matches(fault, t_s, class, channel, value))
			continue;
		fault->matched++;
		if (!is_turn(fault) || !has_luck(fault, random))
			continue;
		fault->struck++;
		struck[count++] = i;
	}
	return count;
}

double pl_sim_faults_next_s(const struct pl_sim_faults *faults)
{
	double next = INFINITY;

	for (size_t i = 0; i < faults->count; i++)
		next = fmin(next, faults->list[i].next_s);
	return next;
}

const struct pl_sim_fault *pl_sim_faults_timed(struct pl_sim_faults *faults, double t_s,
					       struct pl_sim_random *random)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct pl_sim_fault *fault = &faults->list[i];
		bool strikes;

		if (fault->next_s > t_s)
			continue;
		strikes = may_strike(fault, t_s) && has_luck(fault, random);
		fault->struck += strikes;
		/* On the grid from + n·period; a period missed while away is not made up for. */
		while (fault->next_s <= t_s)
			fault->next_s += is_given(fault, BIT(PERIOD))
					     ? fault->value[PL_SIM_FAULT_KEY_PERIOD]
					     : INFINITY;
		if (strikes)
			return fault;
	}
	return NULL;
}

void pl_sim_faults_help(unsigned whose, struct pl_text *out)
{
	pl_text_add_string(out,
			   "\nfault=NAME[:key=value]…[;NAME…], or several fault= words. Names, "
			   "with their own keys:\n");
	for (size_t i = 0; i < PL_SIM_FAULT_NAMES; i++)
		if ((names[i].whose & whose) != 0)
			pl_text_add(out, "  %-11s %-20s %s%s\n", names[i].name, names[i].initial,
				    names[i].text, names[i].on_command ? "" : " (of time)");
	pl_text_add_string(out, "Keys of faults:\n");
	for (size_t i = 0; i < PL_SIM_FAULT_KEYS; i++)
		if ((keys[i].whose & whose) != 0)
			pl_text_add(out, "  %-8s %s%s%s%s\n", keys[i].key, keys[i].text,
				    *keys[i].words == '\0' ? "" : " [", keys[i].words,
				    *keys[i].words == '\0' ? "" : "]");
	pl_text_add(out,
		    "Without nth or every a command fault strikes each command that matches. "
		    "Faults of time\nstrike at from (1 s) and each period; with nth, every%s or on "
		    "they strike at that\ncommand instead. Without on= commands are %s.\n",
		    whose == PL_SIM_EZZONE ? "" : ", at, ch",
		    whose == PL_SIM_EZZONE ? "all requests" : "threshold writes");
}
