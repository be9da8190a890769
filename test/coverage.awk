# coverage.awk - sums what `gcov -n` prints into one line a room.

/^File / {
	split($0, piece, "'")
	path = piece[2]
	room = ""
	if (path ~ /^(src|ui)\//) {
		count = split(path, part, "/")
		room = part[1] == "ui" ? "ui" : (count > 2 ? "src/" part[2] : path)
	}
}

/^Lines executed:/ && room != "" {
	split($0, piece, /[:%]| of /)
	lines[room] += piece[4]
	executed[room] += piece[2] * piece[4] / 100
	all += piece[4]
	all_executed += piece[2] * piece[4] / 100
	room = ""
}

END {
	for (room in lines)
		printf "%-16s %5.1f %% of %d lines\n", room, 100 * executed[room] / lines[room], lines[room] | "sort"
	close("sort")
	if (all)
		printf "%-16s %5.1f %% of %d lines\n", "all", 100 * all_executed / all, all
}
