/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings: what was written comes back, from files and pipes; whatever happened to the
 * file, all that was whole before the damage comes back first and the rest is refused.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "base/xalloc.h"
#include "raw/raw_build.h"
#include "raw/raw_file.h"

static int
new_memfd(void)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Record number SEQ, of a size that depends on it. */
static void
build_numbered(struct raw_build *b, uint64_t seq)
{
	char data[256];
	memset(data, (int)(seq & 0xff), sizeof(data));
	raw_build_start(b, RAW_SYSCALL, 1, 2);
	b->rec->seq = seq;
	raw_build_add(b, RAW_BLOB_BYTES, 1, 0, data, seq * 7 % sizeof(data));
}

/* N numbered records, a frame flushed after each PER_FRAME (0: as it comes). */
static void
write_numbered(int fd, uint64_t n, uint64_t per_frame)
{
	struct raw_writer *w;
	struct raw_build b = { 0 };
	ck_assert_int_eq(raw_writer_new(fd, &w), 0);
	for (uint64_t i = 1; i <= n; i++) {
		build_numbered(&b, i);
		ck_assert_int_eq(raw_writer_put(w, b.rec), 0);
		if (per_frame && i % per_frame == 0)
			ck_assert_int_eq(raw_writer_flush(w), 0);
	}
	raw_build_fini(&b);
	ck_assert_int_eq(raw_writer_free(w), 0);
}

/* Reads numbered records until the end or an error, into *RC; how many. */
static uint64_t
read_numbered(struct raw_reader *r, int *rc)
{
	struct raw_build b = { 0 };
	const struct raw_rec *rec;
	uint64_t n = 0;
	while ((*rc = raw_reader_next(r, &rec)) == 1) {
		build_numbered(&b, ++n);
		if (rec->size != b.rec->size || memcmp(rec, b.rec, rec->size) != 0)
			ck_abort_msg("record %d came back changed", (int)n);
	}
	raw_build_fini(&b);
	return n;
}

/* As read_numbered, of the bytes P. *ERROR is a copy, for the caller to free. */
static uint64_t
read_bytes(const void *p, size_t len, int *rc, char **error)
{
	int fd = new_memfd();
	ck_assert_int_eq((int)write(fd, p, len), (int)len);
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_SET), 0);
	struct raw_reader *r;
	uint64_t n = 0;
	*rc = raw_reader_new(fd, &r);
	if (*rc == 0) {
		n = read_numbered(r, rc);
		const struct raw_rec *rec;
		if (raw_reader_next(r, &rec) != *rc) /* it stays as it ended */
			ck_abort_msg("a second end differs");
	}
	const char *s = raw_reader_error(r);
	if ((*rc == 0) != !s)
		ck_abort_msg("an error without words, or words without one");
	*error = xstrdup(s ? s : "");
	raw_reader_free(r);
	close(fd);
	return n;
}

static void
expect(const void *p, size_t len, uint64_t n, int rc, const char *error)
{
	int got_rc;
	char *got;
	ck_assert_uint_eq(read_bytes(p, len, &got_rc, &got), n);
	ck_assert_int_eq(got_rc, rc);
	ck_assert_msg(strstr(got, error) != NULL, "'%s' is not in '%s'", error, got);
	free(got);
}

/* The bytes of a recording of N records in frames of PER_FRAME; the caller frees. */
static char *
recording(uint64_t n, uint64_t per_frame, size_t *len)
{
	int fd = new_memfd();
	write_numbered(fd, n, per_frame);
	*len = (size_t)lseek(fd, 0, SEEK_CUR);
	char *p = xmalloc(*len + 64); /* room to append */
	ck_assert_int_eq((int)pread(fd, p, *len, 0), (int)*len);
	close(fd);
	return p;
}

START_TEST(round_trip)
{
	static const uint64_t counts[] = { 0, 1, 1000, 30000 };
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		size_t len;
		char *p = recording(counts[i], 0, &len);
		expect(p, len, counts[i], 0, "");
		free(p);
	}
	size_t len;
	char *p = recording(100, 1, &len);
	expect(p, len, 100, 0, "");
	free(p);
}
END_TEST

