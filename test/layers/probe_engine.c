/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links the engine and all it needs, without ncursesw. It is never run. */
#include "engine/engine.h"

#include "plateau/status.h"

#include <stddef.h>

int main(void)
{
	int exit_status = 0;
	struct pl_engine_options options = {.background = false};
	return pl_engine_run(&options, &exit_status, NULL) == PL_OK ? exit_status : 1;
}
