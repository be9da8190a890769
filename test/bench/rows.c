/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - rows through the writer thread, from the first put to the last acknowledgement, against
 * a bare loop of write() with the same bytes in the same directory. The writer formats, chains the
 * audit rows by their hashes and has the sync thread behind it; the bare loop syncs nothing.
 *
 * Then one row at a time, as a scan writes them: until it is acknowledged, against the bare write()
 * of both files, by the thread that asks and by another one that is asked through the same queues
 * (what is left then is ours), and until it is durable, against write() of both and fdatasync() of
 * points.csv. The thread that acquires only puts: that has a figure of its own.
 */
#include "bench/bench.h"

#include "store/writer.h"
#include "unit/folder.h"

#include <errno.h>
#include <pthread.h>

#define ROUNDS		 5
#define ROWS		 20000
#define EVENTS_A_MESSAGE 5   /* as the bus tells them */
#define BLOCK		 4   /* rows of a point that has several */
#define SINGLE		 100 /* rows, one at a time */

struct place {
	struct folder folder;
	struct pl_disk disk;
	struct pl_workspace workspace;
	struct pl_channel channel;
	struct pl_driver driver;
	struct pl_device device;
	struct pl_scan scan;
	struct pl_bench bench;
	struct pl_planned planned;
	struct pl_run_head head;
	enum pl_write_kind kind;
	uint32_t block; /* POINT: rows put on disk together */
	char *rows[2];	/* what the writer wrote last, file by file; NULL = no such file */
	unsigned copies;
};

static void init_place(struct place *place, enum pl_write_kind kind, uint32_t block)
{
	char path[96];
	struct pl_error error;

	*place = (struct place){
	    .channel = {.name = "top", .id = 1, .threshold = 290},
	    .driver = {.name = "osechi"},
	    .planned = {.index = 1, .repeat = 1, .set = 250},
	    .kind = kind,
	    .block = block,
	};
	place->device = (struct pl_device){
	    .spec = {.name = "det", .channels = &place->channel, .channel_count = 1},
	    .driver = &place->driver,
	    .port = "/dev/null",
	};
	place->scan =
	    (struct pl_scan){.name = "threshold", .device = &place->device, .channel_count = 1};
	place->bench = (struct pl_bench){.name = "bench",
					 .file = "/bench.yaml",
					 .text = "bench: bench\n",
					 .text_size = sizeof "bench: bench\n" - 1,
					 .devices = &place->device,
					 .device_count = 1,
					 .scans = &place->scan,
					 .scan_count = 1};
	if (folder_open(&place->folder) != 0)
		bench_fail("no temporary directory: %s", strerror(errno));
	pl_disk_init(&place->disk);
	snprintf(path, sizeof path, "%s/data", place->folder.path);
	bench_check(pl_workspace_open(&place->disk, path, "bench", "/bench.yaml", &place->workspace,
				      &error),
		    &error);
}

static void fini_place(struct place *place)
{
	pl_workspace_close(&place->workspace);
	pl_disk_fini(&place->disk);
	folder_remove(&place->folder);
	free(place->rows[0]);
	free(place->rows[1]);
}

static void take_acks(struct pl_writer *writer, uint64_t *taken)
{
	struct pl_write_ack ack;

	while (pl_queue_pop(pl_writer_acks(writer), &ack)) {
		bench_check(ack.status, &ack.error);
		++*taken;
	}
}

static void wait_acks(struct pl_writer *writer, uint64_t *taken)
{
	struct pollfd fd = {.fd = pl_queue_fd(pl_writer_acks(writer)), .events = POLLIN};

	if (pl_clock_poll(&fd, 1, pl_clock_mono_ns() + 20 * PL_NS_PER_S) != 1)
		bench_fail("the writer does not answer");
	take_acks(writer, taken);
}

static void put(struct pl_writer *writer, const struct pl_write *message, uint64_t *taken)
{
	while (pl_writer_put(writer, message) == 0)
		wait_acks(writer, taken);
}

