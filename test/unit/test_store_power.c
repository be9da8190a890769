/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The power goes at every moment of a run, in each way the model of disk_recorder.h knows. What is
 * left is opened again as a run that goes on: what was durable is there, what was not is there or
 * not, nothing is half there, and what was cut off is told.
 */
#include "unit/disk_recorder.h"
#include "unit/store_writer.h"

#define POINTS 5

/* How far the world knows the run to be: the number of calls by then. */
struct marks {
	size_t opened, begun, pending, clearing, ended;
};

static const char *const folders[] = {".plateau", ".plateau/runs", "2026-11-21"};

static struct marks record_run(struct fixture *f)
{
	struct pl_writer *writer;
	struct marks marks;

	snprintf(disk_record.root, sizeof(disk_record.root), "%s", f->path);
	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	marks.opened = disk_now();
	must(writer, begin_message(f));
	marks.begun = disk_now();
	must(writer, pending_message(2));
	marks.pending = disk_now();
	for (uint32_t i = 1; i <= POINTS; i++) {
		must(writer, audit_message(PL_BOOK_RUN));
		must(writer, operation_message(PL_BOOK_RUN));
		must(writer, point_message(i, PL_POINT_OK));
	}
	marks.clearing = disk_now();
	must(writer, pending_message(0));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, POINTS));
	marks.ended = disk_now();
	pl_writer_stop(writer);
	disk_record.root[0] = '\0';
	return marks;
}

/* Bytes of a file that were durable at the cut. */
static struct disk_image durable(const char *name, size_t cut)
{
	struct disk_image image = disk_image_of(disk_lookup(name, disk_record.count), cut);

	image.size = image.synced;
	return image;
}

static void expect_durable(int dir, const char *folder, const char *name, size_t cut)
{
	char path[PATH_MAX], *text = fixture_file(dir, name);

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	struct disk_image image = durable(path, cut);
	if (image.size > 0 && (!text || strncmp(text, image.bytes, image.size) != 0))
		fail_msg("cut %zu: durable rows of %s are missing", cut, name);
	free(image.bytes);
	free(text);
}

static void expect_state(const struct pl_workspace *workspace, const struct marks *marks,
			 size_t cut)
{
	struct pl_pending pending;
	struct pl_kept *items;
	size_t count;

	assert_int_equal(pl_state_read(workspace, &items, &count, &pending, NULL), PL_OK);
	free(items);
	if (cut >= marks->pending && cut < marks->clearing)
		assert_int_equal(pending.count, 2);
	if (cut >= marks->ended)
		assert_int_equal(pending.count, 0);
	assert_true(pending.count == 0 || pending.count == 2);
}

static void expect_listed(const char *path, const struct marks *marks, size_t cut)
{
	struct pl_run_summary *runs;
	size_t count;

	assert_int_equal(pl_runs_list(path, &runs, &count, NULL), PL_OK);
	if (cut >= marks->begun) {
		assert_int_equal(count, 1);
		assert_string_equal(runs[0].problem, "");
	}
	if (cut >= marks->ended)
		assert_string_equal(runs[0].state, "finished");
	free(runs);
}

/* Rows follow each other from the first on, each whole. */
static void expect_points(int dir)
{
	struct lines points = all_lines(dir, "points");

	for (size_t i = 0; i < points.count; i++)
		assert_int_equal(cell_number(points.items[i], 1), (int64_t)i + 1);
	lines_free(&points);
}

static bool has_torn(int dir, const char *name)
{
	char torn[128], *text;

	snprintf(torn, sizeof(torn), "%s.torn", name);
	text = fixture_file(dir, torn);
	bool is_torn = text != NULL;
	free(text);
	return is_torn;
}

static void expect_told(int dir, size_t cut)
{
	struct lines audit = all_lines(dir, "audit");
	bool is_told = false;

	for (size_t i = 0; i < audit.count; i++)
		is_told |= strstr(audit.items[i], "file,points.csv,,,mended") != NULL;
	if (is_told != has_torn(dir, "points.csv"))
		fail_msg("cut %zu: told %d", cut, is_told);
	lines_free(&audit);
}

/* The run goes on in what is left of its folder. */
static void go_on(struct fixture *f, const struct fixture *before, size_t cut)
{
	char folder[PATH_MAX], head[PL_HASH_SIZE];
	struct pl_writer *writer = start(f);

	snprintf(folder, sizeof(folder), "%s", before->head.folder.name);
	f->head = before->head;
	f->head.bench = &f->bench;
	f->head.scan = &f->scan;
	f->head.folder.lock = -1;
	f->head.folder.dir = openat(f->workspace.dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->head.folder.dir >= 0);
	must(writer, begin_message(f));
	expect_durable(f->head.folder.dir, folder, "points.csv", cut);
	expect_durable(f->head.folder.dir, folder, "audit.csv", cut);
	expect_durable(f->head.folder.dir, folder, "threshold_operations.csv", cut);
	expect_points(f->head.folder.dir);
	expect_told(f->head.folder.dir, cut);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, POINTS));
	pl_writer_stop(writer);
	check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head);
	check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head);
	struct lines points = all_lines(f->head.folder.dir, "points");
	struct lines results = all_lines(f->head.folder.dir, "scan_results_ch1");
	assert_int_equal(results.count, points.count);
	lines_free(&points);
	lines_free(&results);
	close(f->head.folder.dir);
}

static void cut_once(const struct fixture *before, const struct marks *marks, size_t cut,
		     enum disk_fate fate)
{
	struct fixture *f;
	void *state;

	fixture_make(&state);
	f = state;
	assert_int_equal(mkdir(f->path, 0750), 0);
	int root = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		assert_int_equal(mkdirat(root, folders[i], 0750), 0);
	assert_int_equal(mkdirat(root, before->head.folder.name, 0750), 0);
	disk_rebuild(root, cut, fate, (unsigned)cut * 31);
	close(root);
	fixture_open(f);
	expect_state(&f->workspace, marks, cut);
	expect_listed(f->path, marks, cut);
	go_on(f, before, cut);
	fixture_free(&state);
}

static void case_04_after_a_power_cut_what_was_durable_is_there_and_nothing_is_torn(void **state)
{
	struct fixture *f = *state;
	struct marks marks = record_run(f);
	size_t count = disk_record.count;

	assert_true(count > 60);
	for (size_t cut = marks.opened; cut <= count; cut++)
		for (int fate = 0; fate < FATES; fate++)
			cut_once(f, &marks, cut, (enum disk_fate)fate);
	disk_forget();
	pl_run_folder_close(&f->head.folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		case_04_after_a_power_cut_what_was_durable_is_there_and_nothing_is_torn,
		fixture_make, fixture_free),
	};

	return cmocka_run_group_tests_name("store_power", tests, NULL, NULL);
}
