/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seek_judge.c - on which side of a target a rate lies, and whether two rates differ.
 *
 * The side. After n counts in t seconds the likelihood of the rate r·λ0 against that of the target
 * λ0 is L(r) = r^n · exp(-(r - 1)·λ0·t), a Poisson process's. Let M be its mean over ratios r_i > 1
 * of equal weight. While the true rate λ is λ0 or less, M is a non-negative supermartingale that
 * begins at 1: E[L(r)] = exp((r - 1)(λ - λ0)·t) <= 1 from any time on. So by Ville's inequality the
 * chance that M ever reaches 1/α is at most α, however often and whenever the counts are looked at,
 * and whoever decides when to stop: α is the total error of all looks, nothing has to be spent look
 * by look. M >= 1/α says "above"; with the ratios 1/r_i, "below". 1/M bounds the chance at any
 * time. (A. Wald, Ann. Math. Stat. 16 (1945) 117, the likelihood ratio and its bounds; J. Ville,
 * Étude critique de la notion de collectif (1939); H. Robbins, Ann. Math. Stat. 41 (1970) 1397,
 * mixtures.) A mixture loses at most ln(8) against the test for the one right ratio. Deciding to
 * stop by the sum of two visits' counts is such a rule too, so counts of a value may be added up.
 *
 * Two rates. Given n1 + n2 counts, n2 is binomial with p = t2 / (t1 + t2) when the rates are equal
 * (J. Przyborowski, H. Wilenski, Biometrika 31 (1940) 313). Its tail is at most exp(-n·D), D the
 * relative entropy of n2/n against p (H. Chernoff, Ann. Math. Stat. 23 (1952) 493). The times were
 * chosen by looking at the counts, and many pairs are compared: so the bound must be below 1e-6.
 */
#include "scan/seek.h"

#include <math.h>

#define RATIOS	   8
#define LOG_DIFFER 13.8 /* -ln(1e-6) */

static const double ratios[RATIOS] = {1.07, 1.15, 1.3, 1.6, 2.2, 4, 10, 50};

/* ln of the mean of exp(n ln r - (r - 1) m) over the ratios, or over their inverses. */
static double log_mixture(double n, double m, bool is_inverse)
{
	double terms[RATIOS], top = -INFINITY, sum = 0;

	for (int i = 0; i < RATIOS; i++) {
		double r = is_inverse ? 1 / ratios[i] : ratios[i];

		terms[i] = n * log(r) - (r - 1) * m;
		top = fmax(top, terms[i]);
	}
	for (int i = 0; i < RATIOS; i++)
		sum += exp(terms[i] - top);
	return top + log(sum / RATIOS);
}

enum pl_seek_side pl_seek_side(uint64_t hits, double seconds, double target_hz, double *chance)
{
	double above = log_mixture((double)hits, target_hz * seconds, false);
	double below = log_mixture((double)hits, target_hz * seconds, true);
	double likelier = fmax(above, below);

	*chance = likelier > 0 ? exp(-likelier) : 1;
	if (likelier < -log(PL_SEEK_WRONG))
		return PL_SEEK_OPEN;
	return above > below ? PL_SEEK_ABOVE : PL_SEEK_BELOW;
}

static double entropy_term(double part, double expected)
{
	return part > 0 ? part * log(part / expected) : 0;
}

int pl_seek_compare(const struct pl_seek_value *a, const struct pl_seek_value *b)
{
	double n = (double)a->hits + (double)b->hits;
	double p, part;

	if (!(n > 0) || !(a->seconds > 0) || !(b->seconds > 0))
		return 0;
	p = b->seconds / (a->seconds + b->seconds);
	part = (double)b->hits / n;
	if (n * (entropy_term(part, p) + entropy_term(1 - part, 1 - p)) < LOG_DIFFER)
		return 0;
	return part > p ? 1 : -1;
}
