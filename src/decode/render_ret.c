/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows the "=" of a call.
 */
#include <string.h>

#include "decode/args.h"
#include "decode/render.h"
#include "table/flags.h"

/* Results that the kernel acts on before the program sees one (include/linux/errno.h);
 * the texts are strace's, which viewers of its output look for. */
static const struct restart {
	int errnum;
	const char *text;
} restarts[] = {
	{ 512, "? ERESTARTSYS (To be restarted if SA_RESTART is set)" },
	{ 513, "? ERESTARTNOINTR (To be restarted)" },
	{ 514, "? ERESTARTNOHAND (To be restarted if no handler)" },
	{ 516, "? ERESTART_RESTARTBLOCK (Interrupted by signal)" },
};

static void
add_error(struct strbuf *sb, int errnum)
{
	for (size_t i = 0; i < ARRAY_SIZE(restarts); i++) {
		if (restarts[i].errnum == errnum) {
			strbuf_adds(sb, restarts[i].text);
			return;
		}
	}
	const char *name = errno_name(errnum);
	const char *text = strerrordesc_np(errnum);
	strbuf_adds(sb, "-1 ");
	if (name) {
		strbuf_adds(sb, name);
	} else {
		strbuf_adds(sb, "ERRNO_");
		strbuf_addi64(sb, errnum);
	}
	if (text) {
		strbuf_adds(sb, " (");
		strbuf_adds(sb, text);
		strbuf_addch(sb, ')');
	} else if (!name) {
		strbuf_adds(sb, " (Unknown error ");
		strbuf_addi64(sb, errnum);
		strbuf_addch(sb, ')');
	}
}

void
render_ret_plain(const struct render *r)
{
	int64_t ret = r->rec->ret;
	if (r->desc->ret == RET_fd || raw_blob_find(r->rec, RAW_BLOB_FD, RAW_ARG_RET))
		render_fd(r, RAW_ARG_RET, (int)ret);
	else if (r->desc->ret == RET_addr)
		strbuf_addhex(r->sb, (uint64_t)ret);
	else
		strbuf_addi64(r->sb, ret);
}

void
args_render_value(struct strbuf *sb, int64_t res)
{
	if (render_is_errno(res))
		add_error(sb, (int)-res);
	else
		strbuf_addi64(sb, res);
}

void
args_render_ret(struct strbuf *sb, const struct raw_rec *rec,
		const struct syscall_desc *desc)
{
	struct render r = { sb, rec, desc, NULL, render_succeeded(rec) };
	const struct call_rule *rule = render_call_rule(desc);
	if (rec->kind != RAW_SYSCALL || rec->flags & RAW_NO_RET)
		strbuf_addch(sb, '?');
	else if (!r.ok)
		add_error(sb, (int)-rec->ret);
	else if (rule && rule->ret)
		rule->ret(&r);
	else
		render_ret_plain(&r);
}
