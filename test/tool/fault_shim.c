/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fault_shim.c - a library for LD_PRELOAD that lets the disk, or the memory, of a program fail.
 *
 * The environment says what, so that the program itself knows nothing of it:
 *   FAULT_DIR      only files below this real path are meant
 *   FAULT_OPS      which calls: any of open, write, sync, rename, truncate, alloc, lock; by commas
 *   FAULT_AT       so many of them succeed first (0)
 *   FAULT_TIMES    how many then fail: 1 (the default), or "ever"
 *   FAULT_MS       or: all that come within so many milliseconds of the first that failed
 *   FAULT_ERRNO    ENOSPC, EIO, EDQUOT, EFBIG or ENOLCK
 *   FAULT_SHORT    a failing write first writes all but so many bytes
 *   FAULT_SYNC_MS  every sync takes so long, but for the first FAULT_QUICK ones
 *   FAULT_FS       the file system of FAULT_DIR is of this type (a number of statfs)
 *   FAULT_FREE     and has so many bytes free
 *   FAULT_TOLD     a file that gets one byte for each fault that struck
 * "alloc" are malloc, calloc, realloc and strdup called by the program's own code, not by its
 * libraries. Children get neither the library nor its faults.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum op { OPEN = 1, WRITE = 2, SYNC = 4, RENAME = 8, TRUNCATE = 16, ALLOC = 32, LOCK = 64 };

static struct {
	pthread_mutex_t lock;
	bool is_on;
	unsigned ops;
	char dir[PATH_MAX];
	size_t dir_length;
	unsigned long countdown, times;
	bool has_end;
	int64_t lasts_ns, end_ns;
	int number, told;
	size_t short_by;
	long sync_ms, quick;
	long fs_type, free_bytes; /* -1: as it is */
	uintptr_t low, high;	  /* the program's code */
} shim = {.lock = PTHREAD_MUTEX_INITIALIZER, .told = -1};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* The first object is the program. */
static int take_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size, (void)arg;
	shim.low = UINTPTR_MAX;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + part->p_vaddr;

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
			continue;
		if (start < shim.low)
			shim.low = start;
		if (start + part->p_memsz > shim.high)
			shim.high = start + part->p_memsz;
	}
	return 1;
}

static unsigned parse_ops(const char *text)
{
	static const char *const names[] = {"open",	"write", "sync", "rename",
					    "truncate", "alloc", "lock"};
	unsigned ops = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(text, names[i]))
			ops |= 1u << i;
	return ops;
}

static int parse_errno(const char *text)
{
	static const struct {
		const char *name;
		int number;
	} rows[] = {{"ENOSPC", ENOSPC},
		    {"EIO", EIO},
		    {"EDQUOT", EDQUOT},
		    {"EFBIG", EFBIG},
		    {"ENOLCK", ENOLCK}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(text, rows[i].name) == 0)
			return rows[i].number;
	return EIO;
}

