#!/bin/bash
# plateau demo without a terminal: one scan of the simulated bench, from anywhere, files and all.
# shellcheck source=test/bench.sh
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/bench.sh"
work_in demo
cd "$work" || exit 1
# A demo bench of its own: one that somebody watches meanwhile is another.
mkdir share && cp -r "$here/share/bench" share/
export PLATEAU_SHARE=$work/share

start=$SECONDS
"$PLATEAU" demo >out 2>err </dev/null
code=$?
echo "# took $((SECONDS - start)) s"
holds the_demo_ends_with_0 test $code = 0
folder=$(sed -n 's/^folder: //p' out)
holds its_folder_is_in_the_working_directory test "${folder#"$work"/plateau-demo/}" != "$folder"
holds it_measured_three_channels_of_13_points test "$(wc -l <"$folder/points.csv")" = 40
holds it_showed_every_point test "$(grep -c '^\[[0-9]*/39\]' err)" = 39
for id in 1 2 3; do
	holds "channel_${id}_has_its_results" test "$(wc -l <"$folder/scan_results_ch$id.csv")" = 14
done
ends() { # the plateau counts, the last point hardly does
	awk -F, 'NR == 2 { first = $4 } { last = $4 } END { exit !(first > 20 && last < first / 4) }' "$1"
}
holds the_rate_falls_over_the_edge ends "$folder/scan_results_ch1.csv"
holds the_run_says_that_it_finished says "$folder/run.yaml" 'state: finished'
finish
