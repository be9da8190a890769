/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer.h - what an answer of the engine does to the screen. One thread.
 */
#ifndef UI_ANSWER_H
#define UI_ANSWER_H

#include "session.h"

/* message: {"ok":true,"result":…} or {"ok":false,"code":…,"text":…}. */
void pl_answer(struct pl_session *session, struct pl_state *state, enum pl_ask ask,
	       const struct pl_json *message);

/* Of `get`, `set` and `count`. answer_word.c */
void pl_answer_get(struct pl_session *session, struct pl_state *state,
		   const struct pl_json *result);
void pl_answer_set(struct pl_session *session, struct pl_state *state,
		   const struct pl_json *result);
void pl_answer_count(struct pl_session *session, struct pl_state *state,
		     const struct pl_json *result);

/* page_tune.c: of the words tune and tune_do. */
void pl_tune_ended(struct pl_session *session, struct pl_state *state,
		   const struct pl_json *result);
void pl_tune_not_begun(struct pl_state *state, const struct pl_json *message);
void pl_tune_done(struct pl_session *session, struct pl_state *state, const struct pl_json *result);
void pl_tune_not_done(struct pl_state *state, const struct pl_json *message);

/* page_count.c: of the word count, followed. */
void pl_count_ended(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result);
void pl_count_refused(struct pl_state *state, const struct pl_json *message);

/* Of a form's rows and plan. answer_form.c */
void pl_answer_rows(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result);
void pl_answer_no_rows(struct pl_state *state, const struct pl_json *message);
void pl_answer_plan(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result);
void pl_answer_no_plan(struct pl_state *state, const struct pl_json *message);
/* answer_runs.c */
void pl_answer_runs(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result);
void pl_answer_no_runs(struct pl_state *state, const struct pl_json *message);
void pl_answer_run(struct pl_session *session, struct pl_state *state,
		   const struct pl_json *result);
void pl_answer_no_run(struct pl_state *state, const struct pl_json *message);
void pl_answer_verify(struct pl_session *session, struct pl_state *state,
		      const struct pl_json *result);
void pl_answer_no_verify(struct pl_state *state, const struct pl_json *message);

#endif
