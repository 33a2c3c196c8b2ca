/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What capture reads of a task that stands still: its memory up to the first byte that is
 * not there, and its descriptors as /proc tells of them. The task is a child of the test
 * that stopped itself under PTRACE_TRACEME.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/mem.h"
#include "capture/outq.h"
#include "capture/pace.h"
#include "capture/proc_tasks.h"
#include "capture/procfs.h"
#include "raw/raw_build.h"

#define PAGE ((size_t)4096)
#define KEEP_ALL 1 << 20

/* Two pages and a hole behind them; shared with the child by fork. */
static char *
make_pages(void)
{
	char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_int_eq(munmap(p + 2 * PAGE, PAGE), 0);
	memset(p, 'a', 2 * PAGE);
	return p;
}

/* A stopped tracee that is a copy of this process. */
static pid_t
start_child(void)
{
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "standing");
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSTOPPED(status));
	return pid;
}

static void
end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

START_TEST(memory_ends_at_the_hole)
{
	char *p = make_pages();
	pid_t pid = start_child();
	char buf[3 * PAGE];
	uint64_t at = (uint64_t)(uintptr_t)p;
	ck_assert_uint_eq(mem_read(pid, at, buf, 2 * PAGE), 2 * PAGE);
	ck_assert_uint_eq(mem_read(pid, at + 100, buf, 3 * PAGE), 2 * PAGE - 100);
	ck_assert_uint_eq(mem_read(pid, at + 2 * PAGE - 1, buf, 16), 1);
	ck_assert_uint_eq(mem_read(pid, at + 2 * PAGE, buf, 16), 0);
	ck_assert_uint_eq(mem_read(pid, 0, buf, 16), 0);
	ck_assert_uint_eq(mem_read(pid, UINT64_MAX - 7, buf, 16), 0);
	end_child(pid);
	munmap(p, 2 * PAGE);
}
END_TEST

START_TEST(strings_end_at_nul_cap_or_hole)
{
	char *p = make_pages();
	memcpy(p + PAGE - 3, "across", 7); /* over the border of two good pages */
	memcpy(p + 2 * PAGE - 4, "end", 4); /* its NUL is the last byte there is */
	pid_t pid = start_child();
	char buf[2 * PAGE];
	enum mem_end end;
	uint64_t at = (uint64_t)(uintptr_t)p;
	ck_assert_uint_eq(mem_read_cstr(pid, at + PAGE - 3, buf, sizeof(buf), &end), 6);
	ck_assert_int_eq(end, MEM_NUL);
	ck_assert_str_eq(buf, "across");
	ck_assert_uint_eq(mem_read_cstr(pid, at + 2 * PAGE - 4, buf, sizeof(buf), &end), 3);
	ck_assert_int_eq(end, MEM_NUL);
	ck_assert_uint_eq(mem_read_cstr(pid, at, buf, 10, &end), 10);
	ck_assert_int_eq(end, MEM_CUT);
	end_child(pid);

	p[2 * PAGE - 1] = 'a'; /* and without it: the string runs into the hole */
	pid = start_child();
	ck_assert_uint_eq(mem_read_cstr(pid, at + 2 * PAGE - 4, buf, sizeof(buf), &end), 4);
	ck_assert_int_eq(end, MEM_FAULT);
	ck_assert_uint_eq(mem_read_cstr(pid, 0, buf, sizeof(buf), &end), 0);
	ck_assert_int_eq(end, MEM_FAULT);
	end_child(pid);
	munmap(p, 2 * PAGE);
}
END_TEST

START_TEST(memory_can_be_written)
{
	static const char said[] = "written";
	char *p = make_pages();
	pid_t pid = start_child();
	char buf[sizeof(said)];
	uint64_t at = (uint64_t)(uintptr_t)p;
	ck_assert(mem_write(pid, at, said, sizeof(said)));
	ck_assert_uint_eq(mem_read(pid, at, buf, sizeof(buf)), sizeof(buf));
	ck_assert_str_eq(buf, said);
	ck_assert(!mem_write(pid, at + 2 * PAGE, said, sizeof(said)));
	end_child(pid);
	munmap(p, 2 * PAGE);
}
END_TEST

/* A descriptor on a new file of NAME in the directory DIR; 10 bytes in, at 4. */
static int
open_file(const char *dir, const char *name, char *path, size_t cap)
{
	snprintf(path, cap, "%s/%s", dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "0123456789", 10), 10);
	ck_assert_int_eq(lseek(fd, 4, SEEK_SET), 4);
	return fd;
}

/* Describes FD of PID twice, so that the kept handles are used, and compares. */
static void
check_fd(struct procdir *d, int num, const char *want, unsigned bits)
{
	for (int round = 0; round < 2; round++) {
		struct raw_fd fd;
		char name[PROC_NAME_MAX];
		ssize_t n = proc_fd(d, num, PROC_FD_INFO | PROC_FD_STAT, &fd, name,
				    sizeof(name));
		ck_assert_int_eq(n, (ssize_t)strlen(want));
		ck_assert_int_eq(strncmp(name, want, (size_t)n), 0);
		ck_assert_uint_eq(fd.bits & RAW_FD_DELETED, bits);
		ck_assert(fd.bits & RAW_FD_INFO);
		ck_assert(fd.bits & RAW_FD_STAT);
		ck_assert_uint_eq(fd.mode, S_IFREG);
		ck_assert_int_eq(fd.pos, 4);
		ck_assert_uint_eq(fd.flags & (O_ACCMODE | O_APPEND | O_CLOEXEC),
				  O_RDWR | O_APPEND | O_CLOEXEC);
	}
}

