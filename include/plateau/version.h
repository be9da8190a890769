/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * version.h - which plateau this is. The Makefile knows; only base/version.c is compiled with it.
 * Any thread may call these; the texts are constants.
 */
#ifndef PLATEAU_VERSION_H
#define PLATEAU_VERSION_H

/* "0.1.0", or "0.1.0+3f2a91c" (with "-dirty" when files were changed) when built from a checkout.
 */
const char *pl_version(void);

/* 16 hex digits, a hash of everything compiled: programs with the same id are the same program. */
const char *pl_build_id(void);

/* PREFIX of the build ("/usr/local"): share/plateau and libexec lie below it once installed. */
const char *pl_install_prefix(void);

#endif
