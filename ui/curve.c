/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curve.c - which points are drawn, and as what. Pure, any thread.
 */
#include "curve.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const passes[] = {"up", "down", "check"};
static const char *const pass_names[] = {"way up", "way down", "drift check", "no order"};

static int pass_bit(const struct pl_model_point *point)
{
	int i = 0;

	while (i < 3 && strcmp(point->pass, passes[i]) != 0)
		i++;
	return PL_CURVE_PASS + i;
}

static int repeat_bit(const struct pl_model_point *point)
{
	int repeat = point->repeat > 1 ? point->repeat - 1 : 0;
	int most = PL_CURVE_KINDS - 1 - PL_CURVE_REPEAT;

	return PL_CURVE_REPEAT + (repeat < most ? repeat : most);
}

static uint64_t kinds_of(const struct pl_model_point *point)
{
	return UINT64_C(1) << point->series | UINT64_C(1) << pass_bit(point) |
	       UINT64_C(1) << repeat_bit(point);
}

bool pl_curve_is_shown(const struct pl_curve_show *show, const struct pl_model_point *point)
{
	return (kinds_of(point) & show->hidden) == 0;
}

static bool is_one_bit(uint64_t bits)
{
	return (bits & (bits - 1)) == 0;
}

size_t pl_curve_kinds(const struct pl_model_curve *curve, int bits[PL_CURVE_KINDS])
{
	const uint64_t pass_mask = UINT64_C(15) << PL_CURVE_PASS, repeat_mask = ~UINT64_C(0)
										<< PL_CURVE_REPEAT;
	uint64_t there = 0;
	size_t count = 0;

	for (size_t i = 0; i < curve->count; i++)
		if (curve->is_drawn[curve->points[i].series])
			there |= kinds_of(&curve->points[i]);
	if (is_one_bit(there & pass_mask))
		there &= ~pass_mask;
	if (is_one_bit(there & repeat_mask))
		there &= ~repeat_mask;
	for (int i = 0; i < PL_CURVE_KINDS; i++)
		if (there >> i & 1)
			bits[count++] = i;
	return count;
}

const char *pl_curve_kind_name(const struct pl_model_curve *curve, int bit, char out[48])
{
	if (bit < PL_CURVE_PASS)
		pl_text_copy(out, 48, curve->series[bit]);
	else if (bit < PL_CURVE_REPEAT)
		pl_text_copy(out, 48, pass_names[bit - PL_CURVE_PASS]);
	else
		snprintf(out, 48, "repeat %d", bit - PL_CURVE_REPEAT + 1);
	return out;
}

static bool is_drawable(const struct pl_curve_show *show, const struct pl_model_point *point)
{
	return point->is_valid && isfinite(point->set) && pl_curve_is_shown(show, point);
}

/* Carries counts, but not such as the others: suspect or saturated. */
static bool is_doubtful(const struct pl_model_point *point)
{
	return strcmp(point->quality, "ok") != 0;
}

static const char *sign_of(const struct pl_model_point *point, const struct pl_glyphs *glyphs)
{
	return strcmp(point->pass, "down") == 0 ? glyphs->text[PL_GLYPH_DOWN] : NULL;
}

/* ---- neighbours ---- */

static int by_setting(const void *left, const void *right)
{
	const struct pl_model_point *const *a = left, *const *b = right;

	if ((*a)->series != (*b)->series)
		return (*a)->series < (*b)->series ? -1 : 1;
	if ((*a)->repeat != (*b)->repeat)
		return (*a)->repeat < (*b)->repeat ? -1 : 1;
	if (pass_bit(*a) != pass_bit(*b))
		return pass_bit(*a) < pass_bit(*b) ? -1 : 1;
	return ((*a)->set > (*b)->set) - ((*a)->set < (*b)->set);
}

static bool are_of_one_pass(const struct pl_model_point *a, const struct pl_model_point *b)
{
	return a->series == b->series && a->repeat == b->repeat && pass_bit(a) == pass_bit(b);
}