static void
describe_with(int keep_below)
{
	char dir[] = "/tmp/iotrace-test.XXXXXX";
	char path[256], moved[256], odd[256];
	ck_assert_ptr_nonnull(mkdtemp(dir));
	int fd = open_file(dir, "f", path, sizeof(path));
	int lie = open_file(dir, "g (deleted)", odd, sizeof(odd));
	snprintf(moved, sizeof(moved), "%s/moved", dir);
	pid_t pid = start_child();
	struct procdir d;
	procdir_open(&d, pid, keep_below);
	char comm[16];
	ck_assert(proc_comm(&d, comm));
	ck_assert_str_eq(comm, "standing");
	check_fd(&d, fd, path, 0);
	ck_assert_int_eq(rename(path, moved), 0);
	check_fd(&d, fd, moved, 0);
	ck_assert_int_eq(unlink(moved), 0);
	check_fd(&d, fd, moved, RAW_FD_DELETED);
	/* a name that only looks deleted */
	check_fd(&d, lie, odd, 0);
	struct raw_fd none;
	char name[PROC_NAME_MAX];
	ck_assert_int_eq(proc_fd(&d, 999, 0, &none, name, sizeof(name)), -EBADF);
	procdir_close(&d);
	end_child(pid);
	close(fd);
	close(lie);
	unlink(odd);
	rmdir(dir);
}

START_TEST(descriptors_are_described)
{
	describe_with(KEEP_ALL);
}
END_TEST

START_TEST(descriptors_without_kept_handles)
{
	describe_with(0);
}
END_TEST

static void
sum_up(void *arg, pid_t id)
{
	long *sum = arg;
	*sum += id;
}

START_TEST(children_are_found_in_both_ways)
{
	pid_t pids[3];
	long all = 0, listed = 0, searched = 0, threads = 0;
	for (int i = 0; i < 3; i++)
		all += pids[i] = start_child();
	if (proc_lists_children()) {
		ck_assert(proc_each_child(getpid(), getpid(), sum_up, &listed));
		ck_assert_int_eq(listed, all);
	}
	proc_each_child_by_parent(getpid(), sum_up, &searched);
	ck_assert_int_eq(searched, all);
	ck_assert(proc_each_thread(pids[0], sum_up, &threads));
	ck_assert_int_eq(threads, pids[0]);
	for (int i = 0; i < 3; i++)
		end_child(pids[i]);
	ck_assert(!proc_each_thread(pids[0], sum_up, &threads));
}
END_TEST

START_TEST(queue_numbers_and_keeps_order)
{
	struct outq q = { 0 };
	struct raw_build b = { 0 };
	ck_assert_ptr_null(outq_take(&q));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			raw_build_start(&b, RAW_SIGNAL, 1, i);
			outq_put(&q, b.rec);
		}
		for (int i = 0; i < 100; i++) {
			const struct raw_rec *rec = outq_take(&q);
			ck_assert_ptr_nonnull(rec);
			ck_assert_int_eq(rec->tid, i);
			ck_assert_uint_eq(rec->seq, (uint64_t)(round * 100 + i + 1));
		}
		ck_assert_ptr_null(outq_take(&q));
	}
	raw_build_fini(&b);
	outq_fini(&q);
}
END_TEST

/* N waits that take SLEEP_NS or POLL_NS, as the pace has it; how many of them polled. */
static unsigned
wait_often(struct pace *p, uint64_t *now, unsigned n, uint64_t sleep_ns, uint64_t poll_ns)
{
	unsigned polled = 0;
	for (unsigned i = 0; i < n; i++) {
		polled += p->poll;
		*now += p->poll ? poll_ns : sleep_ns;
		pace_waited(p, *now);
	}
	return polled;
}

START_TEST(pace_takes_the_cheaper_way)
{
	struct pace p;
	uint64_t now = 1;
	pace_init(&p, 2);
	pace_waited(&p, now);
	/* both ways go on being tried, the cheaper one is taken in nearly all waits */
	unsigned polled = wait_often(&p, &now, 20000, 90000, 20000);
	ck_assert_uint_gt(polled, 19000);
	ck_assert_uint_lt(polled, 20000);
	/* the load changes: what was better is not for long */
	wait_often(&p, &now, 5000, 8000, 30000);
	polled = wait_often(&p, &now, 20000, 8000, 30000);
	ck_assert_uint_gt(polled, 0);
	ck_assert_uint_lt(polled, 1000);
	/* a program that sleeps between its calls makes both ways equal: asleep */
	wait_often(&p, &now, 5000, 5000000, 5000000);
	polled = wait_often(&p, &now, 20000, 5000000, 5000000);
	ck_assert_uint_lt(polled, 1000);
}
END_TEST

START_TEST(pace_never_polls_on_one_cpu)
{
	struct pace p;
	uint64_t now = 1;
	pace_init(&p, 1);
	ck_assert_uint_eq(wait_often(&p, &now, 20000, 90000, 20000), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("capture");
	TCase *tc = tcase_create("capture");
	tcase_add_test(tc, memory_ends_at_the_hole);
	tcase_add_test(tc, strings_end_at_nul_cap_or_hole);
	tcase_add_test(tc, memory_can_be_written);
	tcase_add_test(tc, descriptors_are_described);
	tcase_add_test(tc, descriptors_without_kept_handles);
	tcase_add_test(tc, children_are_found_in_both_ways);
	tcase_add_test(tc, queue_numbers_and_keeps_order);
	tcase_add_test(tc, pace_takes_the_cheaper_way);
	tcase_add_test(tc, pace_never_polls_on_one_cpu);
	suite_add_tcase(s, tc);
	SRunner *r = srunner_create(s);
	srunner_set_fork_status(r, CK_NOFORK); /* the test itself is the tracer */
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
