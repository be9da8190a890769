/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crc.c - bit by bit: frames are at most 256 bytes and lines are slow. Pure, any thread. */
#include "base/crc.h"

uint16_t pl_crc_modbus(const unsigned char *bytes, size_t count)
{
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < count; i++) {
		crc = (uint16_t)(crc ^ bytes[i]);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1);
	}
	return crc;
}
