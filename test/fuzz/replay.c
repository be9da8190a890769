/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - instead of libFuzzer: gives a target the files of its corpus, once each. TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static void give(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *bytes = malloc(1 << 20);
	size_t count = file && bytes ? fread(bytes, 1, 1 << 20, file) : 0;
	/* Of the very size, so that a sanitizer sees a byte read behind it. */
	uint8_t *exact = malloc(count + !count);

	if (!file || !bytes || !exact)
		abort();
	memcpy(exact, bytes, count);
	free(bytes);
	fclose(file);
	LLVMFuzzerTestOneInput(exact, count);
	free(exact);
}

int main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "fuzz_");
	char folder[200], path[500];
	unsigned given = 0;
	DIR *dir;

	(void)argc;
	snprintf(folder, sizeof(folder), "test/fuzz/corpus/%s", name ? name + 5 : "");
	dir = opendir(folder);
	printf("1..1\n");
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		give(path);
		given++;
	}
	if (dir)
		closedir(dir);
	printf("%sok 1 - the %u inputs of %s do no harm\n", given ? "" : "not ", given, folder);
	return given == 0;
}
