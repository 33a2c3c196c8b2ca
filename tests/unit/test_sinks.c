/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row outputs and the summary, byte for byte: events are built by hand and go through
 * a real output file.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/sink.h"
#include "sink/summary.h"

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

static char dir[] = "/tmp/iotrace-test-XXXXXX";

/* A sink on a file in dir; its bytes are read back at the end. */
struct run {
	const struct sink_ops *ops;
	struct outfile *out;
	struct sink *sink;
	char path[64];
};

static struct run
run_start(const char *format, const struct sink_cfg *cfg)
{
	struct run r = { .ops = sink_format_find(format, strlen(format)) };
	ck_assert_ptr_nonnull(r.ops);
	snprintf(r.path, sizeof(r.path), "%s/%s", dir, format);
	ck_assert_int_eq(outfile_open(r.path, &r.out, NULL), 0);
	struct sink_cfg none = { 0 };
	ck_assert_int_eq(r.ops->open(cfg ? cfg : &none, r.out, &r.sink), 0);
	return r;
}

/* What was written, with a NUL behind; the caller frees. */
static char *
run_end(struct run *r, const struct session_end *end)
{
	ck_assert_int_eq(r->ops->close(r->sink, end), 0);
	ck_assert_int_eq(outfile_commit(r->out), 0);
	FILE *f = fopen(r->path, "r");
	ck_assert_ptr_nonnull(f);
	size_t cap = 1u << 20;
	char *bytes = xmalloc(cap);
	size_t n = fread(bytes, 1, cap - 1, f);
	bytes[n] = '\0';
	fclose(f);
	unlink(r->path);
	return bytes;
}

static void
run_expect(struct run *r, const char *want)
{
	char *got = run_end(r, NULL);
	ck_assert_str_eq(got, want);
	free(got);
}

static const struct syscall_desc read_desc = { .bytes = BYTES_READ };

/* A read with every sort of column and most columns absent. */
static struct event
event_read(void)
{
	return (struct event){
		.has = EVENT_BIT(seq) | EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) |
		       EVENT_BIT(comm) | EVENT_BIT(pid) | EVENT_BIT(tid) |
		       EVENT_BIT(syscall) | EVENT_BIT(family) | EVENT_BIT(kind) |
		       EVENT_BIT(fd) | EVENT_BIT(ret) | EVENT_BIT(bytes) |
		       EVENT_BIT(offset) | EVENT_BIT(file) | EVENT_BIT(args),
		.desc = &read_desc,
		.seq = 1,
		.time_ns = 5123456789,
		.latency_ns = 12345,
		.comm = TEXT("cat"),
		.pid = 70,
		.tid = 71,
		.syscall = TEXT("read"),
		.family = TEXT("FS"),
		.kind = TEXT("fd"),
		.fd = 3,
		.ret = 5,
		.bytes = 5,
		.offset = 0,
		.file = TEXT("/x"),
		.args = TEXT("3</x>, \"hello\", 4096"),
		.ret_text = TEXT("5"),
	};
}

#define CSV_HEADER \
	"seq,time_ns,gap_ns,latency_ns,comm,pid,tid,syscall,family,kind,fd,ret,error," \
	"bytes,requested,offset,file,old_file,flags,peer,address_space_bytes," \
	"requested_sleep_ns,nfds,timeout_ns,epoll_op,epoll_target_fd,epoll_events," \
	"restarts,aio_id,args,stack\n"

START_TEST(test_csv_all_columns)
{
	struct run r = run_start("csv", NULL);
	struct event ev = event_read();
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	/* nothing but what is always there: offset and fd have their own absent value */
	ev.has = EVENT_BIT(seq);
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(&r, CSV_HEADER "1,5123456789,,12345,cat,70,71,read,FS,fd,3,5,,5,,0,/x,"
				  ",,,,,,,,,,,,\"3</x>, \"\"hello\"\", 4096\",\n"
				  "1,,,,,,,,,,-1,,,,,-1,,,,,,,,,,,,,,,\n");
}
END_TEST

