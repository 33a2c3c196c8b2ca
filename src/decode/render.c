/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the text: how strace writes a pointer, a string, a descriptor. The forms
 * were taken from the output of strace 6.1 (strace -f -y -s 32).
 */
#include "decode/render.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/escape.h"
#include "table/flags.h"

struct bytes
render_blob(const struct render *r, unsigned kind, unsigned arg)
{
	const struct raw_blob *b = raw_blob_find(r->rec, kind, arg);
	if (!b)
		return (struct bytes){ NULL, 0, 0 };
	return (struct bytes){ raw_blob_data(b), b->len, b->flags };
}

struct bytes
render_part(struct bytes b, size_t at, size_t len)
{
	if (at > b.len)
		at = b.len;
	if (len > b.len - at)
		len = b.len - at;
	return (struct bytes){ b.p ? b.p + at : NULL, len, b.flags };
}

uint64_t
render_load(struct bytes b, size_t at, size_t size)
{
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;
	if (at > b.len || size > b.len - at)
		return 0;
	switch (size) {
	case sizeof(v8):
		memcpy(&v8, b.p + at, sizeof(v8));
		return v8;
	case sizeof(v16):
		memcpy(&v16, b.p + at, sizeof(v16));
		return v16;
	case sizeof(v32):
		memcpy(&v32, b.p + at, sizeof(v32));
		return v32;
	case sizeof(v64):
		memcpy(&v64, b.p + at, sizeof(v64));
		return v64;
	default:
		return 0;
	}
}

void
render_ptr(struct strbuf *sb, uint64_t v)
{
	if (v)
		strbuf_addhex(sb, v);
	else
		strbuf_adds(sb, "NULL");
}

void
render_quoted(struct strbuf *sb, const void *p, size_t len, bool more)
{
	strbuf_addch(sb, '"');
	escape_c(sb, p, len);
	strbuf_adds(sb, more ? "\"..." : "\"");
}

void
render_quoted_hex(struct strbuf *sb, const void *p, size_t len, bool more)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = p;
	strbuf_addch(sb, '"');
	for (size_t i = 0; i < len; i++) {
		char hex[4] = { '\\', 'x', digits[b[i] >> 4], digits[b[i] & 15] };
		strbuf_addmem(sb, hex, sizeof(hex));
	}
	strbuf_adds(sb, more ? "\"..." : "\"");
}

/* The name of a descriptor. '<' and '>' would end it, so they are escaped too, in three
 * digits where a digit follows. */
static void
add_fd_name(struct strbuf *sb, const char *p, size_t len)
{
	size_t from = 0;
	for (size_t i = 0; i < len; i++) {
		if (p[i] != '<' && p[i] != '>')
			continue;
		escape_c(sb, p + from, i - from);
		bool digit = i + 1 < len && p[i + 1] >= '0' && p[i + 1] <= '9';
		strbuf_adds(sb, digit ? "\\0" : "\\");
		strbuf_adds(sb, p[i] == '<' ? "74" : "76");
		from = i + 1;
	}
	escape_c(sb, p + from, len - from);
}

/* <NAME> of the FD blob B. */
static void
add_fd_blob(struct strbuf *sb, const struct raw_fd *fd, struct bytes b)
{
	strbuf_addch(sb, '<');
	add_fd_name(sb, (const char *)b.p + sizeof(*fd), b.len - sizeof(*fd));
	strbuf_adds(sb, fd->bits & RAW_FD_DELETED ? ">(deleted)" : ">");
}

static void
add_fd(const struct render *r, unsigned arg, int num, bool any)
{
	if (num == AT_FDCWD)
		strbuf_adds(r->sb, "AT_FDCWD");
	else
		strbuf_addi64(r->sb, num);
	struct bytes b = render_blob(r, RAW_BLOB_FD, arg);
	struct raw_fd fd;
	if (!b.p && r->names && arg < SYSCALL_ARGS && r->names->of[arg].p) {
		strbuf_addch(r->sb, '<');
		add_fd_name(r->sb, r->names->of[arg].p, r->names->of[arg].len);
		strbuf_addch(r->sb, '>');
	}
	if (!b.p || b.len <= sizeof(fd))
		return;
	memcpy(&fd, b.p, sizeof(fd));
	if (any || fd.fd == num)
		add_fd_blob(r->sb, &fd, b);
}

