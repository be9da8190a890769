/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linger.h - whether the system ends our background processes at logout. */
#ifndef CLI_LINGER_H
#define CLI_LINGER_H

#include <stdbool.h>
#include <stddef.h>

/* What helps, as one sentence. */
#define PL_LINGER_ADVICE                                                                           \
	"this system ends what a user leaves behind at logout, this engine too: run `loginctl "    \
	"enable-linger` once, and start plateau by `systemd-run --user --scope plateau ...` or "   \
	"its systemd user unit"

/* True when this process and its children will be ended at logout: logind is told to kill what a
 * user leaves behind, and they belong to the login session (a lingering account does not help
 * those) or the account does not linger. */
bool pl_linger_is_needed(void);
/* The same of a system whose files are below root ("" = this one), for an account that is not
 * root's. */
bool pl_linger_is_missing(const char *root, const char *account);

/* What a logind.conf(5) says about KillUserProcesses: 1 yes, 0 no, -1 nothing. Pure. */
int pl_logind_kills(const char *text, size_t count);

#endif