START_TEST(test_csv_columns_and_ends)
{
	static const int columns[] = { EV_file, EV_seq, EV_requested_sleep_ns,
				       EV_epoll_events, EV_bytes };
	struct sink_cfg cfg = { .columns = columns, .ncolumns = ARRAY_SIZE(columns) };
	struct run r = run_start("csv", &cfg);
	struct event ev = event_read();
	ev.has |= EVENT_BIT(requested_sleep_ns) | EVENT_BIT(epoll_events);
	ev.seq = UINT64_MAX;
	ev.requested_sleep_ns = INT64_MIN;
	ev.epoll_events = UINT32_MAX;
	ev.bytes = 0;
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(&r, "file,seq,requested_sleep_ns,epoll_events,bytes\n"
		       "/x,18446744073709551615,-9223372036854775808,4294967295,0\n");
}
END_TEST

static const struct {
	const char *file;
	const char *csv, *csv_tty, *json;
} names[] = {
	{ "/plain", "/plain", "/plain", "\"/plain\"" },
	{ "", "", "", "\"\"" },
	{ "/a,b", "\"/a,b\"", "\"/a,b\"", "\"/a,b\"" },
	{ "/a b", "/a b", "/a b", "\"/a b\"" },
	{ " a", "\" a\"", "\" a\"", "\" a\"" },
	{ "a ", "\"a \"", "\"a \"", "\"a \"" },
	{ "\"", "\"\"\"\"", "\"\"\"\"", "\"\\\"\"" },
	{ "a\"b\"", "\"a\"\"b\"\"\"", "\"a\"\"b\"\"\"", "\"a\\\"b\\\"\"" },
	{ "a\nb", "\"a\nb\"", "a\\x0ab", "\"a\\nb\"" },
	{ "a\rb", "\"a\rb\"", "a\\x0db", "\"a\\rb\"" },
	{ "\033[2J", "\033[2J", "\\x1b[2J", "\"\\u001b[2J\"" },
	{ "a\\b", "a\\b", "a\\b", "\"a\\\\b\"" },
	{ "\xc3\xa9", "\xc3\xa9", "\xc3\xa9", "\"\xc3\xa9\"" },
	{ "/\xff,x", "\"/\xff,x\"", "\"/\\xff,x\"",
	  "\"/\xef\xbf\xbd,x\",\"file_raw\":\"L/8seA==\"" },
};

START_TEST(test_names)
{
	static const int columns[] = { EV_file };
	struct sink_cfg cfg = { .columns = columns, .ncolumns = 1 };
	struct event ev = event_read();
	ev.has = EVENT_BIT(file);
	ev.file = (struct text){ names[_i].file, strlen(names[_i].file) };
	char want[200];

	struct run r = run_start("csv", &cfg);
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	snprintf(want, sizeof(want), "file\n%s\n", names[_i].csv);
	run_expect(&r, want);

	cfg.escape_terminal = true;
	r = run_start("csv", &cfg);
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	snprintf(want, sizeof(want), "file\n%s\n", names[_i].csv_tty);
	run_expect(&r, want);

	r = run_start("jsonl", NULL);
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	snprintf(want, sizeof(want), "{\"file\":%s}\n", names[_i].json);
	run_expect(&r, want);
}
END_TEST

START_TEST(test_jsonl)
{
	struct run r = run_start("jsonl", NULL);
	struct event ev = event_read();
	ev.has |= EVENT_BIT(requested_sleep_ns) | EVENT_BIT(aio_id);
	ev.requested_sleep_ns = -1;
	ev.aio_id = UINT64_MAX;
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	ev.has = 0;
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(
		&r,
		"{\"seq\":1,\"time_ns\":5123456789,\"latency_ns\":12345,\"comm\":\"cat\","
		"\"pid\":70,\"tid\":71,\"syscall\":\"read\",\"family\":\"FS\","
		"\"kind\":\"fd\",\"fd\":3,\"ret\":5,\"bytes\":5,\"offset\":0,"
		"\"file\":\"/x\",\"requested_sleep_ns\":-1,"
		"\"aio_id\":18446744073709551615,"
		"\"args\":\"3</x>, \\\"hello\\\", 4096\"}\n{}\n");
}
END_TEST

