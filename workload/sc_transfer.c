/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes that move between descriptors or processes without a plain read or write, and the
 * calls whose result looks like bytes and is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "scenario.h"

#define TEXT "eighteen bytes now"

static void
file_setup(struct run *r)
{
	file_make("from.txt", TEXT);
	file_make("to.txt", "");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "from.txt", O_RDONLY, 0), "open");
	r->fd[1] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "to.txt", O_WRONLY, 0), "open");
	want(sys(SYS_pipe2, r->fd + 2, 0), 0, "pipe2");
	want(sys(SYS_pipe2, r->fd + 4, 0), 0, "pipe2");
}

static void
splice_run(struct run *r)
{
	char text[] = TEXT;
	struct iov v = { text, 18 };
	int64_t off = 0;

	want(sys(SYS_sendfile, r->fd[1], r->fd[0], &off, 18L), 18, "sendfile");
	want(sys(SYS_splice, r->fd[0], NULL, r->fd[3], NULL, 18L, 0L), 18, "splice");
	want(sys(SYS_tee, r->fd[2], r->fd[5], 18L, 0L), 18, "tee");
	want(sys(SYS_vmsplice, r->fd[3], &v, 1L, 0L), 18, "vmsplice");
}

#define SPLICE_ROWS \
	"sendfile Network fd ret=18 bytes=18 fd=$to file=@/to.txt\n" \
	"splice Network fd ret=18 bytes=18 fd=$w file=$p~pipe:[*]\n" \
	"tee Network fd ret=18 bytes=18 fd=$w2 file=$p2~pipe:[*]\n" \
	"vmsplice Network fd ret=18 bytes=18 fd=$w file=$p\n"

const struct scenario sc_transfer_splice = {
	.name = "transfer-splice",
	.help = "sendfile, splice, tee, vmsplice: the row names the destination",
	.setup = file_setup,
	.run = splice_run,
	.expect = SPLICE_ROWS,
};

static void
copy_run(struct run *r)
{
	int64_t off = 2;

	want(sys(SYS_copy_file_range, r->fd[0], &off, r->fd[1], NULL, 100L, 0L), 16,
	     "copy_file_range");
	want(sys(SYS_copy_file_range, r->fd[0], &off, r->fd[1], NULL, 100L, 0L), 0,
	     "copy_file_range at the end");
}

const struct scenario sc_copy_file_range_basic = {
	.name = "copy-file-range-basic",
	.help = "copy_file_range up to the end of the file, and there",
	.setup = file_setup,
	.run = copy_run,
	.expect = "copy_file_range FS fd ret=16 bytes=16 requested=100 fd=$to "
		  "file=@/to.txt\n"
		  "copy_file_range FS fd ret=0 fd=$to file=@/to.txt\n",
};

static void
bad_dst_run(struct run *r)
{
	for (int i = 0; i < 5; i++)
		want(sys(SYS_copy_file_range, r->fd[0], NULL, 99999, NULL, 100L, 0L),
		     -EBADF, "copy_file_range");
	want(sys(SYS_copy_file_range, r->fd[0], NULL, r->fd[0], NULL, 1L, 0L), -EBADF,
	     "copy_file_range to a read-only file");
}

const struct scenario sc_copy_file_range_bad_dst_fd = {
	.name = "copy-file-range-bad-dst-fd",
	.help = "copy_file_range to no descriptor and to a read-only file",
	.setup = file_setup,
	.run = bad_dst_run,
	.expect = "5* copy_file_range FS fd ret=-EBADF fd=99999\n"
		  "copy_file_range FS fd ret=-EBADF fd=$from file=@/from.txt\n",
};

static void
process_vm_run(struct run *r)
{
	char a[] = TEXT, b[32] = "";
	struct iov local = { b, 18 }, remote = { a, 18 };
	long pid = sys(SYS_getpid);

	(void)r;
	need(sys(SYS_process_vm_readv, pid, &local, 1L, &remote, 1L, 0L),
	     "process_vm_readv");
	need(sys(SYS_process_vm_writev, pid, &local, 1L, &remote, 1L, 0L),
	     "process_vm_writev");
}

