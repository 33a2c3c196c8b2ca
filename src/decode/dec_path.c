/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls on names: directories that change, names that move or go, and the few calls whose
 * file is not simply their path argument.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

static bool
absolute(struct text t)
{
	return t.p && t.p[0] == '/';
}

static struct istr *
intern_text(struct call *c, struct text t)
{
	return intern(c->m->names, t.p, t.len);
}

static void
set_cwd(struct call *c, struct text t)
{
	fsctx_set_cwd(c->task->fs, absolute(t) ? intern_text(c, t) : NULL,
		      c->rec->enter_ns);
}

static void
apply_chdir(struct call *c)
{
	set_cwd(c, dec_path(c, 0));
}

static void
apply_fchdir(struct call *c)
{
	set_cwd(c, dec_fd(c, 0)->name);
}

static void
apply_chroot(struct call *c)
{
	struct text t = dec_path(c, 0);
	fsctx_set_root(c->task->fs, absolute(t) ? intern_text(c, t) : NULL);
}

/* Names as other processes see them have changed in ways nobody told us. */
static void
apply_new_root(struct call *c)
{
	fsctx_forget(c->task->fs);
}

static void
apply_rename(struct call *c)
{
	struct text old = dec_path(c, (unsigned)c->desc->old_path_arg);
	struct text new = dec_path(c, (unsigned)c->desc->path_arg);
	bool exchange = c->rec->nr == __NR_renameat2 && c->rec->args[4] & RENAME_EXCHANGE;
	if (absolute(old) && absolute(new))
		model_rename(c->m, old.p, old.len, new.p, new.len, exchange);
}

static void
apply_unlink(struct call *c)
{
	struct text t = dec_path(c, (unsigned)c->desc->path_arg);
	if (absolute(t))
		model_unlink(c->m, t.p, t.len);
}

/* fs/utimes.c: with both times UTIME_OMIT the call returns before it looks at anything,
 * so no descriptor was acted on. */
static void
fill_utimensat(struct call *c)
{
	const int64_t omit = (1l << 30) - 2; /* UTIME_OMIT, linux/stat.h */
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 2, 32);
	if (!b || (int64_t)dec_u64(b, 8) != omit || (int64_t)dec_u64(b, 24) != omit ||
	    dec_path(c, 1).p)
		return;
	dec_unset(c, EV_fd);
	dec_unset(c, EV_flags);
	dec_set_file(c, (struct text){ 0 }, 0);
}

static void
fill_getcwd(struct call *c)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_OUT, 0, 1);
	if (!b || !c->ok || c->rec->ret < 1)
		return;
	/* The result counts the NUL (getcwd(2), "C library/kernel differences"). */
	size_t len =
		(uint64_t)c->rec->ret - 1 < b->len ? (size_t)c->rec->ret - 1 : b->len;
	dec_set_file(c, dec_text(c, raw_blob_data(b), len), EVENT_FILE_IS_PATH);
}

/* FAN_MARK_FLUSH clears the group's marks and looks at no path: the group is the file. */
static void
fill_fanotify_mark(struct call *c)
{
	if (c->rec->args[1] & 0x80) /* FAN_MARK_FLUSH */
		dec_set_fdinfo(c, dec_fd(c, 0));
}

const struct dec_row dec_path_rows[] = {
	{ __NR_chdir, 0, NULL, apply_chdir },
	{ __NR_fchdir, 0, NULL, apply_fchdir },
	{ __NR_chroot, 0, NULL, apply_chroot },
	{ __NR_pivot_root, 0, NULL, apply_new_root },
	{ __NR_rename, 0, NULL, apply_rename },
	{ __NR_renameat, 0, NULL, apply_rename },
	{ __NR_renameat2, 0, NULL, apply_rename },
	{ __NR_unlink, 0, NULL, apply_unlink },
	{ __NR_unlinkat, 0, NULL, apply_unlink },
	{ __NR_rmdir, 0, NULL, apply_unlink },
	{ __NR_utimensat, 0, fill_utimensat, NULL },
	{ __NR_getcwd, 0, fill_getcwd, NULL },
	{ __NR_fanotify_mark, 0, fill_fanotify_mark, NULL },
	{ 0 },
};
