/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_act.c - what a request does, and the frame of its reply.
 *
 * A request takes effect and is answered with what holds at the moment it is heard; only the reply
 * takes its time: the bytes of the request, the silence behind it, the thinking, its own bytes. A
 * controller answers one request after the other.
 */
#include "sim/ezzone_run.h"

#include "plateau/clock.h"
#include "sim/ezzone_stdbus.h"

#include <string.h>

#define RTU_SILENCE 3.5 /* characters */
#define GARBLED	    0x5a

static bool is_modbus(const struct pl_ezsim_run *run)
{
	return run->values->bus != PL_EZSIM_STDBUS;
}

/* A gateway's own addresses lead to the first controller. */
static struct pl_ezsim_station *find_station(struct pl_ezsim_run *run, int address)
{
	if (run->values->bus == PL_EZSIM_TCP && (address == 0 || address == 255))
		return &run->stations[0];
	for (size_t i = 0; i < run->station_count; i++)
		if (run->stations[i].unit.address == address)
			return &run->stations[i];
	return NULL;
}

/* The frame of a reply by the controller of that address. */
static size_t wrap(const struct pl_ezsim_run *run, const struct pl_ezsim_request *request,
		   int address, const unsigned char *pdu, size_t count,
		   unsigned char out[PL_EZSIM_FRAME_MAX])
{
	size_t head = 1;

	if (run->values->bus == PL_EZSIM_STDBUS)
		return pl_ezsim_stdbus_frame(request->frame[4],
					     (unsigned char)(PL_EZSIM_STDBUS_BASE + address), pdu,
					     count, out);
	if (run->values->bus == PL_EZSIM_TCP) {
		head = PL_EZSIM_MBAP;
		memcpy(out, request->frame, 4);
		out[4] = (unsigned char)((count + 1) >> 8);
		out[5] = (unsigned char)(count + 1);
	}
	out[head - 1] = (unsigned char)address;
	memcpy(out + head, pdu, count);
	if (run->values->bus == PL_EZSIM_RTU) {
		uint16_t crc = pl_ezsim_crc16(out, head + count);

		out[head + count++] = (unsigned char)crc;
		out[head + count++] = (unsigned char)(crc >> 8);
	}
	return head + count;
}

static size_t answer(const struct pl_ezsim_run *run, struct pl_ezsim_unit *unit,
		     const struct pl_ezsim_request *request, int exception,
		     unsigned char pdu[PL_EZSIM_PDU_MAX])
{
	if (!is_modbus(run)) {
		if (exception == 0)
			return pl_ezsim_stdbus_answer(unit, request->pdu, request->pdu_count, pdu);
		pdu[0] = 2;
		pdu[1] =
		    exception == PL_EZSIM_DEVICE_BUSY ? PL_EZSIM_REFUSED : (unsigned char)exception;
		return 2;
	}
	if (exception != 0)
		return pl_ezsim_pdu_refuse(request->pdu, exception, pdu);
	return pl_ezsim_pdu_answer(unit, request->pdu, request->pdu_count, pdu);
}

/* The reply to the same question by the next controller of the line, or by none there is; a write
 * is echoed under another address. Over TCP it has another transaction number. */
static void make_foreign(struct pl_ezsim_run *run, const struct pl_ezsim_station *station,
			 const struct pl_ezsim_request *request, bool writes,
			 struct pl_ezsim_letter *letter)
{
	size_t index = (size_t)(station - run->stations + 1) % run->station_count;
	struct pl_ezsim_unit *other = &run->stations[index].unit;
	int address =
	    other->address == station->unit.address ? other->address % 16 + 1 : other->address;
	unsigned char pdu[PL_EZSIM_PDU_MAX];
	size_t count;

	letter->sent.kind = "foreign";
	if (writes) {
		count = is_modbus(run) ? 5 : request->pdu_count;
		memcpy(pdu, request->pdu, count);
		if (!is_modbus(run))
			pdu[0] = 2;
	} else {
		pl_ezsim_unit_advance(other, pl_ezsim_seconds(run, request->t_ns));
		count = answer(run, other, request, 0, pdu);
	}
	letter->count = wrap(run, request, address, pdu, count, letter->bytes);
	if (run->values->bus == PL_EZSIM_TCP)
		letter->bytes[1] ^= 1;
}

/* TCP has no CRC that could tell: there the frame says that it is no Modbus. */
static void damage(const struct pl_ezsim_run *run, const struct pl_ezsim_effect *effect,
		   struct pl_ezsim_letter *letter)
{
	size_t at = run->values->bus == PL_EZSIM_TCP ? 2 : letter->count / 2;

	if (effect->is_garbled)
		letter->bytes[at] ^= GARBLED;
	if (effect->is_cut)
		letter->count /= 2;
	if (effect->is_garbled || effect->is_cut)
		letter->sent.kind = "damaged";
}

