# SPDX-License-Identifier: GPL-2.0-or-later
# Brings a line of strace-rows.awk or of rows_tsv to what both must agree on:
#
#	CALL <tab> OLD PATH <tab> PATH <tab> RESULT
#
# The path of strace's line is put together here from what it printed (-y): a descriptor
# is its name, a string is joined to the directory in front of it. A relative name in a
# call without a directory descriptor shows no directory: then both sides keep "*/name",
# and iotrace's file must end so. With iotrace's two columns more (-v rows=iotrace) the
# path is what its columns file and old_file say.
#
# Normalised, because it differs from run to run: inode numbers of pipes and sockets,
# addresses, process ids, and with -v fds=any, for programs whose threads open files at the
# same time, descriptor numbers.

BEGIN {
	FS = "\t"
	n = split("rename renameat renameat2 link linkat symlink symlinkat", list, " ")
	for (i = 1; i <= n; i++)
		two_names[list[i]] = 1
	# A string behind their descriptor is data or the name of an attribute.
	n = split("read write pread64 pwrite64 sendto recvfrom fgetxattr fsetxattr " \
		"flistxattr fremovexattr fsconfig memfd_create", list, " ")
	for (i = 1; i <= n; i++)
		no_path[list[i]] = 1
	# The descriptor argument that counts, where it is not the first.
	fd_arg["splice"] = fd_arg["copy_file_range"] = 3
	fd_arg["mmap"] = fd_arg["mmap2"] = 5
	# Calls whose result is a process, and calls that store what they make.
	n = split("clone clone3 fork vfork wait4 waitpid waitid getpid gettid getppid getpgrp getpgid " \
		"getsid setsid set_tid_address kill tgkill", list, " ")
	for (i = 1; i <= n; i++)
		pids[list[i]] = 1
	stores["pipe"] = stores["pipe2"] = stores["socketpair"] = 1
}

# The arguments, split at commas outside of strings, names and brackets.
function split_args(s, out,   n, depth, i, c, quoted, named, cur) {
	n = 0
	depth = quoted = named = 0
	cur = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (quoted) {
			if (c == "\\") {
				cur = cur c
				c = substr(s, ++i, 1)
			} else if (c == "\"")
				quoted = 0
		} else if (named) {
			if (c == ">")
				named = 0
		} else if (c == "\"")
			quoted = 1
		else if (c == "<" && cur ~ /([0-9]|AT_FDCWD)$/)
			named = 1
		else if (c ~ /[\[{(]/)
			depth++
		else if (c ~ /[]})]/)
			depth--
		else if (c == "," && depth == 0) {
			out[++n] = cur
			cur = ""
			while (substr(s, i + 1, 1) == " ")
				i++
			continue
		}
		cur = cur c
	}
	out[++n] = cur
	return n
}

# What a descriptor argument names: "3</etc/passwd>" gives "/etc/passwd".
function fd_name(arg) {
	if (arg !~ /^(AT_FDCWD|[0-9]+)</)
		return ""
	sub(/\(deleted\)$/, "", arg)
	sub(/^[^<]*</, "", arg)
	sub(/>$/, "", arg)
	return arg
}

function is_string(arg) {
	return arg ~ /^"/
}

function unquote(arg) {
	sub(/^"/, "", arg)
	sub(/"(\.\.\.)?$/, "", arg)
	return arg
}

function normal(path) {
	if (path ~ /^(\/|\*)/) {
		gsub(/\/(\.?\/)+/, "/", path)
		sub(/(.)\/\.?$/, "&", path)
		while (path ~ /.\/\.?$/)
			sub(/\/\.?$/, "", path)
	}
	sub(/^pipe:\[[0-9]+\]/, "pipe:[N]", path)
	sub(/^socket:\[[0-9]+\]/, "socket:[N]", path)
	sub(/^\/proc\/[0-9]+(\/|$)/, "/proc/PID/", path)
	return path
}

# The path that argument I of ARG means; strings without a directory in front of them
# give "*/name".
function path_of(arg, i,   s, dir) {
	if (!is_string(arg[i]))
		return fd_name(arg[i])
	s = unquote(arg[i])
	if (s ~ /^\//)
		return s
	dir = i > 1 ? fd_name(arg[i - 1]) : ""
	if (s == "")
		return dir
	return (dir == "" ? "*" : dir) "/" s
}

function decimal(hex,   n, i) {
	n = 0
	for (i = 3; i <= length(hex); i++)
		n = n * 16 + index("123456789abcdef", substr(hex, i, 1))
	return sprintf("%.0f", n)
}

# Does FILE end as PATH says, which begins with "*"?
function below(path, file) {
	return path == "*" && file ~ /^\// || path ~ /^\*\// &&
		substr(file, length(file) - length(path) + 2) == substr(path, 2)
}

{
	delete arg
	call = $2
	n = split_args($3, arg)
	result = $4
	old = path = ""
	last = 0
	for (i = 1; i <= n; i++)
		if (is_string(arg[i]) && i <= 4 && (i == 1 || call in two_names ||
		    (i == 2 && arg[1] ~ /^(AT_FDCWD|-?[0-9]+)/)))
			last = i
	if (call in no_path)
		last = 0
	if (call in two_names) {
		for (i = 1; i < last && !is_string(arg[i]); i++)
			;
		old = call ~ /^symlink/ ? unquote(arg[i]) : path_of(arg, i)
		path = path_of(arg, last)
	} else if (last)
		path = path_of(arg, last)
	else
		path = fd_name(arg[(call in fd_arg) ? fd_arg[call] : 1])
	if (call == "mmap" && arg[5] ~ /^-1/)
		path = "anon"
	# An open file is called what the kernel calls it, behind symbolic links.
	opens = call ~ /^(open|openat|openat2|creat)$/
	if ((path == "" || opens) && result ~ /^[0-9]+</)
		path = fd_name(result)
	path = normal(path)
	old = normal(old)
	if (rows == "iotrace") {
		# An open that failed has no descriptor to tell the directory.
		if (!below(path, $5) || (opens && $4 !~ /^-/))
			path = normal($5)
		if (!below(old, $6))
			old = normal($6)
	}
	if (call in stores)
		path = ""
	sub(/ .*/, "", result)
	if (result == "-1" || result == "?") {
		result = $4
		sub(/ \(.*/, "", result)
		if (result ~ /^\? ERESTART/)
			result = "? ERESTART"
	}
	sub(/<.*/, "", result)
	if (result ~ /^0x/)
		result = decimal(result)
	if (result ~ /^[0-9]+$/ && (result + 0 > 4294967296 || call == "mmap2"))
		result = "ADDRESS"
	if (call == "rt_sigreturn" || call == "sigreturn" || call == "brk" || call == "umask")
		result = "?"
	else if (call in pids && result ~ /^[1-9]/)
		result = "PID"
	else if (fds == "any" && (opens || call ~ /^(dup|dup2|dup3|fcntl)$/) && result ~ /^[0-9]/)
		result = "FD"
	printf "%s\t%s\t%s\t%s\n", call, old, path, result
}
