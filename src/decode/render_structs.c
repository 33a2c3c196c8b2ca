/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structs whose members depend on each other: the functions that views[] names. The bytes
 * handed in hold at least the view's min.
 */
#include "decode/render.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

void
render_stat(const struct render *r, struct bytes b)
{
	struct stat st;
	memcpy(&st, b.p, sizeof(st));
	strbuf_adds(r->sb, "{st_mode=");
	render_mode(r->sb, st.st_mode);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		strbuf_adds(r->sb, ", st_rdev=");
		render_dev(r->sb, st.st_rdev);
	} else {
		strbuf_adds(r->sb, ", st_size=");
		strbuf_addi64(r->sb, st.st_size);
	}
	strbuf_adds(r->sb, ", ...}");
}

void
render_statx(const struct render *r, struct bytes b)
{
	struct statx st;
	memcpy(&st, b.p, sizeof(st));
	strbuf_adds(r->sb, "{stx_mask=");
	render_set(r->sb, FLAGSET_statx, st.stx_mask);
	strbuf_adds(r->sb, ", stx_attributes=");
	render_set(r->sb, FLAGSET_statxattr, st.stx_attributes);
	strbuf_adds(r->sb, ", stx_mode=");
	render_mode(r->sb, st.stx_mode);
	strbuf_adds(r->sb, ", stx_size=");
	strbuf_addu64(r->sb, st.stx_size);
	strbuf_adds(r->sb, ", ...}");
}

/* struct file_handle: handle_bytes says how much of what follows is the handle. */
void
render_handle_filled(const struct render *r, uint32_t room, struct bytes b)
{
	uint32_t want = (uint32_t)render_load(b, 0, 4);
	struct bytes handle = render_part(b, 8, want);
	strbuf_adds(r->sb, "{handle_bytes=");
	strbuf_addu64(r->sb, room);
	if (room != want) {
		strbuf_adds(r->sb, " => ");
		strbuf_addu64(r->sb, want);
	}
	strbuf_adds(r->sb, ", handle_type=");
	strbuf_addi64(r->sb, (int32_t)render_load(b, 4, 4));
	strbuf_adds(r->sb, ", f_handle=");
	render_quoted_hex(r->sb, handle.p, handle.len, handle.len < want);
	strbuf_addch(r->sb, '}');
}

void
render_file_handle(const struct render *r, struct bytes b)
{
	render_handle_filled(r, (uint32_t)render_load(b, 0, 4), b);
}

/* One of utimensat(2)'s times. */
static void
add_utime(const struct render *r, struct bytes b)
{
	int64_t sec = (int64_t)render_load(b, 0, 8);
	uint64_t nsec = render_load(b, 8, 8);
	if (nsec == UTIME_NOW || nsec == UTIME_OMIT) {
		strbuf_adds(r->sb, nsec == UTIME_NOW ? "UTIME_NOW" : "UTIME_OMIT");
		return;
	}
	render_struct(r, STRUCT_timespec, b);
	if (nsec < 1000000000)
		render_date(r->sb, sec, nsec, 9);
}

void
render_timespec2(const struct render *r, struct bytes b)
{
	strbuf_addch(r->sb, '[');
	add_utime(r, render_part(b, 0, 16));
	strbuf_adds(r->sb, ", ");
	add_utime(r, render_part(b, 16, 16));
	strbuf_addch(r->sb, ']');
}

void
render_timeval2(const struct render *r, struct bytes b)
{
	for (size_t at = 0; at < 32; at += 16) {
		strbuf_adds(r->sb, at ? ", " : "[");
		render_struct(r, STRUCT_timeval, render_part(b, at, 16));
		uint64_t usec = render_load(b, at + 8, 8);
		if (usec < 1000000)
			render_date(r->sb, (int64_t)render_load(b, at, 8), usec, 6);
	}
	strbuf_addch(r->sb, ']');
}

void
render_utimbuf(const struct render *r, struct bytes b)
{
	static const char *const labels[] = { "{actime=", ", modtime=" };
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		int64_t sec = (int64_t)render_load(b, i * 8, 8);
		strbuf_adds(r->sb, labels[i]);
		strbuf_addi64(r->sb, sec);
		render_date(r->sb, sec, 0, 0);
	}
	strbuf_addch(r->sb, '}');
}

static void
add_limit(struct strbuf *sb, uint64_t v)
{
	if (v == UINT64_MAX) {
		strbuf_adds(sb, "RLIM64_INFINITY");
	} else if (v > 1024 && v % 1024 == 0) {
		strbuf_addu64(sb, v / 1024);
		strbuf_adds(sb, "*1024");
	} else {
		strbuf_addu64(sb, v);
	}
}

