/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surroundings.c - what lies around the program: the log directory, who sits there. */
#include "cli/bench_ref.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACCOUNT_SIZE = 4096 };

/* This account's entry, its strings in bytes; NULL when there is none. */
static const struct passwd *account_of(uid_t uid, struct passwd *entry, char bytes[ACCOUNT_SIZE])
{
	struct passwd *found = NULL;

	return getpwuid_r(uid, entry, bytes, ACCOUNT_SIZE, &found) == 0 ? found : NULL;
}

enum pl_status pl_log_directory(const struct pl_bench_ref *ref, const struct pl_bench *bench,
				char out[PL_CLI_PATH_SIZE], struct pl_error *error)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *account;
	struct passwd entry;
	char bytes[ACCOUNT_SIZE];
	int length;

	if (ref->log_dir[0] != '\0') {
		snprintf(out, PL_CLI_PATH_SIZE, "%s", ref->log_dir);
		return PL_OK;
	}
	if (home == NULL || home[0] != '/') {
		account = account_of(geteuid(), &entry, bytes);
		home = account != NULL ? account->pw_dir : ref->location.directory;
	}
	if (state != NULL && state[0] == '/')
		length = snprintf(out, PL_CLI_PATH_SIZE, "%s/plateau/%s", state, bench->name);
	else
		length = snprintf(out, PL_CLI_PATH_SIZE, "%s/.local/state/plateau/%s", home,
				  bench->name);
	if (length < 0 || length >= PL_CLI_PATH_SIZE)
		return pl_error_set(error, PL_ERR_USAGE, "--log-dir", "the path is too long");
	return PL_OK;
}

const char *pl_operator_name(const struct pl_call *call)
{
	const char *name = pl_call_value(call, "operator");

	if (name == NULL)
		name = getenv("PLATEAU_OPERATOR");
	return name != NULL && name[0] != '\0' ? name : NULL;
}

const char *pl_actor_name(char out[PL_ACTOR_TEXT_SIZE])
{
	struct passwd entry;
	char bytes[ACCOUNT_SIZE], tty[64] = "";
	const struct passwd *account = account_of(getuid(), &entry, bytes);
	const char *login = account != NULL ? account->pw_name : "?";
	const char *ssh = getenv("SSH_CONNECTION");

	for (int fd = 0; fd <= 2 && tty[0] == '\0'; fd++)
		if (ttyname_r(fd, tty, sizeof(tty)) != 0)
			tty[0] = '\0';
	if (ssh != NULL && ssh[0] != '\0')
		snprintf(out, PL_ACTOR_TEXT_SIZE, "%.32s ssh %.60s", login, ssh);
	else if (tty[0] != '\0')
		snprintf(out, PL_ACTOR_TEXT_SIZE, "%.32s %.60s", login,
			 strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty);
	else
		snprintf(out, PL_ACTOR_TEXT_SIZE, "%.32s", login);
	return out;
}