/* The shown points, neighbours beside each other. Caller frees *out. */
static size_t sorted(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		     const struct pl_model_point ***out)
{
	const struct pl_model_point **list = calloc(curve->count + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; list && i < curve->count; i++)
		if (is_drawable(show, &curve->points[i]))
			list[count++] = &curve->points[i];
	if (list)
		qsort(list, count, sizeof(*list), by_setting);
	*out = list;
	return count;
}

static bool difference(const struct pl_model_point *a, const struct pl_model_point *b,
		       struct pl_plot_point *out)
{
	double step = b->set - a->set;

	if (!are_of_one_pass(a, b) || !(step > 0))
		return false;
	*out = (struct pl_plot_point){.x = a->set + step / 2,
				      .y = (a->rate - b->rate) / step,
				      .series = a->series,
				      .is_doubtful = is_doubtful(a) || is_doubtful(b)};
	out->lo = out->y - hypot(a->rate - a->lo, b->hi - b->rate) / step;
	out->hi = out->y + hypot(a->hi - a->rate, b->rate - b->lo) / step;
	return true;
}

static size_t differences(const struct pl_model_curve *curve, const struct pl_curve_show *show,
			  const struct pl_glyphs *glyphs, struct pl_plot_point *out, size_t *index)
{
	const struct pl_model_point **list;
	size_t count = sorted(curve, show, &list), made = 0;

	for (size_t i = 1; i < count; i++) {
		if (!difference(list[i - 1], list[i], &out[made]))
			continue;
		out[made].sign = sign_of(list[i], glyphs);
		index[made++] = (size_t)(list[i] - curve->points);
	}
	free(list);
	return made;
}

size_t pl_curve_points(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		       const struct pl_glyphs *glyphs, struct pl_plot_point *out, size_t *index)
{
	size_t made = 0;

	if (show->is_differential)
		return differences(curve, show, glyphs, out, index);
	for (size_t i = 0; i < curve->count; i++) {
		const struct pl_model_point *from = &curve->points[i];

		if (!is_drawable(show, from))
			continue;
		out[made] = (struct pl_plot_point){.x = from->set,
						   .y = from->rate,
						   .lo = from->lo,
						   .hi = from->hi,
						   .series = from->series,
						   .is_doubtful = is_doubtful(from),
						   .sign = sign_of(from, glyphs)};
		index[made++] = i;
	}
	return made;
}

/* ---- an earlier run ---- */

/* What is hidden of `of`, said by the series of this curve. */
static struct pl_curve_show show_here(const struct pl_model_curve *curve,
				      const struct pl_curve_show *show,
				      const struct pl_model_curve *of)
{
	struct pl_curve_show here = *show;

	here.hidden &= ~UINT64_C(0) << PL_CURVE_PASS;
	for (size_t i = 0; i < curve->series_count; i++)
		for (size_t k = 0; k < of->series_count; k++)
			if (strcmp(curve->series[i], of->series[k]) == 0 && show->hidden >> k & 1)
				here.hidden |= UINT64_C(1) << i;
	return here;
}

size_t pl_curve_line(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		     const struct pl_model_curve *of, double *x, double *y)
{
	struct pl_curve_show here = show_here(curve, show, of);
	const struct pl_model_point **list;
	size_t count = sorted(curve, &here, &list), made = 0;

	for (size_t i = 0; i < count; i++) {
		struct pl_plot_point point = {.x = list[i]->set, .y = list[i]->rate};
		bool is_first = i == 0 || !are_of_one_pass(list[i - 1], list[i]);

		if (is_first && i > 0) {
			x[made] = NAN;
			y[made++] = NAN;
		}
		if (show->is_differential &&
		    (is_first || !difference(list[i - 1], list[i], &point)))
			continue;
		x[made] = point.x;
		y[made++] = point.y;
	}
	free(list);
	return made;
}
