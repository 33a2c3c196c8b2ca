/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments as text: a row for each type of argtypes.def says how it is written. What
 * hangs on another argument of the call is in render_calls.c.
 */
#include "decode/args.h"

#include <string.h>

#include "decode/render.h"
#include "table/flags.h"

static uint64_t
value(const struct render *r, unsigned i)
{
	return r->rec->args[i];
}

static const struct cap_arg *
capture_of(const struct render *r, unsigned i)
{
	return &syscall_capspec(r->desc->nr)->arg[i];
}

/* The value of the argument that measures argument I; 0 if there is none. */
static uint64_t
measure(const struct render *r, unsigned i)
{
	unsigned len_arg = capture_of(r, i)->len_arg;
	return len_arg < SYSCALL_ARGS ? r->rec->args[len_arg] : 0;
}

/* ---- values ---- */

static void
arg_i32(const struct render *r, unsigned i)
{
	strbuf_addi64(r->sb, (int32_t)value(r, i));
}

static void
arg_u32(const struct render *r, unsigned i)
{
	strbuf_addu64(r->sb, (uint32_t)value(r, i));
}

static void
arg_i64(const struct render *r, unsigned i)
{
	strbuf_addi64(r->sb, (int64_t)value(r, i));
}

static void
arg_u64(const struct render *r, unsigned i)
{
	strbuf_addu64(r->sb, value(r, i));
}

static void
arg_hex(const struct render *r, unsigned i)
{
	strbuf_addhex(r->sb, value(r, i));
}

static void
arg_ptr(const struct render *r, unsigned i)
{
	render_ptr(r->sb, value(r, i));
}

/* The kernel counts in int or in long: a negative int is shown as such. */
static void
arg_count(const struct render *r, unsigned i)
{
	int64_t v = (int64_t)value(r, i);
	if (v < 0 && v >= INT32_MIN)
		strbuf_addi64(r->sb, v);
	else
		strbuf_addu64(r->sb, (uint64_t)v);
}

static void
arg_mode(const struct render *r, unsigned i)
{
	render_perm(r->sb, (uint32_t)value(r, i));
}

static void
arg_dev(const struct render *r, unsigned i)
{
	render_dev(r->sb, (uint32_t)value(r, i));
}

static void
arg_sig(const struct render *r, unsigned i)
{
	render_signal(r->sb, (int)value(r, i));
}

static void
arg_clock(const struct render *r, unsigned i)
{
	render_set(r->sb, FLAGSET_clock, (uint32_t)value(r, i));
}

static void
arg_key(const struct render *r, unsigned i)
{
	int32_t v = (int32_t)value(r, i);
	if (v < 0)
		render_set(r->sb, FLAGSET_keyspec, (uint64_t)(int64_t)v);
	else
		strbuf_addi64(r->sb, v);
}

static void
arg_ipckey(const struct render *r, unsigned i)
{
	uint32_t v = (uint32_t)value(r, i);
	if (v)
		strbuf_addhex(r->sb, v);
	else
		strbuf_adds(r->sb, "IPC_PRIVATE");
}

static void
arg_set(const struct render *r, unsigned i)
{
	flagset_render(r->sb, r->desc->args[i].set, value(r, i));
}

static void
arg_fd(const struct render *r, unsigned i)
{
	render_fd(r, i, (int)value(r, i));
}

static void
arg_fdpair(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!r->ok || b.len < 8) {
		arg_ptr(r, i);
		return;
	}
	strbuf_addch(r->sb, '[');
	render_fd(r, RAW_ARG_NEW0, (int)render_load(b, 0, 4));
	strbuf_adds(r->sb, ", ");
	render_fd(r, RAW_ARG_NEW1, (int)render_load(b, 4, 4));
	strbuf_addch(r->sb, ']');
}

/* ---- strings and data ---- */

static void
arg_string(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_CSTR, i);
	if (!b.p || b.flags & RAW_BLOB_FAULT)
		arg_ptr(r, i);
	else
		render_quoted(r->sb, b.p, b.len, (b.flags & RAW_BLOB_TRUNC) != 0);
}

static void
arg_strv(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_STRV, i);
	if (!b.p) {
		arg_ptr(r, i);
		return;
	}
	strbuf_addch(r->sb, '[');
	size_t at = 0;
	while (at < b.len) {
		const char *s = (const char *)b.p + at;
		size_t len = strnlen(s, b.len - at);
		if (at)
			strbuf_adds(r->sb, ", ");
		render_quoted(r->sb, s, len, false);
		at += len + 1;
	}
	if (b.flags & (RAW_BLOB_TRUNC | RAW_BLOB_FAULT))
		strbuf_adds(r->sb, at ? ", ..." : "...");
	strbuf_addch(r->sb, ']');
}

/* The text that readlink(2), getcwd(2) stored; the latter counts the NUL. */
static void
arg_path_out(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!r->ok || !b.p || b.flags & RAW_BLOB_FAULT) {
		arg_ptr(r, i);
		return;
	}
	size_t len = b.len && !b.p[b.len - 1] ? b.len - 1 : b.len;
	render_quoted(r->sb, b.p, len, (b.flags & RAW_BLOB_TRUNC) != 0);
}

