/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * version.c - the one object that is compiled with the version, so that a new commit does not
 * compile all the others. The three macros come from the Makefile.
 */
#include "plateau/version.h"

const char *pl_version(void)
{
	return PL_VERSION;
}

const char *pl_build_id(void)
{
	return PL_BUILD_ID;
}

const char *pl_install_prefix(void)
{
	return PL_PREFIX;
}