/* Records of the largest size: a frame ends before one that does not fit. */
START_TEST(largest_records)
{
	char *big = xcalloc(1, RAW_RECORD_MAX);
	struct raw_build b = { 0 };
	struct raw_writer *w;
	int fd = new_memfd();
	ck_assert_int_eq(raw_writer_new(fd, &w), 0);
	for (uint64_t i = 1; i <= 40; i++) {
		raw_build_start(&b, RAW_SYSCALL, 1, 1);
		b.rec->seq = i;
		raw_build_add(&b, RAW_BLOB_BYTES, 0, 0, big,
			      i % 3 ? RAW_RECORD_MAX : 5 * i);
		ck_assert_int_eq(raw_writer_put(w, b.rec), 0);
	}
	ck_assert_int_eq(raw_writer_free(w), 0);
	lseek(fd, 0, SEEK_SET);
	struct raw_reader *r;
	const struct raw_rec *rec;
	ck_assert_int_eq(raw_reader_new(fd, &r), 0);
	for (uint64_t i = 1; i <= 40; i++) {
		ck_assert_int_eq(raw_reader_next(r, &rec), 1);
		ck_assert_uint_eq(rec->seq, i);
	}
	ck_assert_int_eq(raw_reader_next(r, &rec), 0);
	ck_assert_uint_eq(raw_reader_offset(r), (uint64_t)lseek(fd, 0, SEEK_END));
	raw_reader_free(r);
	raw_build_fini(&b);
	free(big);
	close(fd);
}
END_TEST

/* After a flush the records are in the file, whatever happens to the writer. */
START_TEST(flushed_records_survive)
{
	int fd = new_memfd();
	struct raw_writer *w;
	struct raw_build b = { 0 };
	ck_assert_int_eq(raw_writer_new(fd, &w), 0);
	for (uint64_t i = 1; i <= 5; i++) {
		build_numbered(&b, i);
		ck_assert_int_eq(raw_writer_put(w, b.rec), 0);
		if (i == 3)
			ck_assert_int_eq(raw_writer_flush(w), 0);
	}
	char copy[4096];
	ssize_t len = pread(fd, copy, sizeof(copy), 0);
	expect(copy, (size_t)len, 3, 0, "");
	ck_assert_int_eq(raw_writer_flush(w), 0);
	ck_assert_int_eq(raw_writer_flush(w), 0); /* nothing new: no frame */
	off_t size = lseek(fd, 0, SEEK_END);
	ck_assert_int_eq(raw_writer_free(w), 0);
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_END), (int)size);
	raw_build_fini(&b);
	close(fd);
}
END_TEST

START_TEST(foreign_files)
{
	size_t len;
	char *p = recording(3, 0, &len);
	expect("", 0, 0, -EINVAL, "the file is empty");
	expect("IOT", 3, 0, -EINVAL, "cut short in its header");
	expect(p, 15, 0, -EINVAL, "cut short in its header");
	expect("IOX", 3, 0, -EINVAL, "not an iotrace recording");
	expect("#!/bin/sh\necho a shell script\n", 30, 0, -EINVAL,
	       "not an iotrace recording");
	p[12] = 1;
	expect(p, len, 0, -EINVAL, "header is damaged");
	p[12] = 0;
	p[8] = 0;
	expect(p, len, 0, -EINVAL, "header is damaged");
	p[8] = 77;
	expect(p, len, 0, -EINVAL, "made by a newer iotrace (format 77)");
	memset(p + 8, 0xff, 4);
	expect(p, len, 0, -EINVAL, "made by a newer iotrace (format 4294967295)");
	free(p);
}
END_TEST

START_TEST(unreadable_descriptors)
{
	struct raw_reader *r;
	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(raw_reader_new(dir, &r), -EISDIR);
	ck_assert_ptr_null(raw_reader_error(r));
	raw_reader_free(r);
	close(dir);
	ck_assert_int_eq(raw_reader_new(-1, &r), -EBADF);
	raw_reader_free(r);
	raw_reader_free(NULL);
}
END_TEST

/* Cut anywhere: every frame that is whole comes back; the end of a frame is a good end.
 */
START_TEST(cut_anywhere)
{
	enum { FRAMES = 5, PER_FRAME = 4 };
	size_t ends[FRAMES + 1], len;
	for (uint64_t i = 0; i <= FRAMES; i++)
		free(recording(i * PER_FRAME, PER_FRAME, &ends[i]));
	char *p = recording(FRAMES * PER_FRAME, PER_FRAME, &len);
	ck_assert_uint_eq(ends[FRAMES], len);
	uint64_t whole = 0;
	for (size_t n = 16; n <= len; n++) {
		if (n == ends[whole + 1])
			whole++;
		int rc;
		char *error;
		uint64_t got = read_bytes(p, n, &rc, &error);
		if (got != whole * PER_FRAME || rc != (n == ends[whole] ? 0 : -EBADMSG))
			ck_abort_msg("cut at %zu of %zu: %d records, %d, %s", n, len,
				     (int)got, rc, error);
		if (rc && !strstr(error, "cut short"))
			ck_abort_msg("%s", error);
		free(error);
	}
	free(p);
}
END_TEST

