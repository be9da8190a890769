/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a profile as tables: the loader and plateau.yaml(5) read these. */
#include "config/rows_profile.h"

#include "config/profile.h"

#include <assert.h>
#include <string.h>

#define AT(s, f) offsetof(struct s, f)

static const char *const parity_words[] = {"none", "even", "odd", NULL};
static const char *const order_words[] = {"high_low", "low_high", NULL};
static const char *const byte_words[] = {"normal", "swapped", NULL};
static const char *const auto_words[] = {"auto", NULL};

static const struct pl_option no_rows[] = {{.key = NULL}};
static const struct pl_config_key no_keys[] = {{.key = NULL}};

static const struct pl_option top_rows[] = {
    {.key = "schema",
     .type = PL_OPTION_INTEGER,
     .fallback = "1",
     .min = 1,
     .max = 1e6,
     .text = "number of this format; this version reads 1",
     .offset = AT(pl_profile_top, schema)},
    {.key = "profile",
     .type = PL_OPTION_TEXT,
     .text = "its name, as the file's without .yaml",
     .offset = AT(pl_profile_top, name)},
    {.key = "title",
     .type = PL_OPTION_TEXT,
     .text = "the instrument in one line",
     .offset = AT(pl_profile_top, title)},
    {.key = "baud",
     .type = PL_OPTION_INTEGER,
     .words = auto_words,
     .fallback = "auto",
     .min = 50,
     .max = 12e6,
     .text = "its line speed in bit/s as it comes from the factory; auto: the driver's",
     .offset = AT(pl_profile_top, baud)},
    {.key = "parity",
     .type = PL_OPTION_WORD,
     .words = parity_words,
     .fallback = "none",
     .text = "its parity as it comes from the factory",
     .offset = AT(pl_profile_top, parity)},
    {.key = "word_order",
     .type = PL_OPTION_WORD,
     .words = order_words,
     .fallback = "high_low",
     .text = "order of the registers of a value that has several",
     .offset = AT(pl_profile_top, word_order)},
    {.key = "byte_order",
     .type = PL_OPTION_WORD,
     .words = byte_words,
     .fallback = "normal",
     .text = "order of the two bytes of a register; normal is high byte first",
     .offset = AT(pl_profile_top, byte_order)},
    {.key = "silence",
     .type = PL_OPTION_TIME,
     .words = auto_words,
     .fallback = "auto",
     .min = 0.0001,
     .max = 10,
     .text = "quiet time it needs between two requests; auto: that of 3.5 characters",
     .offset = AT(pl_profile_top, silence_ns)},
    {.key = "sim",
     .type = PL_OPTION_NAME,
     .fallback = "",
     .text = "the simulator that --sim puts in its place",
     .offset = AT(pl_profile_top, sim)},
    {.key = NULL},
};
static const struct pl_config_key top_keys[] = {
    {.key = "block",
     .form = "{max: 125, gap: 8}",
     .fallback = "{}",
     .text = "how neighbouring registers are merged into one read"},
    {.key = "order_check",
     .form = "{parameter: NAME, high_low: 1330, low_high: 1331}",
     .fallback = "",
     .text = "the parameter that tells the device's own word order, and its values: read at start "
	     "and compared"},
    {.key = "volatile_writes",
     .form = "{parameter: NAME, on: 59, off: 106}",
     .fallback = "",
     .text = "the device's switch for writes that spare its memory, and its values"},
    {.key = "identity",
     .form = "{model: NAME, firmware: NAME, serial: NAME}",
     .fallback = "{}",
     .text = "parameters that tell what it is"},
    {.key = "parameters",
     .form = "{NAME: {register: 360, type: f32}, …}",
     .text = "what can be read and written"},
    {.key = NULL},
};

static const struct pl_option block_rows[] = {
    {.key = "max",
     .type = PL_OPTION_INTEGER,
     .fallback = "125",
     .min = 1,
     .max = 125,
     .text = "registers in one read",
     .offset = AT(pl_profile_block, max)},
    {.key = "gap",
     .type = PL_OPTION_INTEGER,
     .fallback = "8",
     .min = 0,
     .max = 124,
     .text = "registers nobody wants that a merged read may bridge",
     .offset = AT(pl_profile_block, gap)},
    {.key = NULL},
};

