# arrows.awk - reads every source file given and checks its #include lines: arrows between rooms go
# down only, a foreign library is known in one place, contracts need libc only.
# A finding is a line file:line: text; any finding makes the exit status 1.

BEGIN {
	# room: the rooms it may include besides itself and include/plateau
	below["contract"] = ""
	below["base"] = ""
	below["config"] = "base"
	below["port"] = "base"
	below["driver"] = "port base"
	below["bus"] = "driver port config base"
	below["store"] = "config base"
	below["analysis"] = "base"
	below["scan"] = "bus store analysis driver port config base"
	below["record"] = below["scan"]
	below["procedure"] = "scan record " below["scan"]
	below["engine"] = "procedure " below["procedure"]
	below["runner"] = "analysis store config base"
	below["sim"] = "driver port config base"
	below["hdf5"] = "store config base"
	below["cli"] = "engine runner sim " below["engine"]
	below["ui"] = ""

	# <header> of a library: where it may be included
	only["ncurses.h"] = only["curses.h"] = only["panel.h"] = only["term.h"] = "ui/"
	only["ncursesw/*"] = "ui/"
	only["libserialport.h"] = "src/port/"
	only["modbus.h"] = only["modbus/*"] = "src/port/"
	only["yaml.h"] = "src/base/yaml"
	only["jansson.h"] = "src/base/json"
	only["sha2.h"] = "src/base/hash.c"
	only["stdatomic.h"] = "src/base/ring|src/base/queue"
	only["sqlite3.h"] = "src/record/"
	only["gsl/*"] = "src/analysis/"
	only["hdf5.h"] = only["H5*"] = "src/hdf5/"

	# What libc and the kernel give.
	libc = "^(sys|linux|asm|net|netinet|arpa)/|^(alloca|assert|complex|ctype|dirent|dlfcn|" \
		"endian|errno|execinfo|fcntl|features|fenv|float|fnmatch|ftw|getopt|glob|grp|inttypes|" \
		"langinfo|libgen|limits|link|locale|math|mntent|netdb|poll|pthread|pty|pwd|regex|sched|" \
		"semaphore|setjmp|signal|spawn|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdio_ext|" \
		"stdlib|stdnoreturn|string|strings|syslog|termios|threads|time|uchar|unistd|wchar|wctype)[.]h$"

	for (i = 1; i < ARGC; i++)
		known[ARGV[i]] = 1
}

function report(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	findings++
}

function room_of(path, part) {
	if (path ~ /^include\/plateau\//)
		return "contract"
	if (path ~ /^ui\//)
		return "ui"
	if (path == "src/main.c")
		return "cli"
	split(path, part, "/")
	return part[2]
}

# The file that an #include "name" means, as the compiler would find it; "" when there is none.
function target(name, own) {
	own = FILENAME
	sub(/[^\/]*$/, "", own)
	if ((own name) in known)
		return own name
	if (("include/" name) in known)
		return "include/" name
	return (("src/" name) in known) ? "src/" name : ""
}

function check_own(name, path, to) {
	if (name ~ /\.\./) {
		report("\"" name "\": no ways up, name the room")
		return
	}
	path = target(name)
	if (path == "") {
		report("\"" name "\" is not in the tree")
		return
	}
	to = room_of(path)
	if (to != room && to != "contract" && index(" " below[room] " ", " " to " ") == 0)
		report(room " may not include " to " (\"" name "\"): arrows go down only")
}

function check_foreign(name, key, place, count, i) {
	key = name
	if (!(key in only) && name ~ /\//)
		key = substr(name, 1, index(name, "/")) "*"
	if (name ~ /^H5/)
		key = "H5*"
	if (!(key in only)) {
		if (name !~ libc)
			report("<" name "> is neither libc nor in the table of test/layers/arrows.awk")
		return
	}
	count = split(only[key], place, "|")
	for (i = 1; i <= count; i++)
		if (index(FILENAME, place[i]) == 1)
			return
	report("<" name "> belongs to " only[key] " only")
}

FNR == 1 {
	room = room_of(FILENAME)
	if (!(room in below)) {
		report("room " room " is not in the table of test/layers/arrows.awk")
		below[room] = ""
	}
}

room == "contract" && FNR == 151 {
	report("a contract fits 150 lines")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, piece, "\"")
	check_own(piece[2])
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, piece, /[<>]/)
	check_foreign(piece[2])
}

/(^|[^A-Za-z0-9_])(_Atomic|__atomic_|__sync_|atomic_(load|store|fetch|exchange|compare|init|flag|thread|signal))/ {
	if (FILENAME !~ /^src\/base\/(ring|queue)/)
		report("atomics are for base/ring and base/queue: send a message")
}

END {
	exit findings > 0
}
