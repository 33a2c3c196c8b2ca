/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output files: whole or not at all, modes and names of what they replace, and the kinds
 * of targets that are written directly. Also the recording sink, which is the one that
 * leaves something behind when it is killed.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "raw/raw_build.h"
#include "raw/raw_file.h"
#include "scratch.h"
#include "sink/outfile.h"
#include "sink/sink.h"

static char dir[64];

static void
enter(void)
{
	umask(022);
	signal(SIGPIPE, SIG_IGN);
	scratch_enter(dir, sizeof(dir));
}

static void
leave(void)
{
	scratch_leave(dir);
}

static struct outfile *
must_open(const char *target)
{
	struct outfile *of;
	const char *why = "";
	int rc = outfile_open(target, &of, &why);
	ck_assert_msg(rc == 0, "%s: %s", target, why);
	return of;
}

static void
must_refuse(const char *target, int rc, const char *words)
{
	struct outfile *of;
	const char *why = NULL;
	int before = scratch_count();
	ck_assert_int_eq(outfile_open(target, &of, &why), rc);
	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strstr(why, words) != NULL, "'%s' is not in '%s'", words, why);
	ck_assert_int_eq(outfile_open(target, &of, NULL), rc);
	ck_assert_int_eq(scratch_count(), before);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;
	ck_assert_int_eq(lstat(name, &st), 0);
	return st.st_mode;
}

START_TEST(new_file_appears_at_commit)
{
	struct outfile *of = must_open("out.csv");
	ck_assert_str_eq(outfile_name(of), "out.csv");
	ck_assert(!outfile_is_tty(of));
	ck_assert(!outfile_is_live(of));
	ck_assert_int_eq(outfile_write(of, "hello ", 6), 0);
	strbuf_adds(outfile_buf(of), "world\n");
	ck_assert_int_eq(outfile_room(of), 0);
	ck_assert_int_eq(outfile_flush(of), 0);
	ck_assert_int_eq(fcntl(outfile_fd(of), F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(access("out.csv", F_OK), -1);
	ck_assert_int_eq(scratch_count(), 1);
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_int_eq(scratch_count(), 1);
	file_must_hold("out.csv", "hello world\n");
	ck_assert_uint_eq(mode_of("out.csv"), S_IFREG | 0600);
}
END_TEST

START_TEST(new_file_obeys_umask)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	static const mode_t modes[] = { 0600, 0600, 0600, 0 };
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		umask(masks[i]);
		ck_assert_int_eq(outfile_commit(must_open("m")), 0);
		ck_assert_uint_eq(umask(022), masks[i]);
		ck_assert_uint_eq(mode_of("m"), S_IFREG | modes[i]);
		unlink("m");
	}
}
END_TEST

START_TEST(discard_leaves_nothing)
{
	struct outfile *of = must_open("out.csv");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	outfile_discard(of);
	ck_assert_int_eq(scratch_count(), 0);
	outfile_discard(NULL);
}
END_TEST

START_TEST(discard_keeps_the_old_file)
{
	file_put("old", "precious", 8);
	struct outfile *of = must_open("old");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	ck_assert_int_eq(outfile_flush(of), 0);
	outfile_discard(of);
	file_must_hold("old", "precious");
	ck_assert_int_eq(scratch_count(), 1);
}
END_TEST

