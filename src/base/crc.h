/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crc.h - checksums of frames on a line. Pure, any thread. */
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC-16/MODBUS: polynomial 0x8005 reflected, first FFFF; of "123456789" it is 0x4B37. Goes over
 * the line low byte first ("MODBUS over Serial Line" V1.02, 6.2.2). */
uint16_t pl_crc_modbus(const unsigned char *bytes, size_t count);

#endif
