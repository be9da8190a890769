/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confirm.c - yes or no before something happens to the bench. Pure, one thread.
 *
 * Only `y` says yes. Keys that merely repeat the asking one, and keys that come faster than a hand
 * types, leave the question as it is.
 */
#include "action.h"
#include "dialog.h"

enum pl_dialog_outcome pl_confirm_key(const struct pl_dialog *dialog, int key, int64_t calm_ns)
{
	if (pl_key_is_one_of(key, "n Esc C-c C-g"))
		return PL_DIALOG_NO;
	if (key == 'y' && dialog->is_ready && calm_ns >= PL_DIALOG_CALM_NS)
		return PL_DIALOG_YES;
	return PL_DIALOG_OPEN;
}

const char *pl_dialog_keys(const struct pl_dialog *dialog)
{
	switch (dialog->kind) {
	case PL_DIALOG_TEXT:
		return dialog->is_optional && dialog->input[0] == '\0' ? "Enter none   Esc leave"
								       : "Enter take   Esc leave";
	case PL_DIALOG_CHOICE:
		return "Up Down choose   Enter take   Esc leave";
	case PL_DIALOG_CONFIRM:
		return dialog->is_ready ? "y yes   n no" : "n no";
	case PL_DIALOG_NONE:
		break;
	}
	return "";
}