#define VM_ROWS \
	"getpid Process null ret=$main\n" \
	"process_vm_readv Memory null ret=18 bytes=18\n" \
	"process_vm_writev Memory null ret=18 bytes=18\n"

const struct scenario sc_transfer_process_vm = {
	.name = "transfer-process-vm",
	.help = "process_vm_readv and process_vm_writev on itself",
	.run = process_vm_run,
	.expect = VM_ROWS,
};

struct msg {
	void *name;
	uint32_t namelen;
	uint32_t pad;
	struct iov *iov;
	size_t iovlen;
	void *control;
	size_t controllen;
	int flags;
	int pad2;
};

struct mmsg {
	struct msg hdr;
	uint32_t len;
	uint32_t pad;
};

static void
pair_setup(struct run *r)
{
	want(sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, r->fd), 0, "socketpair");
}

static void
messages_run(struct run *r)
{
	char out[] = TEXT, in[2][32];
	struct iov vo = { out, 18 }, vi[2] = { { in[0], 32 }, { in[1], 32 } };
	struct msg so = { .iov = &vo, .iovlen = 1 }, si = { .iov = vi, .iovlen = 1 };
	struct mmsg mo[2] = { { .hdr = so }, { .hdr = so } };
	struct mmsg mi[2] = { { .hdr = { .iov = &vi[0], .iovlen = 1 } },
			      { .hdr = { .iov = &vi[1], .iovlen = 1 } } };

	want(sys(SYS_sendto, r->fd[0], out, 18L, 0, NULL, 0L), 18, "sendto");
	want(sys(SYS_recvfrom, r->fd[1], in[0], 32L, 0, NULL, NULL), 18, "recvfrom");
	want(sys(SYS_sendmsg, r->fd[0], &so, 0), 18, "sendmsg");
	want(sys(SYS_recvmsg, r->fd[1], &si, 0), 18, "recvmsg");
	want(sys(SYS_sendmmsg, r->fd[0], mo, 2L, 0), 2, "sendmmsg");
	want(sys(SYS_recvmmsg, r->fd[1], mi, 2L, 0, NULL), 2, "recvmmsg");
}

#define MESSAGE_ROWS \
	"sendto Network fd ret=18 bytes=18 requested=18 fd=$a " \
	"file=$s~socket:[*]\n" \
	"recvfrom Network fd ret=18 bytes=18 requested=32 fd=$b " \
	"file=$t~socket:[*]\n" \
	"sendmsg Network fd ret=18 bytes=18 requested=18 fd=$a file=$s\n" \
	"recvmsg Network fd ret=18 bytes=18 requested=32 fd=$b file=$t\n" \
	"sendmmsg Network fd ret=2 fd=$a file=$s\n" \
	"recvmmsg Network fd ret=2 fd=$b file=$t\n"

const struct scenario sc_transfer_messages = {
	.name = "transfer-messages",
	.help = "sendto to recvmmsg: the calls for many messages return no bytes",
	.setup = pair_setup,
	.run = messages_run,
	.expect = MESSAGE_ROWS,
};