static const char *const row_formats[] = { "text", "csv", "jsonl" };

START_TEST(test_counted_only_is_no_row)
{
	struct run r = run_start(row_formats[_i], NULL);
	struct event ev = event_read();
	ev.event_flags = EVENT_COUNTED_ONLY;
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	ck_assert_ptr_null(r.ops->count);
	run_expect(&r, strcmp(row_formats[_i], "csv") != 0 ? "" : CSV_HEADER);
}
END_TEST

/* 1700000000 s: the moment of boot on the clock of the epoch. */
static struct run
text_start(void)
{
	struct run r = run_start("text", NULL);
	struct session_info info = { .epoch_offset_ns = 1700000000000000000 };
	ck_assert_int_eq(r.ops->session(r.sink, &info), 0);
	return r;
}

START_TEST(test_text_calls)
{
	struct run r = text_start();
	struct event ev = event_read();
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);

	ev.tid = 1234567;
	ev.time_ns = 999;
	ev.latency_ns = 61000000999;
	ev.syscall = TEXT("openat");
	ev.args = TEXT("AT_FDCWD</tmp>, \"x\", O_RDONLY");
	ev.ret_text = TEXT("-1 ENOENT (No such file or directory)");
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);

	/* no ret: no time; "=" in strace's column */
	ev = event_read();
	ev.has &= ~EVENT_BIT(ret);
	ev.syscall = TEXT("exit");
	ev.args = TEXT("0");
	ev.ret_text = TEXT("?");
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);

	ev.syscall = TEXT("pause");
	ev.args = TEXT("");
	ev.event_flags = EVENT_UNFINISHED;
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(&r,
		   "71    1700000005.123456 read(3</x>, \"hello\", 4096) = 5 <0.000012>\n"
		   "1234567 1700000000.000000 openat(AT_FDCWD</tmp>, \"x\", O_RDONLY) = "
		   "-1 ENOENT (No such file or directory) <61.000000>\n"
		   "71    1700000005.123456 exit(0)         = ?\n"
		   "71    1700000005.123456 pause( <unfinished ...>) = ?\n");
}
END_TEST

/* `strace -f -ttt` has "7081  1795475019.652144 exit_group(0)   = ?". */
START_TEST(test_text_alignment)
{
	static const char *const args[] = { "", "0", "0, 1, 2", "0, 1, 2, 3" };
	static const char *const want[] = {
		"71    1700000005.123456 close()         = 5 <0.000012>\n",
		"71    1700000005.123456 close(0)        = 5 <0.000012>\n",
		"71    1700000005.123456 close(0, 1, 2)  = 5 <0.000012>\n",
		"71    1700000005.123456 close(0, 1, 2, 3) = 5 <0.000012>\n",
	};
	struct run r = text_start();
	struct event ev = event_read();
	ev.syscall = TEXT("close");
	ev.args = (struct text){ args[_i], strlen(args[_i]) };
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(&r, want[_i]);
}
END_TEST

/* An output filter may run where nobody asked decode for the text. */
START_TEST(test_text_without_result_text)
{
	struct run r = text_start();
	struct event ev = event_read();
	ev.args = TEXT("argumentsarguments");
	ev.ret_text = (struct text){ 0 };
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	ev.has |= EVENT_BIT(error);
	ev.error = TEXT("EIO");
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(
		&r,
		"71    1700000005.123456 read(argumentsarguments) = 5 <0.000012>\n"
		"71    1700000005.123456 read(argumentsarguments) = -1 EIO <0.000012>\n");
}
END_TEST

