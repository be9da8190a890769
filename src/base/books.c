/* SPDX-License-Identifier: GPL-3.0-or-later */
/* books.c - the names of plateau/books.h. Constant data, any thread. */
#include "plateau/books.h"

const char *pl_skip_name(enum pl_skip skip)
{
	static const char *const names[] = {
#define SKIP_NAME(code, name) [code] = name,
	    PL_SKIP_LIST(SKIP_NAME)
#undef SKIP_NAME
	};

	return names[skip];
}

const char *pl_read_fault_name(enum pl_read_fault fault)
{
	static const char *const names[] = {
#define FAULT_NAME(code, name) [code] = name,
	    PL_READ_FAULT_LIST(FAULT_NAME)
#undef FAULT_NAME
	};

	return names[fault];
}
