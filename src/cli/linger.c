/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linger.c - see linger.h. The files are those of logind.conf(5): the main one, then every drop-in
 * in the order of their names; the last word holds. Nothing said means no, as Debian has it.
 */
#include "cli/linger.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CONF_MAX  65536
#define PATH_ROOM 512

static bool is_yes(const char *value)
{
	static const char *const words[] = {"yes", "true", "on", "1", "y", "t"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

int pl_logind_kills(const char *text, size_t count)
{
	static const char key[] = "KillUserProcesses";
	const char *end = text + count;
	int kills = -1;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		char line[128], value[16];

		snprintf(line, sizeof(line), "%.*s", (int)((stop != NULL ? stop : end) - text),
			 text);
		if (strncmp(line, key, sizeof(key) - 1) == 0 &&
		    sscanf(line + sizeof(key) - 1, " = %15s", value) == 1)
			kills = is_yes(value);
		text = stop != NULL ? stop + 1 : end;
	}
	return kills;
}

static void read_conf(const char *path, int *kills)
{
	struct pl_error error;
	size_t count;
	char *text;
	int says;

	if (pl_file_read(AT_FDCWD, path, CONF_MAX, &text, &count, &error) != PL_OK)
		return;
	says = pl_logind_kills(text, count);
	if (says >= 0)
		*kills = says;
	free(text);
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static bool system_kills(const char *root)
{
	struct dirent **entries = NULL;
	char drop_ins[PATH_ROOM], path[PATH_ROOM + 300];
	int count, kills = 0;

	snprintf(path, sizeof(path), "%s/etc/systemd/logind.conf", root);
	read_conf(path, &kills);
	snprintf(drop_ins, sizeof(drop_ins), "%s/etc/systemd/logind.conf.d", root);
	count = scandir(drop_ins, &entries, is_conf, alphasort);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%.255s", drop_ins, entries[i]->d_name);
		read_conf(path, &kills);
		free(entries[i]);
	}
	free(entries);
	return kills == 1;
}

/* logind ends the scope of the session; what the user's own manager started is outside of it. */
static bool is_in_session(const char *root)
{
	char path[PATH_ROOM + 300], *text = NULL;
	size_t count;
	bool is_in;

	snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
	if (pl_file_read(AT_FDCWD, path, CONF_MAX, &text, &count, NULL) != PL_OK)
		return false;
	is_in = strstr(text, "/session-") != NULL;
	free(text);
	return is_in;
}

bool pl_linger_is_missing(const char *root, const char *account)
{
	char path[PATH_ROOM + 300];

	snprintf(path, sizeof(path), "%s/run/systemd/seats", root);
	if (access(path, F_OK) != 0 || !system_kills(root))
		return false;
	if (is_in_session(root))
		return true;
	snprintf(path, sizeof(path), "%s/var/lib/systemd/linger/%.255s", root, account);
	return access(path, F_OK) != 0;
}

bool pl_linger_is_needed(void)
{
	struct passwd entry, *account = NULL;
	char bytes[4096];

	if (geteuid() == 0)
		return false;
	if (getpwuid_r(geteuid(), &entry, bytes, sizeof(bytes), &account) != 0 || account == NULL)
		return false;
	return pl_linger_is_missing("", account->pw_name);
}
