/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_chatter.c - see osechi_chatter.h.
 */
#include "sim/osechi_chatter.h"

#include "plateau/clock.h"

#include <inttypes.h>

#define GARBAGE_LEAST 8
#define GARBAGE_SPAN  56

static const char *const kinds[] = {"debug", "stray", "garbage"};

static void draw_next(struct pl_osim_chatter *chatter, int kind, int64_t now_ns)
{
	const struct pl_osim_values *values = chatter->values;
	const double rates[] = {values->debug, values->stray, values->garbage};
	int64_t wait = pl_sim_random_wait_ns(&chatter->random, rates[kind]);

	chatter->next_ns[kind] = wait == PL_NEVER ? PL_NEVER : now_ns + wait;
}

void pl_osim_chatter_init(struct pl_osim_chatter *chatter, const struct pl_osim_values *values,
			  int64_t now_ns)
{
	*chatter = (struct pl_osim_chatter){.values = values};
	pl_sim_random_init(&chatter->random, (uint64_t)values->seed, 100);
	for (int i = 0; i < PL_OSIM_CHATTER_KINDS; i++)
		draw_next(chatter, i, now_ns);
}

static int next_kind(const struct pl_osim_chatter *chatter)
{
	int next = 0;

	for (int i = 1; i < PL_OSIM_CHATTER_KINDS; i++) {
		if (chatter->next_ns[i] < chatter->next_ns[next])
			next = i;
	}
	return next;
}

int64_t pl_osim_chatter_next_ns(const struct pl_osim_chatter *chatter)
{
	return chatter->next_ns[next_kind(chatter)];
}

void pl_osim_garbage(struct pl_sim_random *random, size_t count, struct pl_text *out)
{
	for (size_t i = 0; i + 1 < count; i++) {
		char byte = (char)(pl_sim_random_bits(random) & 0xff);

		pl_text_add_bytes(out, &byte, 1);
	}
	pl_text_add_string(out, "\n");
}

static void add_stray(struct pl_osim_chatter *chatter, struct pl_text *out)
{
	static const char *const legacy[] = {"#", "", "# top mid btm adc tmp atm hmd", "1 0 0 11",
					     "0 27.41 1006"};
	static const char *const json[] = {"#", "", "# stream",
					   "{\"type\":\"event\",\"status\":\"ok\",\"hi",
					   "us\":1766584357752874}"};
	uint64_t which = pl_sim_random_bits(&chatter->random) % 5;

	pl_text_add_string(out,
			   chatter->values->format == PL_OSIM_JSON ? json[which] : legacy[which]);
}

const char *pl_osim_chatter_take(struct pl_osim_chatter *chatter, int64_t now_ns, const char *eol,
				 struct pl_text *out)
{
	int kind = next_kind(chatter);
	struct pl_sim_random *random = &chatter->random;

	if (chatter->next_ns[kind] > now_ns)
		return NULL;
	switch (kind) {
	case PL_OSIM_CHATTER_DEBUG:
		pl_text_add(out, "DEBUG free heap %" PRIu64 "%s",
			    200000 + pl_sim_random_bits(random) % 50000, eol);
		break;
	case PL_OSIM_CHATTER_STRAY:
		add_stray(chatter, out);
		pl_text_add_string(out, eol);
		break;
	default:
		pl_osim_garbage(random, GARBAGE_LEAST + pl_sim_random_bits(random) % GARBAGE_SPAN,
				out);
		break;
	}
	draw_next(chatter, kind, chatter->next_ns[kind]);
	return kinds[kind];
}

void pl_osim_boot_text(const char *version, const char *eol, struct pl_text *out)
{
	static const char *const lines[] = {
	    "ets Jul 29 2019 12:21:46",
	    "",
	    "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)",
	    "configsip: 0, SPIWP:0xee",
	    "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00",
	    "mode:DIO, clock div:1",
	    "load:0x3fff0030,len:1184",
	    "entry 0x400805e4",
	    "DEBUG BME280 ready",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pl_text_add(out, "%s%s", lines[i], eol);
	pl_text_add(out, "DEBUG kurikintons %s%s", version, eol);
}
