/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actors.c - what goes on over several turns of the loop: a run, a get, a set, a count.
 *
 * An actor that is over is not told anything any more, and is freed at the end of the turn, never
 * while somebody walks the list.
 */
#include "engine/internal.h"

void actor_add(struct pl_engine *engine, struct actor *actor, const struct actor_ops *ops,
	       struct asker asker)
{
	actor->ops = ops;
	actor->engine = engine;
	actor->asker = asker;
	actor->timer_ns = PL_NEVER;
	actor->next = engine->actors;
	engine->actors = actor;
}

void actors_reap(struct pl_engine *engine)
{
	struct actor **at = &engine->actors;

	while (*at != NULL) {
		struct actor *actor = *at;

		if (!actor->is_over) {
			at = &actor->next;
			continue;
		}
		*at = actor->next;
		actor->ops->free(actor);
	}
}

void actors_cancel(struct pl_engine *engine)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && actor->ops->cancel != NULL)
			actor->ops->cancel(actor);
}

void actors_orphan(struct pl_engine *engine, uint64_t session)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && actor->ops->is_for_asker && actor->asker.session == session)
			actor->ops->cancel(actor);
}