void
render_fd(const struct render *r, unsigned arg, int num)
{
	add_fd(r, arg, num, false);
}

void
render_fd_as(const struct render *r, unsigned arg, int num)
{
	add_fd(r, arg, num, true);
}

void
render_fd_data(const struct render *r, int num)
{
	strbuf_addi64(r->sb, num);
	const struct raw_blob *b = raw_blob_first(r->rec);
	for (; b; b = raw_blob_next(r->rec, b)) {
		struct raw_fd fd;
		if (b->kind != RAW_BLOB_FD || b->arg != RAW_ARG_DATA || b->len <= sizeof(fd))
			continue;
		memcpy(&fd, raw_blob_data(b), sizeof(fd));
		if (fd.fd != num)
			continue;
		add_fd_blob(r->sb, &fd, (struct bytes){ raw_blob_data(b), b->len, 0 });
		return;
	}
}

void
render_set(struct strbuf *sb, enum flagset_id set, uint64_t value)
{
	flagset_render(sb, &flagset_table[set], value);
}

void
render_perm(struct strbuf *sb, uint64_t mode)
{
	char digits[24];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + (mode & 7));
		mode >>= 3;
	} while (mode);
	strbuf_adds(sb, sizeof(digits) - at < 2 ? "00" : "0");
	strbuf_addmem(sb, digits + at, sizeof(digits) - at);
}

void
render_mode(struct strbuf *sb, uint32_t mode)
{
	static const struct {
		uint32_t type;
		const char *name;
	} types[] = {
		{ S_IFREG, "S_IFREG|" },   { S_IFDIR, "S_IFDIR|" },
		{ S_IFLNK, "S_IFLNK|" },   { S_IFCHR, "S_IFCHR|" },
		{ S_IFBLK, "S_IFBLK|" },   { S_IFIFO, "S_IFIFO|" },
		{ S_IFSOCK, "S_IFSOCK|" },
	};
	uint32_t type = mode & S_IFMT, rest = mode & ~(uint32_t)S_IFMT;
	size_t i = 0;
	while (i < ARRAY_SIZE(types) && types[i].type != type)
		i++;
	if (i < ARRAY_SIZE(types))
		strbuf_adds(sb, types[i].name);
	else
		rest |= type;
	if (mode & S_ISUID)
		strbuf_adds(sb, "S_ISUID|");
	if (mode & S_ISGID)
		strbuf_adds(sb, "S_ISGID|");
	if (mode & S_ISVTX)
		strbuf_adds(sb, "S_ISVTX|");
	render_perm(sb, rest & ~(uint32_t)(S_ISUID | S_ISGID | S_ISVTX));
}

void
render_dev(struct strbuf *sb, uint64_t dev)
{
	strbuf_adds(sb, "makedev(");
	strbuf_addhex(sb, major(dev));
	strbuf_adds(sb, ", ");
	strbuf_addhex(sb, minor(dev));
	strbuf_addch(sb, ')');
}

void
render_signal(struct strbuf *sb, int signo)
{
	const char *name = signal_name(signo);
	if (name)
		strbuf_adds(sb, name);
	else
		strbuf_addi64(sb, signo);
}

void
render_sigset(struct strbuf *sb, uint64_t mask)
{
	/* As strace: with two thirds or more of the signals, those missing are named. */
	bool most = __builtin_popcountll(mask) >= 64 * 2 / 3;
	strbuf_adds(sb, most ? "~[" : "[");
	if (most)
		mask = ~mask;
	for (bool first = true; mask; mask &= mask - 1, first = false) {
		int signo = __builtin_ctzll(mask) + 1;
		const char *name = signal_name(signo);
		if (!first)
			strbuf_addch(sb, ' ');
		if (name)
			strbuf_adds(sb, strncmp(name, "SIG", 3) == 0 ? name + 3 : name);
		else
			strbuf_addi64(sb, signo);
	}
	strbuf_addch(sb, ']');
}

void
render_date(struct strbuf *sb, int64_t sec, uint64_t fraction, int digits)
{
	struct tm tm;
	time_t t = sec;
	char day[64];
	if (!gmtime_r(&t, &tm) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	strbuf_addf(sb, " /* %s", day);
	if (fraction)
		strbuf_addf(sb, ".%0*llu", digits, (unsigned long long)fraction);
	strbuf_adds(sb, "+0000 */");
}