static struct pl_write row_message(enum pl_write_kind kind, uint32_t index)
{
	struct pl_write message = {.kind = kind,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (kind == PL_WRITE_AUDIT) {
		message.audit = (struct pl_audit_entry){.actor = "ada ada /dev/pts/1",
							.action = "set",
							.target = "det.top.threshold",
							.old_value = 250,
							.new_value = 252,
							.status = "sent"};
		return message;
	}
	if (kind == PL_WRITE_EVENTS) {
		message.events.count = EVENTS_A_MESSAGE;
		for (size_t i = 0; i < EVENTS_A_MESSAGE; i++)
			message.events.items[i] =
			    (struct pl_event){.t_ns = message.t_mono_ns,
					      .hits = index % 8,
					      .carried = {27.31, 100535.35, 41.2, index % 4096},
					      .device_us = 1766584300000000.0 + index,
					      .dead_s = NAN};
		return message;
	}
	message.point = (struct pl_point){
	    .index = index,
	    .attempt = 1,
	    .repeat = 1,
	    .t_utc_ns = message.t_utc_ns,
	    .t_mono_ns = message.t_mono_ns,
	    .device = "det",
	    .channel = "top",
	    .channel_id = 1,
	    .set = 250 + index % 100,
	    .applied = 250 + index % 100,
	    .readback = NAN,
	    .dwell_ns = 10 * PL_NS_PER_S + index,
	    .live_s = 10.0 + 1e-9 * index,
	    .has_counts = true,
	    .events = 2600 + index % 77,
	    .hits = 2500 + index % 77,
	    .rate = (2500 + index % 77) / 10.0,
	    .rate_lo = (2450 + index % 77) / 10.0,
	    .rate_hi = (2551 + index % 77) / 10.0,
	    .rate_corrected = NAN,
	    .occupancy = NAN,
	    .stop_rule = PL_STOP_TIME,
	};
	return message;
}

/* The rows of a file that the writer left, without the header; caller frees. */
static char *rows_of(int dir, const char *name)
{
	struct folder run = {.fd = dir};
	size_t count;
	char *bytes = folder_read(&run, name, &count), *rows = bytes ? strchr(bytes, '\n') : NULL;

	if (!rows)
		bench_fail("the writer left no %s", name);
	rows = strdup(rows + 1);
	free(bytes);
	return rows;
}

static void keep_rows(struct place *place)
{
	static const char *const names[] = {[PL_WRITE_POINT] = "points.csv",
					    [PL_WRITE_EVENTS] = "events.csv",
					    [PL_WRITE_AUDIT] = "audit.csv"};
	bool is_point = place->kind == PL_WRITE_POINT;
	int dir = place->head.folder.dir;

	free(place->rows[0]);
	free(place->rows[1]);
	place->rows[0] = rows_of(dir, names[place->kind]);
	place->rows[1] = is_point ? rows_of(dir, "scan_results_ch1.csv") : NULL;
}

static struct pl_writer *begin_run(struct place *place, uint64_t *taken)
{
	struct pl_write begin = {.kind = PL_WRITE_BEGIN, .book = PL_BOOK_RUN};
	struct pl_writer *writer;
	struct pl_error error;

