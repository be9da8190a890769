/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.c - Garwood's interval of a Poisson expectation.
 *
 * lo = chi2(p, 2n) / 2 and hi = chi2(1 - p, 2n + 2) / 2 with p = (1 - level) / 2, that is quantiles
 * of gamma distributions of shape n and n + 1. F. Garwood, Biometrika 28 (1936) 437; values for
 * 1 sigma stand in N. Gehrels, ApJ 303 (1986) 336. Above LARGE_COUNT a series takes over from the
 * library's iteration, which loses digits there and gives up at 1e5; the two agree at the change
 * to 1e-7 of the half width. Pure, any thread: no library error can end the program.
 */
#include "analysis/interval.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#define LARGE_COUNT 400

/* Quantile at z standard deviations of a gamma distribution of large shape: half that of
 * chi-square with 2 shape degrees of freedom, by the series of H. Goldberg and H. Levine, Ann.
 * Math. Stat. 17 (1946) 216, to the order v^(-3/2). */
static double large_quantile(double shape, double z)
{
	double v = 2.0 * shape, root = sqrt(2.0 * v), q = z * z;
	double x = v + z * root + 2.0 * (q - 1.0) / 3.0 + z * (q - 7.0) / (9.0 * root) -
		   (6.0 * q * q + 14.0 * q - 32.0) / (405.0 * v) +
		   z * (9.0 * q * q + 256.0 * q - 433.0) / (4860.0 * root * v);

	return x / 2.0;
}

void pl_interval_poisson(uint64_t n, double level, double *lo, double *hi)
{
	double p = (1.0 - level) / 2.0, count = (double)n;

	assert(level > 0 && level < 1);
	if (n > LARGE_COUNT) {
		double z = gsl_cdf_ugaussian_Qinv(p);

		*lo = large_quantile(count, -z);
		*hi = large_quantile(count + 1.0, z);
		return;
	}
	gsl_set_error_handler_off();
	*lo = n == 0 ? 0.0 : gsl_cdf_gamma_Pinv(p, count, 1.0);
	*hi = n == 0 ? -log(p) : gsl_cdf_gamma_Qinv(p, count + 1.0, 1.0);
}

void pl_interval_rate(uint64_t n, double live_s, double level, double *rate, double *lo, double *hi)
{
	if (!(live_s > 0)) {
		*rate = *lo = *hi = NAN;
		return;
	}
	pl_interval_poisson(n, level, lo, hi);
	*rate = (double)n / live_s;
	*lo /= live_s;
	*hi /= live_s;
}
