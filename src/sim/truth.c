/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * truth.c - rows of the truth log; see truth.h for their columns.
 */
#include "sim/truth.h"

#include <fcntl.h>
#include <inttypes.h>

enum pl_status pl_sim_truth_open(struct pl_sim_truth *truth, const char *path, const char *columns,
				 struct pl_error *error)
{
	enum pl_status status;

	*truth = (struct pl_sim_truth){.file = {.fd = -1}};
	pl_disk_init(&truth->disk);
	if (*path == '\0')
		return PL_OK;
	status = pl_file_open(&truth->disk, AT_FDCWD, path, &truth->file, error);
	if (status != PL_OK)
		return status;
	truth->is_on = true;
	if (truth->file.size == 0)
		pl_text_add(&truth->rows, "%s\n", columns);
	return PL_OK;
}

void pl_sim_truth_event(struct pl_sim_truth *truth, int64_t t_before_ns, int64_t t_after_ns,
			const struct pl_sim_note *note, const char *dropped)
{
	if (!note->is_event)
		return;
	if (dropped == NULL)
		truth->events++;
	else
		truth->dropped++;
	if (!truth->is_on)
		return;
	pl_text_add(&truth->rows, "%" PRId64 ",event,%" PRId64 ",%" PRId64 ",%d,%d,%d,%d,,,,%s\n",
		    t_after_ns, t_before_ns, note->t_event_ns, note->hits[0], note->hits[1],
		    note->hits[2], dropped != NULL, dropped == NULL ? "" : dropped);
}

void pl_sim_truth_threshold(struct pl_sim_truth *truth, int64_t now_ns, int channel, int64_t old,
			    int64_t fresh, const char *detail)
{
	if (!truth->is_on)
		return;
	pl_text_add(&truth->rows, "%" PRId64 ",threshold,,,,,,,%d,%" PRId64 ",%" PRId64 ",%s\n",
		    now_ns, channel, old, fresh, detail);
}

void pl_sim_truth_note(struct pl_sim_truth *truth, int64_t now_ns, const char *kind,
		       const char *detail)
{
	if (!truth->is_on)
		return;
	pl_text_add(&truth->rows, "%" PRId64 ",%s,,,,,,,,,,", now_ns, kind);
	pl_text_add_cell(&truth->rows, detail);
	pl_text_add_string(&truth->rows, "\n");
}

enum pl_status pl_sim_truth_flush(struct pl_sim_truth *truth, struct pl_error *error)
{
	enum pl_status status;

	if (truth->rows.length == 0)
		return PL_OK;
	status =
	    pl_file_append(&truth->disk, &truth->file, truth->rows.data, truth->rows.length, error);
	pl_text_clear(&truth->rows);
	return status;
}

void pl_sim_truth_close(struct pl_sim_truth *truth)
{
	pl_file_close(&truth->file);
	pl_text_free(&truth->rows);
	pl_disk_fini(&truth->disk);
	truth->is_on = false;
}
