#!/bin/bash
# plateau count: for a time, and until the counts are there; what is no way to count.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in count
cd "$work" || exit 1
cat >bench.yaml <<'EOF'
bench: counting
workspace: ./data
devices:
  det:
    driver: osechi
    port: sim:osechi?seed=3&rate=250
    channels:
      top: {id: 1, threshold: 250}
      mid: {id: 2, threshold: 250}
EOF
count() { run count bench.yaml "$@"; }
value() { sed -n "s/.*\"$1\":\"*\([-0-9.e+a-z_]*\).*/\1/p" out; }

count det.top --counts 12 --json
holds counting_to_a_number_ends_with_0 ends_with 0
holds it_says_that_counts_ended_it test "$(value stop_rule)" = counts
holds it_has_exactly_its_counts test "$(value hits)" = 12
unbiased() {
	awk -v rate="$(value rate)" -v lo="$(value rate_lo)" -v hi="$(value rate_hi)" -v t="$(value seconds)" \
		'BEGIN { d = rate * t - 11; exit !(d * d < 1e-6 && lo < rate && rate < hi && lo * t > 8 && hi * t < 16) }'
}
holds its_rate_is_n_less_one_over_t unbiased

count det --counts 1000000 --max-time 300ms
holds what_does_not_come_ends_at_max_time ends_with 0
holds it_says_that_the_counts_did_not_come says out 'did not come in that time'
count det --for 200ms --json
holds counting_for_a_time_ends_with_0 ends_with 0
holds it_says_that_time_ended_it test "$(value stop_rule)" = time

count det --counts 5 --for 1s
holds both_are_refused ends_with 2
count det --max-time 1s
holds max_time_alone_is_refused ends_with 2
count det --counts many
holds a_word_is_no_number ends_with 2
count det --counts 1
holds one_count_makes_no_rate test "$code" != 0
holds it_says_how_many_do says err '2 to 1000000000'
finish
