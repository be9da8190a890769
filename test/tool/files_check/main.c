/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * files_check RUN_FOLDER [killed] - holds the files of a run against each other, and nothing else:
 * it uses no code of the program. Shapes and headers of all CSV files; points against plan,
 * quality, interval and window; scan_results against points; threshold_operations against audit
 * rows; the threshold of every window against the writes before it; the hash chains and
 * the seals in them; run.yaml against all of them; the state file. "killed": the owner died by kill
 * -9, so counters of run.yaml may lag. Prints one line a violation and a summary; exit 0 when
 * nothing is wrong, 1 otherwise.
 */
#include "files_check.h"
#include "seal_check.h"

static const char points_header[] =
    "point,index,attempt,repeat,pass,timestamp,t_mono_ns,device,channel,channel_id,set,applied,"
    "readback,dwell_s,live_s,events,hits,rate,rate_lo,rate_hi,rate_corrected,occupancy,stop_rule,"
    "quality,retries,reason";
static const char operations_header[] = "timestamp,channel,old_threshold,new_threshold,status\n";
static const char settings_header[] = "when,path,value,unit\n";
static const char audit_header[] =
    "seq,timestamp,t_mono_ns,actor,action,target,old,new,status,detail,hash\n";

int main(int argc, char **argv)
{
	static struct check check;
	char path[4096], head[65];

	if (argc < 2) {
		fprintf(stderr, "usage: files_check RUN_FOLDER [killed]\n");
		return 2;
	}
	check.folder = argv[1];
	check.is_killed = argc > 2 && strcmp(argv[2], "killed") == 0;
	snprintf(path, sizeof(path), "%s/run.yaml", argv[1]);
	if (!flat_load(&check.run, path)) {
		printf("not right: no run.yaml, or it is no YAML\n");
		return 1;
	}
	check.is_over = strcmp(get(&check, "state"), "finished") == 0 ||
			strcmp(get(&check, "state"), "interrupted") == 0 ||
			strcmp(get(&check, "state"), "crashed") == 0;
	check.settle_s =
	    number(get(&check, "scan.settle_s")) + number(get(&check, "scan.discard_first_s"));
	check.suppress = number(get(&check, "scan.suppress"));
	if (!check.is_killed && !check.is_over)
		wrong(&check, "the state is %s and nobody runs it", get(&check, "state"));
	plan_load(&check.plan, &check.run);
	check.tau_s = number(get(&check, "devices[%d].dead_time_tau_s", check.plan.device));
	if (check.plan.wrong)
		wrong(&check, "the plan jumps over %u indexes", check.plan.wrong);
	check_keys(&check);
	check_shape(&check, "points.csv", points_header);
	check_shape(&check, "threshold_operations.csv", operations_header);
	check_shape(&check, "audit.csv", audit_header);
	check_shape(&check, "settings.csv", settings_header);
	check_points(&check);
	for (int i = 0; *get(&check, "result.channels[%d]", i); i++)
		check_results(
		    &check,
		    plan_channel_id(&check.plan, get(&check, "result.channels[%d].channel", i)));
	check_chain(&check, argv[1], "audit.csv", get(&check, "uid"), head);
	check_writes(&check);
	check.wrong += seal_check(argv[1], check.is_over);
	if (check.is_over) {
		check_file_list(&check);
		check_counts(&check);
		check_end(&check, head);
	}
	check_state(&check);
	printf("state=%s points=%u wrong=%u\n", get(&check, "state"), check.points, check.wrong);
	return check.wrong == 0 ? 0 : 1;
}
