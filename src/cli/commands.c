/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the commands there are, in the order people read them, and what all of them take. */
#include "cli/command.h"

const struct pl_command *const *pl_commands(void)
{
	static const struct pl_command *const all[] = {
	    &pl_cmd_screen,    &pl_cmd_demo,   &pl_cmd_init,	  &pl_cmd_check,
	    &pl_cmd_scan,      &pl_cmd_record, &pl_cmd_count,	  &pl_cmd_get,
	    &pl_cmd_set,       &pl_cmd_tune,   &pl_cmd_status,	  &pl_cmd_watch,
	    &pl_cmd_pause,     &pl_cmd_resume, &pl_cmd_skip,	  &pl_cmd_retake,
	    &pl_cmd_safe,      &pl_cmd_stop,   &pl_cmd_interrupt, &pl_cmd_wait,
	    &pl_cmd_runs,      &pl_cmd_note,   &pl_cmd_settings,  &pl_cmd_verify,
	    &pl_cmd_serve,     &pl_cmd_ports,  &pl_cmd_discover,  &pl_cmd_decode,
	    &pl_cmd_drivers,   &pl_cmd_sim,    &pl_cmd_help,	  &pl_cmd_version,
	    &pl_cmd_man_lists, NULL,
	};

	return all;
}

const struct pl_command_option *pl_common_options(void)
{
	static const struct pl_command_option all[] = {
	    {"workspace", 0, "DIR", "put files there instead of the bench file's workspace"},
	    {"set", 0, "PATH=VALUE", "override one value of the bench file; may be repeated"},
	    {"operator", 0, "NAME", "who works on the bench (default: $PLATEAU_OPERATOR)"},
	    {"sim", 0, NULL, "replace every port by the simulator of its driver"},
	    {"json", 0, NULL, "one JSON object on stdout instead of text"},
	    {"quiet", 'q', NULL, "no progress on stderr"},
	    {"yes", 'y', NULL, "answer questions with yes"},
	    {"force", 0, NULL, "go on where a difference would refuse"},
	    {"log-dir", 0, "DIR", "where plateau.log goes"},
	    {"help", 'h', NULL, "show the help of the command and end"},
	    {"version", 'V', NULL, "show the version and end"},
	    {.name = NULL},
	};

	return all;
}
