/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: what each option sets, and the one line that each mistake gives.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/options_impl.h"

/* Words of a command line, without the program's name. */
#define WORDS_MAX 12

struct line {
	struct options opt;
	char err[512];
	int rc;
	char *argv[WORDS_MAX + 2];
};

static void
parse(struct line *l, const char *const *words)
{
	static char name[] = "iotrace";
	int argc = 0;
	l->argv[argc++] = name;
	for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
		l->argv[argc++] = strdup(words[i]);
	l->argv[argc] = NULL;
	l->err[0] = '\0';
	l->rc = options_parse(argc, l->argv, &l->opt, l->err, sizeof(l->err));
}

static void
done(struct line *l)
{
	if (!l->rc)
		options_fini(&l->opt);
	for (size_t i = 1; l->argv[i]; i++)
		free(l->argv[i]);
}

/* Parses what must be right. */
#define GOOD(l, ...) \
	do { \
		parse(l, (const char *const[WORDS_MAX + 1]){ __VA_ARGS__ }); \
		ck_assert_msg(!(l)->rc, "%s", (l)->err); \
	} while (0)

static bool
selects(const struct options *opt, const char *name)
{
	return selection_has(&opt->selection, syscall_find(name)->nr);
}

START_TEST(test_defaults)
{
	struct line l;
	GOOD(&l, "ls", "-l", "--filter");
	const struct options *o = &l.opt;
	ck_assert_int_eq(o->command, CMD_TRACE);
	ck_assert_int_eq(o->argc, 3);
	ck_assert_str_eq(o->argv[0], "ls");
	ck_assert_str_eq(o->argv[2], "--filter");
	ck_assert_ptr_null(o->argv[3]);
	ck_assert(o->follow && !o->stack && !o->quiet && !o->json && !o->detach_on_exit);
	ck_assert(!o->no_proc && !o->no_seccomp && !o->select_given);
	ck_assert(!o->duration_ns && !o->limit && !o->top && !o->sort);
	ck_assert_int_eq(o->engine, ENGINE_AUTO);
	ck_assert_str_eq(o->select_text, "FS,AIO,Network");
	ck_assert(selects(o, "read") && selects(o, "io_setup") && selects(o, "connect"));
	ck_assert(!selects(o, "futex"));
	ck_assert_ptr_null(o->sample);
	ck_assert_ptr_null(o->columns);
	ck_assert_uint_eq(o->npids, 0);
	ck_assert_uint_eq(o->noutputs, 1);
	ck_assert_str_eq(o->outputs[0].format->name, "text");
	ck_assert_ptr_null(o->outputs[0].target);
	struct event ev = { 0 };
	ck_assert(filter_pass(o->filter, &ev));
	done(&l);
}
END_TEST

START_TEST(test_switches)
{
	struct line l;
	GOOD(&l, "-k", "-q", "--no-follow", "--detach-on-exit", "--no-proc",
	     "--no-seccomp", "--engine=stop", "--", "-x");
	ck_assert(!l.opt.follow && l.opt.stack && l.opt.quiet && l.opt.detach_on_exit);
	ck_assert(l.opt.no_proc && l.opt.no_seccomp);
	ck_assert_int_eq(l.opt.engine, ENGINE_STOP);
	ck_assert_str_eq(l.opt.argv[0], "-x");
	ck_assert_uint_eq(l.opt.noutputs, 0);
	done(&l);
	GOOD(&l, "--stack-trace", "--quiet", "--engine", "auto", "true");
	ck_assert(l.opt.stack && l.opt.quiet);
	ck_assert_int_eq(l.opt.engine, ENGINE_AUTO);
	done(&l);
}
END_TEST

