/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_modbus.h - Modbus as a controller speaks it: requests in, replies out. Pure.
 *
 * Functions 03 and 04 read the same registers, 06 writes one, 16 several, all or none. Layouts and
 * exceptions: "MODBUS Application Protocol Specification" V1.1b3, the frame of a serial line and
 * its CRC: "MODBUS over Serial Line" V1.02.
 */
#ifndef SIM_EZZONE_MODBUS_H
#define SIM_EZZONE_MODBUS_H

#include "sim/ezzone_unit.h"

#define PL_EZSIM_PDU_MAX   253
#define PL_EZSIM_FRAME_MAX 640 /* any request or reply of the three protocols */
#define PL_EZSIM_MBAP	   7

enum {
	PL_EZSIM_ILLEGAL_FUNCTION = 1,
	PL_EZSIM_ILLEGAL_ADDRESS = 2,
	PL_EZSIM_ILLEGAL_VALUE = 3,
	PL_EZSIM_DEVICE_BUSY = 6,
	PL_EZSIM_NO_TARGET = 11, /* of a gateway: that unit does not answer */
};

uint16_t pl_ezsim_crc16(const unsigned char *bytes, size_t count);

/* The length of the RTU request that begins at bytes: 0 = too few bytes to tell, or a function
 * whose length is not known here (only silence ends it). */
size_t pl_ezsim_rtu_length(const unsigned char *bytes, size_t count);

bool pl_ezsim_pdu_writes(const unsigned char *pdu, size_t count);

/* Does what the request (function and data) asks, and writes the reply. Returns its length. */
size_t pl_ezsim_pdu_answer(struct pl_ezsim_unit *unit, const unsigned char *pdu, size_t count,
			   unsigned char reply[PL_EZSIM_PDU_MAX]);
/* The exception to a request. Returns 2. */
size_t pl_ezsim_pdu_refuse(const unsigned char *pdu, int exception,
			   unsigned char reply[PL_EZSIM_PDU_MAX]);

#endif