START_TEST(test_text_stack)
{
	struct run r = text_start();
	struct event ev = event_read();
	ev.has |= EVENT_BIT(stack);
	ev.stack = TEXT("/lib/libc.so.6(read+0x12) [0xf1]\n/tmp/\033[0m(main+0x1) [0x2]");
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	ev.stack = TEXT("one\n");
	ck_assert_int_eq(r.ops->emit(r.sink, &ev), 0);
	run_expect(&r,
		   "71    1700000005.123456 read(3</x>, \"hello\", 4096) = 5 <0.000012>\n"
		   " > /lib/libc.so.6(read+0x12) [0xf1]\n"
		   " > /tmp/\\x1b[0m(main+0x1) [0x2]\n"
		   "71    1700000005.123456 read(3</x>, \"hello\", 4096) = 5 <0.000012>\n"
		   " > one\n");
}
END_TEST

/* Lines of strace 6.1, but for members that a record does not carry. */
static const struct {
	struct notice notice;
	const char *want;
} notices[] = {
	{ { .kind = NOTICE_SIGNAL,
	    .signo = SIGCHLD,
	    .si_code = CLD_EXITED,
	    .sender_pid = 9,
	    .sender_uid = -1,
	    .sig_value = 3 },
	  "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=9, "
	  "si_uid=4294967295, si_status=3} ---" },
	{ { .kind = NOTICE_SIGNAL,
	    .signo = SIGCHLD,
	    .si_code = CLD_DUMPED,
	    .sender_pid = 9,
	    .sig_value = SIGSEGV },
	  "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_DUMPED, si_pid=9, si_uid=0, "
	  "si_status=SIGSEGV} ---" },
	{ { .kind = NOTICE_SIGNAL,
	    .signo = SIGTERM,
	    .si_code = SI_USER,
	    .sender_pid = 9,
	    .sender_uid = 1000 },
	  "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=9, si_uid=1000} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = SIGUSR1, .si_code = SI_TKILL },
	  "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=0, si_uid=0} ---" },
	{ { .kind = NOTICE_SIGNAL,
	    .signo = SIGSEGV,
	    .si_code = SEGV_MAPERR,
	    .sig_value = 8 },
	  "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x8} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = SIGSEGV, .si_code = SI_KERNEL },
	  "--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL, si_addr=NULL} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = SIGALRM, .si_code = SI_KERNEL },
	  "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = SIGUSR1, .si_code = SI_TIMER },
	  "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TIMER} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = SIGUSR1, .si_code = 77 },
	  "--- SIGUSR1 {si_signo=SIGUSR1, si_code=0x4d} ---" },
	{ { .kind = NOTICE_SIGNAL, .signo = 999, .si_code = SI_KERNEL },
	  "--- 999 {si_signo=999, si_code=SI_KERNEL} ---" },
	{ { .kind = NOTICE_EXIT, .status = 0 }, "+++ exited with 0 +++" },
	{ { .kind = NOTICE_EXIT, .status = 0xff00 }, "+++ exited with 255 +++" },
	{ { .kind = NOTICE_EXIT, .status = SIGKILL }, "+++ killed by SIGKILL +++" },
	{ { .kind = NOTICE_EXIT, .status = SIGSEGV | 0x80 },
	  "+++ killed by SIGSEGV (core dumped) +++" },
	{ { .kind = NOTICE_EXEC_SUPERSEDED, .other_tid = 8023 },
	  "+++ superseded by execve in pid 8023 +++" },
	{ { .kind = NOTICE_TEXT, .text = { "odd\n\033name", 9 } },
	  "--- iotrace: odd\\x0a\\x1bname ---" },
};

START_TEST(test_text_notice)
{
	struct run r = text_start();
	struct notice n = notices[_i].notice;
	n.tid = 42;
	n.time_ns = 1000;
	ck_assert_int_eq(r.ops->notice(r.sink, &n), 0);
	char want[200];
	snprintf(want, sizeof(want), "42    1700000000.000001 %s\n", notices[_i].want);
	run_expect(&r, want);
}
END_TEST

/* ---- summary ---- */

static const struct syscall_desc write_desc = { .bytes = BYTES_WRITE };

