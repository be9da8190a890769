/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock_watch.c - see clock_watch.h. */
#include "engine/clock_watch.h"

#include "engine/run_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define FIRST_SANE_NS	 (INT64_C(1704067200) * PL_NS_PER_S) /* 2024-01-01 */
#define NOISE_NS	 (100 * PL_NS_PER_MS)
#define ANNOUNCED_NS	 (10 * PL_NS_PER_MS)
#define SUSPEND_NS	 (100 * PL_NS_PER_MS)
#define SLEW_PART	 10 /* of the time between: chrony slews by 8 % at most */
#define FAR_S		 (10 * 365 * 86400L)
#define READ_TRIES	 5
#define READ_TOGETHER_NS (20 * PL_NS_PER_MS / 1000)

/* ---- pure ---- */

bool clock_is_set(int64_t utc_ns)
{
	return utc_ns >= FIRST_SANE_NS;
}

struct clock_change clock_compare(const struct clock_reading *before,
				  const struct clock_reading *now, bool is_announced)
{
	int64_t passed = now->boot_ns - before->boot_ns;
	int64_t slept = passed - (now->mono_ns - before->mono_ns);
	int64_t stepped = now->utc_ns - before->utc_ns - passed;
	int64_t allowed = is_announced ? ANNOUNCED_NS : NOISE_NS + passed / SLEW_PART;
	struct clock_change change = {0};

	if (slept > SUSPEND_NS)
		change.suspended_ns = slept;
	if (llabs(stepped) > allowed)
		change.step_ns = stepped;
	return change;
}

/* ---- the clocks ---- */

/* The three at one moment: a thread that was held up between them reads again. */
static struct clock_reading read_clocks(void)
{
	struct clock_reading now = {0};

	for (int i = 0; i < READ_TRIES; i++) {
		int64_t before = pl_clock_mono_ns();

		now.boot_ns = pl_clock_boot_ns();
		now.utc_ns = pl_clock_utc_ns();
		now.mono_ns = pl_clock_mono_ns();
		if (now.mono_ns - before < READ_TOGETHER_NS)
			break;
	}
	return now;
}

/* A timer that never fires, and is cancelled whenever the wall clock is set. */
static void arm(const struct clock_watch *watch)
{
	struct itimerspec when = {
	    .it_value = {.tv_sec = (time_t)(pl_clock_utc_ns() / PL_NS_PER_S) + FAR_S}};

	if (watch->fd >= 0)
		timerfd_settime(watch->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when,
				NULL);
}

static bool was_announced(const struct clock_watch *watch)
{
	uint64_t ticks;

	if (watch->fd < 0 || read(watch->fd, &ticks, sizeof(ticks)) >= 0 || errno != ECANCELED)
		return false;
	arm(watch);
	return true;
}

/* ---- telling ---- */

static void audit(struct pl_engine *engine, const char *status, int64_t ns, const char *detail)
{
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .book = run_takes_rows(engine) ? PL_BOOK_RUN : PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	pl_text_copy(message.audit.actor, sizeof(message.audit.actor), "plateau");
	pl_text_copy(message.audit.action, sizeof(message.audit.action), "clock");
	pl_text_copy(message.audit.target, sizeof(message.audit.target), engine->bench->name);
	message.audit.old_value = NAN;
	message.audit.new_value = (double)ns / 1e9;
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), detail);
	if (pl_writer_put(engine->writer, &message) == 0)
		engine_log(engine, PL_LOG_ERROR, "the disk is behind: clock was not audited");
	records_clock(engine, strcmp(status, "step") == 0 ? ns : 0,
		      strcmp(status, "suspend") == 0 ? ns : 0, &message);
}

static void tell_step(struct pl_engine *engine, int64_t ns)
{
	char text[PL_RUN_TEXT_SIZE];

	snprintf(text, sizeof(text), "the wall clock was set %s by %.9f s",
		 ns > 0 ? "forward" : "back", fabs((double)ns / 1e9));
	engine_log(engine, PL_LOG_WARNING, "%s; durations and cadence do not change", text);
	audit(engine, "step", ns, text);
	if (run_is_live(engine)) {
		engine->run->clock.steps++;
		engine->run->clock.stepped_ns += ns;
	}
}

static void tell_suspend(struct pl_engine *engine, int64_t ns)
{
	char text[PL_RUN_TEXT_SIZE];

	snprintf(text, sizeof(text), "the machine was suspended for %.9f s", (double)ns / 1e9);
	engine_log(engine, PL_LOG_WARNING, "%s", text);
	audit(engine, "suspend", ns, text);
	if (run_is_live(engine)) {
		engine->run->clock.suspends++;
		engine->run->clock.suspended_ns += ns;
	}
}

static void look_whether_set(struct pl_engine *engine, int64_t utc_ns)
{
	struct clock_watch *watch = &engine->clock;
	char at[PL_UTC_SIZE];

	if (clock_is_set(utc_ns) == !watch->was_unset)
		return;
	watch->was_unset = !watch->was_unset;
	pl_clock_format_utc(utc_ns, at);
	if (watch->was_unset)
		engine_log(engine, PL_LOG_WARNING,
			   "the clock of this machine is not set: it says %s. Times and days of "
			   "runs are wrong until it is; their numbers tell them apart",
			   at);
	else
		engine_log(engine, PL_LOG_INFO, "the clock of this machine is set: it says %s", at);
}

void clock_open(struct pl_engine *engine)
{
	engine->clock.fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	arm(&engine->clock);
	clock_take(engine);
}

void clock_close(struct pl_engine *engine)
{
	if (engine->clock.fd >= 0)
		close(engine->clock.fd);
	engine->clock.fd = -1;
}

void clock_take(struct pl_engine *engine)
{
	struct clock_watch *watch = &engine->clock;
	bool is_announced = was_announced(watch);
	struct clock_reading now = read_clocks();
	struct clock_change change = {0};

	if (watch->has_last)
		change = clock_compare(&watch->last, &now, is_announced);
	watch->last = now;
	watch->has_last = true;
	if (change.suspended_ns != 0)
		tell_suspend(engine, change.suspended_ns);
	if (change.step_ns != 0)
		tell_step(engine, change.step_ns);
	look_whether_set(engine, now.utc_ns);
}
