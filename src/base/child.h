/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * child.h - a program of its own, started apart from us: own process group (a ^C at our terminal is
 * not for it), no signal blocked or ignored, no descriptor but the three it is given. Any thread.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

struct pl_child {
	const char *program;	  /* its path */
	const char *const *words; /* its argv, ends with NULL */
	int dir;		  /* where it starts; AT_FDCWD = where we are */
	int input, output, error; /* become its stdin, stdout and stderr; stay the caller's */
};

/* 0 and *pid, or an errno. The caller waits for it. */
int pl_child_start(const struct pl_child *child, pid_t *pid);

#endif