static void
recv_flags_run(struct run *r)
{
	static char data[512], buf[512];
	struct iov one = { buf, 25 }, two[2] = { { buf, 25 }, { buf + 100, 15 } },
		   nine[9];
	struct msg m1 = { .iov = &one, .iovlen = 1 }, m2 = { .iov = two, .iovlen = 2 },
		   m9 = { .iov = nine, .iovlen = 9 };
	long a = r->fd[0], b = r->fd[1];

	for (int i = 0; i < 9; i++)
		nine[i] = (struct iov){ buf + 10 * i, 10 };
	want(sys(SYS_write, a, data, 100L), 100, "write");
	want(sys(SYS_recvfrom, b, buf, 512L, MSG_PEEK, NULL, NULL), 100, "recvfrom PEEK");
	want(sys(SYS_recvfrom, b, buf, 512L, 0, NULL, NULL), 100, "recvfrom");
	want(sys(SYS_write, a, data, 300L), 300, "write");
	want(sys(SYS_recvfrom, b, buf, 10L, MSG_TRUNC, NULL, NULL), 300,
	     "recvfrom TRUNC");
	want(sys(SYS_write, a, data, 200L), 200, "write");
	want(sys(SYS_recvmsg, b, &m1, MSG_PEEK | MSG_TRUNC), 200, "recvmsg PEEK TRUNC");
	want(sys(SYS_recvmsg, b, &m1, 0), 25, "recvmsg");
	want(sys(SYS_write, a, data, 400L), 400, "write");
	want(sys(SYS_recvmsg, b, &m2, MSG_TRUNC), 400, "recvmsg TRUNC of two");
	want(sys(SYS_write, a, data, 500L), 500, "write");
	want(sys(SYS_recvmsg, b, &m9, MSG_TRUNC), 500, "recvmsg TRUNC of nine");
}

const struct scenario sc_recv_flags = {
	.name = "recv-flags",
	.help = "MSG_PEEK moves nothing; MSG_TRUNC returns more than was moved",
	.setup = pair_setup,
	.run = recv_flags_run,
	.expect = "write FS fd ret=100 bytes=100 fd=$a file=$s~socket:[*]\n"
		  "recvfrom Network fd ret=100 bytes=0 fd=$b file=$t~socket:[*]\n"
		  "recvfrom Network fd ret=100 bytes=100 fd=$b file=$t\n"
		  "write FS fd ret=300 bytes=300 fd=$a file=$s\n"
		  "recvfrom Network fd ret=300 bytes=10 fd=$b file=$t\n"
		  "write FS fd ret=200 bytes=200 fd=$a file=$s\n"
		  "recvmsg Network fd ret=200 bytes=0 fd=$b file=$t\n"
		  "recvmsg Network fd ret=25 bytes=25 fd=$b file=$t\n"
		  "write FS fd ret=400 bytes=400 fd=$a file=$s\n"
		  "recvmsg Network fd ret=400 bytes=40 fd=$b file=$t\n"
		  "write FS fd ret=500 bytes=500 fd=$a file=$s\n"
		  "recvmsg Network fd ret=500 bytes=90 fd=$b file=$t\n",
};

/* ---- all that returns a number of bytes ---- */

static void
retbytes_setup(struct run *r)
{
	file_setup(r);
	r->fd[6] = (int)want_ok(sys(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY, 0),
				"open");
	want(sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, r->fd + 7), 0, "socketpair");
}

static void
retbytes_run(struct run *r)
{
	static char buf[4096];
	struct run pair = *r;

	pair.fd[0] = r->fd[7];
	pair.fd[1] = r->fd[8];
	messages_run(&pair);
	splice_run(r);
	want_ok(sys(SYS_getdents64, r->fd[6], buf, 4096L), "getdents64");
	for (int i = 1; i < 40; i++)
		want(sys(SYS_getdents64, r->fd[6], buf, 4096L), 0, "getdents64");
	process_vm_run(r);
}

const struct scenario sc_retbytes_phase_a = {
	.name = "retbytes-phase-a",
	.help = "messages, splices, a directory, another process's memory: bytes of each",
	.needs = "process_vm_readv",
	.setup = retbytes_setup,
	.run = retbytes_run,
	.expect = MESSAGE_ROWS SPLICE_ROWS
	"getdents64 FS fd ret=$d>0 bytes=$d fd=$dir file=@\n"
	"39* getdents64 FS fd ret=0 fd=$dir file=@\n" VM_ROWS,
};
