#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What iotrace does differently on a terminal: the summary fits into its columns and has
# emphasis, progress is gone in the end. script(1) is the terminal. Needs no ptrace.

. "$(dirname -- "$0")/../lib.sh"
command -v script >/dev/null || {
	echo 'skip: script(1) is not installed (package bsdutils)'
	exit 77
}
cd "$work" || exit 99
cp "$testdir"/../golden/*.iotrace .
escape=$(printf '\033')
unset NO_COLOR

# on_terminal COLUMNS COMMAND: its output on a terminal, as the terminal got it, in ./seen.
on_terminal() {
	TERM=xterm script -qec "stty cols $1; $2" /dev/null </dev/null 2>&1 | tr -d '\r' >seen
}

for recording in *.iotrace; do
	for columns in 40 80 100 200; do
		on_terminal $columns "'$IOTRACE' report -c '$recording'"
		sed "s/$escape\[[0-9;]*[mK]//g" seen >plain
		# awk counts bytes: what is not ASCII is only in names, count it as one.
		LC_ALL=C sed 's/[\200-\277]//g; s/[\300-\377]/x/g' plain |
			awk -v max=$columns 'length($0) > max { print length($0) ": " $0; bad = 1 }
				END { exit bad || !NR }' >wide
		if [ $? -eq 0 ] && grep -q '^Calls' plain; then
			pass
		else
			fail "$recording at $columns columns" 'no summary, or too wide' wide
		fi
	done
done

recording=rename-basic.iotrace
on_terminal 80 "'$IOTRACE' report -c $recording"
if grep -q "$escape\[1mCalls$escape\[m" seen; then pass; else fail emphasis 'there is none' seen; fi
for setting in NO_COLOR=1 TERM=dumb; do
	on_terminal 80 "env $setting '$IOTRACE' report -c $recording"
	if grep -q '^Calls' seen && ! grep -q "$escape" seen; then
		pass
	else
		fail $setting 'still with escape sequences' seen
	fi
done
on_terminal 80 "env NO_COLOR= '$IOTRACE' report -c $recording"
if grep -q "$escape" seen; then pass; else fail 'NO_COLOR=' 'empty counts as unset' seen; fi

# In a file it is the same as ever, whatever the terminal.
"$IOTRACE" report -q -o off.summary $recording
on_terminal 40 "'$IOTRACE' report -q -o on.summary $recording"
if cmp -s off.summary on.summary; then pass; else fail file 'depends on the terminal'; fi
"$IOTRACE" report -c $recording >piped 2>&1
if cmp -s off.summary piped; then pass; else fail pipe 'is another than in a file'; fi

# Whatever progress was shown is erased, and rows on the terminal have none between them.
on_terminal 80 "cat $recording | (sleep 1; cat) | '$IOTRACE' report -q -o x.csv -c -"
if sed "s/.*$escape\[K//" seen | grep -q 'million events'; then
	fail progress 'it stays' seen
else
	pass
fi
on_terminal 80 "'$IOTRACE' report $recording"
if grep -q "$escape\[K" seen; then fail rows 'progress is between them' seen; else pass; fi
finish
