/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - the headers and rows of the CSV files beside points.csv. Each row ends in a newline;
 * missing is empty; times are UTC. Pure, any thread.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "store/writer.h"

/* The first two are exactly what their readers know, and may never change. */
#define PL_ROWS_RESULTS	   "timestamp,channel,threshold,event_count\n"
#define PL_ROWS_OPERATIONS "timestamp,channel,old_threshold,new_threshold,status\n"
#define PL_ROWS_AUDIT	   "seq,timestamp,t_mono_ns,actor,action,target,old,new,status,detail,hash\n"

#define PL_ROWS_SETTINGS "when,path,value,unit\n"

/* scan_results_chN.csv: of a point that carries counts. channel is its id. */
void pl_rows_result(struct pl_text *out, const struct pl_point *point);
void pl_rows_operation(struct pl_text *out, int64_t t_utc_ns, const struct pl_operation *operation);
void pl_rows_setting(struct pl_text *out, const struct pl_setting *setting);
/* events.csv: the channels of the device and what its lines carry make the columns. A recording
 * leaves `point` empty. */
#define PL_ROWS_EVENT_NUMBER 4 /* the column of an event's number */
void pl_rows_events_header(struct pl_text *out, const struct pl_run_head *head);
/* message: whose two times are of one moment. */
void pl_rows_event(struct pl_text *out, const struct pl_run_head *head,
		   const struct pl_write *message, uint32_t point, uint64_t number,
		   const struct pl_event *event);
/* A line of device.log: UTC device why escaped. */
void pl_rows_stray(struct pl_text *out, int64_t t_utc_ns, const struct pl_stray_line *stray);

/* The cells of one line of ours (no cell holds a newline): the next cell, unquoted, into `out`,
 * cut to cap. *line moves behind its separator; false when there was no cell left. */
bool pl_rows_cell(const char **line, char *out, size_t cap);
/* How many cells a line has; 0 when its quotes do not close. */
size_t pl_rows_cells(const char *line);

#endif
