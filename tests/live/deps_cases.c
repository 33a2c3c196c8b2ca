/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way of touching a file that the list of dependencies tells apart, each on a file
 * of its own below the working directory. "deps_cases prepare" makes what is there before
 * the run, "deps_cases run" does it, "deps_cases expect" prints what must be listed:
 * class, a tab, the name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char bytes[4096] = "content";

#define MUST(expr) \
	do { \
		if ((expr) < 0) { \
			fprintf(stderr, "deps_cases: line %d: %s: %s\n", __LINE__, \
				#expr, strerror(errno)); \
			exit(1); \
		} \
	} while (0)

static int
opened(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0644);
	if (fd < 0) {
		fprintf(stderr, "deps_cases: %s: %s\n", name, strerror(errno));
		exit(1);
	}
	return fd;
}

static void
make_file(const char *name)
{
	int fd = opened(name, O_WRONLY | O_CREAT | O_TRUNC);
	MUST(write(fd, bytes, sizeof(bytes)));
	MUST(close(fd));
}

static void
read_file(const char *name, int flags)
{
	int fd = opened(name, flags);
	MUST(read(fd, bytes, sizeof(bytes)));
	MUST(close(fd));
}

static void
access_modes(void)
{
	read_file("rdwr-read", O_RDWR);
	int fd = opened("rdwr-written", O_RDWR);
	MUST(write(fd, bytes, 8));
	MUST(close(fd));
	fd = opened("rdwr-both", O_RDWR);
	MUST(pread(fd, bytes, 8, 0));
	MUST(pwrite(fd, bytes, 8, 0));
	MUST(close(fd));
	make_file("cut");
	read_file("cut", O_RDONLY); /* its own content: no input */
	MUST(close(opened("cut-only", O_WRONLY | O_TRUNC)));
	MUST(close(opened("opened", O_RDONLY)));
	fd = opened("appended", O_WRONLY | O_APPEND);
	MUST(write(fd, bytes, 8));
	MUST(close(fd));
	make_file("made");
	MUST(truncate("truncated", 10));
	MUST(chmod("changed", 0600));
}

static void
maps(void)
{
	int fd = opened("mapped", O_RDONLY);
	if (mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		MUST(-1);
	MUST(close(fd));
	fd = opened("mapped-shared", O_RDWR);
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		MUST(-1);
	MUST(close(fd));
	fd = opened("mapped-made", O_RDWR | O_CREAT | O_EXCL);
	MUST(ftruncate(fd, 4096));
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED)
		MUST(-1);
	MUST(close(fd));
}

static void
look_ups(void)
{
	struct stat st;
	DIR *dir;
	char buf[64];
	MUST(stat("looked", &st));
	MUST(readlink("link-looked", buf, sizeof(buf)));
	if (!access("missing", R_OK) || !stat("looked/below", &st) ||
	    open("missing-too", O_RDONLY) >= 0)
		MUST(-1);
	/* Sought first and then made: an output. */
	if (!stat("made-late", &st))
		MUST(-1);
	make_file("made-late");
	dir = opendir("listed");
	if (!dir)
		MUST(-1);
	while (readdir(dir)) {
	}
	closedir(dir);
}

static void
temporary(void)
{
	int fd = opened("final.tmp", O_WRONLY | O_CREAT | O_EXCL);
	MUST(write(fd, bytes, 8));
	MUST(close(fd));
	MUST(rename("final.tmp", "final"));
	make_file("gone.tmp");
	read_file("gone.tmp", O_RDONLY);
	MUST(unlink("gone.tmp"));
	/* Configuration read, rewritten, replaced. */
	read_file("config", O_RDONLY);
	make_file("config.new");
	MUST(rename("config.new", "config"));
	/* A tree made aside. */
	MUST(mkdir("tree.tmp", 0755));
	MUST(mkdir("tree.tmp/sub", 0755));
	make_file("tree.tmp/sub/leaf");
	MUST(rename("tree.tmp", "tree"));
	/* A file without a name until it is done. */
	fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0) {
		make_file("unnamed"); /* this file system has none */
		return;
	}
	char self[64];
	MUST(write(fd, bytes, 8));
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	MUST(linkat(AT_FDCWD, self, AT_FDCWD, "unnamed", AT_SYMLINK_FOLLOW));
	MUST(close(fd));
}

static void
names(void)
{
	read_file("link", O_RDONLY);
	MUST(link("linked", "linked-too"));
	MUST(symlink("nowhere", "link-made"));
	MUST(unlink("deleted"));
	MUST(unlink("remade"));
	make_file("remade");
	MUST(rename("moved", "moved-to"));
	/* Names that differ from the kernel's. */
	make_file("real/../dots.tmp");
	MUST(rename("alias/../dots.tmp", "dots"));
	make_file("alias/inside.tmp");
	MUST(rename("alias/inside.tmp", "alias/inside"));
	make_file("alias/gone.tmp");
	MUST(unlink("alias/gone.tmp"));
	if (syscall(SYS_renameat2, AT_FDCWD, "left", AT_FDCWD, "right", 2u) < 0) {
		/* Not every file system can exchange. */
		read_file("left", O_RDONLY);
		read_file("right", O_RDONLY);
		make_file("left");
		make_file("right");
	}
}