	place->head = (struct pl_run_head){.bench = &place->bench,
					   .scan = &place->scan,
					   .plan = &place->planned,
					   .plan_count = 1,
					   .actor = "ada",
					   .columns = {{.name = "det.temperature", .unit = "C"},
						       {.name = "det.pressure", .unit = "Pa"},
						       {.name = "det.humidity", .unit = "%"},
						       {.name = "det.adc", .unit = ""}},
					   .carried_count = place->kind == PL_WRITE_EVENTS ? 4 : 0};
	bench_check(
	    pl_run_folder_claim(&place->workspace, pl_clock_utc_ns(), &place->head.folder, &error),
	    &error);
	bench_check(pl_writer_start(&place->workspace, &writer, &error), &error);
	begin.head = &place->head;
	put(writer, &begin, taken);
	while (*taken < 1)
		wait_acks(writer, taken);
	return writer;
}

/* Messages a second. */
static double through_writer(void *ctx)
{
	struct place *place = ctx;
	uint64_t taken = 0;
	struct pl_writer *writer = begin_run(place, &taken);
	int64_t start_ns = pl_clock_mono_ns(), took_ns;

	for (uint32_t i = 1; i <= ROWS; i++) {
		struct pl_write message = row_message(place->kind, i);

		message.has_more = i % place->block != 0;
		put(writer, &message, &taken);
	}
	while (taken < ROWS + 1)
		wait_acks(writer, &taken);
	took_ns = pl_clock_mono_ns() - start_ns;
	pl_writer_stop(writer);
	keep_rows(place);
	pl_run_folder_close(&place->head.folder);
	return ROWS / ((double)took_ns / 1e9);
}

static int new_file(struct place *place)
{
	char name[32];
	int fd;

	snprintf(name, sizeof name, "bare.%u", place->copies++);
	fd = openat(place->workspace.dir, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		    0640);
	if (fd < 0)
		bench_fail("%s: %s", name, strerror(errno));
	return fd;
}

/* The rows of one message; where the next begin, NULL after the last. */
static const char *write_row(int fd, const char *at, size_t rows)
{
	const char *end = strchr(at, '\n');

	while (--rows > 0 && end && end[1])
		end = strchr(end + 1, '\n');
	if (end && write(fd, at, (size_t)(end + 1 - at)) != end + 1 - at)
		bench_fail("write: %s", strerror(errno));
	return end && end[1] ? end + 1 : NULL;
}

static double bare_writes(void *ctx)
{
	struct place *place = ctx;
	const char *at[2] = {place->rows[0], place->rows[1]};
	int fds[2] = {new_file(place), new_file(place)};
	size_t rows = place->kind == PL_WRITE_EVENTS ? EVENTS_A_MESSAGE : place->block;
	int64_t start_ns = pl_clock_mono_ns(), took_ns;

	while (at[0] || at[1])
		for (int i = 0; i < 2; i++)
			if (at[i])
				at[i] = write_row(fds[i], at[i], i ? 1 : rows);
	took_ns = pl_clock_mono_ns() - start_ns;
	close(fds[0]);
	close(fds[1]);
	return ROWS / ((double)took_ns / 1e9);
}

/* ---- one row at a time */

struct single {
	struct bench_samples put, acknowledged, durable; /* us */
	struct bench_samples bare_write, bare_sync, asked_write, asked_sync;
};

/* Another thread that writes what it is asked to, and says so: no more than that. */
struct asked {
	struct pl_queue *orders, *done;
	const int *fds;
	pthread_t thread;
};

struct order {
	const char *row; /* NULL = stop */
	bool is_durable; /* points.csv synced too */
};

static double us_since(int64_t start_ns)
{
	return (double)(pl_clock_mono_ns() - start_ns) / 1e3;
}

static void time_writer(struct pl_writer *writer, const struct pl_write *message, uint64_t *taken,
			struct single *out)
{
	uint64_t row = *taken; /* BEGIN has an acknowledgement too */
	int64_t start_ns = pl_clock_mono_ns(), behind_ns;

	put(writer, message, taken);
	bench_add(&out->put, us_since(start_ns));
	while (*taken < row + 1)
		wait_acks(writer, taken);
	bench_add(&out->acknowledged, us_since(start_ns));
	while (pl_writer_durable(writer, &behind_ns) < row)
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 50000);
	bench_add(&out->durable, us_since(start_ns));
}

static void write_both(const int fds[2], const char *row)
{
	for (int i = 0; i < 2; i++)
		write_row(fds[i], row, 1);
}

static void sync_points(const int fds[2])
{
	if (fdatasync(fds[0]) != 0)
		bench_fail("fdatasync: %s", strerror(errno));
}

static struct order await_order(struct pl_queue *queue)
{
	struct pollfd wait = {.fd = pl_queue_fd(queue), .events = POLLIN};
	struct order order;

	while (!pl_queue_pop(queue, &order))
		pl_clock_poll(&wait, 1, PL_NEVER);
	return order;
}

static void *write_asked(void *ctx)
{
	struct asked *asked = ctx;
	struct order order;

	while ((order = await_order(asked->orders)).row) {
		write_both(asked->fds, order.row);
		if (order.is_durable)
			sync_points(asked->fds);
		pl_queue_push(asked->done, &order);
	}
	return NULL;
}

static void start_asked(struct asked *asked, const int fds[2])
{
	*asked = (struct asked){.orders = pl_queue_new(sizeof(struct order), 4),
				.done = pl_queue_new(sizeof(struct order), 4),
				.fds = fds};
	if (!asked->orders || !asked->done ||
	    pthread_create(&asked->thread, NULL, write_asked, asked) != 0)
		bench_fail("no second thread");
}