void
render_rlimit(const struct render *r, struct bytes b)
{
	strbuf_adds(r->sb, "{rlim_cur=");
	add_limit(r->sb, render_load(b, 0, 8));
	strbuf_adds(r->sb, ", rlim_max=");
	add_limit(r->sb, render_load(b, 8, 8));
	strbuf_addch(r->sb, '}');
}

/* The kernel's struct sigaction (include/linux/signal_types.h): handler, flags, restorer,
 * mask; libc's has another order. */
void
render_sigaction(const struct render *r, struct bytes b)
{
	static const uint64_t sa_restorer = 0x04000000; /* asm/signal.h: SA_RESTORER */
	uint64_t handler = render_load(b, 0, 8), flags = render_load(b, 8, 8);
	strbuf_adds(r->sb, flags & SA_SIGINFO ? "{sa_sigaction=" : "{sa_handler=");
	if (handler == (uintptr_t)SIG_DFL)
		strbuf_adds(r->sb, "SIG_DFL");
	else if (handler == (uintptr_t)SIG_IGN)
		strbuf_adds(r->sb, "SIG_IGN");
	else if (handler == (uintptr_t)SIG_ERR)
		strbuf_adds(r->sb, "SIG_ERR");
	else
		strbuf_addhex(r->sb, handler);
	strbuf_adds(r->sb, ", sa_mask=");
	render_sigset(r->sb, render_load(b, 24, 8));
	strbuf_adds(r->sb, ", sa_flags=");
	render_set(r->sb, FLAGSET_sigaction, flags);
	if (flags & sa_restorer) {
		strbuf_adds(r->sb, ", sa_restorer=");
		render_ptr(r->sb, render_load(b, 16, 8));
	}
	strbuf_addch(r->sb, '}');
}

/* union sigval */
static void
add_sigval(struct strbuf *sb, const char *prefix, union sigval v)
{
	strbuf_adds(sb, prefix);
	strbuf_adds(sb, "_int=");
	strbuf_addi64(sb, v.sival_int);
	strbuf_adds(sb, ", ");
	strbuf_adds(sb, prefix);
	strbuf_adds(sb, "_ptr=");
	render_ptr(sb, (uintptr_t)v.sival_ptr);
}

static void
add_si_child(struct strbuf *sb, const siginfo_t *si)
{
	strbuf_adds(sb, ", si_status=");
	if (si->si_code == CLD_EXITED)
		strbuf_addi64(sb, si->si_status);
	else
		render_signal(sb, si->si_status);
	strbuf_adds(sb, ", si_utime=");
	strbuf_addi64(sb, si->si_utime);
	strbuf_adds(sb, ", si_stime=");
	strbuf_addi64(sb, si->si_stime);
}

/* What of siginfo_t's union is set, by signal and origin (sigaction(2)). */
static void
add_si_rest(struct strbuf *sb, const siginfo_t *si)
{
	bool fault = si->si_signo == SIGSEGV || si->si_signo == SIGBUS ||
		     si->si_signo == SIGILL || si->si_signo == SIGFPE ||
		     si->si_signo == SIGTRAP;
	if (si->si_code == SI_KERNEL)
		return;
	if (si->si_code > 0 && fault) {
		strbuf_adds(sb, ", si_addr=");
		render_ptr(sb, (uintptr_t)si->si_addr);
		return;
	}
	if (si->si_code == SI_TIMER) {
		strbuf_adds(sb, ", si_timerid=");
		strbuf_addi64(sb, si->si_timerid);
		strbuf_adds(sb, ", si_overrun=");
		strbuf_addi64(sb, si->si_overrun);
	} else {
		strbuf_adds(sb, ", si_pid=");
		strbuf_addi64(sb, si->si_pid);
		strbuf_adds(sb, ", si_uid=");
		strbuf_addu64(sb, si->si_uid);
	}
	if (si->si_signo == SIGCHLD && si->si_code > 0) {
		add_si_child(sb, si);
	} else if (si->si_code < 0 && si->si_code != SI_TKILL) {
		strbuf_adds(sb, ", ");
		add_sigval(sb, "si", si->si_value);
	}
}

void
render_siginfo(const struct render *r, struct bytes b)
{
	siginfo_t si;
	memcpy(&si, b.p, sizeof(si));
	if (!si.si_signo && !si.si_errno && !si.si_code) {
		strbuf_adds(r->sb,
			    "{}"); /* waitid(2) with WNOHANG and no child: zeroes */
		return;
	}
	strbuf_adds(r->sb, "{si_signo=");
	render_signal(r->sb, si.si_signo);
	strbuf_adds(r->sb, ", si_code=");
	if (si.si_signo == SIGCHLD && si.si_code > 0)
		render_set(r->sb, FLAGSET_cld, (uint32_t)si.si_code);
	else
		render_set(r->sb, FLAGSET_si_code, (uint64_t)(int64_t)si.si_code);
	add_si_rest(r->sb, &si);
	strbuf_addch(r->sb, '}');
}

