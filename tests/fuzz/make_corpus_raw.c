/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the corpus of fuzz_raw into the current directory: one good recording of every
 * blob kind, records bare of their frames, and each with one thing wrong. To be run again
 * when the format changes: make make_corpus_raw, then there.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "base/strbuf.h"
#include "raw/raw_build.h"
#include "raw/raw_check.h"
#include "raw/raw_file.h"
#include "raw/raw_uring.h"

static void
save(const char *name, const void *p, size_t len)
{
	FILE *f = fopen(name, "we");
	if (!f || fwrite(p, 1, len, f) != len || fclose(f) != 0) {
		perror(name);
		exit(1);
	}
}

/* A stream of records back to back: a session, a task, one of every kind of blob. */
static void
good_records(struct strbuf *out)
{
	static const struct raw_fd fd = { .fd = 3, .bits = RAW_FD_INFO, .flags = 02 };
	static const struct raw_ring ring = { .ring = 1 };
	struct raw_build b = { 0 };
	raw_build_start(&b, RAW_SESSION, 0, 0);
	for (unsigned kind = RAW_BLOB_TEXT_HOST; kind <= RAW_BLOB_TEXT_SELECT; kind++)
		raw_build_add(&b, kind, 0, 0, "text", 4);
	strbuf_addmem(out, b.rec, b.rec->size);

	raw_build_start(&b, RAW_SYSCALL, 5, 5)->nr = 257;
	for (unsigned kind = RAW_BLOB_CSTR; kind <= RAW_BLOB_CONTROL; kind++)
		raw_build_add(&b, kind, kind % 6, RAW_BLOB_TRUNC, "0123456789abcdef",
			      (size_t)kind * 2);
	raw_build_add_fd(&b, 0, &fd, "/etc/passwd", 11);
	raw_build_add_fd(&b, RAW_ARG_RET, &fd, "pipe:[1]", 8);
	raw_build_add_fd(&b, RAW_ARG_SCM + 47, &fd, "", 0);
	raw_build_add(&b, RAW_BLOB_COMM, 0, 0, "sh", 2);
	raw_build_add(&b, RAW_BLOB_PATH, 1, 0, "/", 1);
	raw_build_add(&b, RAW_BLOB_STACK, 0, 0, "main\nread\n", 10);
	raw_build_add(&b, RAW_BLOB_IOCBS, 2, RAW_BLOB_FAULT, NULL, 0);
	for (unsigned kind = RAW_BLOB_RING; kind < RAW_BLOB_KIND_MAX; kind++)
		raw_build_add(&b, kind, 0, 0, &ring, sizeof(ring));
	strbuf_addmem(out, b.rec, b.rec->size);

	for (unsigned kind = RAW_TASK_NEW; kind < RAW_KIND_MAX; kind++) {
		raw_build_start(&b, kind, 5, 5);
		strbuf_addmem(out, b.rec, b.rec->size);
	}
	raw_build_fini(&b);
}

/* The records of RECORDS in frames of PER_FRAME, as a file. */
static void
good_recording(struct strbuf *out, const struct strbuf *records, unsigned per_frame)
{
	struct raw_writer *w;
	int fd = memfd_create("corpus", MFD_CLOEXEC);
	int rc = raw_writer_new(fd, &w);
	unsigned n = 0;
	for (size_t at = 0; rc == 0 && at < records->len;) {
		const struct raw_rec *rec = (const void *)(records->p + at);
		rc = raw_writer_put(w, rec);
		if (rc == 0 && ++n % per_frame == 0)
			rc = raw_writer_flush(w);
		at += rec->size;
	}
	if (rc == 0)
		rc = raw_writer_free(w);
	assert(rc == 0);
	size_t len = (size_t)lseek(fd, 0, SEEK_END);
	char *p = strbuf_reserve(out, len);
	rc = pread(fd, p, len, 0) == (ssize_t)len ? 0 : -1;
	assert(rc == 0);
	out->len += len;
	close(fd);
}

/* The header of FILE and a frame of LEN bytes of content. */
static void
save_framed(const char *name, const struct strbuf *file, const void *p, size_t len)
{
	struct strbuf out = { 0 };
	strbuf_addmem(&out, file->p, 16);
	size_t cap = ZSTD_compressBound(len);
	out.len += ZSTD_compress(strbuf_reserve(&out, cap), cap, p, len, 1);
	save(name, out.p, out.len);
	strbuf_fini(&out);
}

/* FILE with the byte at AT set to VALUE. */
static void
save_changed(const char *name, const struct strbuf *file, size_t at, unsigned value)
{
	char was = file->p[at];
	file->p[at] = (char)value;
	save(name, file->p, file->len);
	file->p[at] = was;
}

static void
save_recordings(const struct strbuf *records)
{
	struct strbuf file = { 0 }, frames = { 0 };
	good_recording(&file, records, 1000);
	good_recording(&frames, records, 3);
	save("good", file.p, file.len);
	save("good-frames", frames.p, frames.len);
	save("good-no-records", file.p, 16);
	save("empty", "", 0);
	save("cut-magic", file.p, 5);
	save("cut-header", file.p, 12);
	save("cut-frame-header", file.p, 22);
	save("cut-frame", frames.p, frames.len - 7);
	save_changed("version-newer", &file, 8, 200);
	save_changed("header-longer", &file, 12, 8);
	save_changed("frame-magic", &file, 16, 0);
	save_changed("frame-descriptor", &file, 20, 0xff);
	save_changed("frame-content", &file, file.len / 2, 0xff);
	save_changed("frame-checksum", &file, file.len - 1,
		     (unsigned)~file.p[file.len - 1]);
	strbuf_adds(&file, "garbage behind");
	save("garbage-behind", file.p, file.len);

	size_t big = RAW_FRAME_BYTES * 4;
	char *zeros = calloc(1, big);
	assert(zeros);
	save_framed("frame-of-4-mib", &file, zeros, big);
	save_framed("frame-of-zeros", &file, zeros, 4096);
	save_framed("frame-empty", &file, zeros, 0);
	save_framed("frame-ends-in-record", &file, records->p, records->len - 8);
	free(zeros);
	/* Content size of 2^64 - 1; a window of 2^41; a skippable frame of 4 GiB. */
	struct strbuf hostile = { 0 };
	strbuf_addmem(&hostile, file.p, 16);
	strbuf_addmem(&hostile,
		      "\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\xff\x01", 14);
	save("size-hostile", hostile.p, hostile.len);
	hostile.len = 16;
	strbuf_addmem(&hostile, "\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00", 9);
	save("window-hostile", hostile.p, hostile.len);
	hostile.len = 16;
	strbuf_addmem(&hostile, "\x50\x2a\x4d\x18\xff\xff\xff\xff", 8);
	save("skippable-hostile", hostile.p, hostile.len);
	strbuf_fini(&hostile);
	strbuf_fini(&file);
	strbuf_fini(&frames);
}

static void
save_bare(const struct strbuf *records)
{
	save("records", records->p, records->len);
	save("records-cut", records->p, records->len - 16);
	save_changed("records-size-0", records, 0, 0);
	save_changed("records-size-huge", records, 3, 0xff);
	save_changed("records-kind", records, 4, 0xff);
	save_changed("records-nblob", records, 6, 0xff);
	size_t second = *(const uint32_t *)(const void *)records->p;
	save_changed("records-blob-len", records, second + 120 + 7, 0xff);
}

int
main(void)
{
	struct strbuf records = { 0 };
	good_records(&records);
	save_recordings(&records);
	save_bare(&records);
	strbuf_fini(&records);
	return 0;
}
