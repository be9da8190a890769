/* SPDX-License-Identifier: GPL-3.0-or-later */
/* live_time.c - the formulas of live_time.h. Pure, any thread. */
#include "scan/live_time.h"

#include <math.h>

#define REMARKED 0.1 /* of the time dead */
#define REFUSED	 0.3

/* Both errors go through m / (1 - m·tau): d/dm = 1/(1 - m·tau)^2, d/dtau = m^2/(1 - m·tau)^2. */
static void correct(const struct pl_live_count *count, double m, double tau_s,
		    struct pl_live_rate *out)
{
	double alive = 1 - m * tau_s, m_error = m / sqrt((double)count->hits);
	double tau_error = tau_s > 0 ? m * m * count->tau_error_s : 0;

	out->corrected_hz = m / alive;
	out->error_hz = count->hits > 0 ? hypot(m_error, tau_error) / (alive * alive) : NAN;
}

/* Why there is no corrected rate, or what to say beside it; NULL: nothing. */
static const char *judge(double fraction, bool is_forced, bool *is_refused)
{
	*is_refused = fraction >= 1 || (fraction > REFUSED && !is_forced);
	if (fraction >= 1)
		return "no corrected rate: " PL_LIVE_DEAD " 1 or more";
	if (*is_refused)
		return "no corrected rate: " PL_LIVE_DEAD " above 30 %";
	return fraction > REMARKED ? "dead time: " PL_LIVE_DEAD " above 10 %" : NULL;
}

struct pl_live_rate pl_live_rate(const struct pl_live_count *count, bool is_forced)
{
	bool is_stopped = count->stop_rule == PL_STOP_COUNTS || count->stop_rule == PL_STOP_ERROR;
	bool is_refused, has_model = count->tau_s > 0 && isnan(count->device_dead_s);
	double tau_s = has_model ? count->tau_s : 0;
	double most = (double)(count->events > count->hits ? count->events : count->hits);
	struct pl_live_rate out = {.corrected_hz = NAN, .error_hz = NAN, .dead_fraction = NAN};

	if (!(count->live_s > 0)) {
		out.reason = "no corrected rate: no live time";
		return out;
	}
	out.dead_fraction = most / count->live_s * tau_s;
	if (!is_stopped && !has_model)
		return out;
	if (is_stopped && count->hits < 2) {
		out.reason = "no corrected rate: fewer than 2 hits";
		return out;
	}
	out.reason = judge(out.dead_fraction, is_forced, &is_refused);
	if (!is_refused)
		correct(count, (double)(count->hits - is_stopped) / count->live_s, tau_s, &out);
	return out;
}
