/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process_vm_readv(2) transfers whole iovec elements or nothing of them, so the remote
 * side is cut at page borders: then a short count ends exactly at the first bad page.
 */
#include "capture/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define PAGE_BYTES ((uint64_t)4096)
#define MAX_PAGES 64

/* Word by word, for kernels and sandboxes without process_vm_readv (ptrace(2): reads go
 * through even where access to the whole address space is refused). */
static size_t
peek(pid_t tid, uint64_t addr, char *buf, size_t len)
{
	size_t done = 0;
	while (done < len) {
		uint64_t at = (addr + done) & ~UINT64_C(7);
		size_t skip = (size_t)(addr + done - at);
		errno = 0;
		long word = ptrace(PTRACE_PEEKDATA, tid, at, 0);
		if (errno)
			break;
		size_t n = sizeof(word) - skip;
		if (n > len - done)
			n = len - done;
		memcpy(buf + done, (const char *)&word + skip, n);
		done += n;
	}
	return done;
}

/* At most MAX_PAGES pages in one call; -1 where the call itself is refused. */
static ssize_t
vm_read(pid_t tid, uint64_t addr, char *buf, size_t len)
{
	struct iovec local = { .iov_base = buf, .iov_len = len };
	struct iovec remote[MAX_PAGES];
	unsigned long n = 0;
	for (size_t done = 0; done < len; n++) {
		size_t chunk = (size_t)(PAGE_BYTES - ((addr + done) & (PAGE_BYTES - 1)));
		if (chunk > len - done)
			chunk = len - done;
		remote[n].iov_base = (void *)(uintptr_t)(addr + done);
		remote[n].iov_len = chunk;
		done += chunk;
	}
	ssize_t got = process_vm_readv(tid, &local, 1, remote, n, 0);
	if (got < 0)
		return errno == EFAULT ? 0 : -1;
	return got;
}

size_t
mem_read(pid_t tid, uint64_t addr, void *buf, size_t len)
{
	size_t done = 0;
	while (done < len) {
		size_t chunk = len - done;
		size_t most = (MAX_PAGES - 1) * PAGE_BYTES;
		if (chunk > most)
			chunk = most;
		if (addr + done + chunk < addr) /* wraps around the end of memory */
			break;
		ssize_t got = vm_read(tid, addr + done, (char *)buf + done, chunk);
		if (got < 0)
			return done + peek(tid, addr + done, (char *)buf + done, len - done);
		done += (size_t)got;
		if ((size_t)got < chunk)
			break;
	}
	return done;
}

size_t
mem_read_cstr(pid_t tid, uint64_t addr, char *buf, size_t cap, enum mem_end *end)
{
	size_t done = 0;
	size_t chunk = 256; /* most names are short; then in whole pages */
	while (done < cap) {
		if (chunk > cap - done)
			chunk = cap - done;
		size_t got = mem_read(tid, addr + done, buf + done, chunk);
		const char *nul = memchr(buf + done, '\0', got);
		if (nul) {
			*end = MEM_NUL;
			return (size_t)(nul - buf);
		}
		done += got;
		if (got < chunk) {
			*end = MEM_FAULT;
			return done;
		}
		chunk = PAGE_BYTES;
	}
	*end = MEM_CUT;
	return done;
}

bool
mem_write(pid_t tid, uint64_t addr, const void *buf, size_t len)
{
	/* process_vm_writev(2) only reads through the pointer it is given here. */
	void *from = (void *)(uintptr_t)buf;
	struct iovec local = { .iov_base = from, .iov_len = len };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)addr, .iov_len = len };
	return process_vm_writev(tid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}
