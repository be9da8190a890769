/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_stdbus.h - Watlow Standard Bus as a controller speaks it. Pure.
 *
 *   55 FF | FT | DST | SRC | LEN hi lo | HCRC | payload (LEN bytes) | DCRC lo hi
 *
 * FT 05 request, 06 reply; the frame is that of BACnet MS/TP (ANSI/ASHRAE 135, clause 9), with its
 * two CRCs. A controller stands at 0F + its address. It is silent to frames with a wrong CRC or of
 * another type, and answers the rest.
 */
#ifndef SIM_EZZONE_STDBUS_H
#define SIM_EZZONE_STDBUS_H

#include "sim/ezzone_unit.h"

#define PL_EZSIM_STDBUS_HEADER 8
#define PL_EZSIM_STDBUS_BASE   0x0f		    /* of addresses on the wire */
#define PL_EZSIM_NO_PROBE      UINT32_C(0x451e3cd4) /* 2531.8: the process value without a probe */

enum { PL_EZSIM_REFUSED = 0x80 };

uint8_t pl_ezsim_crc8(const unsigned char *bytes, size_t count);     /* of the header */
uint16_t pl_ezsim_crc_x25(const unsigned char *bytes, size_t count); /* of the payload */

/* Looks for a good request: *skip bytes are none of it (noise, frames with wrong CRC, other types),
 * then comes one of the returned length; 0 = not whole yet. */
size_t pl_ezsim_stdbus_find(const unsigned char *bytes, size_t count, size_t *skip);

bool pl_ezsim_stdbus_writes(const unsigned char *frame);

/* Puts the payload into a frame of type 06 from src to dst. Returns its length. */
size_t pl_ezsim_stdbus_frame(unsigned char dst, unsigned char src, const unsigned char *payload,
			     size_t count, unsigned char *out);

/* Does what the payload asks and writes that of the reply (at most 16 bytes). */
size_t pl_ezsim_stdbus_answer(struct pl_ezsim_unit *unit, const unsigned char *payload,
			      size_t count, unsigned char reply[16]);

#endif
