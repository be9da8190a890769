/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - the view's side of the conversation with the engine: what it asked, what came back,
 * and what to do when the engine goes away. One thread.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include "plateau/protocol.h"
#include "plateau/ui.h"
#include "state.h"

/* What the view asks; one answer each, matched by id. */
enum pl_ask {
	PL_ASK_VIEW,
	PL_ASK_POINTS,
	PL_ASK_PLAN,
	PL_ASK_ROWS, /* of a form */
	PL_ASK_SCAN,
	PL_ASK_PAUSE,
	PL_ASK_RESUME,
	PL_ASK_STOP,
	PL_ASK_SKIP,
	PL_ASK_RETAKE,
	PL_ASK_SAFE,
	PL_ASK_NOTE,
	PL_ASK_RESUME_RUN, /* one that did not reach its end */
	PL_ASK_RECORD,
	PL_ASK_RECORD_STOP,
	PL_ASK_SHOW,
	PL_ASK_GET,
	PL_ASK_SET_VALUE,
	PL_ASK_COUNT,
	PL_ASK_TUNE,
	PL_ASK_TUNE_DO,
	PL_ASK_ACK,
	PL_ASK_DEVICE,
	PL_ASK_PARAMETERS,
	PL_ASK_READ_ALL,
	PL_ASK_VALUE_CHECK,
	PL_ASK_VALUE_SET,
	PL_ASK_COUNTING, /* a count that is followed */
	PL_ASK_COUNT_END,
	PL_ASK_DRIVE,
	PL_ASK_RUNS,
	PL_ASK_RUN,
	PL_ASK_VERIFY,
	PL_ASKS,
};

#define PL_SESSION_PENDING 16

struct pl_session {
	const struct pl_ui_options *options;
	struct pl_client *client; /* NULL = the engine is away */
	struct {
		int64_t id; /* 0 = free */
		enum pl_ask ask;
	} pending[PL_SESSION_PENDING];
	char points_uid[80];		   /* of the run whose points were asked for */
	bool is_asking_points;		   /* until answered */
	bool was_attached;		   /* the saved screen was taken over */
	char saved[PL_PROTOCOL_SAVED_MAX]; /* the screen, as the engine last heard of it */
	char end[200];	     /* why the engine said that it ends; empty = it did not */
	bool is_ended;	     /* on purpose: none is started in its place */
	int64_t other_build; /* pid of an engine whose program is to take our place, 0 = none */
	int64_t drawn;	     /* number of the last snapshot acknowledged */
	int64_t retry_ns;    /* when to look for the engine again */
	char failure[400];   /* the view must end: why */
};

/* Takes over options->client and says hello. */
void pl_session_start(struct pl_session *session, const struct pl_ui_options *options,
		      struct pl_state *state);
/* Leaves the screen with the engine for the next view (waits at most half a second) and closes. */
void pl_session_end(struct pl_session *session, const struct pl_state *state);

/* Reads what is there. True when something on the screen may have changed. */
bool pl_session_read(struct pl_session *session, struct pl_state *state);
/* Tells the engine that the newest snapshot is on the screen. */
void pl_session_drawn(struct pl_session *session, struct pl_state *state);
/* Looks for the engine when it is away and its time has come. True when the screen may change. */
bool pl_session_retry(struct pl_session *session, struct pl_state *state);
/* Tells the engine how many snapshots a second are wanted, when the state names a number. */
void pl_session_pace(struct pl_session *session, struct pl_state *state);
/* args (may be NULL) is taken over. False: not sent, the state says why. */
bool pl_session_ask(struct pl_session *session, struct pl_state *state, enum pl_ask ask,
		    struct pl_json *args);

#endif
