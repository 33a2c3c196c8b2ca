/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fcntl(2) and ioctl(2): calls that are many calls, told apart by a command.
 */
#include "decode/render.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "table/flags.h"

static uint64_t
value(const struct render *r, unsigned i)
{
	return r->rec->args[i];
}

/* How fcntl(2)'s third argument and result read, by command; hex if not listed. */
enum fcntl_form {
	FORM_NONE = 1,
	FORM_INT,
	FORM_FDFLAGS,
	FORM_OPEN,
	FORM_SIG,
	FORM_LEASE,
	FORM_SEALS,
	FORM_FLOCK, /* a pointer to what is locked */
};

static const struct fcntl_cmd {
	unsigned cmd;
	enum fcntl_form arg, ret;
} fcntl_cmds[] = {
	{ F_DUPFD, FORM_INT, FORM_INT },	{ F_DUPFD_CLOEXEC, FORM_INT, FORM_INT },
	{ F_GETFD, FORM_NONE, FORM_FDFLAGS },	{ F_SETFD, FORM_FDFLAGS, FORM_INT },
	{ F_GETFL, FORM_NONE, FORM_OPEN },	{ F_SETFL, FORM_OPEN, FORM_INT },
	{ F_GETOWN, FORM_NONE, FORM_INT },	{ F_SETOWN, FORM_INT, FORM_INT },
	{ F_GETSIG, FORM_NONE, FORM_SIG },	{ F_SETSIG, FORM_SIG, FORM_INT },
	{ F_GETLEASE, FORM_NONE, FORM_LEASE },	{ F_SETLEASE, FORM_LEASE, FORM_INT },
	{ F_GETPIPE_SZ, FORM_NONE, FORM_INT },	{ F_SETPIPE_SZ, FORM_INT, FORM_INT },
	{ F_GET_SEALS, FORM_NONE, FORM_SEALS }, { F_ADD_SEALS, FORM_SEALS, FORM_INT },
	{ F_SETLK, FORM_FLOCK, FORM_INT },	{ F_SETLKW, FORM_FLOCK, FORM_INT },
	{ F_GETLK, FORM_FLOCK, FORM_INT },	{ F_OFD_SETLK, FORM_FLOCK, FORM_INT },
	{ F_OFD_SETLKW, FORM_FLOCK, FORM_INT }, { F_OFD_GETLK, FORM_FLOCK, FORM_INT },
};

static const struct fcntl_cmd *
fcntl_cmd(const struct render *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(fcntl_cmds); i++)
		if (fcntl_cmds[i].cmd == (uint32_t)value(r, 1))
			return &fcntl_cmds[i];
	return NULL;
}

static void
add_fcntl_value(struct strbuf *sb, enum fcntl_form form, uint64_t v)
{
	switch (form) {
	case FORM_NONE:
		break;
	case FORM_INT:
		strbuf_addi64(sb, (int32_t)v);
		break;
	case FORM_FDFLAGS:
		render_set(sb, FLAGSET_fdflags, v);
		break;
	case FORM_OPEN:
		render_set(sb, FLAGSET_open, v);
		break;
	case FORM_SIG:
		render_signal(sb, (int)v);
		break;
	case FORM_LEASE:
		render_set(sb, FLAGSET_lock, v);
		break;
	case FORM_SEALS:
		render_set(sb, FLAGSET_seal, v);
		break;
	case FORM_FLOCK:
		render_ptr(sb, v);
		break;
	}
}

/* What a lock covers; after F_GETLK who holds it, if that is told. */
static void
render_flock(const struct render *r, unsigned i)
{
	static const struct field head[] = {
		F_SET(struct flock, l_type, lock),
		F_SET(struct flock, l_whence, seek),
		F(struct flock, l_start, I),
		F(struct flock, l_len, I),
		F(struct flock, l_pid, I),
	};
	size_t n = ARRAY_SIZE(head);
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!b.p || !r->ok) {
		b = render_blob(r, RAW_BLOB_BYTES, i);
		n--; /* l_pid is only ever told, not asked */
	}
	if (b.len != sizeof(struct flock)) {
		render_ptr(r->sb, value(r, i));
		return;
	}
	strbuf_addch(r->sb, '{');
	render_fields(r, head, n, b);
	strbuf_addch(r->sb, '}');
}

unsigned
render_nargs_fcntl(const struct render *r)
{
	const struct fcntl_cmd *c = fcntl_cmd(r);
	return c && c->arg == FORM_NONE ? 2 : 3;
}

void
render_arg_fcntl(const struct render *r, unsigned i)
{
	const struct fcntl_cmd *c = fcntl_cmd(r);
	if (c && c->arg == FORM_FLOCK)
		render_flock(r, i);
	else if (c)
		add_fcntl_value(r->sb, c->arg, value(r, i));
	else
		strbuf_addhex(r->sb, value(r, i));
}

/* A number and what it stands for: 0x8002 (flags O_RDWR|O_LARGEFILE). */
void
render_ret_fcntl(const struct render *r)
{
	static const char *const labels[] = {
		[FORM_FDFLAGS] = " (flags ", [FORM_OPEN] = " (flags ",	[FORM_SIG] = " (",
		[FORM_LEASE] = " (",	     [FORM_SEALS] = " (seals ",
	};
	const struct fcntl_cmd *c = fcntl_cmd(r);
	uint64_t ret = (uint64_t)r->rec->ret;
	if (!c || !labels[c->ret]) {
		if (c && (c->cmd == F_DUPFD || c->cmd == F_DUPFD_CLOEXEC))
			render_fd_as(r, 0, (int)ret); /* one more name of the same file */
		else
			render_ret_plain(r);
		return;
	}
	strbuf_addhex(r->sb, ret);
	if (!ret && c->ret != FORM_OPEN && c->ret != FORM_LEASE)
		return;
	strbuf_adds(r->sb, labels[c->ret]);
	add_fcntl_value(r->sb, c->ret, ret);
	strbuf_addch(r->sb, ')');
}

/* A command without a name is taken apart as the kernel puts it together
 * (asm-generic/ioctl.h). */
void
render_arg_ioctl_cmd(const struct render *r, unsigned i)
{
	static const char *const dirs[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
					    "_IOC_READ|_IOC_WRITE" };
	uint32_t cmd = (uint32_t)value(r, i);
	const struct flagset *set = r->desc->args[i].set;
	const char *name = set ? flagset_name(set, cmd) : NULL;
	if (name) {
		strbuf_adds(r->sb, name);
		return;
	}
	strbuf_adds(r->sb, "_IOC(");
	strbuf_adds(r->sb, dirs[_IOC_DIR(cmd)]);
	const unsigned parts[] = { _IOC_TYPE(cmd), _IOC_NR(cmd), _IOC_SIZE(cmd) };
	for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
		strbuf_adds(r->sb, ", ");
		strbuf_addhex(r->sb, parts[k]);
	}
	strbuf_addch(r->sb, ')');
}

/* The argument of a command that points to an int, as [5]; else the number it is. */
void
render_arg_ioctl(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!b.p)
		b = render_blob(r, RAW_BLOB_BYTES, i);
	if (b.len != sizeof(int)) {
		strbuf_addhex(r->sb, value(r, i));
		return;
	}
	strbuf_addch(r->sb, '[');
	strbuf_addi64(r->sb, (int32_t)render_load(b, 0, sizeof(int)));
	strbuf_addch(r->sb, ']');
}

unsigned
render_nargs_ioctl(const struct render *r)
{
	uint32_t cmd = (uint32_t)value(r, 1);
	return cmd == FIOCLEX || cmd == FIONCLEX ? 2 : 3;
}
