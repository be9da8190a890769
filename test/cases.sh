#!/bin/sh
# cases.sh - the numbered failure cases, what must hold in each (the table in CONTRIBUTING.md) and the
# files that test it. Fails when a test has a number without a line, or a line has no test.
cd "$(dirname "$0")/.." || exit 1
grep -roE 'case_[0-9]+' test --include='*.[cht]' | sed 's/:case_0*/ /' | sort -u | awk '
	FNR == NR {
		if (split($0, cell, "|") >= 4 && cell[2] ~ /^ *[0-9]+ *$/) {
			number = cell[2] + 0
			text[number] = cell[3]
			gsub(/^ +| +$/, "", text[number])
		}
		next
	}
	{
		files[$2] = files[$2] "\n       " $1
		if ($2 > most)
			most = $2
	}
	END {
		for (number in text)
			if (number + 0 > most + 0)
				most = number
		for (number = 1; number <= most; number++) {
			if (!(number in text) && !(number in files))
				continue
			printf "%4d   %s%s\n", number, number in text ? text[number] : "NO LINE IN CONTRIBUTING.md", \
				number in files ? files[number] : "\n       NO TEST"
			wrong += !(number in text) || !(number in files)
		}
		exit wrong > 0
	}' CONTRIBUTING.md -