static const struct pl_option order_rows[] = {
    {.key = "parameter",
     .type = PL_OPTION_TEXT,
     .text = "its name, or its register",
     .offset = AT(pl_profile_link, parameter)},
    {.key = "high_low",
     .type = PL_OPTION_TEXT,
     .text = "its value, or its word, when the high word comes first",
     .offset = AT(pl_profile_link, first)},
    {.key = "low_high",
     .type = PL_OPTION_TEXT,
     .text = "its value when the low word comes first",
     .offset = AT(pl_profile_link, second)},
    {.key = NULL},
};

static const struct pl_option volatile_rows[] = {
    {.key = "parameter",
     .type = PL_OPTION_TEXT,
     .text = "its name, or its register; it can be written",
     .offset = AT(pl_profile_link, parameter)},
    {.key = "on",
     .type = PL_OPTION_TEXT,
     .text = "the value, or word, with which writes do not reach the memory",
     .offset = AT(pl_profile_link, first)},
    {.key = "off",
     .type = PL_OPTION_TEXT,
     .text = "the value with which every write is kept",
     .offset = AT(pl_profile_link, second)},
    {.key = NULL},
};

static const struct pl_option identity_rows[] = {
    {.key = "model",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "parameter that tells the model",
     .offset = AT(pl_profile_link, parameter)},
    {.key = "firmware",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "parameter that tells the firmware",
     .offset = AT(pl_profile_link, first)},
    {.key = "serial",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "parameter that tells the serial number",
     .offset = AT(pl_profile_link, second)},
    {.key = NULL},
};

static const struct pl_option good_rows[] = {
    {.key = "parameter",
     .type = PL_OPTION_TEXT,
     .text = "name of the parameter that tells whether this one is good",
     .offset = AT(pl_profile_link, parameter)},
    {.key = "value",
     .type = PL_OPTION_TEXT,
     .text = "the value, or word, it has then",
     .offset = AT(pl_profile_link, first)},
    {.key = NULL},
};

static const struct pl_option limit_rows[] = {
    {.key = "min",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "parameter that holds the least value",
     .offset = AT(pl_profile_link, first)},
    {.key = "max",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "parameter that holds the greatest value",
     .offset = AT(pl_profile_link, second)},
    {.key = NULL},
};

static const struct pl_config_section sections[] = {
    {.title = "profile",
     .path = "",
     .text = "top level of a profile",
     .rows = top_rows,
     .keys = top_keys},
    {.title = "block",
     .path = "block",
     .text = "merged reads",
     .rows = block_rows,
     .keys = no_keys},
    {.title = "order check",
     .path = "order_check",
     .text = "the word order as the device tells it",
     .rows = order_rows,
     .keys = no_keys},
    {.title = "volatile writes",
     .path = "volatile_writes",
     .text = "writes that do not wear out memory",
     .rows = volatile_rows,
     .keys = no_keys},
    {.title = "identity",
     .path = "identity",
     .text = "who is there",
     .rows = identity_rows,
     .keys = no_keys},
    {.title = "parameter",
     .path = "parameters.NAME",
     .text = "one value of the instrument; it has a register, an id or both",
     .rows = pl_profile_parameter_rows,
     .keys = pl_profile_parameter_keys},
    {.title = "instances",
     .path = "parameters.NAME.instances",
     .text = "a parameter there are several of, as that of each loop",
     .rows = pl_profile_instance_rows,
     .keys = no_keys},
    {.title = "good with",
     .path = "parameters.NAME.good_with",
     .text = "a parameter that tells whether this one is good",
     .rows = good_rows,
     .keys = no_keys},
    {.title = "limits from",
     .path = "parameters.NAME.limits_from",
     .text = "limits the instrument keeps itself; at least one",
     .rows = limit_rows,
     .keys = no_keys},
    {.title = "words",
     .path = "parameters.NAME.words",
     .text = "NUMBER: NAME, as many as there are",
     .rows = no_rows,
     .keys = no_keys},
    {.title = NULL},
};

const struct pl_config_section *pl_profile_sections(void)
{
	return sections;
}

const struct pl_config_section *pl_profile_section(const char *path)
{
	const struct pl_config_section *section = sections;

	while (section->title && strcmp(section->path, path) != 0)
		section++;
	assert(section->title); /* a slip in one of our own paths */
	return section;
}