/* Data; LEN is what there should be. */
static void
add_data(const struct render *r, unsigned i, struct bytes b, uint64_t len)
{
	if (!value(r, i) || b.flags & RAW_BLOB_FAULT || (!b.p && len))
		arg_ptr(r, i);
	else
		render_quoted(r->sb, b.p, b.len, (b.flags & RAW_BLOB_TRUNC) != 0);
}

static void
arg_buf_in(const struct render *r, unsigned i)
{
	add_data(r, i, render_blob(r, RAW_BLOB_BYTES, i), measure(r, i));
}

static void
arg_buf_out(const struct render *r, unsigned i)
{
	bool empty = r->desc->ret == RET_bytes && r->rec->ret == 0;
	if (r->ok)
		add_data(r, i, render_blob(r, RAW_BLOB_OUT, i), !empty);
	else
		arg_ptr(r, i);
}

static void
arg_iov(const struct render *r, unsigned i)
{
	render_iovec(r, i, value(r, i), measure(r, i));
}

static void
arg_msghdr(const struct render *r, unsigned i)
{
	render_msghdr(r, i, false);
}

static void
arg_msghdr_out(const struct render *r, unsigned i)
{
	render_msghdr(r, i, true);
}

static void
arg_iocbs(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_IOCBS, i);
	if (b.len)
		render_array(r, STRUCT_iocb, 64, b);
	else if (value(r, i) && !measure(r, i))
		strbuf_adds(r->sb, "[]");
	else
		arg_ptr(r, i);
}

/* ---- pointers to structs ---- */

/* A bit map that is no fd_set, in words. */
static void
add_words(struct strbuf *sb, struct bytes b)
{
	strbuf_addch(sb, '[');
	for (size_t at = 0; at < b.len; at += 8) {
		uint64_t word = 0;
		for (size_t k = 0; k < 8 && at + k < b.len; k++)
			word |= (uint64_t)b.p[at + k] << (8 * k);
		strbuf_adds(sb, at ? ", " : "");
		strbuf_addhex(sb, word);
	}
	strbuf_adds(sb, b.flags & RAW_BLOB_TRUNC ? ", ...]" : "]");
}

/* B as the struct of argument I; the pointer where that cannot be. */
static void
add_object(const struct render *r, unsigned i, struct bytes b)
{
	const struct cap_arg *cap = capture_of(r, i);
	unsigned id = r->desc->args[i].struct_id;
	const struct struct_view *view = render_view(id);
	if (!value(r, i) || !b.p) {
		arg_ptr(r, i);
	} else if (cap->how == CAP_BITS) {
		if (b.flags & RAW_BLOB_FAULT)
			arg_ptr(r, i);
		else if (id == STRUCT_fdset)
			render_fdset(r->sb, b, measure(r, i));
		else
			add_words(r->sb, b);
	} else if (!view) {
		arg_ptr(r, i);
	} else if (cap->how == CAP_ARRAY || cap->how == CAP_SIZED_PTR) {
		if (b.len < view->min)
			arg_ptr(r, i);
		else
			render_array(r, id, cap->how == CAP_ARRAY ? cap->size : view->min,
				     b);
	} else if (b.flags & RAW_BLOB_FAULT) {
		arg_ptr(r, i);
	} else if (view->is_scalar) {
		if (b.len >= view->min)
			render_array(r, id, view->min, render_part(b, 0, view->min));
		else
			arg_ptr(r, i);
	} else if (!render_struct(r, id, b)) {
		arg_ptr(r, i);
	}
}

static void
arg_object_in(const struct render *r, unsigned i)
{
	const struct cap_arg *cap = capture_of(r, i);
	struct bytes b = render_blob(r, RAW_BLOB_BYTES, i);
	bool empty =
		(cap->how == CAP_ARRAY || cap->how == CAP_BITS) && !b.p && !measure(r, i);
	if (empty && value(r, i))
		strbuf_adds(r->sb, "[]");
	else
		add_object(r, i, b);
}

static void
arg_object_out(const struct render *r, unsigned i)
{
	if (!r->ok)
		arg_ptr(r, i);
	else if (capture_of(r, i)->how == CAP_ARRAY && r->desc->ret == RET_count &&
		 r->rec->ret == 0 && value(r, i))
		strbuf_adds(r->sb, "[]");
	else
		add_object(r, i, render_blob(r, RAW_BLOB_OUT, i));
}

/* An integer both ways: [128 => 16], a position [0] => [10]. */
static void
add_scalar_inout(const struct render *r, unsigned i, struct bytes in, struct bytes out)
{
	const struct struct_view *view = render_view(r->desc->args[i].struct_id);
	const struct field *f = view->fields;
	bool is_off = r->desc->args[i].struct_id == STRUCT_off;
	strbuf_addch(r->sb, '[');
	render_field(r, f, in);
	if (render_load(in, 0, f->size) != render_load(out, 0, f->size)) {
		strbuf_adds(r->sb, is_off ? "] => [" : " => ");
		render_field(r, f, out);
	}
	strbuf_addch(r->sb, ']');
}