static void
transfers(void)
{
	int in = opened("copied", O_RDONLY), out = opened("copy", O_WRONLY | O_CREAT);
	/* Between file systems that cannot, sendfile(2) can. */
	if (copy_file_range(in, NULL, out, NULL, 100, 0) < 0)
		MUST(sendfile(out, in, NULL, 100));
	MUST(close(in));
	MUST(close(out));
	in = opened("sent", O_RDONLY);
	out = opened("sent-to", O_WRONLY | O_CREAT);
	MUST(sendfile(out, in, NULL, 100));
	MUST(close(in));
	MUST(close(out));
	int ends[2];
	MUST(pipe(ends));
	in = opened("spliced", O_RDONLY);
	out = opened("spliced-to", O_WRONLY | O_CREAT);
	MUST(splice(in, NULL, ends[1], NULL, 100, 0));
	MUST(splice(ends[0], NULL, out, NULL, 100, 0));
	MUST(close(in));
	MUST(close(out));
	/* Opened by who started this. */
	MUST(read(9, bytes, 8));
}

static void
requests(void)
{
	aio_context_t ctx = 0;
	struct io_event event;
	int fd = opened("aio-read", O_RDONLY);
	struct iocb cb = { .aio_fildes = (unsigned)fd,
			   .aio_lio_opcode = IOCB_CMD_PREAD,
			   .aio_buf = (uintptr_t)bytes,
			   .aio_nbytes = 100 };
	struct iocb *list[] = { &cb };
	if (syscall(SYS_io_setup, 1, &ctx) < 0) {
		MUST(read(fd, bytes, 100)); /* a kernel without AIO */
	} else {
		MUST(syscall(SYS_io_submit, ctx, 1, list));
		MUST(syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL));
		MUST(syscall(SYS_io_destroy, ctx));
	}
	MUST(close(fd));
	fd = memfd_create("memory", MFD_CLOEXEC);
	MUST(fd);
	MUST(write(fd, bytes, 8));
	MUST(close(fd));
}

static const char *const before[] = {
	"rdwr-read",	 "rdwr-written", "rdwr-both", "cut",	   "cut-only",
	"opened",	 "appended",	 "truncated", "changed",   "mapped",
	"mapped-shared", "looked",	 "config",    "target",	   "linked",
	"deleted",	 "remade",	 "moved",     "left",	   "right",
	"copied",	 "sent",	 "spliced",   "inherited", "aio-read",
};

static const char expected[] = "input\trdwr-read\n"
			       "output\trdwr-written\n"
			       "both\trdwr-both\n"
			       "output\tcut\n"
			       "output\tcut-only\n"
			       "opened\topened\n"
			       "output\tappended\n"
			       "output\tmade\n"
			       "output\ttruncated\n"
			       "output\tchanged\n"
			       "input\tmapped\n"
			       "both\tmapped-shared\n"
			       "output\tmapped-made\n"
			       "looked\tlooked\n"
			       "looked\tlink-looked\n"
			       "missing\tmissing\n"
			       "missing\tmissing-too\n"
			       "missing\tlooked/below\n"
			       "output\tmade-late\n"
			       "listed\tlisted\n"
			       "output\tfinal\n"
			       "both\tconfig\n"
			       "output\ttree\n"
			       "output\ttree/sub\n"
			       "output\ttree/sub/leaf\n"
			       "output\tunnamed\n"
			       "input\ttarget\n"
			       "input\tlinked\n"
			       "output\tlinked-too\n"
			       "output\tlink-made\n"
			       "deleted\tdeleted\n"
			       "output\tremade\n"
			       "input\tmoved\n"
			       "output\tmoved-to\n"
			       "output\tdots\n"
			       "output\treal/inside\n"
			       "both\tleft\n"
			       "both\tright\n"
			       "input\tcopied\n"
			       "output\tcopy\n"
			       "input\tsent\n"
			       "output\tsent-to\n"
			       "input\tspliced\n"
			       "output\tspliced-to\n"
			       "input\tinherited\n"
			       "input\taio-read\n";

static void
prepare(void)
{
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		make_file(before[i]);
	MUST(mkdir("listed", 0755));
	MUST(mkdir("real", 0755));
	MUST(symlink("real", "alias"));
	MUST(symlink("target", "link"));
	MUST(symlink("target", "link-looked"));
}

int
main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	if (!strcmp(what, "prepare")) {
		prepare();
	} else if (!strcmp(what, "expect")) {
		fputs(expected, stdout);
	} else if (!strcmp(what, "run")) {
		access_modes();
		maps();
		look_ups();
		temporary();
		names();
		transfers();
		requests();
	} else {
		fprintf(stderr, "usage: deps_cases prepare|run|expect\n");
		return 2;
	}
	return 0;
}