/* Any bit of a frame changed: no record comes back wrong, and those before it do. A few
 * bits mean nothing to zstd (RFC 8878: the unused bit, padding of bit streams): then all
 * comes back; and without the bit that announces the checksum, its 4 bytes are left. */
START_TEST(flip_any_bit)
{
	size_t first, len;
	free(recording(4, 4, &first));
	char *p = recording(8, 4, &len);
	size_t refused = 0, harmless = 0;
	for (size_t i = first * 8; i < len * 8; i++) {
		p[i / 8] = (char)(p[i / 8] ^ 1 << i % 8);
		int rc;
		char *error;
		uint64_t got = read_bytes(p, len, &rc, &error); /* compares each */
		if (rc == -EBADMSG && (got == 4 || (got == 8 && i / 8 == first + 4)))
			refused++;
		else if (rc == 0 && got == 8)
			harmless++;
		else
			ck_abort_msg("bit %zu: %d, %d, %s", i, (int)got, rc, error);
		free(error);
		p[i / 8] = (char)(p[i / 8] ^ 1 << i % 8);
	}
	ck_assert_uint_lt(harmless * 20, refused);
	free(p);
}
END_TEST

START_TEST(garbage_behind)
{
	size_t len;
	char *p = recording(3, 0, &len);
	memcpy(p + len, "garbage", 7);
	expect(p, len + 7, 3, -EBADMSG, "no frame where one should be");
	expect(p, len + 1, 3, -EBADMSG, "no frame where one should be");
	memset(p + len, 0, 64);
	expect(p, len + 64, 3, -EBADMSG, "no frame where one should be");
	/* A skippable frame of 4 GiB: zstd itself would swallow what follows. */
	memcpy(p + len, "\x50\x2a\x4d\x18\xff\xff\xff\xff", 8);
	expect(p, len + 64, 3, -EBADMSG, "no frame where one should be");
	/* A second recording. */
	memcpy(p + len, p, 16);
	expect(p, len + 16, 3, -EBADMSG, "no frame where one should be");
	free(p);
}
END_TEST

/* Appends a frame with LEN bytes of content to FD. It tells their number, or, with a
 * WINDOW_LOG, only how far back (2^WINDOW_LOG bytes) a reader must remember. */
static void
add_frame(int fd, const void *content, size_t len, int window_log)
{
	size_t cap = ZSTD_compressBound(len), n;
	char *out = xmalloc(cap);
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(z, ZSTD_c_contentSizeFlag, window_log == 0);
	ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log);
	n = ZSTD_compress2(z, out, cap, content, len);
	ck_assert(!ZSTD_isError(n));
	ck_assert_int_eq((int)write(fd, out, n), (int)n);
	ZSTD_freeCCtx(z);
	free(out);
}

static char *
contents(int fd, size_t *len)
{
	*len = (size_t)lseek(fd, 0, SEEK_END);
	char *p = xmalloc(*len);
	ck_assert_int_eq((int)pread(fd, p, *len, 0), (int)*len);
	close(fd);
	return p;
}

/* The bytes of a recording of one record, and then that frame. */
static char *
with_hostile_frame(const void *content, size_t n, int window_log, size_t *len)
{
	int fd = new_memfd();
	write_numbered(fd, 1, 0);
	add_frame(fd, content, n, window_log);
	return contents(fd, len);
}

