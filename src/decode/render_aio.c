/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of the two asynchronous interfaces: control blocks of io_submit(2),
 * parameters of io_uring_setup(2), rings.
 */
#include "decode/render.h"

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <string.h>

#include "decode/dec_nr.h"
#include "raw/raw_uring.h"

/* What aio_buf, aio_nbytes and aio_offset mean depends on the operation
 * (fs/aio.c: __io_submit_one). */
static void
add_iocb_operands(struct strbuf *sb, const struct iocb *cb)
{
	switch (cb->aio_lio_opcode) {
	case IOCB_CMD_FSYNC:
	case IOCB_CMD_FDSYNC:
	case IOCB_CMD_NOOP:
		return;
	case IOCB_CMD_POLL:
		strbuf_adds(sb, ", aio_buf=");
		render_set(sb, FLAGSET_pollevents, cb->aio_buf);
		return;
	default:
		break;
	}
	strbuf_adds(sb, ", aio_buf=");
	render_ptr(sb, cb->aio_buf);
	strbuf_adds(sb, ", aio_nbytes=");
	strbuf_addu64(sb, cb->aio_nbytes);
	strbuf_adds(sb, ", aio_offset=");
	strbuf_addi64(sb, cb->aio_offset);
}

void
render_iocb(const struct render *r, struct bytes b)
{
	struct strbuf *sb = r->sb;
	struct iocb cb;
	memcpy(&cb, b.p, sizeof(cb));
	strbuf_adds(sb, "{aio_data=");
	strbuf_addhex(sb, cb.aio_data);
	if (cb.aio_key) {
		strbuf_adds(sb, ", aio_key=");
		strbuf_addu64(sb, cb.aio_key);
	}
	if (cb.aio_rw_flags) {
		strbuf_adds(sb, ", aio_rw_flags=");
		render_set(sb, FLAGSET_rwf, (uint32_t)cb.aio_rw_flags);
	}
	strbuf_adds(sb, ", aio_lio_opcode=");
	render_set(sb, FLAGSET_iocbcmd, cb.aio_lio_opcode);
	if (cb.aio_reqprio) {
		strbuf_adds(sb, ", aio_reqprio=");
		strbuf_addi64(sb, cb.aio_reqprio);
	}
	strbuf_adds(sb, ", aio_fildes=");
	render_fd_data(r, (int32_t)cb.aio_fildes);
	add_iocb_operands(sb, &cb);
	if (cb.aio_flags) {
		strbuf_adds(sb, ", aio_flags=");
		render_set(sb, FLAGSET_iocbflag, cb.aio_flags);
	}
	if (cb.aio_flags & IOCB_FLAG_RESFD) {
		strbuf_adds(sb, ", aio_resfd=");
		render_fd_data(r, (int32_t)cb.aio_resfd);
	}
	strbuf_addch(sb, '}');
}

/* clang-format off */
static const struct field uring_in[] = {
	F_SET(struct io_uring_params, flags, uringsetup),
	F(struct io_uring_params, sq_thread_cpu, U),
	F(struct io_uring_params, sq_thread_idle, U),
};
static const struct field uring_out[] = {
	F(struct io_uring_params, sq_entries, U), F(struct io_uring_params, cq_entries, U),
	F_SET(struct io_uring_params, features, uringfeat),
};
static const struct field sq_off[] = {
	F(struct io_sqring_offsets, head, U), F(struct io_sqring_offsets, tail, U),
	F(struct io_sqring_offsets, ring_mask, U), F(struct io_sqring_offsets, ring_entries, U),
	F(struct io_sqring_offsets, flags, U), F(struct io_sqring_offsets, dropped, U),
	F(struct io_sqring_offsets, array, U),
};
static const struct field cq_off[] = {
	F(struct io_cqring_offsets, head, U), F(struct io_cqring_offsets, tail, U),
	F(struct io_cqring_offsets, ring_mask, U), F(struct io_cqring_offsets, ring_entries, U),
	F(struct io_cqring_offsets, overflow, U), F(struct io_cqring_offsets, cqes, U),
	F(struct io_cqring_offsets, flags, U),
};
/* clang-format on */

/* Before the call the program's wishes; after it also what the kernel made of them. */
void
render_uring_params(const struct render *r, struct bytes b)
{
	struct strbuf *sb = r->sb;
	struct io_uring_params p;
	memcpy(&p, b.p, sizeof(p));
	strbuf_addch(sb, '{');
	render_fields(r, uring_in, ARRAY_SIZE(uring_in), b);
	if (p.flags & IORING_SETUP_ATTACH_WQ) {
		strbuf_adds(sb, ", wq_fd=");
		strbuf_addi64(sb, (int32_t)p.wq_fd);
	}
	if (p.resv[0] || p.resv[1] || p.resv[2]) {
		for (size_t i = 0; i < ARRAY_SIZE(p.resv); i++) {
			strbuf_adds(sb, i ? ", " : ", resv=[");
			strbuf_addhex(sb, p.resv[i]);
		}
		strbuf_addch(sb, ']');
	}
	if (r->ok) {
		strbuf_adds(sb, ", ");
		render_fields(r, uring_out, ARRAY_SIZE(uring_out), b);
		strbuf_adds(sb, ", sq_off={");
		render_fields(r, sq_off, ARRAY_SIZE(sq_off),
			      render_part(b, offsetof(struct io_uring_params, sq_off),
					  sizeof(p.sq_off)));
		strbuf_adds(sb, "}, cq_off={");
		render_fields(r, cq_off, ARRAY_SIZE(cq_off),
			      render_part(b, offsetof(struct io_uring_params, cq_off),
					  sizeof(p.cq_off)));
		strbuf_addch(sb, '}');
	}
	strbuf_addch(sb, '}');
}

void
render_arg_ring(const struct render *r, unsigned i)
{
	const uint64_t *args = r->rec->args;
	bool place = r->desc->nr == __NR_io_uring_enter
			     ? args[3] & URING_ENTER_REGISTERED_RING
			     : (args[1] & URING_REGISTER_BY_INDEX) != 0;
	if (place)
		strbuf_addu64(r->sb, (uint32_t)args[i]);
	else
		render_arg(r, i);
}
