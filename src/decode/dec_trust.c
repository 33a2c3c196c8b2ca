/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the model can be trusted. An engine with /proc describes descriptors in each
 * record and need not record the calls that change them; then the model has gaps, and
 * what it would answer where a record is silent may be wrong. Better no name than a wrong
 * one.
 */
#include "decode/dec.h"
#include "decode/dec_nr.h"

bool
dec_selected(const unsigned char *selected, uint32_t nr)
{
	return !selected || selected[nr <= syscall_nr_max ? nr : syscall_nr_max + 1];
}

static bool
all_selected(const unsigned char *selected, const uint16_t *nrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!dec_selected(selected, nrs[i]))
			return false;
	return true;
}

/* dup and fork share a position: who does not see them has two of it. */
static bool
positions_hold(const unsigned char *selected, bool state)
{
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		bool changes = syscall_desc(nr)->flags & SYSCALL_STATE;
		bool moves = syscall_capspec(nr)->flags & CAP_TRANSFER;
		if ((changes || moves) && !(changes && state) &&
		    !dec_selected(selected, nr))
			return false;
	}
	return true;
}

struct trust
dec_trust(const unsigned char *selected, bool state)
{
	/* What takes a number's binding away or changes its flags; exec comes by itself.
	 */
	static const uint16_t unbind[] = {
		__NR_close, __NR_close_range, __NR_dup2,
		__NR_dup3,  __NR_fcntl,	      __NR_ioctl,
	};
	static const uint16_t move[] = {
		__NR_chdir,   __NR_fchdir, __NR_chroot,
		__NR_unshare, __NR_setns,  __NR_pivot_root,
	};
	return (struct trust){
		.bindings = state || all_selected(selected, unbind, ARRAY_SIZE(unbind)),
		.dirs = state || all_selected(selected, move, ARRAY_SIZE(move)),
		.positions = positions_hold(selected, state),
	};
}