START_TEST(test_selection)
{
	struct line l;
	GOOD(&l, "-e", "read", "--trace=write,futex", "-e!write", "x");
	ck_assert(selects(&l.opt, "read") && selects(&l.opt, "futex"));
	ck_assert(!selects(&l.opt, "write") && !selects(&l.opt, "openat"));
	ck_assert(l.opt.select_given);
	ck_assert_str_eq(l.opt.select_text, "read,write,futex,!write");
	done(&l);
	GOOD(&l, "-e", "!read", "x");
	ck_assert(selects(&l.opt, "write") && !selects(&l.opt, "read"));
	done(&l);
}
END_TEST

START_TEST(test_sample)
{
	struct line l;
	GOOD(&l, "--sample=read=10", "--sample", "FS=100,futex=0", "x");
	const uint32_t *rate = l.opt.sample;
	ck_assert_uint_eq(rate[syscall_find("read")->nr], 10);
	ck_assert_uint_eq(rate[syscall_find("openat")->nr], 100);
	ck_assert_uint_eq(rate[syscall_find("futex")->nr], 0);
	ck_assert_uint_eq(rate[syscall_find("getpid")->nr], 1);
	ck_assert_uint_eq(rate[l.opt.selection.n - 1], 1);
	done(&l);
}
END_TEST

START_TEST(test_ends)
{
	struct line l;
	GOOD(&l, "--duration=5", "--limit=64K", "x");
	ck_assert_uint_eq(l.opt.duration_ns, UINT64_C(5000000000));
	ck_assert_uint_eq(l.opt.limit, 65536);
	done(&l);
	GOOD(&l, "--stall=2m", "-p", "7", "--tree");
	ck_assert_uint_eq(l.opt.stall_ns, UINT64_C(120000000000));
	ck_assert(l.opt.tree);
	done(&l);
	GOOD(&l, "--duration=500ms", "--limit", "1", "x");
	ck_assert_uint_eq(l.opt.duration_ns, 500000000);
	ck_assert_uint_eq(l.opt.limit, 1);
	done(&l);
}
END_TEST

/* An event of comm COMM and file FILE that took LATENCY_NS and returned RET. */
static struct event
event_of(const char *comm, const char *file, uint64_t latency_ns, int64_t ret)
{
	struct event ev = {
		.has = UINT64_C(1) << EV_comm | UINT64_C(1) << EV_file |
		       UINT64_C(1) << EV_latency_ns | UINT64_C(1) << EV_ret,
		.comm = { comm, strlen(comm) },
		.file = { file, strlen(file) },
		.latency_ns = latency_ns,
		.ret = ret,
		.errnum = ret < 0 ? (int)-ret : 0,
	};
	return ev;
}

