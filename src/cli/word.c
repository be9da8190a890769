/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word.c - see word.h. */
#include "cli/word.h"

#include "cli/lead.h"
#include "cli/print.h"

#include "plateau/protocol.h"

#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* One word under way, from either side. */
struct talk {
	const struct pl_bench_ref *ref;
	struct pl_word *word;
	bool is_checked; /* the bench file knows what was asked for */
	bool is_over;
	int exit_status;
	int64_t run;		/* number of the run that it started; 0 = none yet */
	struct pl_json *answer; /* of our own engine, said when that is down */
};

/* The run is over: who does not take the words about it (a terminal stopped by ^S, a full pipe)
 * must be able to end us. What was sent to the run before is done with it. A lost terminal stays no
 * reason. */
static void let_signals_end_us(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGQUIT};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	while (sigtimedwait(&set, NULL, &(struct timespec){0}) > 0)
		;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void refused(struct talk *talk, const struct pl_error *error)
{
	let_signals_end_us();
	talk->is_over = true;
	if (talk->word->on_end != NULL)
		talk->word->on_end(talk->word->ctx);
	if (talk->word->on_refused != NULL &&
	    talk->word->on_refused(talk->word->ctx, error, &talk->exit_status))
		return;
	talk->exit_status = pl_fail(talk->ref->call, error);
	if (error->code == PL_ERR_NOT_FOUND && talk->is_checked)
		talk->exit_status = PL_EXIT_FAILED;
}

/* A line that belongs to the word: an event or the answer. */
static void on_line(void *ctx, const struct pl_json *line)
{
	struct talk *talk = ctx;
	struct pl_word *word = talk->word;
	const struct pl_json *event = pl_json_get(line, "event");
	struct pl_error error;

	if (!pl_json_is_null(event)) {
		const struct pl_json *started = pl_json_get(event, "started");

		talk->is_checked |= !pl_json_is_null(started);
		talk->run = pl_json_get_integer(started, "run", talk->run);
		if (word->on_event != NULL)
			word->on_event(word->ctx, event);
	} else if (pl_json_get_boolean(line, "ok", false)) {
		let_signals_end_us();
		talk->exit_status = word->on_result(word->ctx, pl_json_get(line, "result"));
		talk->is_over = true;
	} else {
		enum pl_status code = pl_status_from_name(pl_json_get_text(line, "code", ""));

		pl_error_set(&error, code == PL_STATUS_COUNT ? PL_ERR_PROTOCOL : code, "", "%s",
			     pl_json_get_text(line, "text", "refused"));
		refused(talk, &error);
	}
}

/* ---- what the engine has to know ---- */

static void add_common_args(const struct talk *talk, struct pl_json *args)
{
	const struct pl_bench_ref *ref = talk->ref;
	const char *name = pl_operator_name(ref->call);
	struct pl_json *set = pl_json_array();
	char actor[PL_ACTOR_TEXT_SIZE];

	pl_json_add_text(args, "actor", pl_actor_name(actor));
	if (name != NULL)
		pl_json_add_text(args, "operator", name);
	for (size_t i = ref->engine_count; i < ref->override_count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", ref->overrides[i].path);
		pl_json_add_text(item, "value", ref->overrides[i].value);
		pl_json_add(set, NULL, item);
	}
	if (talk->word->is_run && pl_json_size(set) > 0)
		pl_json_add(args, "set", set);
	else
		pl_json_free(set);
}

static struct pl_json *take_args(struct talk *talk)
{
	struct pl_json *args = talk->word->args != NULL ? talk->word->args : pl_json_object();

	talk->word->args = NULL;
	add_common_args(talk, args);
	return args;
}

/* ---- handed over ---- */

