#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# PID namespaces: pid and tid of rows, and the numbers that -p takes, are those of the
# namespace that iotrace runs in; what calls return is what the program saw. The oracle is the
# kernel's own translation, NSpid of proc_pid_status(5).

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99
if ! unshare -Urpf --mount-proc true 2>/dev/null; then
	echo 'skip: user and PID namespaces are refused here'
	exit 77
fi

expect() {
	name=$1 what=$2
	shift 2
	if "$@"; then
		pass
	else
		fail "$name" "$what" err
	fi
}

# column NAME FILE.csv: that column of all rows.
column() {
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		NR > 1 { print $at }' "$2"
}

# The number here of the process that is $1 in the innermost namespace and runs $2.
outside() {
	cat /proc/[0-9]*/status 2>/dev/null | awk -v inner="$1" -v comm="$2" '
		/^Name:/ { name = $2 } /^Pid:/ { pid = $2 }
		/^NSpid:/ && NF > 2 && $NF == inner && name == comm { print pid }'
}

# ---- a namespace within what is traced ----
# The shell in there, number 1, starts a cat that ends with the line it reads.
mkfifo in
bounded "$IOTRACE" -e all -q -o nested.csv -- \
	unshare -Urpf --mount-proc sh -c 'cat; :' <in >out 2>err &
tracer=$!
exec 5>in
tries=0
until cat_pid=$(outside 2 cat) && [ -n "$cat_pid" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 1500 ] || break
	sleep 0.02
done
shell_pid=$(outside 1 sh)
echo word >&5
exec 5>&-
wait "$tracer"
expect nested "status $?" [ $? -eq 0 ]
expect nested 'the shell has no rows by its number here' \
	sh -c 'grep -qx "$1" pids' - "$shell_pid" <<END
$(column pid nested.csv >pids)
END
expect nested 'its child has no rows by its number here' grep -qx "$cat_pid" pids
expect nested 'rows by numbers of the namespace' [ "$(grep -cxE '1|2' pids)" -eq 0 ]
# The shell's clone or vfork returned 2, the number in there.
awk -F, -v shell="$shell_pid" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	$(at["pid"]) == shell && $(at["syscall"]) ~ /^(clone|clone3|fork|vfork)$/ {
		ret = $(at["ret"]) }
	END { exit ret != 2 }' nested.csv
expect nested 'a result was translated' [ $? -eq 0 ]

# ---- attaching to what is in a namespace ----
bounded unshare -Urpf --mount-proc sh -c 'cat; :' <in >out 2>err &
target=$!
exec 5>in
tries=0
until cat_pid=$(outside 2 cat) && [ -n "$cat_pid" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 1500 ] || break
	sleep 0.02
done
(exec 5>&-; bounded "$IOTRACE" -e all -q -o attached.csv -p "$cat_pid" 2>err) &
tracer=$!
tries=0
until grep -q '^TracerPid:.*[1-9]' "/proc/$cat_pid/status"; do
	tries=$((tries + 1))
	[ "$tries" -lt 1500 ] || break
	sleep 0.02
done
echo word >&5
exec 5>&-
wait "$tracer"
expect attached "status $?" [ $? -eq 0 ]
wait "$target"
column pid attached.csv | sort -u >pids
expect attached "rows of other numbers than $cat_pid" [ "$(cat pids)" = "$cat_pid" ]

# ---- iotrace itself in a namespace ----
# With a /proc of its own, and with the one of outside, where it cannot be asked.
for proc in --mount-proc ''; do
	# shellcheck disable=SC2086 # may be no word
	bounded unshare -Urpf $proc "$IOTRACE" -e all -q -o inside.csv -- \
		sh -c 'echo $$ >said; cat said' >out 2>err
	expect "inside $proc" "status $?" [ $? -eq 0 ]
	column pid inside.csv | head -n 1 >pids
	expect "inside $proc" 'the pid is not what the program calls itself' cmp -s pids said
	expect "inside $proc" 'the file has no name' grep -q "$work/said" inside.csv
done

finish
