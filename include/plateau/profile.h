/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.h - an instrument described by data: its parameters and how each looks on the wire.
 *
 * A profile is a YAML file (share/profiles/NAME.yaml, beside the bench file, or any path). It is
 * loaded with the bench, checked with line and column, immutable, and read by any thread. One file
 * serves every protocol the instrument speaks: registers for Modbus, ids for Standard Bus.
 */
#ifndef PLATEAU_PROFILE_H
#define PLATEAU_PROFILE_H

#include "plateau/parameter.h"

#include <stddef.h>

#define PL_WIRE_TYPE_LIST(X)                                                                       \
	X(PL_WIRE_U16, "u16", 1)                                                                   \
	X(PL_WIRE_S16, "s16", 1)                                                                   \
	X(PL_WIRE_U32, "u32", 2)                                                                   \
	X(PL_WIRE_S32, "s32", 2)                                                                   \
	X(PL_WIRE_F32, "f32", 2)                                                                   \
	X(PL_WIRE_F64, "f64", 4)                                                                   \
	X(PL_WIRE_ENUM, "enum", 1)                                                                 \
	X(PL_WIRE_BITS, "bits", 1)                                                                 \
	X(PL_WIRE_STRING, "string", 0)

enum pl_wire_type {
#define PL_WIRE_ENUM_CODE(code, name, registers) code,
	PL_WIRE_TYPE_LIST(PL_WIRE_ENUM_CODE)
#undef PL_WIRE_ENUM_CODE
};

/* Order of 16-bit words of a value; bytes in a word are big-endian, or swapped. */
enum pl_word_order { PL_WORDS_HIGH_LOW, PL_WORDS_LOW_HIGH };

/* A value by name: of an enum, or a bit of bits (its number, 0 = lowest). */
struct pl_profile_word {
	uint32_t value;
	const char *name;
};

struct pl_profile_row {
	/* How people see it: in the order of struct pl_profile.parameters. */
	enum pl_wire_type type;
	int word_order; /* enum pl_word_order */
	bool swaps_bytes;
	bool has_register;
	uint16_t address;		     /* register, zero-based, of instance 1 */
	uint16_t registers;		     /* how many it takes */
	uint8_t read_function;		     /* 1 2 3 4 */
	uint8_t write_function;		     /* 5 6 15 16; 0 = cannot be written */
	double scale, offset;		     /* value = wire · scale + offset */
	int64_t instances;		     /* 1 = one only */
	uint16_t instance_step;		     /* registers from one instance to the next */
	uint32_t id;			     /* Standard Bus parameter, 0 = none */
	const struct pl_profile_word *words; /* ends with name NULL; NULL = none */
	size_t word_count;
	/* Wire values (before scale) that stand for "not there": N/A. */
	const double *missing;
	size_t missing_count;
	/* Index of the row that says whether this one is good (input_error), and the value it has
	 * then; -1 = none. They are read together. */
	int valid_row;
	double valid_value;
	/* Bounds that the device itself holds, by row; -1 = none. */
	int min_row, max_row;
};

struct pl_profile {
	const char *name;  /* "watlow-ez-zone-pm" */
	const char *file;  /* where it was read */
	const char *text;  /* of it, as it was read */
	char sha256[65];   /* of the text */
	const char *title; /* one line for people */
	int baud;	   /* 8N1 unless parity says otherwise */
	char parity;	   /* 'N' 'E' 'O' */
	/* One row each, in the same order; parameters ends with name NULL, as in a driver's table.
	 * instanced: those with instances > 1 (for channels), instanced_rows[i]: its row. */
	const struct pl_parameter *parameters;
	const struct pl_profile_row *rows;
	size_t count;
	const struct pl_parameter *instanced;
	const int *instanced_rows;
	size_t instanced_count;
	size_t block_max;   /* registers in one read, at most 125 */
	size_t block_gap;   /* registers nobody wants that a merged read may bridge */
	int64_t silence_ns; /* between two requests; 0 = 3.5 characters */
	/* A register that tells its own word order: read at start and compared; -1 = none. */
	int order_row;
	double order_high_low, order_low_high;
	/* Writes that wear out memory: the row of the device's own switch, and its values; -1. */
	int volatile_row;
	double volatile_on, volatile_off;
	/* Read to tell who is there: rows of model, firmware, serial number; -1 = none. */
	int model_row, firmware_row, serial_row;
};

#endif