static void
arg_object_inout(const struct render *r, unsigned i)
{
	unsigned id = r->desc->args[i].struct_id;
	const struct struct_view *view = render_view(id);
	struct bytes in = render_blob(r, RAW_BLOB_BYTES, i);
	struct bytes out = { NULL, 0, 0 };
	if (r->ok)
		out = render_blob(r, RAW_BLOB_OUT, i);
	if (view && view->is_scalar && in.len >= view->min && out.len >= view->min &&
	    capture_of(r, i)->how == CAP_FIXED)
		add_scalar_inout(r, i, in, out);
	else if (id == STRUCT_timespec || id == STRUCT_timeval)
		add_object(r, i,
			   in); /* what is left of a time-out is a remark of the result */
	else
		add_object(r, i, out.p ? out : in);
}

static void
arg_sockaddr(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_BYTES, i);
	if (b.flags & RAW_BLOB_FAULT || !render_sockaddr(r, b))
		arg_ptr(r, i);
}

static void
arg_sockaddr_out(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!r->ok || b.flags & RAW_BLOB_FAULT || !render_sockaddr(r, b))
		arg_ptr(r, i);
}

/* ---- by type ---- */

static void (*const by_type[ARG_TYPE_COUNT])(const struct render *, unsigned i) = {
	[ARG_int] = arg_i32,
	[ARG_uint] = arg_u32,
	[ARG_long] = arg_i64,
	[ARG_ulong] = arg_hex,
	[ARG_size] = arg_u64,
	[ARG_len] = arg_u64,
	[ARG_off] = arg_i64,
	[ARG_count] = arg_count,
	[ARG_mode] = arg_mode,
	[ARG_dev] = arg_dev,
	[ARG_uid] = arg_i32,
	[ARG_gid] = arg_i32,
	[ARG_pid] = arg_i32,
	[ARG_tid] = arg_i32,
	[ARG_sig] = arg_sig,
	[ARG_clockid] = arg_clock,
	[ARG_timerid] = arg_i32,
	[ARG_key] = arg_key,
	[ARG_ipcid] = arg_i32,
	[ARG_ipckey] = arg_ipckey,
	[ARG_aioctx] = arg_hex,
	[ARG_int_ms] = arg_i32,
	[ARG_addr] = arg_ptr,
	[ARG_ptr] = arg_ptr,
	[ARG_flags] = arg_set,
	[ARG_enum] = arg_set,
	[ARG_fd] = arg_fd,
	[ARG_maybe_fd] = arg_i64,
	[ARG_dirfd] = arg_fd,
	[ARG_fdpair] = arg_fdpair,
	[ARG_path] = arg_string,
	[ARG_str] = arg_string,
	[ARG_strv] = arg_strv,
	[ARG_path_out] = arg_path_out,
	[ARG_buf_in] = arg_buf_in,
	[ARG_buf_out] = arg_buf_out,
	[ARG_iov] = arg_iov,
	[ARG_msghdr] = arg_msghdr,
	[ARG_msghdr_out] = arg_msghdr_out,
	[ARG_mmsghdrs] = render_mmsghdrs,
	[ARG_iocbs] = arg_iocbs,
	[ARG_sockaddr] = arg_sockaddr,
	[ARG_sockaddr_out] = arg_sockaddr_out,
	[ARG_timespec] = arg_object_in,
	[ARG_timeval] = arg_object_in,
	[ARG_fdset] = arg_object_in,
	[ARG_pollfds] = arg_object_in,
	[ARG_epoll_event] = arg_object_in,
	[ARG_sigset] = arg_object_in,
	[ARG_siginfo] = arg_object_in,
	[ARG_struct] = arg_object_in,
	[ARG_out] = arg_object_out,
	[ARG_inout] = arg_object_inout,
};

void
render_arg(const struct render *r, unsigned i)
{
	unsigned type = r->desc->args[i].type;
	if (type < ARG_TYPE_COUNT && by_type[type])
		by_type[type](r, i);
	else
		arg_hex(r, i);
}

void
args_render(struct strbuf *sb, const struct raw_rec *rec, const struct syscall_desc *desc,
	    const struct arg_names *names)
{
	struct render r = { sb, rec, desc, names, render_succeeded(rec) };
	if (desc->flags & SYSCALL_UNKNOWN) {
		for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
			strbuf_adds(sb, i ? ", " : "");
			arg_hex(&r, i);
		}
		return;
	}
	const struct call_rule *rule = render_call_rule(desc);
	if (rule && rule->all) {
		rule->all(&r);
		return;
	}
	unsigned n = rule && rule->nargs ? rule->nargs(&r) : desc->nargs;
	bool first = true;
	for (unsigned i = 0; i < n && i < SYSCALL_ARGS; i++) {
		if (rule && rule->skip >> i & 1)
			continue;
		if (!first)
			strbuf_adds(sb, ", ");
		first = false;
		if (rule && rule->arg[i])
			rule->arg[i](&r, i);
		else
			render_arg(&r, i);
	}
}