START_TEST(replaced_file_keeps_mode)
{
	file_put("old", "before", 6);
	ck_assert_int_eq(chmod("old", 0751), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(chown("old", 12, 34), 0);
	struct outfile *of = must_open("./old");
	ck_assert_int_eq(outfile_write(of, "after", 5), 0);
	file_must_hold("old", "before");
	ck_assert_int_eq(outfile_commit(of), 0);
	file_must_hold("old", "after");
	ck_assert_uint_eq(mode_of("old"), S_IFREG | 0751);
	struct stat st;
	ck_assert_int_eq(stat("old", &st), 0);
	if (geteuid() == 0) {
		ck_assert_uint_eq(st.st_uid, 12);
		ck_assert_uint_eq(st.st_gid, 34);
	}
	ck_assert_int_eq(scratch_count(), 1);
}
END_TEST

START_TEST(symlink_is_replaced)
{
	file_put("real", "precious", 8);
	ck_assert_int_eq(symlink("real", "link"), 0);
	ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
	struct outfile *of = must_open("link");
	ck_assert_int_eq(outfile_write(of, "new", 3), 0);
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_int_eq(outfile_commit(must_open("dangling")), 0);
	file_must_hold("real", "precious");
	file_must_hold("link", "new");
	ck_assert_uint_eq(mode_of("link"), S_IFREG | 0600);
	ck_assert_uint_eq(mode_of("dangling"), S_IFREG | 0600);
	ck_assert_int_eq(access("nowhere", F_OK), -1);
}
END_TEST

/* What others may have laid in the way of root's output in a directory like /tmp. */
START_TEST(planted_names)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir("sticky", 0755), 0);
	ck_assert_int_eq(chmod("sticky", 01777), 0);
	file_put("sticky/file", "before", 6);
	ck_assert_int_eq(chmod("sticky/file", 0666), 0);
	ck_assert_int_eq(chown("sticky/file", 65534, 65534), 0);
	ck_assert_int_eq(mkfifo("sticky/fifo", 0666), 0);
	ck_assert_int_eq(chown("sticky/fifo", 65534, 65534), 0);
	ck_assert_int_eq(symlink("/dev/full", "sticky/link"), 0);
	ck_assert_int_eq(lchown("sticky/link", 65534, 65534), 0);
	struct stat st;
	ck_assert_int_eq(outfile_commit(must_open("sticky/file")), 0);
	ck_assert_int_eq(lstat("sticky/file", &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(st.st_uid, 0);
	must_refuse("sticky/fifo", -EPERM, "somebody else's");
	must_refuse("sticky/link", -EPERM, "somebody else's");
	ck_assert_int_eq(lchown("sticky/link", 0, 0), 0);
	outfile_discard(must_open("sticky/link"));
	ck_assert_int_eq(unlink("sticky/file") + unlink("sticky/fifo") + unlink("sticky/link"), 0);
}
END_TEST

START_TEST(bad_targets_are_refused)
{
	char long_name[300];
	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(symlink("d", "link-to-d"), 0);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	file_put("f", "", 0);
	must_refuse("", -ENOENT, "empty");
	must_refuse("d", -EISDIR, "is a directory");
	must_refuse("d/", -EISDIR, "is a directory");
	must_refuse("new/", -EISDIR, "is a directory");
	must_refuse(".", -EISDIR, "is a directory");
	must_refuse("link-to-d", -EISDIR, "is a directory");
	must_refuse("missing/out.csv", -ENOENT, "directory does not exist");
	must_refuse("f/out.csv", -ENOTDIR, "not a directory");
	must_refuse("loop/x", -ELOOP, "symbolic links");
	must_refuse(long_name, -ENAMETOOLONG, "too long");
	must_refuse("/dev/fd/777", -EBADF, "closed");
	must_refuse("/proc/self/nothing", -ENOENT, "");
}
END_TEST

/* The longest name there is: the temporary one must fit, too. */
START_TEST(longest_name)
{
	char name[256];
	memset(name, 'n', 255);
	name[255] = '\0';
	struct outfile *of = must_open(name);
	outfile_keep_part(of); /* NAME.part is too long: stays hidden, does no harm */
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_int_eq(access(name, F_OK), 0);
	ck_assert_int_eq(scratch_count(), 1);
}
END_TEST

START_TEST(permissions_are_asked_at_open)
{
	if (geteuid() == 0) /* root may do anything: be nobody in this process */
		ck_assert_int_eq(chmod(".", 0755), 0);
	file_put("protected", "x", 1);
	ck_assert_int_eq(chmod("protected", 0444), 0);
	ck_assert_int_eq(mkdir("open", 0777), 0);
	ck_assert_int_eq(chmod("open", 01777), 0);
	file_put("open/other", "x", 1);
	ck_assert_int_eq(chmod("open/other", 0666), 0);
	bool root = geteuid() == 0;
	if (root)
		ck_assert_int_eq(seteuid(65534), 0);
	must_refuse("protected", -EACCES, "write-protected");
	if (root) {
		must_refuse("new", -EACCES, "permission denied");
		must_refuse("open/other", -EPERM, "sticky");
		ck_assert_int_eq(seteuid(0), 0);
	}
	file_must_hold("protected", "x");
	unlink("open/other");
}
END_TEST

START_TEST(full_device)
{
	struct outfile *of = must_open("/dev/full");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0); /* buffered */
	ck_assert_int_eq(outfile_flush(of), -ENOSPC);
	ck_assert_int_eq(outfile_write(of, "x", 1), -ENOSPC);
	strbuf_adds(outfile_buf(of), "more");
	ck_assert_int_eq(outfile_room(of), -ENOSPC);
	ck_assert_uint_eq(outfile_buf(of)->len, 0); /* bounded after an error */
	ck_assert_int_eq(outfile_commit(of), -ENOSPC);

	of = must_open("/dev/full");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	ck_assert_int_eq(outfile_commit(of), -ENOSPC); /* only commit had to write */
	char *big = xcalloc(1, 100000);
	of = must_open("/dev/full");
	ck_assert_int_eq(outfile_write(of, big, 100000), -ENOSPC); /* past the buffer */
	outfile_discard(of);
	ck_assert_uint_eq(mode_of("/dev/full") & S_IFMT, S_IFCHR);
	free(big);
}
END_TEST

