/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client.h - a connection to the engine of a bench: what a view or a command-line word holds.
 *
 * One thread. Lines longer than PL_PROTOCOL_LINE_MAX and lines that are no JSON object end the
 * connection. The other end's user is checked (SO_PEERCRED) before the first byte.
 */
#ifndef PLATEAU_CLIENT_H
#define PLATEAU_CLIENT_H

#include "plateau/clock.h"
#include "plateau/json.h"

struct pl_client;

/* PL_ERR_NOT_FOUND: nobody listens there (no engine); PL_ERR_PERMISSION: somebody else's. */
enum pl_status pl_client_open(const char *socket_path, struct pl_client **out,
			      struct pl_error *error);
void pl_client_close(struct pl_client *client);	  /* NULL is fine */
int pl_client_fd(const struct pl_client *client); /* poll for reading */

/* Sends a request; args (may be NULL) is taken over. *id is what the answer will carry (id may be
 * NULL). Waits at most 5 s for the socket to take it. */
enum pl_status pl_client_send(struct pl_client *client, const char *word, struct pl_json *args,
			      int64_t *id, struct pl_error *error);
/* Sends one line as it is ({"drawn":17}). message is taken over. */
enum pl_status pl_client_say(struct pl_client *client, struct pl_json *message,
			     struct pl_error *error);
/* The next whole message, or *out NULL when there is none yet. PL_ERR_LOST: the engine is gone.
 * Caller frees *out. */
enum pl_status pl_client_next(struct pl_client *client, struct pl_json **out,
			      struct pl_error *error);
/* Sends and waits for the answer. Events before it go to on_event (may be NULL). A refusal becomes
 * the status it names, its text error->text. *result (may be NULL) is the caller's. */
enum pl_status pl_client_call(struct pl_client *client, const char *word, struct pl_json *args,
			      int64_t deadline_ns,
			      void (*on_event)(void *ctx, const struct pl_json *event), void *ctx,
			      struct pl_json **result, struct pl_error *error);

#endif
