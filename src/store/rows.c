/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - rows of the small files, and reading cells back.
 *
 * Control bytes in text cells are escaped before they are quoted, so every row is one line and a
 * reader may go line by line. Pure, any thread.
 */
#include "store/rows.h"

#include <string.h>

static void add_time(struct pl_text *out, int64_t t_utc_ns)
{
	char time[PL_UTC_SIZE];

	pl_clock_format_utc(t_utc_ns, time);
	pl_text_add_string(out, time);
}

void pl_rows_result(struct pl_text *out, const struct pl_point *point)
{
	add_time(out, point->t_utc_ns);
	pl_text_add_string(out, ",");
	pl_text_add_integer(out, point->channel_id);
	pl_text_add_string(out, ",");
	pl_text_add_number(out, point->applied);
	pl_text_add_string(out, ",");
	pl_text_add_integer(out, (int64_t)point->hits);
	pl_text_add_string(out, "\n");
}

void pl_rows_operation(struct pl_text *out, int64_t t_utc_ns, const struct pl_operation *operation)
{
	add_time(out, t_utc_ns);
	pl_text_add(out, ",%d,", operation->channel_id);
	pl_text_add_number(out, operation->old_value);
	pl_text_add_string(out, ",");
	pl_text_add_number(out, operation->new_value);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, operation->status);
	pl_text_add_string(out, "\n");
}

void pl_rows_setting(struct pl_text *out, const struct pl_setting *setting)
{
	pl_text_add_cell(out, setting->when);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, setting->path);
	pl_text_add_string(out, ",");
	if (setting->value.type == PL_VALUE_TEXT)
		pl_text_add_cell(out, setting->value.text);
	else
		pl_text_add_number(out, setting->value.number);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, setting->unit ? setting->unit : "");
	pl_text_add_string(out, "\n");
}

/* "temperature" of "det.temperature": all events of a file are of one device. */
static const char *carried_name(const struct pl_column *column)
{
	const char *dot = strrchr(column->name, '.');

	return dot ? dot + 1 : column->name;
}

void pl_rows_events_header(struct pl_text *out, const struct pl_run_head *head)
{
	const struct pl_device_spec *spec = &pl_run_events_device(head)->spec;

	pl_text_add_string(out, "timestamp,t_mono_ns,point,device,event");
	for (size_t i = 0; i < spec->channel_count; i++)
		pl_text_add(out, ",hits_%s", spec->channels[i].name);
	for (size_t i = 0; i < head->carried_count; i++)
		pl_text_add(out, ",%s", carried_name(&head->columns[i]));
	pl_text_add_string(out, ",device_us,dead_s\n");
}

void pl_rows_event(struct pl_text *out, const struct pl_run_head *head,
		   const struct pl_write *message, uint32_t point, uint64_t number,
		   const struct pl_event *event)
{
	const struct pl_device_spec *spec = &pl_run_events_device(head)->spec;

	add_time(out, message->t_utc_ns - (message->t_mono_ns - event->t_ns));
	pl_text_add_bytes(out, ",", 1);
	pl_text_add_integer(out, event->t_ns);
	pl_text_add_bytes(out, ",", 1);
	if (head->scan)
		pl_text_add_integer(out, point);
	pl_text_add_bytes(out, ",", 1);
	pl_text_add_string(out, spec->name);
	pl_text_add_bytes(out, ",", 1);
	pl_text_add_integer(out, (int64_t)number);
	for (size_t i = 0; i < spec->channel_count; i++)
		pl_text_add_bytes(out, event->hits >> i & 1 ? ",1" : ",0", 2);
	for (size_t i = 0; i < head->carried_count; i++) {
		pl_text_add_bytes(out, ",", 1);
		pl_text_add_number(out, event->carried[i]);
	}
	pl_text_add_bytes(out, ",", 1);
	pl_text_add_number(out, event->device_us);
	pl_text_add_bytes(out, ",", 1);
	pl_text_add_number(out, event->dead_s);
	pl_text_add_bytes(out, "\n", 1);
}

void pl_rows_stray(struct pl_text *out, int64_t t_utc_ns, const struct pl_stray_line *stray)
{
	char *end;

	add_time(out, t_utc_ns);
	pl_text_add(out, " %s %s ", stray->device, stray->why);
	size_t start = out->length;
	pl_text_add_string(out, stray->text);
	/* Escaped already by the bus; a newline here would still break the file's form. */
	for (end = out->data + start; *end; end++)
		if ((unsigned char)*end < 0x20 || *end == 0x7f)
			*end = '?';
	pl_text_add_string(out, "\n");
}

bool pl_rows_cell(const char **line, char *out, size_t cap)
{
	const char *at = *line;
	bool is_quoted = at && *at == '"';
	size_t length = 0;

	if (!at)
		return false;
	for (at += is_quoted; *at && *at != '\n'; at++) {
		if (is_quoted && *at == '"' && *++at != '"')
			break;
		if (!is_quoted && *at == ',')
			break;
		if (length + 1 < cap)
			out[length++] = *at;
	}
	out[length] = '\0';
	*line = *at == ',' ? at + 1 : NULL;
	return true;
}

size_t pl_rows_cells(const char *line)
{
	bool is_quoted = false;
	size_t cells = 1;

	for (; *line && *line != '\n'; line++) {
		is_quoted ^= *line == '"';
		cells += *line == ',' && !is_quoted;
	}
	return is_quoted ? 0 : cells;
}
