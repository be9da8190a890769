/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links the view and all it needs, without the libraries of devices and files. It is never run. */
#include "plateau/ui.h"

int main(void)
{
	struct pl_ui_options options = {.watch = true};
	return pl_ui_run(&options);
}
