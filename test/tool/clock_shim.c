/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock_shim.c - for LD_PRELOAD: moves the wall clock and the boot clock of the program, as the
 * file $CLOCK_SHIM says: "REALTIME_S BOOTTIME_S" added to the true ones. The file is mapped, so
 * that it can be changed in place while the program runs; it must never get shorter.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *shifts;

__attribute__((constructor)) static void map_file(void)
{
	const char *name = getenv("CLOCK_SHIM");
	int fd = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	void *bytes = fd >= 0 ? mmap(NULL, 64, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

	if (fd >= 0)
		close(fd);
	if (bytes != MAP_FAILED)
		shifts = bytes;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	long result = syscall(SYS_clock_gettime, clock, now);
	long wall = 0, boot = 0;

	if (result == 0 && shifts != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME) &&
	    sscanf(shifts, "%ld %ld", &wall, &boot) == 2)
		now->tv_sec += clock == CLOCK_REALTIME ? wall : boot;
	return (int)result;
}