static int open_interrupts(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct handover {
	struct talk *talk;
	struct pl_client *client;
	int signal_fd;
	int64_t id, pause_id;
	unsigned interrupts;
};

static enum pl_status ask_stop(struct handover *over, struct pl_error *error)
{
	struct pl_json *args = pl_json_object();

	pl_json_add_boolean(args, "now", true);
	if (over->talk->run > 0)
		pl_json_add_integer(args, "run", over->talk->run);
	over->pause_id = 0;
	return pl_client_send(over->client, "stop", args, NULL, error);
}

/* The first ^C asks for pause, the second for stop, of a recording the first; a word that is no run
 * just ends. */
static enum pl_status interrupted(struct handover *over, struct pl_error *error)
{
	struct signalfd_siginfo info;

	if (read(over->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return PL_OK;
	if (!over->talk->word->is_run)
		return pl_error_set(error, PL_ERR_CANCELLED, "", "stopped waiting for the answer");
	if (over->interrupts++ > 0 || over->talk->word->is_endless)
		return ask_stop(over, error);
	pl_say("pausing at the next point; `plateau resume` goes on, ^C again stops and restores");
	return pl_client_send(over->client, "pause", NULL, &over->pause_id, error);
}

static enum pl_status take_lines(struct handover *over, struct pl_error *error)
{
	struct pl_json *line;
	enum pl_status status = pl_client_next(over->client, &line, error);

	while (status == PL_OK && line != NULL && !over->talk->is_over) {
		int64_t id = pl_json_get_integer(line, "id", 0);

		if (id == over->id)
			on_line(over->talk, line);
		else if (id == over->pause_id && id != 0 && !pl_json_get_boolean(line, "ok", false))
			status = ask_stop(over, error); /* too early to pause: as our own ^C */
		pl_json_free(line);
		line = NULL;
		if (status == PL_OK && !over->talk->is_over)
			status = pl_client_next(over->client, &line, error);
	}
	pl_json_free(line);
	return status;
}

static int hand_over(struct talk *talk, struct pl_client *client)
{
	struct handover over = {.talk = talk, .client = client, .signal_fd = open_interrupts()};
	struct pl_error error;
	enum pl_status status;

	status = pl_client_send(client, talk->word->name, take_args(talk), &over.id, &error);
	while (status == PL_OK && !talk->is_over) {
		struct pollfd fds[] = {{.fd = pl_client_fd(client), .events = POLLIN},
				       {.fd = over.signal_fd, .events = POLLIN}};

		if (pl_clock_poll(fds, 2, PL_NEVER) < 0)
			break;
		if (fds[1].revents != 0)
			status = interrupted(&over, &error);
		if (status == PL_OK)
			status = take_lines(&over, &error);
	}
	if (status != PL_OK && !talk->is_over)
		refused(talk, &error);
	close(over.signal_fd);
	return talk->exit_status;
}

static void say_whose(const struct pl_bench_ref *ref, const struct pl_meeting *meeting)
{
	const struct pl_json *bench = pl_json_get(meeting->status, "bench");

	pl_tell(ref->call, "handed to the engine of %s (pid %d, since %s)",
		pl_json_get_text(bench, "name", ""), (int)pl_json_get_integer(bench, "pid", 0),
		pl_json_get_text(bench, "started", "?"));
}

/* ---- our own engine ---- */

static struct pl_json *request_of(struct talk *talk)
{
	struct pl_json *line = pl_json_object();

	pl_json_add_integer(line, "v", PL_PROTOCOL_VERSION);
	pl_json_add_integer(line, "id", 1);
	pl_json_add_text(line, "do", talk->word->name);
	pl_json_add(line, "args", take_args(talk));
	return line;
}

/* Progress is said as it comes and is dropped by who does not take it; the answer is said for
 * certain, however long a stopped terminal takes: not on the engine's time. */
static void on_own_line(void *ctx, const struct pl_json *line)
{
	struct talk *talk = ctx;

	if (!pl_json_is_null(pl_json_get(line, "event")))
		on_line(talk, line);
	else if (talk->answer == NULL)
		talk->answer = pl_json_copy(line);
}

static int lead_word(struct talk *talk)
{
	struct pl_json *request = request_of(talk);
	struct pl_lead lead = {
	    .ref = talk->ref, .word = request, .on_line = on_own_line, .ctx = talk};
	struct pl_error error;
	int ended = 0;

	if (pl_lead_run(&lead, &ended, &error) != PL_OK)
		refused(talk, &error);
	else if (talk->answer != NULL)
		on_line(talk, talk->answer);
	if (ended != 0)
		talk->exit_status = ended;
	pl_json_free(talk->answer);
	pl_json_free(request);
	return talk->exit_status;
}

/* ---- doors ---- */

/* The whole file, and what the word asks of it: everything wrong is said before anything starts. */
static int check_first(struct talk *talk)
{
	struct pl_word *word = talk->word;
	struct pl_bench *bench = NULL;
	struct pl_error error;
	int exit_status = pl_bench_ref_load(talk->ref, talk->ref->override_count, &bench);

	if (exit_status == PL_EXIT_OK && word->check != NULL &&
	    word->check(word->ctx, bench, &error) != PL_OK)
		exit_status = pl_fail(talk->ref->call, &error);
	talk->is_checked = true;
	pl_bench_free(bench);
	return exit_status;
}

int pl_word_run(const struct pl_bench_ref *ref, struct pl_word *word)
{
	struct talk talk = {.ref = ref, .word = word, .exit_status = PL_EXIT_FAILED};
	struct pl_meeting meeting;
	struct pl_error error;
	enum pl_status status = pl_meet_live(ref, &meeting, &error);
	int exit_status = PL_EXIT_OK;

	if (status == PL_ERR_NOT_FOUND) {
		exit_status = check_first(&talk);
		status = exit_status == PL_EXIT_OK ? pl_meet_or_lead(ref, &meeting, &error) : PL_OK;
	}
	if (status != PL_OK) {
		exit_status = pl_fail(ref->call, &error);
	} else if (meeting.client != NULL) {
		say_whose(ref, &meeting);
		exit_status = hand_over(&talk, meeting.client);
	} else if (exit_status == PL_EXIT_OK) {
		exit_status = lead_word(&talk);
	}
	pl_json_free(word->args);
	pl_meeting_fini(&meeting);
	return exit_status;
}

int pl_word_ask(const struct pl_bench_ref *ref, struct pl_word *word)
{
	struct talk talk = {.ref = ref, .word = word, .exit_status = PL_EXIT_FAILED};
	struct pl_meeting meeting;
	struct pl_error error;
	enum pl_status status = pl_meet_live(ref, &meeting, &error);

	if (status == PL_ERR_NOT_FOUND)
		status = pl_error_set(&error, PL_ERR_NOT_RUNNING, ref->file,
				      "no engine is running for this bench");
	if (status == PL_OK)
		hand_over(&talk, meeting.client);
	else
		refused(&talk, &error);
	pl_json_free(word->args);
	pl_meeting_fini(&meeting);
	return talk.exit_status;
}

int pl_word_leave(const struct pl_bench_ref *ref, struct pl_word *word)
{
	struct talk talk = {.ref = ref, .word = word, .exit_status = PL_EXIT_FAILED};
	struct pl_meeting meeting;
	struct pl_error error;
	enum pl_status status = pl_meet_live(ref, &meeting, &error);
	int exit_status = PL_EXIT_OK;

	if (status == PL_ERR_NOT_FOUND) {
		exit_status = check_first(&talk);
		status =
		    exit_status == PL_EXIT_OK ? pl_meet_or_spawn(ref, &meeting, &error) : PL_OK;
	}
	if (status != PL_OK)
		exit_status = pl_fail(ref->call, &error);
	else if (exit_status == PL_EXIT_OK)
		exit_status = hand_over(&talk, meeting.client);
	pl_json_free(word->args);
	pl_meeting_fini(&meeting);
	return exit_status;
}
