/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.c - reading the clocks, writing times down, waiting until a deadline.
 *
 * UTC is formatted by arithmetic alone, without the C library's time zone lock, since every stored
 * row carries it. Any thread.
 */
#include "plateau/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * PL_NS_PER_S + now.tv_nsec;
}

int64_t pl_clock_mono_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t pl_clock_utc_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t pl_clock_boot_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

/* Division that rounds down, so that times before 1970 fall into the right second and day. */
static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

/* `width` decimal digits with leading zeros; returns the place behind them. */
static char *put_digits(char *out, int64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + width;
}

/* YYYY-MM-DD of a day counted from 1970-01-01, Gregorian: Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", civil_from_days. Years there begin in March, eras have 400 years. */
static char *put_day(char *out, int64_t day)
{
	int64_t z = day + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	out = put_digits(out, yoe + era * 400 + (month <= 2), 4);
	*out++ = '-';
	out = put_digits(out, month, 2);
	*out++ = '-';
	return put_digits(out, doy - (153 * mp + 2) / 5 + 1, 2);
}

static char *put_time_of_day(char *out, int64_t second)
{
	out = put_digits(out, second / 3600, 2);
	*out++ = ':';
	out = put_digits(out, second / 60 % 60, 2);
	*out++ = ':';
	return put_digits(out, second % 60, 2);
}

/* "2026-11-21", separator, "10:52:06" */
static char *put_second(char *out, int64_t seconds, char separator)
{
	int64_t day = floor_div(seconds, DAY_S);

	out = put_day(out, day);
	*out++ = separator;
	return put_time_of_day(out, seconds - day * DAY_S);
}

void pl_clock_format_utc(int64_t utc_ns, char out[PL_UTC_SIZE])
{
	int64_t seconds = floor_div(utc_ns, PL_NS_PER_S);
	int64_t rest = (utc_ns % PL_NS_PER_S + PL_NS_PER_S) % PL_NS_PER_S;
	char *end = put_second(out, seconds, 'T');

	*end++ = '.';
	end = put_digits(end, rest / PL_NS_PER_MS, 3);
	*end++ = 'Z';
	*end = '\0';
}

/* Days since 1970 of a date of the Gregorian calendar: put_day the other way round. */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool pl_clock_parse_utc(const char *text, int64_t *utc_ns)
{
	static const char form[] = "yyyy-mm-ddTHH:MM:SS.fffZ";
	int64_t fields[128] = {0}, value;
	char again[PL_UTC_SIZE];

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (text[i] >= '0' && text[i] <= '9')
			fields[(int)form[i]] = fields[(int)form[i]] * 10 + (text[i] - '0');
	value = day_of(fields['y'], fields['m'], fields['d']) * DAY_S + fields['H'] * 3600 +
		fields['M'] * 60 + fields['S'];
	/* 1678 to 2261, what 64 bits of nanoseconds hold */
	if (value < -INT64_C(9200000000) || value > INT64_C(9200000000))
		return false;
	value = value * PL_NS_PER_S + fields['f'] * PL_NS_PER_MS;
	pl_clock_format_utc(value, again);
	if (strcmp(again, text) != 0)
		return false;
	*utc_ns = value;
	return true;
}

void pl_clock_format_local(int64_t utc_ns, char out[PL_LOCAL_SIZE])
{
	int64_t seconds = floor_div(utc_ns, PL_NS_PER_S);
	time_t when = (time_t)seconds;
	struct tm local = {0};
	int64_t offset = localtime_r(&when, &local) ? local.tm_gmtoff : 0;
	int64_t minutes = (offset < 0 ? -offset : offset) / 60;
	char *end = put_second(out, seconds + offset, ' ');

	*end++ = offset < 0 ? '-' : '+';
	end = put_digits(end, minutes / 60, 2);
	*end++ = ':';
	end = put_digits(end, minutes % 60, 2);
	*end = '\0';
}

void pl_clock_format_day(int64_t utc_ns, char out[PL_DAY_SIZE])
{
	*put_day(out, floor_div(utc_ns, DAY_S * PL_NS_PER_S)) = '\0';
}

void pl_clock_boot_id(char out[37])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, out, 36) : -1;

	out[got == 36 ? 36 : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

int pl_clock_poll(struct pollfd *fds, nfds_t count, int64_t deadline_ns)
{
	for (;;) {
		int64_t now = deadline_ns == PL_NEVER ? 0 : pl_clock_mono_ns();
		int64_t left = deadline_ns > now ? deadline_ns - now : 0;
		struct timespec wait = {.tv_sec = (time_t)(left / PL_NS_PER_S),
					.tv_nsec = (long)(left % PL_NS_PER_S)};
		int ready = ppoll(fds, count, deadline_ns == PL_NEVER ? NULL : &wait, NULL);

		if (ready > 0 || (ready < 0 && errno != EINTR))
			return ready;
		if (ready == 0 && (left == 0 || pl_clock_mono_ns() >= deadline_ns))
			return 0;
	}
}

void pl_clock_sharpen(void)
{
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}