static void
summary_feed(struct run *r)
{
	struct session_info info = {
		.command = { "cp\0a\0\033b\0", 8 },
		.engine = TEXT("stop"),
		.start_ns = 1000000000,
	};
	ck_assert_int_eq(r->ops->session(r->sink, &info), 0);
	struct event ev = event_read();
	ev.bytes = 2048;
	ev.latency_ns = 2000;
	ck_assert_int_eq(r->ops->emit(r->sink, &ev), 0);
	ck_assert_int_eq(r->ops->emit(r->sink, &ev), 0);
	ck_assert_int_eq(r->ops->count(r->sink, &ev), 0);
	ev.desc = &write_desc;
	ev.syscall = TEXT("write");
	ev.file = TEXT("/tmp/a\nb");
	ev.bytes = 3000000;
	ev.latency_ns = 1500000000;
	ck_assert_int_eq(r->ops->emit(r->sink, &ev), 0);
	ev.has = (ev.has | EVENT_BIT(error)) & ~EVENT_BIT(bytes);
	ev.error = TEXT("ENOSPC");
	ev.latency_ns = 832;
	ck_assert_int_eq(r->ops->emit(r->sink, &ev), 0);
	struct notice n = { .kind = NOTICE_TEXT, .text = TEXT("one \033 remark") };
	ck_assert_int_eq(r->ops->notice(r->sink, &n), 0);
}

static const struct session_end summary_end = {
	.end_ns = 3000000000,
	.tracer_cpu_ns = 50000000,
	.stops = 12,
	.events = 4,
	.counted_only = 1,
	.filtered = 3,
	.complete = true,
};

/* The parts of a summary that a change of layout may not lose. */
static void
check_has(const char *all, const char *part)
{
	ck_assert_msg(strstr(all, part) != NULL, "no \"%s\" in:\n%s", part, all);
}

START_TEST(test_summary)
{
	struct run r = run_start("summary", NULL);
	summary_feed(&r);
	char *got = run_end(&r, &summary_end);
	check_has(got, "cp a \\x1bb: 2.00s wall time, 5 calls (1 failed), 4.00KB read, "
		       "2.86MB written\n");
	check_has(got,
		  "Calls (2, by total)\n"
		  "  calls errors  read written  total  share   mean    p50    p95    p99"
		  "    max  call\n"
		  "      2      1     -   2.86M  1.50s  75.0%  750ms  832ns  1.50s  1.50s"
		  "  1.50s  write\n");
	check_has(got, " 1.50s  /tmp/a\\x0ab\n");
	check_has(got, "Directories (2, by total)\n");
	check_has(got, "  70 cat\n");
	check_has(got, "  ENOSPC (No space left on device)\n");
	check_has(got, "Events: 4; counted only: 1; filtered out: 3; lost: 0\n");
	check_has(got, "Engine: stop took 8 calls in 12 stops\n");
	check_has(got, "Tracer: 50.0ms of CPU time, 2.5% of wall time\n");
	check_has(got, "Note: one \\x1b remark\n");
	free(got);
}
END_TEST

/* Page faults: a column of the processes alone. */
START_TEST(test_summary_faults)
{
	struct run r = run_start("summary", NULL);
	const struct notice n = { .kind = NOTICE_FAULTS,
				  .pid = 70,
				  .tid = 71,
				  .comm = { "cat", 3 },
				  .faults = 4711 };
	summary_feed(&r);
	ck_assert_int_eq(r.ops->notice(r.sink, &n), 0);
	char *got = run_end(&r, &summary_end);
	check_has(got, "written majflt  total  share   mean    p50    p95    p99    max  "
		       "pid and name\n");
	check_has(got, "  4711 ");
	ck_assert_ptr_eq(strstr(strstr(got, "majflt") + 1, "majflt"), NULL);
	free(got);
}
END_TEST

START_TEST(test_summary_top_and_sort)
{
	struct sink_cfg cfg = { .top = 1, .sort = "calls" };
	struct run r = run_start("summary", &cfg);
	summary_feed(&r);
	char *got = run_end(&r, &summary_end);
	check_has(got, "Calls (1 of 2, by calls)\n");
	check_has(got, "  read\n");
	check_has(got, "  (1 more)\n");
	check_has(got, "  (all)\n");
	ck_assert_ptr_null(strstr(got, "  write\n"));
	free(got);
}
END_TEST