START_TEST(hostile_frames)
{
	size_t huge = (size_t)64 << 20, len;
	char *zeros = xcalloc(1, huge);
	/* A bomb that says its size, and one that only says how far back it refers. Both
	 * are refused by their header, before memory is taken for them. */
	for (int window_log = 0; window_log <= 27; window_log += 27) {
		char *bomb = with_hostile_frame(zeros, huge, window_log, &len), *error;
		int rc;
		ck_assert_uint_eq(read_bytes(bomb, len, &rc, &error), 1);
		ck_assert_str_eq(error, "the recording is damaged");
		free(error);
		free(bomb);
	}
	/* One byte too many. */
	char *bomb = with_hostile_frame(zeros, RAW_FRAME_BYTES + 1, 20, &len);
	expect(bomb, len, 1, -EBADMSG, "a frame too large");
	free(bomb);
	/* A frame that is right but whose content is no record. */
	bomb = with_hostile_frame(zeros, 4096, 0, &len);
	expect(bomb, len, 1, -EBADMSG, "impossible size");
	free(bomb);
	bomb = with_hostile_frame(zeros, 5, 0, &len);
	expect(bomb, len, 1, -EBADMSG, "cut short");
	free(bomb);
	/* An empty frame holds nothing and does no harm. */
	bomb = with_hostile_frame(zeros, 0, 0, &len);
	expect(bomb, len, 1, 0, "");
	free(bomb);
	free(zeros);
}
END_TEST

/* A record whose size leads beyond its frame, the rest being in the next one. */
START_TEST(record_across_frames)
{
	int fd = new_memfd();
	write_numbered(fd, 1, 0);
	struct raw_build b = { 0 };
	build_numbered(&b, 2);
	char two[1024];
	uint32_t size = b.rec->size;
	memcpy(two, b.rec, size);
	build_numbered(&b, 3);
	memcpy(two + size, b.rec, 16);
	add_frame(fd, two, size + 16, 0);
	add_frame(fd, (char *)b.rec + 16, b.rec->size - 16, 0);
	size_t len;
	char *p = contents(fd, &len);
	expect(p, len, 2, -EBADMSG, "a record is cut short");
	free(p);
	raw_build_fini(&b);
}
END_TEST

struct dribble {
	const char *p;
	size_t len;
	int fd;
};

/* Writes in uneven pieces, so that the reader sees short reads everywhere. */
static void *
dribble(void *arg)
{
	struct dribble *d = arg;
	for (size_t at = 0, step = 1; at < d->len; at += step) {
		step = at % 13 + 1;
		if (step > d->len - at)
			step = d->len - at;
		if (write(d->fd, d->p + at, step) != (ssize_t)step)
			break;
	}
	close(d->fd);
	return NULL;
}

START_TEST(from_a_pipe)
{
	size_t len;
	char *p = recording(500, 50, &len);
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	struct dribble d = { .p = p, .len = len, .fd = fds[1] };
	pthread_t thread;
	ck_assert_int_eq(pthread_create(&thread, NULL, dribble, &d), 0);
	struct raw_reader *r;
	int rc;
	ck_assert_int_eq(raw_reader_new(fds[0], &r), 0);
	ck_assert_uint_eq(read_numbered(r, &rc), 500);
	ck_assert_int_eq(rc, 0);
	raw_reader_free(r);
	pthread_join(thread, NULL);
	close(fds[0]);
	free(p);
}
END_TEST

START_TEST(write_errors_stick)
{
	struct raw_writer *w;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(full, 0);
	ck_assert_int_eq(raw_writer_new(full, &w), -ENOSPC);
	close(full);

	/* The reader goes away between the header and the first frame. */
	signal(SIGPIPE, SIG_IGN);
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(raw_writer_new(fds[1], &w), 0);
	close(fds[0]);
	struct raw_build b = { 0 };
	build_numbered(&b, 1);
	ck_assert_int_eq(raw_writer_put(w, b.rec), 0);
	ck_assert_int_eq(raw_writer_flush(w), -EPIPE);
	ck_assert_int_eq(raw_writer_put(w, b.rec), -EPIPE);
	ck_assert_int_eq(raw_writer_flush(w), -EPIPE);
	ck_assert_int_eq(raw_writer_free(w), -EPIPE);
	ck_assert_int_eq(raw_writer_free(NULL), 0);
	raw_build_fini(&b);
	close(fds[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("raw_file");
	TCase *tc = tcase_create("raw_file");
	suite_add_tcase(suite, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, largest_records);
	tcase_add_test(tc, flushed_records_survive);
	tcase_add_test(tc, foreign_files);
	tcase_add_test(tc, unreadable_descriptors);
	tcase_add_test(tc, cut_anywhere);
	tcase_add_test(tc, flip_any_bit);
	tcase_add_test(tc, garbage_behind);
	tcase_add_test(tc, hostile_frames);
	tcase_add_test(tc, record_across_frames);
	tcase_add_test(tc, from_a_pipe);
	tcase_add_test(tc, write_errors_stick);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
