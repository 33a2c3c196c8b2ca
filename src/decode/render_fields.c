/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structs as tables of fields, and arrays of them: the one place where the members of a
 * captured struct are read. A field that does not lie within the bytes is not shown.
 */
#include "decode/render.h"

#include <string.h>

static void
add_list64(struct strbuf *sb, struct bytes b)
{
	strbuf_addch(sb, '[');
	for (size_t at = 0; at + 8 <= b.len; at += 8) {
		if (at)
			strbuf_adds(sb, ", ");
		strbuf_addu64(sb, render_load(b, at, 8));
	}
	strbuf_addch(sb, ']');
}

static void
add_fsid(struct strbuf *sb, struct bytes b)
{
	strbuf_adds(sb, "{val=[");
	strbuf_addhex(sb, render_load(b, 0, 4));
	strbuf_adds(sb, ", ");
	strbuf_addhex(sb, render_load(b, 4, 4));
	strbuf_adds(sb, "]}");
}

/* V of SIZE bytes with its sign. */
static int64_t
sign_extend(uint64_t v, size_t size)
{
	switch (size) {
	case 1:
		return (int8_t)v;
	case 2:
		return (int16_t)v;
	case 4:
		return (int32_t)v;
	default:
		return (int64_t)v;
	}
}

void
render_field(const struct render *r, const struct field *f, struct bytes b)
{
	struct strbuf *sb = r->sb;
	struct bytes part = render_part(b, f->at, f->size);
	uint64_t v = render_load(b, f->at, f->size);
	switch ((enum field_fmt)f->fmt) {
	case FMT_U:
		strbuf_addu64(sb, v);
		break;
	case FMT_I:
		strbuf_addi64(sb, sign_extend(v, f->size));
		break;
	case FMT_X:
		strbuf_addhex(sb, v);
		break;
	case FMT_PTR:
		render_ptr(sb, v);
		break;
	case FMT_SET:
		flagset_render(sb, f->set, v);
		break;
	case FMT_PERM:
		render_perm(sb, v);
		break;
	case FMT_SIG:
		render_signal(sb, (int)v);
		break;
	case FMT_SIGSET:
		render_sigset(sb, v);
		break;
	case FMT_STR:
		render_quoted(sb, part.p, strnlen((const char *)part.p, part.len), false);
		break;
	case FMT_STRUCT:
		render_struct(r, f->nest, part);
		break;
	case FMT_LIST64:
		add_list64(sb, part);
		break;
	case FMT_FSID:
		add_fsid(sb, part);
		break;
	case FMT_MORE:
		break;
	}
}

void
render_fields(const struct render *r, const struct field *fields, size_t n,
	      struct bytes b)
{
	bool first = true;
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		if ((size_t)f->at + f->size > b.len)
			break;
		if (f->nonzero && !render_load(b, f->at, f->size))
			continue;
		if (!first)
			strbuf_adds(r->sb, ", ");
		first = false;
		strbuf_adds(r->sb, f->label);
		render_field(r, f, b);
	}
}

bool
render_struct(const struct render *r, unsigned struct_id, struct bytes b)
{
	const struct struct_view *v = render_view(struct_id);
	if (!v || !b.p || !b.len || b.len < v->min)
		return false;
	if (v->fn) {
		v->fn(r, b);
	} else if (v->nfields == 1 && !v->fields->label[0]) {
		render_field(r, v->fields, b);
	} else {
		if ((size_t)v->fields->at + v->fields->size > b.len)
			return false;
		strbuf_addch(r->sb, '{');
		render_fields(r, v->fields, v->nfields, b);
		strbuf_addch(r->sb, '}');
	}
	return true;
}

void
render_array(const struct render *r, unsigned struct_id, size_t size, struct bytes b)
{
	size_t n = size ? b.len / size : 0;
	bool more = (b.flags & (RAW_BLOB_TRUNC | RAW_BLOB_FAULT)) != 0;
	if (n > RENDER_ELEMS) {
		n = RENDER_ELEMS;
		more = true;
	}
	strbuf_addch(r->sb, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(r->sb, ", ");
		if (!render_struct(r, struct_id, render_part(b, i * size, size)))
			strbuf_adds(r->sb, "...");
	}
	if (more)
		strbuf_adds(r->sb, n ? ", ..." : "...");
	strbuf_addch(r->sb, ']');
}