START_TEST(devices_and_fifos_are_written)
{
	ck_assert_int_eq(symlink("/dev/null", "link-to-null"), 0);
	struct outfile *of = must_open("link-to-null");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	ck_assert(!outfile_is_live(of));
	outfile_keep_part(of); /* nothing to keep */
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_uint_eq(mode_of("link-to-null") & S_IFMT, S_IFLNK);

	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	int reader = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	of = must_open("fifo");
	ck_assert(outfile_is_live(of));
	ck_assert_int_eq(outfile_write(of, "through", 7), 0);
	ck_assert_int_eq(outfile_flush(of), 0);
	char buf[16];
	ck_assert_int_eq((int)read(reader, buf, sizeof(buf)), 7);
	ck_assert_mem_eq(buf, "through", 7);
	close(reader);
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	ck_assert_int_eq(outfile_commit(of), -EPIPE);
	ck_assert_uint_eq(mode_of("fifo") & S_IFMT, S_IFIFO);
}
END_TEST

/* Standard output, by each of its names, redirected to a file that others append to. */
START_TEST(standard_streams)
{
	static const char *const names[] = { "-", "/dev/stdout", "/dev/fd/1",
					     "/proc/self/fd/1" };
	int keep = dup(STDOUT_FILENO),
	    log = open("log", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq((int)write(log, "start\n", 6), 6);
	ck_assert_int_eq(dup2(log, STDOUT_FILENO), STDOUT_FILENO);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct outfile *of = must_open(names[i]);
		ck_assert_int_ne(outfile_fd(of), STDOUT_FILENO);
		ck_assert_int_eq(outfile_write(of, "x\n", 2), 0);
		ck_assert_int_eq(outfile_commit(of), 0);
	}
	ck_assert_int_eq(dup2(keep, STDOUT_FILENO), STDOUT_FILENO);
	file_must_hold("log", "start\nx\nx\nx\nx\n");
	ck_assert_int_eq(scratch_count(), 1);

	struct outfile *of = must_open(NULL);
	ck_assert_str_eq(outfile_name(of), "standard error");
	outfile_discard(of);
	ck_assert_int_ge(fcntl(STDERR_FILENO, F_GETFD), 0);
	of = must_open("-");
	ck_assert_str_eq(outfile_name(of), "standard output");
	outfile_discard(of);

	int keep_err = dup(STDERR_FILENO);
	close(STDERR_FILENO);
	must_refuse("/dev/stderr", -EBADF, "closed");
	ck_assert_int_eq(dup2(keep_err, STDERR_FILENO), STDERR_FILENO);
	int read_only = open("log", O_RDONLY | O_CLOEXEC);
	char name[32];
	snprintf(name, sizeof(name), "/dev/fd/%d", read_only);
	must_refuse(name, -EBADF, "reading only");
	close(read_only);
	close(log);
	close(keep);
	close(keep_err);
}
END_TEST

/* More than the buffer, in pieces of every kind and size: nothing lost, order kept. */
START_TEST(large_output_is_whole)
{
	struct outfile *of = must_open("big");
	char *chunk = xmalloc(100000);
	size_t total = 0;
	for (size_t i = 0; total < 3000000; i++) {
		size_t n = i % 50 == 0 ? 90000 : i * 37 % 5000;
		for (size_t k = 0; k < n; k++)
			chunk[k] = (char)('a' + (total + k) % 26);
		if (i % 3) {
			ck_assert_int_eq(outfile_write(of, chunk, n), 0);
		} else {
			strbuf_addmem(outfile_buf(of), chunk, n);
			ck_assert_int_eq(outfile_room(of), 0);
		}
		ck_assert_uint_lt(outfile_buf(of)->len, 65536 + 1);
		total += n;
	}
	free(chunk);
	ck_assert_int_eq(outfile_commit(of), 0);
	size_t len;
	char *p = file_get("big", &len);
	ck_assert_uint_eq(len, total);
	for (size_t k = 0; k < len; k++)
		if (p[k] != (char)('a' + k % 26))
			ck_abort_msg("byte %zu is wrong", k);
	free(p);
}
END_TEST

/* The traced program may move the directory; the file is where the directory is. */
START_TEST(directory_renamed_meanwhile)
{
	ck_assert_int_eq(mkdir("a", 0700), 0);
	struct outfile *of = must_open("a/out");
	ck_assert_int_eq(rename("a", "b"), 0);
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_int_eq(unlink("b/out"), 0);
	of = must_open("b/out");
	ck_assert_int_eq(rename("b", "c"), 0);
	outfile_discard(of);
	ck_assert_int_eq(rmdir("c"), 0); /* empty */
}
END_TEST