static int64_t due_ns(struct pl_ezsim_run *run, struct pl_ezsim_station *station,
		      const struct pl_ezsim_request *request, const struct pl_ezsim_effect *effect,
		      size_t count)
{
	const struct pl_ezsim_values *v = run->values;
	double silence = v->bus == PL_EZSIM_RTU ? RTU_SILENCE : 0;
	double think_ms = v->delay + v->delay_spread * pl_sim_random_uniform(&run->timing);
	int64_t at = request->t_ns;

	at += (int64_t)(run->ns_per_byte * ((double)request->count + silence));
	if (at < station->busy_until_ns)
		at = station->busy_until_ns;
	at += (int64_t)(think_ms * 1e6) + effect->late_ns;
	at += (int64_t)(run->ns_per_byte * (double)count);
	station->busy_until_ns = at;
	return at;
}

static void send_echo(struct pl_ezsim_run *run, const struct pl_ezsim_request *request)
{
	struct pl_ezsim_letter echo = {
	    .due_ns = request->t_ns + (int64_t)(run->ns_per_byte * (double)request->count),
	    .end = request->end,
	    .sent = {.kind = "echo", .unit = request->address, .request_ns = request->t_ns},
	    .count = request->count,
	};

	memcpy(echo.bytes, request->frame, request->count);
	pl_ezsim_send(run, &echo, &(struct pl_ezsim_effect){0});
}

static void reply(struct pl_ezsim_run *run, struct pl_ezsim_station *station,
		  const struct pl_ezsim_request *request, const struct pl_ezsim_effect *effect,
		  bool writes)
{
	struct pl_ezsim_unit *unit = &station->unit;
	struct pl_ezsim_letter letter = {
	    .end = request->end,
	    .sent = {.kind = "reply", .unit = unit->address, .request_ns = request->t_ns}};
	unsigned char pdu[PL_EZSIM_PDU_MAX];
	size_t count = answer(run, unit, request, effect->exception, pdu);

	pl_ezsim_truth_written(&run->truth, request->t_ns, unit);
	for (int i = 0; i < PL_EZSIM_INSTANCES; i++)
		letter.sent.inputs[i] =
		    pl_ezsim_float(pl_ezsim_unit_get(unit, PL_EZSIM_SLOT_PROCESS_VALUE, i));
	letter.count = wrap(run, request, request->address, pdu, count, letter.bytes);
	if (effect->is_foreign)
		make_foreign(run, station, request, writes, &letter);
	letter.due_ns = due_ns(run, station, request, effect, letter.count);
	damage(run, effect, &letter);
	if (effect->is_echoed)
		send_echo(run, request);
	if (effect->is_lost)
		pl_ezsim_truth_bytes(&run->truth, request->t_ns, "lost", unit->address,
				     letter.bytes, letter.count);
	else
		pl_ezsim_send(run, &letter, effect);
}

/* To all and answered by none. */
static void broadcast(struct pl_ezsim_run *run, const struct pl_ezsim_request *request)
{
	unsigned char pdu[PL_EZSIM_PDU_MAX];

	for (size_t i = 0; i < run->station_count; i++) {
		struct pl_ezsim_unit *unit = &run->stations[i].unit;

		pl_ezsim_unit_advance(unit, pl_ezsim_seconds(run, request->t_ns));
		pl_ezsim_pdu_answer(unit, request->pdu, request->pdu_count, pdu);
		pl_ezsim_truth_written(&run->truth, request->t_ns, unit);
	}
}

static void say_no_target(struct pl_ezsim_run *run, const struct pl_ezsim_request *request)
{
	struct pl_ezsim_letter letter = {
	    .due_ns = request->t_ns,
	    .end = request->end,
	    .sent = {.kind = "reply", .unit = request->address, .request_ns = request->t_ns}};
	unsigned char pdu[PL_EZSIM_PDU_MAX];
	size_t count = pl_ezsim_pdu_refuse(request->pdu, PL_EZSIM_NO_TARGET, pdu);

	letter.count = wrap(run, request, request->address, pdu, count, letter.bytes);
	pl_ezsim_send(run, &letter, &(struct pl_ezsim_effect){0});
}

void pl_ezsim_act(struct pl_ezsim_run *run, const struct pl_ezsim_request *request)
{
	struct pl_ezsim_station *station = find_station(run, request->address);
	struct pl_ezsim_effect effect = {.pieces = 1};
	bool writes = is_modbus(run) ? pl_ezsim_pdu_writes(request->pdu, request->pdu_count)
				     : pl_ezsim_stdbus_writes(request->frame);

	pl_ezsim_truth_bytes(&run->truth, request->t_ns, "request", request->address,
			     request->frame, request->count);
	if (station == NULL && run->values->bus == PL_EZSIM_TCP)
		say_no_target(run, request);
	if (station == NULL && run->values->bus == PL_EZSIM_RTU && request->address == 0 && writes)
		broadcast(run, request);
	if (station == NULL || request->t_ns < station->silent_until_ns)
		return;
	pl_ezsim_strike_request(run, station->unit.address, writes, &effect, request->t_ns);
	if (effect.is_dead || effect.is_undone)
		return;
	pl_ezsim_unit_advance(&station->unit, pl_ezsim_seconds(run, request->t_ns));
	reply(run, station, request, &effect, writes);
}
