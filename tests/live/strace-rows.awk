# SPDX-License-Identifier: GPL-2.0-or-later
# Turns the output of `strace -f -o FILE` into a line a finished call, in the order of
# their ends:
#
#	TID <tab> CALL <tab> ARGUMENTS <tab> RESULT
#
# RESULT is what strace wrote behind the "=". Calls printed in two halves ("<unfinished
# ...>", "<... resumed>") are joined; what was cut short by death has no line. A call that
# a signal interrupted and the kernel carried on is one line, with the result of its last
# part, as in iotrace: "? ERESTARTSYS" and its kin, then the same call again or
# restart_syscall.

function emit(tid, text,   open, call, args, result, at) {
	open = index(text, "(")
	call = substr(text, 1, open - 1)
	# The result follows the last closing parenthesis that a "=" follows.
	at = match_last(text)
	if (!open || !at)
		return
	args = substr(text, open + 1, at - open - 1)
	result = substr(text, at + 1)
	sub(/^ *= /, "", result)
	if (call == "restart_syscall" && (tid in held)) {
		call = held_call[tid]
		args = held_args[tid]
		delete held[tid]
	} else if ((tid in held) && call == held_call[tid]) {
		args = held_args[tid]
		delete held[tid]
	}
	if (result ~ /^\? ERESTART/) {
		held[tid] = result
		held_call[tid] = call
		held_args[tid] = args
		return
	}
	# rt_sigreturn shows what the interrupted call returns: EINTR means not carried on.
	if (call != "rt_sigreturn" || result ~ /EINTR/)
		flush_held(tid)
	printf "%s\t%s\t%s\t%s\n", tid, call, args, result
}

# An interrupted call that was not carried on stays as it was.
function flush_held(tid) {
	if (tid in held) {
		printf "%s\t%s\t%s\t%s\n", tid, held_call[tid], held_args[tid], held[tid]
		delete held[tid]
	}
}

# Where the last ")" stands that spaces and "= " follow.
function match_last(s,   base, at) {
	base = 0
	at = 0
	while (match(s, /\) *= /)) {
		at = base + RSTART
		base += RSTART
		s = substr(s, RSTART + 1)
	}
	return at
}

{
	tid = $1
	if (tid !~ /^[0-9]+$/)
		next
	line = $0
	sub(/^[0-9]+ +/, "", line)
	if (line ~ /^(---|\+\+\+)/) {
		if (line ~ /^\+\+\+/)
			flush_held(tid)
		next
	}
	if (line ~ / <unfinished \.\.\.>$/) {
		sub(/ <unfinished \.\.\.>$/, "", line)
		half[tid] = line
		next
	}
	if (line ~ /^<\.\.\. [a-z0-9_]+ resumed>/) {
		sub(/^<\.\.\. [a-z0-9_]+ resumed>/, "", line)
		line = half[tid] line
		delete half[tid]
	}
	emit(tid, line)
}

END {
	for (tid in held)
		flush_held(tid)
}