START_TEST(failed_rename_removes)
{
	struct outfile *of = must_open("out");
	ck_assert_int_eq(outfile_write(of, "x", 1), 0);
	ck_assert_int_eq(mkdir("out", 0700), 0); /* somebody was faster */
	ck_assert_int_eq(outfile_commit(of), -EISDIR);
	ck_assert_int_eq(scratch_count(), 1);
}
END_TEST

START_TEST(parts_have_names_and_replace_nothing)
{
	file_put("r.part", "earlier", 7);
	struct outfile *a = must_open("r"), *b = must_open("r");
	outfile_keep_part(a);
	outfile_keep_part(b);
	ck_assert_int_eq(access("r.part2", F_OK), 0);
	ck_assert_int_eq(access("r.part3", F_OK), 0);
	ck_assert_int_eq(scratch_count(), 3);
	ck_assert_int_eq(outfile_write(a, "a", 1), 0);
	ck_assert_int_eq(outfile_commit(a), 0);
	outfile_discard(b);
	file_must_hold("r", "a");
	file_must_hold("r.part", "earlier");
	ck_assert_int_eq(scratch_count(), 2);
}
END_TEST

static struct sink *
open_recording(struct outfile *of)
{
	static const struct sink_cfg cfg = { 0 };
	struct sink *sink;
	ck_assert_int_eq(sink_recording_ops.open(&cfg, of, &sink), 0);
	return sink;
}

/* Records 1 to N of the file NAME, and a good end. */
static void
must_read(const char *name, uint64_t n)
{
	struct raw_reader *r;
	const struct raw_rec *rec;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(raw_reader_new(fd, &r), 0);
	for (uint64_t i = 1; i <= n; i++) {
		ck_assert_int_eq(raw_reader_next(r, &rec), 1);
		ck_assert_uint_eq(rec->seq, i);
	}
	ck_assert_int_eq(raw_reader_next(r, &rec), 0);
	raw_reader_free(r);
	close(fd);
}

static void
put_record(struct sink *sink, uint64_t seq, uint64_t exit_ns)
{
	struct raw_build b = { 0 };
	raw_build_start(&b, RAW_SYSCALL, 1, 1);
	b.rec->seq = seq;
	b.rec->exit_ns = exit_ns;
	ck_assert_int_eq(sink->ops->record(sink, b.rec), 0);
	raw_build_fini(&b);
}

START_TEST(recording_whole)
{
	struct outfile *of = must_open("x.iotrace");
	struct sink *sink = open_recording(of);
	for (uint64_t i = 1; i <= 1000; i++)
		put_record(sink, i, 0);
	ck_assert_int_eq(sink->ops->tick(sink), 0);
	ck_assert_int_eq(sink->ops->close(sink, NULL), 0);
	ck_assert_int_eq(outfile_commit(of), 0);
	ck_assert_int_eq(scratch_count(), 1);
	must_read("x.iotrace", 1000);
}
END_TEST

/* Killed after record 3, which by its time was more than a second after the start. */
START_TEST(recording_killed)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct outfile *of;
		if (outfile_open("x.iotrace", &of, NULL) < 0)
			_exit(1);
		struct sink *sink = open_recording(of);
		for (uint64_t i = 1; i <= 5; i++)
			put_record(sink, i, i == 3 ? INT64_MAX : 0);
		kill(getpid(), SIGKILL);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	ck_assert_int_eq(access("x.iotrace", F_OK), -1);
	must_read("x.iotrace.part", 3);
}
END_TEST

START_TEST(recording_on_full_device)
{
	static const struct sink_cfg cfg = { 0 };
	struct sink *sink;
	struct outfile *of = must_open("/dev/full");
	ck_assert_int_eq(sink_recording_ops.open(&cfg, of, &sink), -ENOSPC);
	outfile_discard(of);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("outfile");
	TCase *tc = tcase_create("outfile");
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, new_file_appears_at_commit);
	tcase_add_test(tc, new_file_obeys_umask);
	tcase_add_test(tc, discard_leaves_nothing);
	tcase_add_test(tc, discard_keeps_the_old_file);
	tcase_add_test(tc, replaced_file_keeps_mode);
	tcase_add_test(tc, symlink_is_replaced);
	tcase_add_test(tc, planted_names);
	tcase_add_test(tc, bad_targets_are_refused);
	tcase_add_test(tc, longest_name);
	tcase_add_test(tc, permissions_are_asked_at_open);
	tcase_add_test(tc, full_device);
	tcase_add_test(tc, devices_and_fifos_are_written);
	tcase_add_test(tc, standard_streams);
	tcase_add_test(tc, large_output_is_whole);
	tcase_add_test(tc, directory_renamed_meanwhile);
	tcase_add_test(tc, failed_rename_removes);
	tcase_add_test(tc, parts_have_names_and_replace_nothing);
	tcase_add_test(tc, recording_whole);
	tcase_add_test(tc, recording_killed);
	tcase_add_test(tc, recording_on_full_device);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
