/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_hear.c - from bytes to requests, each protocol by its own rule.
 *
 * RTU: a frame begins after silence. Its length follows from its function; one with a wrong CRC, an
 * unknown function or bytes missing is thrown away, with all that came with it, by the next
 * silence. TCP: the length stands in front. Standard Bus: any byte may be the first of a frame.
 */
#include "sim/ezzone_run.h"

#include "plateau/clock.h"
#include "sim/ezzone_stdbus.h"

#include <string.h>

#define RTU_SILENCE	 3.5		     /* characters */
#define LEAST_SILENCE_NS (10 * PL_NS_PER_MS) /* a pty hands bytes over in lumps */
#define STDBUS_GIVEUP_NS (100 * PL_NS_PER_MS)

/* What a protocol sees at the front of the bytes: `skip` are of no use, then a request of `length`
 * (0 = not whole), which `request` then describes but for end and time. */
struct seen {
	size_t skip, length;
	struct pl_ezsim_request request;
};

static void see_rtu(const unsigned char *bytes, size_t count, struct seen *out)
{
	size_t length = pl_ezsim_rtu_length(bytes, count);

	if (length == 0 && count >= 4) /* a function whose length only its CRC can tell */
		length = count;
	if (length == 0 || count < length ||
	    pl_ezsim_crc16(bytes, length - 2) != (bytes[length - 2] | bytes[length - 1] << 8))
		return;
	out->length = length;
	out->request = (struct pl_ezsim_request){
	    .address = bytes[0], .pdu = bytes + 1, .pdu_count = length - 3};
}

static void see_tcp(const unsigned char *bytes, size_t count, struct seen *out)
{
	size_t length;

	if (count < PL_EZSIM_MBAP)
		return;
	length = (size_t)bytes[4] << 8 | bytes[5];
	if (bytes[2] != 0 || bytes[3] != 0 || length < 2 || length > PL_EZSIM_PDU_MAX + 1) {
		out->skip = count;
		return;
	}
	if (count < 6 + length)
		return;
	out->length = 6 + length;
	out->request = (struct pl_ezsim_request){
	    .address = bytes[6], .pdu = bytes + PL_EZSIM_MBAP, .pdu_count = length - 1};
}

static void see_stdbus(const unsigned char *bytes, size_t count, struct seen *out)
{
	out->length = pl_ezsim_stdbus_find(bytes, count, &out->skip);
	if (out->length == 0)
		return;
	bytes += out->skip;
	out->request =
	    (struct pl_ezsim_request){.address = bytes[3] - PL_EZSIM_STDBUS_BASE,
				      .pdu = bytes + PL_EZSIM_STDBUS_HEADER,
				      .pdu_count = out->length - PL_EZSIM_STDBUS_HEADER - 2};
}

static void drop(struct pl_ezsim_run *run, struct pl_ezsim_end *end, size_t count, int64_t now_ns)
{
	if (count == 0)
		return;
	pl_ezsim_truth_bytes(&run->truth, now_ns, "noise", 0, end->bytes, count);
	end->count -= count;
	memmove(end->bytes, end->bytes + count, end->count);
}

/* One request of those that wait; false when there is none. */
static bool take_request(struct pl_ezsim_run *run, struct pl_ezsim_end *end, int64_t now_ns)
{
	static void (*const see[])(const unsigned char *, size_t, struct seen *) = {
	    [PL_EZSIM_RTU] = see_rtu, [PL_EZSIM_TCP] = see_tcp, [PL_EZSIM_STDBUS] = see_stdbus};
	unsigned char frame[PL_EZSIM_FRAME_MAX];
	struct seen seen = {0};

	memcpy(frame, end->bytes, end->count);
	see[run->values->bus](frame, end->count, &seen);
	drop(run, end, seen.skip, now_ns);
	if (seen.length == 0)
		return false;
	end->count -= seen.length;
	memmove(end->bytes, end->bytes + seen.length, end->count);
	seen.request.end = end->number;
	seen.request.frame = frame + seen.skip;
	seen.request.count = seen.length;
	seen.request.t_ns = now_ns;
	pl_ezsim_act(run, &seen.request);
	return true;
}

static int64_t patience_ns(const struct pl_ezsim_run *run)
{
	int64_t silence_ns = (int64_t)(RTU_SILENCE * run->ns_per_byte);

	if (run->values->bus == PL_EZSIM_STDBUS)
		return STDBUS_GIVEUP_NS;
	return silence_ns > LEAST_SILENCE_NS ? silence_ns : LEAST_SILENCE_NS;
}

static bool expires(const struct pl_ezsim_run *run, const struct pl_ezsim_end *end)
{
	return end->fd >= 0 && end->count > 0 && run->values->bus != PL_EZSIM_TCP;
}

void pl_ezsim_hear(struct pl_ezsim_run *run, int64_t now_ns)
{
	for (int i = 0; i < PL_EZSIM_ENDS; i++) {
		struct pl_ezsim_end *end = &run->door.ends[i];

		/* The silence that ends a broken frame comes before the bytes after it. */
		if (expires(run, end) && end->heard_ns + patience_ns(run) <= now_ns)
			drop(run, end, end->count, now_ns);
		while (pl_ezsim_end_read(&run->door, end, now_ns))
			while (end->count > 0 && take_request(run, end, now_ns))
				;
		if (end->count == sizeof(end->bytes)) /* too long for any request */
			drop(run, end, end->count, now_ns);
	}
}

int64_t pl_ezsim_hear_next_ns(const struct pl_ezsim_run *run)
{
	int64_t next = PL_NEVER;

	for (int i = 0; i < PL_EZSIM_ENDS; i++) {
		const struct pl_ezsim_end *end = &run->door.ends[i];
		int64_t at = expires(run, end) ? end->heard_ns + patience_ns(run) : PL_NEVER;

		next = at < next ? at : next;
	}
	return next;
}