static void stop_asked(struct asked *asked)
{
	pl_queue_push(asked->orders, &(struct order){.row = NULL});
	pthread_join(asked->thread, NULL);
	pl_queue_free(asked->orders);
	pl_queue_free(asked->done);
}

static void time_asked(struct asked *asked, struct order order, struct bench_samples *out)
{
	int64_t start_ns = pl_clock_mono_ns();

	pl_queue_push(asked->orders, &order);
	await_order(asked->done);
	bench_add(out, us_since(start_ns));
}

static void time_bare(const int fds[2], const struct pl_text *row, struct single *out)
{
	int64_t start_ns = pl_clock_mono_ns();

	write_both(fds, row->data);
	bench_add(&out->bare_write, us_since(start_ns));
	sync_points(fds);
	bench_add(&out->bare_sync, us_since(start_ns));
}

static void pause_ms(int ms)
{
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + ms * PL_NS_PER_MS);
}

/* In turns: the disk has moods too. Each begins with threads that sleep, as in a scan. */
static void time_both(struct place *place, struct single *out)
{
	uint64_t taken = 0;
	struct pl_writer *writer = begin_run(place, &taken);
	int fds[2] = {new_file(place), new_file(place)};
	struct pl_text row = {0};
	struct asked asked;

	start_asked(&asked, fds);
	for (uint32_t i = 1; i <= SINGLE; i++) {
		struct pl_write message = row_message(PL_WRITE_POINT, i);

		pl_text_clear(&row);
		pl_point_row(&row, &message.point);
		time_writer(writer, &message, &taken, out);
		pause_ms(3); /* scan_results is synced after the row was durable */
		time_bare(fds, &row, out);
		pause_ms(3);
		time_asked(&asked, (struct order){.row = row.data}, &out->asked_write);
		pause_ms(3);
		time_asked(&asked, (struct order){.row = row.data, .is_durable = true},
			   &out->asked_sync);
		pause_ms(3);
	}
	stop_asked(&asked);
	pl_text_free(&row);
	close(fds[0]);
	close(fds[1]);
	pl_writer_stop(writer);
	pl_run_folder_close(&place->head.folder);
}

static void measure_single(void)
{
	struct place place;
	struct single single = {.put = {.count = 0}};

	init_place(&place, PL_WRITE_POINT, 1);
	time_both(&place, &single);
	bench_print((struct bench_row){"one row: time of the thread that puts it",
				       bench_median(&single.put), "us", NAN, BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"one row: acknowledged", bench_median(&single.acknowledged),
				       "us", bench_median(&single.bare_write), BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"... against a bare thread asked to write",
				       bench_median(&single.acknowledged), "us",
				       bench_median(&single.asked_write), BENCH_AT_MOST,
				       2 * bench_median(&single.asked_write)});
	bench_print((struct bench_row){"one row: durable", bench_median(&single.durable), "us",
				       bench_median(&single.bare_sync), BENCH_AT_MOST,
				       2 * bench_median(&single.bare_sync)});
	bench_print((struct bench_row){"... against a bare thread asked to",
				       bench_median(&single.durable), "us",
				       bench_median(&single.asked_sync), BENCH_NO_GOAL, 0});
	fini_place(&place);
}

static void measure(const char *name, enum pl_write_kind kind, uint32_t block)
{
	struct place place;
	struct bench_pair pair;

	init_place(&place, kind, block);
	place.scan.events = kind == PL_WRITE_EVENTS;
	bench_alternate(ROUNDS, through_writer, bare_writes, &place, &pair);
	bench_print((struct bench_row){name, bench_median(&pair.subject) / 1e3, "k/s",
				       bench_median(&pair.baseline) / 1e3, BENCH_NO_GOAL, 0});
	fini_place(&place);
}

int main(void)
{
	pl_clock_sharpen();
	bench_head("rows to disk");
	measure("points (points.csv and scan_results)", PL_WRITE_POINT, 1);
	measure("points, four rows a block", PL_WRITE_POINT, BLOCK);
	measure("audit rows (hash chain)", PL_WRITE_AUDIT, 1);
	measure("raw events, five a message", PL_WRITE_EVENTS, 1);
	measure_single();
	return 0;
}