static const char *get(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static void be_off(void)
{
	shim.is_on = false;
}

__attribute__((constructor)) static void begin(void)
{
	const char *times = get("FAULT_TIMES", "1");

	snprintf(shim.dir, sizeof(shim.dir), "%s", get("FAULT_DIR", ""));
	shim.dir_length = strlen(shim.dir);
	shim.ops = parse_ops(get("FAULT_OPS", ""));
	shim.countdown = strtoul(get("FAULT_AT", "0"), NULL, 10);
	shim.times = strcmp(times, "ever") == 0 ? ULONG_MAX : strtoul(times, NULL, 10);
	shim.lasts_ns = strtol(get("FAULT_MS", "0"), NULL, 10) * INT64_C(1000000);
	shim.has_end = shim.lasts_ns > 0;
	shim.number = parse_errno(get("FAULT_ERRNO", "EIO"));
	shim.short_by = strtoul(get("FAULT_SHORT", "0"), NULL, 10);
	shim.sync_ms = strtol(get("FAULT_SYNC_MS", "0"), NULL, 10);
	shim.quick = strtol(get("FAULT_QUICK", "0"), NULL, 10);
	shim.fs_type = strtol(get("FAULT_FS", "-1"), NULL, 0);
	shim.free_bytes = strtol(get("FAULT_FREE", "-1"), NULL, 10);
	if (getenv("FAULT_TOLD"))
		shim.told = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_TOLD"),
					 O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	dl_iterate_phdr(take_program, NULL);
	unsetenv("LD_PRELOAD");
	pthread_atfork(NULL, NULL, be_off);
	shim.is_on = true;
}

/* True when this call fails. */
static bool strikes(unsigned op)
{
	bool is_hit = false;

	if (!shim.is_on || !(shim.ops & op))
		return false;
	pthread_mutex_lock(&shim.lock);
	if (shim.countdown) {
		shim.countdown--;
	} else if (shim.has_end) {
		if (!shim.end_ns)
			shim.end_ns = now_ns() + shim.lasts_ns;
		is_hit = now_ns() < shim.end_ns;
	} else if (shim.times) {
		shim.times -= shim.times != ULONG_MAX;
		is_hit = true;
	}
	pthread_mutex_unlock(&shim.lock);
	if (is_hit && shim.told >= 0)
		syscall(SYS_write, shim.told, "x", 1);
	return is_hit;
}

static bool is_below(const char *path)
{
	return shim.dir_length && strncmp(path, shim.dir, shim.dir_length) == 0 &&
	       (path[shim.dir_length] == '/' || !path[shim.dir_length]);
}

static bool is_ours(int fd)
{
	char link[40], path[PATH_MAX];

	if (!shim.is_on || !shim.dir_length)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t got = readlink(link, path, sizeof(path) - 1);
	if (got < 0)
		return false;
	path[got] = '\0';
	return is_below(path);
}

static bool is_ours_at(int dir, const char *name)
{
	return name[0] == '/' || dir == AT_FDCWD ? is_below(name) : is_ours(dir);
}

static int failed(void)
{
	errno = shim.number;
	return -1;
}

int openat(int dir, const char *name, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if ((flags & O_ACCMODE) != O_RDONLY && is_ours_at(dir, name) && strikes(OPEN))
		return failed();
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}

int mkdirat(int dir, const char *name, mode_t mode)
{
	if (is_ours_at(dir, name) && strikes(OPEN))
		return failed();
	return (int)syscall(SYS_mkdirat, dir, name, mode);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	/* A cancellation point no longer; nothing here is cancelled. */
	if (!is_ours(fd) || !strikes(WRITE))
		return syscall(SYS_write, fd, bytes, count);
	if (shim.short_by && shim.short_by < count)
		return syscall(SYS_write, fd, bytes, count - shim.short_by);
	return failed();
}

static void be_slow(void)
{
	struct timespec slow = {.tv_sec = shim.sync_ms / 1000,
				.tv_nsec = shim.sync_ms % 1000 * 1000000};
	bool is_quick;

	pthread_mutex_lock(&shim.lock);
	is_quick = shim.quick > 0;
	shim.quick -= is_quick;
	pthread_mutex_unlock(&shim.lock);
	if (!is_quick && shim.sync_ms)
		nanosleep(&slow, NULL);
}

static int sync_with(long call, int fd)
{
	if (is_ours(fd)) {
		be_slow();
		if (strikes(SYNC))
			return failed();
	}
	return (int)syscall(call, fd);
}

int fdatasync(int fd)
{
	return sync_with(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return sync_with(SYS_fsync, fd);
}

int ftruncate(int fd, off_t size)
{
	if (is_ours(fd) && strikes(TRUNCATE))
		return failed();
	return (int)syscall(SYS_ftruncate, fd, size);
}

int renameat(int from, const char *old, int to, const char *new)
{
	if (is_ours_at(from, old) && strikes(RENAME))
		return failed();
	return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int flock(int fd, int how)
{
	if (is_ours(fd) && strikes(LOCK))
		return failed();
	return (int)syscall(SYS_flock, fd, how);
}

/* ---- what the file system says of itself ---- */

int fstatfs(int fd, struct statfs *out)
{
	int code = (int)syscall(SYS_fstatfs, fd, out);

	if (code == 0 && shim.fs_type >= 0 && is_ours(fd))
		out->f_type = shim.fs_type;
	return code;
}

int fstatvfs(int fd, struct statvfs *out)
{
	struct statfs fs;

	if (syscall(SYS_fstatfs, fd, &fs) < 0)
		return -1;
	memset(out, 0, sizeof(*out));
	out->f_bsize = out->f_frsize = (unsigned long)(fs.f_frsize ? fs.f_frsize : fs.f_bsize);
	out->f_bavail = out->f_bfree = fs.f_bavail;
	if (shim.free_bytes >= 0 && is_ours(fd)) {
		out->f_frsize = 1;
		out->f_bavail = (fsblkcnt_t)shim.free_bytes;
	}
	return 0;
}

/* ---- memory: glibc's own allocator has a second name for each, which needs no dlsym ---- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static bool starves(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	if (at < shim.low || at >= shim.high || !strikes(ALLOC))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return starves(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return starves(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return starves(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = starves(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}