START_TEST(test_filters)
{
	struct event a = event_of("cc1", "/usr/x.h", 5000000, 3);
	struct event b = event_of("as", "/tmp/x.s", 100, -ENOENT);
	static const struct {
		const char *words[WORDS_MAX + 1];
		bool a, b;
	} cases[] = {
		{ { "x" }, true, true },
		{ { "-P", "/usr/*", "x" }, true, false },
		{ { "-P", "*.c", "--path=*.s", "x" }, false, true },
		{ { "--comm=cc*", "x" }, true, false },
		{ { "--comm=cc*", "--comm=a?", "x" }, true, true },
		{ { "--comm=cc*", "-P*.s", "x" }, false, false },
		{ { "-z", "x" }, true, false },
		{ { "--failed-only", "x" }, false, true },
		{ { "-Z", "x" }, false, true },
		{ { "--successful-only", "x" }, true, false },
		{ { "--slower-than=1ms", "x" }, true, false },
		{ { "--filter=ret < 0", "x" }, false, true },
		{ { "--filter=ret < 0", "--filter", "comm == cc1", "x" }, false, false },
		{ { "report", "-z", "x" }, true, false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct line l;
		parse(&l, cases[i].words);
		ck_assert_msg(!l.rc, "%s", l.err);
		ck_assert_msg(filter_pass(l.opt.filter, &a) == cases[i].a, "%zu", i);
		ck_assert_msg(filter_pass(l.opt.filter, &b) == cases[i].b, "%zu", i);
		done(&l);
	}
}
END_TEST

/* "format:target format:target", - for standard output, ! for standard error. */
static void
render_outputs(const struct options *opt, char *buf, size_t size)
{
	size_t used = 0;
	buf[0] = '\0';
	for (size_t i = 0; i < opt->noutputs; i++) {
		const char *target = opt->outputs[i].target;
		used += (size_t)snprintf(buf + used, size - used, "%s%s:%s", i ? " " : "",
					 opt->outputs[i].format->name,
					 target ? target : "!");
	}
}

static const struct {
	const char *words[WORDS_MAX + 1];
	const char *outputs;
} outputs[] = {
	{ { "x" }, "text:!" },
	{ { "-q", "x" }, "" },
	{ { "--format=csv", "x" }, "csv:!" },
	{ { "--format=csv", "-q", "x" }, "csv:!" },
	{ { "-c", "x" }, "summary:!" },
	{ { "-q", "--summary-only", "x" }, "summary:!" },
	{ { "-C", "x" }, "text:! summary:!" },
	{ { "-q", "--summary", "x" }, "summary:!" },
	{ { "-cC", "x" }, "summary:!" },
	{ { "-C", "--format=jsonl", "x" }, "jsonl:! summary:!" },
	{ { "-o", "a.csv", "x" }, "csv:a.csv" },
	{ { "-oa.jsonl", "--output=b.iotrace", "-o", "c.summary", "x" },
	  "jsonl:a.jsonl recording:b.iotrace summary:c.summary" },
	{ { "-o", "a.csv", "-c", "x" }, "csv:a.csv summary:!" },
	{ { "-o", "a.csv", "-C", "x" }, "csv:a.csv summary:!" },
	{ { "-o", "a.csv", "-q", "x" }, "csv:a.csv" },
	{ { "-o", "csv:a.txt", "x" }, "csv:a.txt" },
	{ { "-o", "csv:a:b", "x" }, "csv:a:b" },
	{ { "-o", "csv:-", "x" }, "csv:-" },
	{ { "-o", "-", "x" }, "text:-" },
	{ { "-o", "-", "--format=jsonl", "x" }, "jsonl:-" },
	{ { "-o", "log", "--format=jsonl", "x" }, "jsonl:log" },
	{ { "-o", "a.csv", "--format=csv", "x" }, "csv:a.csv" },
	{ { "-o", "./we:ird.csv", "x" }, "csv:./we:ird.csv" },
	{ { "-o", "a:b.txt", "x" }, "text:a:b.txt" },
	{ { "-o", "csv:/dev/null", "-o", "text:/dev/null", "x" },
	  "csv:/dev/null text:/dev/null" },
	{ { "-o", "d/a.csv", "-o", "a.csv", "x" }, "csv:d/a.csv csv:a.csv" },
	{ { "report", "r.iotrace", "-o", "a.csv" }, "csv:a.csv" },
};

START_TEST(test_outputs)
{
	struct line l;
	char got[256];
	parse(&l, outputs[_i].words);
	ck_assert_msg(!l.rc, "%s", l.err);
	render_outputs(&l.opt, got, sizeof(got));
	ck_assert_str_eq(got, outputs[_i].outputs);
	done(&l);
}
END_TEST

START_TEST(test_flame)
{
	struct line l;
	GOOD(&l, "--by=pid, stack,path", "-k", "--metric=requested", "-o", "a.svg", "x");
	ck_assert_uint_eq(l.opt.by.n, 3);
	ck_assert_int_eq(l.opt.by.keys[0], FLAME_KEY_pid);
	ck_assert_int_eq(l.opt.by.keys[1], FLAME_KEY_stack);
	ck_assert_int_eq(l.opt.by.keys[2], FLAME_KEY_path);
	ck_assert_int_eq(l.opt.metric, FLAME_METRIC_requested);
	done(&l);
	GOOD(&l, "report", "--by=comm", "--by=stack", "-o", "a.folded", "x.iotrace");
	ck_assert_uint_eq(l.opt.by.n, 1);
	ck_assert_int_eq(l.opt.by.keys[0], FLAME_KEY_stack);
	ck_assert_int_eq(l.opt.metric, FLAME_METRIC_count);
	done(&l);
}
END_TEST

START_TEST(test_columns_and_summary)
{
	struct line l;
	GOOD(&l, "--columns=syscall, latency,file", "-o", "a.csv", "x");
	ck_assert_uint_eq(l.opt.ncolumns, 3);
	ck_assert_int_eq(l.opt.columns[0], EV_syscall);
	ck_assert_int_eq(l.opt.columns[1], EV_latency_ns);
	ck_assert_int_eq(l.opt.columns[2], EV_file);
	done(&l);
	GOOD(&l, "-C", "--top=7", "--sort=calls", "x");
	ck_assert_uint_eq(l.opt.top, 7);
	ck_assert_str_eq(l.opt.sort, "calls");
	done(&l);
}
END_TEST

START_TEST(test_pids)
{
	struct line l;
	GOOD(&l, "-p", "12,34 56\n", "--attach=2147483647", "-p12");
	ck_assert_uint_eq(l.opt.npids, 4);
	ck_assert_int_eq(l.opt.pids[0], 12);
	ck_assert_int_eq(l.opt.pids[1], 34);
	ck_assert_int_eq(l.opt.pids[2], 56);
	ck_assert_int_eq(l.opt.pids[3], 2147483647);
	ck_assert_int_eq(l.opt.argc, 0);
	ck_assert_ptr_null(l.opt.argv);
	done(&l);
}
END_TEST

START_TEST(test_forms)
{
	struct line l;
	GOOD(&l, "doctor", "--json");
	ck_assert_int_eq(l.opt.command, CMD_DOCTOR);
	ck_assert(l.opt.json);
	done(&l);
	GOOD(&l, "--", "doctor");
	ck_assert_int_eq(l.opt.command, CMD_TRACE);
	done(&l);
	GOOD(&l, "report", "-z", "r.iotrace", "-q");
	ck_assert_int_eq(l.opt.command, CMD_REPORT);
	ck_assert_int_eq(l.opt.argc, 1);
	ck_assert_str_eq(l.opt.argv[0], "r.iotrace");
	ck_assert(l.opt.quiet);
	done(&l);
	GOOD(&l, "report", "--", "-q");
	ck_assert_str_eq(l.opt.argv[0], "-q");
	done(&l);
	GOOD(&l, "--", "report", "-z");
	ck_assert_int_eq(l.opt.command, CMD_TRACE);
	ck_assert_str_eq(l.opt.argv[0], "report");
	ck_assert_int_eq(l.opt.argc, 2);
	done(&l);
	GOOD(&l, "-q", "syscalls");
	ck_assert_int_eq(l.opt.command, CMD_TRACE);
	done(&l);
	GOOD(&l, "syscalls");
	ck_assert_int_eq(l.opt.command, CMD_SYSCALLS);
	ck_assert(!l.opt.json && selects(&l.opt, "read") && selects(&l.opt, "futex"));
	done(&l);
	GOOD(&l, "syscalls", "AIO", "--json");
	ck_assert(l.opt.json && selects(&l.opt, "io_setup") && !selects(&l.opt, "read"));
	done(&l);
	GOOD(&l, "-h", "--nonsense");
	ck_assert_int_eq(l.opt.command, CMD_HELP);
	done(&l);
	GOOD(&l, "report", "--help");
	ck_assert_int_eq(l.opt.command, CMD_HELP);
	done(&l);
	GOOD(&l, "--version");
	ck_assert_int_eq(l.opt.command, CMD_VERSION);
	done(&l);
	GOOD(&l, "syscalls", "-V");
	ck_assert_int_eq(l.opt.command, CMD_VERSION);
	done(&l);
}
END_TEST

static const struct {
	const char *words[WORDS_MAX + 1];
	const char *says; /* the whole line, or its beginning if it ends with "..." */
} mistakes[] = {
	{ { NULL }, "nothing to trace: give a COMMAND or -p PID" },
	{ { "-q" }, "nothing to trace: give a COMMAND or -p PID" },
	{ { "--nonsense", "x" }, "unknown option '--nonsense'" },
	{ { "--flter=x", "x" }, "unknown option '--flter': did you mean --filter?" },
	{ { "-x", "x" }, "unknown option '-x'" },
	{ { "-qx", "x" }, "unknown option '-x'" },
	{ { "--summ", "x" }, "option '--summ' may be --summary-only, --summary" },
	{ { "--quiet=1", "x" }, "--quiet takes no argument" },
	{ { "-o" }, "--output needs an argument: --output=[FORMAT:]FILE" },
	{ { "--limit" }, "--limit needs an argument: --limit=EVENTS" },
	{ { "-e", "raed", "x" }, "--trace: ..." },
	{ { "-e", "read,!read", "x" }, "'read,!read' selects no call" },
	{ { "--sample=read", "x" }, "--sample: ..." },
	{ { "--duration=0", "x" }, "--duration must be more than 0" },
	{ { "--stall=0", "x" }, "--stall must be more than 0" },
	{ { "--tree", "x" },
	  "--tree goes with -p PID; of a COMMAND all that it starts is traced anyway" },
	{ { "--duration=abc", "x" },
	  "--duration takes a time such as 5, 500ms or 2m (ns us ms s m h; seconds "
	  "without), "
	  "not 'abc'" },
	{ { "--duration=99999999999", "x" },
	  "--duration '99999999999' is more than 64 bits of nanoseconds hold" },
	{ { "--slower-than=1K", "x" }, "--slower-than takes a time such as ..." },
	{ { "--limit=0", "x" },
	  "--limit takes a number from 1, such as 1000 or 64K, not '0'" },
	{ { "--limit=-5", "x" },
	  "--limit takes a number from 1, such as 1000 or 64K, not '-5'" },
	{ { "--limit=99999999999999999999", "x" },
	  "--limit '99999999999999999999' is more than 18446744073709551615" },
	{ { "--top=5000000000", "-c", "x" },
	  "--top '5000000000' is more than 4294967295" },
	{ { "--engine=fast", "x" }, "unknown engine 'fast': choose auto, stop or inline" },
	{ { "-z", "-Z", "x" },
	  "-z and -Z exclude each other: no call both succeeds and fails" },
	{ { "--filter=lat > 1", "x" },
	  "--filter, column 1: unknown column 'lat': did you mean latency?" },
	{ { "--filter=", "x" }, "--filter, column 1: the expression is empty" },
	{ { "--format=foo", "x" },
	  "unknown format 'foo': choose text, csv, jsonl, parquet, recording, folded, "
	  "svg, html, trace, summary" },
	{ { "--format=csv", "-o", "a.jsonl", "x" },
	  "--format=csv has no effect: every -o has a format of its own" },
	{ { "--format=csv", "-c", "x" },
	  "--format=csv has no effect: with -c only the summary is printed" },
	{ { "-o", "", "x" },
	  "-o '' names no file: use [FORMAT:]FILE, '-' is standard output" },
	{ { "-o", "csv:", "x" },
	  "-o 'csv:' names no file: use [FORMAT:]FILE, '-' is standard output" },
	{ { "-o", "foo:a", "x" },
	  "no format has the suffix of 'foo:a': use -o FORMAT:FILE or a suffix of "
	  "text (.txt), csv (.csv), jsonl (.jsonl), parquet (.parquet), recording "
	  "(.iotrace), folded (.folded), svg (.svg), html (.html), trace (.trace.json), "
	  "summary (.summary)" },
	{ { "-o", "a.csv", "-o", "a.csv", "x" },
	  "two outputs go to 'a.csv': give each -o its own file" },
	{ { "-o", "a.csv", "-o", "text:./a.csv", "x" },
	  "two outputs go to './a.csv': give each -o its own file" },
	{ { "-o", "-", "-o", "csv:-", "x" },
	  "two outputs go to '-': give each -o its own file" },
	{ { "--by=comm", "x" },
	  "--by is for flame graphs: add -o FILE.svg or -o FILE.folded" },
	{ { "--metric=count", "-o", "a.csv", "x" },
	  "--metric is for flame graphs: add -o FILE.svg or -o FILE.folded" },
	{ { "--by=comm,,pid", "-o", "a.svg", "x" },
	  "--by 'comm,,pid': a name is missing (as in --by=comm,path,syscall)" },
	{ { "--by=comm pid", "-o", "a.svg", "x" },
	  "--by 'comm pid': names are separated by commas" },
	{ { "--by=pid,comm,pid", "-o", "a.svg", "x" }, "--by: pid is there twice" },
	{ { "--by=com", "-o", "a.svg", "x" },
	  "--by: unknown frame 'com': choose comm, path, file, tree, dir, syscall, "
	  "family, pid, tid, stack, flags" },
	{ { "--by=stack", "-o", "a.svg", "x" }, "--by=stack needs the stacks: add -k" },
	{ { "--metric=time", "-o", "a.svg", "x" },
	  "unknown metric 'time': choose count, latency, bytes or requested" },
	{ { "--columns=pid", "x" },
	  "--columns is for csv and parquet, and no output is one: add -o FILE.csv, "
	  "-o FILE.parquet or --format=csv" },
	{ { "--columns=pid,syscal", "-o", "a.csv", "x" },
	  "--columns: unknown column 'syscal': did you mean syscall?" },
	{ { "--columns=pid,zzzzzz", "-o", "a.csv", "x" },
	  "--columns: unknown column 'zzzzzz'" },
	{ { "--columns=pid,,tid", "-o", "a.csv", "x" },
	  "--columns 'pid,,tid': a name is missing (as in "
	  "--columns=time_ns,syscall,file)" },
	{ { "--columns=", "-o", "a.csv", "x" }, "--columns '': a name is missing ..." },
	{ { "--columns=pid tid", "-o", "a.csv", "x" },
	  "--columns 'pid tid': names are separated by commas" },
	{ { "--columns=pid,pid", "-o", "a.csv", "x" }, "--columns: pid is there twice" },
	{ { "--top=3", "x" }, "--top is for the summary: add -c, -C or -o FILE.summary" },
	{ { "--sort=calls", "x" },
	  "--sort is for the summary: add -c, -C or -o FILE.summary" },
	{ { "--sort=foo", "-c", "x" },
	  "--sort: unknown column 'foo': choose calls, ..." },
	{ { "-p", "abc" }, "-p 'abc': a process id is a number from 1" },
	{ { "-p", "0" }, "-p '0': a process id is a number from 1" },
	{ { "-p", "-1" }, "-p '-1': a process id is a number from 1" },
	{ { "-p", "12x" }, "-p '12x': a process id is a number from 1" },
	{ { "-p", "99999999999999999999" },
	  "-p '99999999999999999999': a process id is a number from 1" },
	{ { "-p", "," }, "-p ',' names no process" },
	{ { "-p", "12", "ls" },
	  "-p attaches to running processes: it cannot be combined with a COMMAND "
	  "('ls')" },
	{ { "--json", "x" }, "--json is for 'iotrace syscalls' and 'iotrace doctor'" },
	{ { "report" }, "report needs a RECORDING: iotrace report FILE" },
	{ { "report", "a", "b" }, "report reads one RECORDING: 'b' is too many" },
	{ { "report", "-p", "1", "a" },
	  "--attach is for tracing a COMMAND or PID: 'iotrace report' runs nothing" },
	{ { "report", "-k", "a" }, "--stack-trace is for tracing a COMMAND or PID: ..." },
	{ { "report", "--no-follow", "a" }, "--no-follow is for tracing ..." },
	{ { "report", "--engine=auto", "a" }, "--engine is for tracing ..." },
	{ { "report", "--duration=1", "a" }, "--duration is for tracing ..." },
	{ { "report", "--detach-on-exit", "a" }, "--detach-on-exit is for tracing ..." },
	{ { "report", "--no-proc", "a" }, "--no-proc is for tracing ..." },
	{ { "report", "--no-seccomp", "a" }, "--no-seccomp is for tracing ..." },
	{ { "report", "--json", "a" }, "--json is for 'iotrace syscalls' and 'iotrace doctor'" },
	{ { "doctor", "-q" }, "--quiet is not for 'iotrace doctor', which takes --json" },
	{ { "doctor", "ptrace" }, "doctor takes no arguments: 'ptrace'" },
	{ { "syscalls", "-q" },
	  "--quiet is not for 'iotrace syscalls', which takes --json and a LIST" },
	{ { "syscalls", "FS", "AIO" },
	  "syscalls takes one LIST, its items separated by commas: 'AIO' is too many" },
	{ { "--engine=a\nb\x1b[1m", "x" },
	  "unknown engine 'a?b?[1m': choose auto, stop or inline" },
};

START_TEST(test_mistake)
{
	struct line l;
	parse(&l, mistakes[_i].words);
	const char *says = mistakes[_i].says;
	size_t n = strlen(says);
	ck_assert_int_eq(l.rc, -EINVAL);
	if (n > 3 && !strcmp(says + n - 3, "..."))
		ck_assert_msg(!strncmp(l.err, says, n - 3), "%s", l.err);
	else
		ck_assert_str_eq(l.err, says);
	ck_assert(!strchr(l.err, '\n'));
	done(&l);
}
END_TEST

/* A message is cut to the room there is. */
START_TEST(test_small_buffer)
{
	char name[] = "iotrace", bad[] = "--nonsense", err[8] = "";
	char *argv[] = { name, bad, NULL };
	struct options opt;
	ck_assert_int_eq(options_parse(2, argv, &opt, err, sizeof(err)), -EINVAL);
	ck_assert_str_eq(err, "unknown");
}
END_TEST

/* --help names every option, column and format, in lines of at most 79 bytes. */
START_TEST(test_usage)
{
	FILE *f = tmpfile();
	int out = dup(1);
	fflush(stdout);
	dup2(fileno(f), 1);
	usage_print();
	fflush(stdout);
	dup2(out, 1);
	close(out);
	static char text[65536];
	rewind(f);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	char name[64];
	for (int i = 0; i < OPT_COUNT; i++) {
		snprintf(name, sizeof(name), "--%s", option_rows[i].name);
		ck_assert_msg(strstr(text, name) != NULL, "%s", name);
	}
	for (int i = 0; i < EV_FIELD_COUNT; i++)
		ck_assert(strstr(text, event_fields[i].name));
	for (size_t i = 0; sink_formats[i]; i++)
		ck_assert(strstr(text, sink_formats[i]->name));
	for (char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		ck_assert_msg(len <= 79, "%.*s", (int)len, line);
		ck_assert_msg(!len || line[len - 1] != ' ', "%.*s", (int)len, line);
		line += len + 1;
	}
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("options");
	tcase_add_test(tc, test_defaults);
	tcase_add_test(tc, test_switches);
	tcase_add_test(tc, test_selection);
	tcase_add_test(tc, test_sample);
	tcase_add_test(tc, test_ends);
	tcase_add_test(tc, test_filters);
	tcase_add_loop_test(tc, test_outputs, 0, ARRAY_SIZE(outputs));
	tcase_add_test(tc, test_columns_and_summary);
	tcase_add_test(tc, test_flame);
	tcase_add_test(tc, test_pids);
	tcase_add_test(tc, test_forms);
	tcase_add_loop_test(tc, test_mistake, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tc, test_small_buffer);
	tcase_add_test(tc, test_usage);
	Suite *suite = suite_create("options");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