void
render_sigevent(const struct render *r, struct bytes b)
{
	union sigval value;
	memcpy(&value, b.p, sizeof(value));
	int signo = (int)render_load(b, 8, 4);
	int notify = (int)render_load(b, 12, 4);
	strbuf_adds(r->sb, "{sigev_value={");
	add_sigval(r->sb, "sival", value);
	strbuf_adds(r->sb, "}, sigev_signo=");
	if (notify == SIGEV_SIGNAL || notify == SIGEV_THREAD_ID)
		render_signal(r->sb, signo);
	else
		strbuf_addi64(r->sb, signo);
	strbuf_adds(r->sb, ", sigev_notify=");
	render_set(r->sb, FLAGSET_sigev, (uint32_t)notify);
	if (notify == SIGEV_THREAD_ID) {
		strbuf_adds(r->sb, ", sigev_notify_thread_id=");
		strbuf_addi64(r->sb, (int32_t)render_load(b, 16, 4));
	}
	strbuf_addch(r->sb, '}');
}

static void
add_member(struct strbuf *sb, const char *label, uint64_t v)
{
	strbuf_adds(sb, label);
	strbuf_addhex(sb, v);
}

/* struct clone_args grew (CLONE_ARGS_SIZE_VER*): members behind B's end read as 0. */
void
render_clone_args(const struct render *r, struct bytes b)
{
	struct clone_args a = { 0 };
	memcpy(&a, b.p, b.len < sizeof(a) ? b.len : sizeof(a));
	struct strbuf *sb = r->sb;
	strbuf_adds(sb, "{flags=");
	render_set(sb, FLAGSET_clone, a.flags);
	if (a.flags & CLONE_PIDFD)
		add_member(sb, ", pidfd=", a.pidfd);
	if (a.flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		add_member(sb, ", child_tid=", a.child_tid);
	if (a.flags & CLONE_PARENT_SETTID)
		add_member(sb, ", parent_tid=", a.parent_tid);
	strbuf_adds(sb, ", exit_signal=");
	render_signal(sb, (int)a.exit_signal);
	strbuf_adds(sb, ", stack=");
	render_ptr(sb, a.stack);
	add_member(sb, ", stack_size=", a.stack_size);
	if (a.flags & CLONE_SETTLS)
		add_member(sb, ", tls=", a.tls);
	if (a.set_tid) {
		add_member(sb, ", set_tid=", a.set_tid);
		strbuf_adds(sb, ", set_tid_size=");
		strbuf_addu64(sb, a.set_tid_size);
	}
	if (a.flags & CLONE_INTO_CGROUP) {
		strbuf_adds(sb, ", cgroup=");
		strbuf_addu64(sb, a.cgroup);
	}
	strbuf_addch(sb, '}');
}

/* Two structs in a row: the low 32 bits of each set, then the high ones (capget(2)). */
void
render_cap_data(const struct render *r, struct bytes b)
{
	static const char *const labels[] = { "{effective=", ", permitted=",
					      ", inheritable=" };
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		add_member(r->sb, labels[i],
			   render_load(b, i * 4, 4) | render_load(b, 12 + i * 4, 4)
							      << 32);
	strbuf_addch(r->sb, '}');
}

void
render_wait_status(struct strbuf *sb, int status)
{
	if (WIFEXITED(status)) {
		strbuf_adds(sb, "{WIFEXITED(s) && WEXITSTATUS(s) == ");
		strbuf_addi64(sb, WEXITSTATUS(status));
	} else if (WIFSTOPPED(status)) {
		strbuf_adds(sb, "{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		render_signal(sb, WSTOPSIG(status) & 0x7f);
		if (WSTOPSIG(status) & 0x80) /* PTRACE_O_TRACESYSGOOD */
			strbuf_adds(sb, " | 0x80");
	} else if (WIFSIGNALED(status)) {
		strbuf_adds(sb, "{WIFSIGNALED(s) && WTERMSIG(s) == ");
		render_signal(sb, WTERMSIG(status));
		if (WCOREDUMP(status))
			strbuf_adds(sb, " && WCOREDUMP(s)");
	} else if (WIFCONTINUED(status)) {
		strbuf_adds(sb, "{WIFCONTINUED(s)");
	} else {
		strbuf_addhex(sb, (uint32_t)status);
		return;
	}
	strbuf_addch(sb, '}');
}