START_TEST(test_summary_empty)
{
	struct run r = run_start("summary", NULL);
	struct session_end end = { 0 };
	char *got = run_end(&r, &end);
	check_has(got, "Attached processes: 0 calls (0 failed), 0B read, 0B written\n");
	check_has(got, "Events: 0; counted only: 0; filtered out: 0; lost: 0\n");
	check_has(got, "Incomplete: ");
	free(got);
}
END_TEST

START_TEST(test_summary_sort_names)
{
	static const char *const valid[] = { "calls", "errors", "read", "written",
					     "total", "share",	"mean", "p50",
					     "p95",   "p99",	"max",	"bytes",
					     "name" };
	static const char *const invalid[] = { "", "call", "calls ", "CALLS", "p90" };
	for (size_t i = 0; i < ARRAY_SIZE(valid); i++) {
		ck_assert(summary_sort_valid(valid[i]));
		ck_assert_ptr_nonnull(strstr(summary_sort_names(), valid[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(invalid); i++)
		ck_assert(!summary_sort_valid(invalid[i]));
	struct sink *sink;
	struct sink_cfg cfg = { .sort = "nothing" };
	ck_assert_int_eq(sink_summary_ops.open(&cfg, NULL, &sink), -EINVAL);
}
END_TEST

/* ---- registry ---- */

START_TEST(test_registry)
{
	ck_assert_ptr_eq(sink_format_find("csv", 3), &sink_csv_ops);
	ck_assert_ptr_eq(sink_format_find("csv:x", 3), &sink_csv_ops);
	ck_assert_ptr_null(sink_format_find("csv:x", 5));
	ck_assert_ptr_null(sink_format_find("", 0));
	ck_assert_ptr_eq(sink_format_of("a.b/x.csv"), &sink_csv_ops);
	ck_assert_ptr_eq(sink_format_of("x.jsonl"), &sink_jsonl_ops);
	ck_assert_ptr_eq(sink_format_of("x.csv.txt"), &sink_text_ops);
	ck_assert_ptr_eq(sink_format_of(".iotrace"), &sink_recording_ops);
	ck_assert_ptr_null(sink_format_of("xcsv"));
	ck_assert_ptr_null(sink_format_of("csv"));
	ck_assert_ptr_null(sink_format_of(""));
	for (size_t i = 0; sink_formats[i]; i++) {
		const struct sink_ops *ops = sink_formats[i];
		ck_assert_ptr_eq(sink_format_find(ops->name, strlen(ops->name)), ops);
		ck_assert_ptr_eq(sink_format_of(ops->suffix), ops);
		ck_assert(ops->open && ops->close && *ops->help);
	}
}
END_TEST

static void
add_tests(TCase *tc)
{
	tcase_add_test(tc, test_csv_all_columns);
	tcase_add_test(tc, test_csv_columns_and_ends);
	tcase_add_loop_test(tc, test_names, 0, ARRAY_SIZE(names));
	tcase_add_test(tc, test_jsonl);
	tcase_add_loop_test(tc, test_counted_only_is_no_row, 0, ARRAY_SIZE(row_formats));
	tcase_add_test(tc, test_text_calls);
	tcase_add_loop_test(tc, test_text_alignment, 0, 4);
	tcase_add_test(tc, test_text_without_result_text);
	tcase_add_test(tc, test_text_stack);
	tcase_add_loop_test(tc, test_text_notice, 0, ARRAY_SIZE(notices));
	tcase_add_test(tc, test_summary);
	tcase_add_test(tc, test_summary_faults);
	tcase_add_test(tc, test_summary_top_and_sort);
	tcase_add_test(tc, test_summary_empty);
	tcase_add_test(tc, test_summary_sort_names);
	tcase_add_test(tc, test_registry);
}

int
main(void)
{
	if (!mkdtemp(dir))
		return 99;
	TCase *tc = tcase_create("sinks");
	tcase_set_timeout(tc, 60);
	add_tests(tc);
	Suite *suite = suite_create("sinks");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(dir);
	return failed != 0;
}
