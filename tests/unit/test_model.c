/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model by itself: tables over time, sharing, bounds, and the kernel's word.
 */
#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/intern.h"
#include "model/model.h"

static struct model *m;
static struct task *t;

static void
setup(void)
{
	m = model_new();
	t = model_task_begin(m, 1, 1, 0, 0);
}

static void
teardown(void)
{
	model_free(m); /* the name pool asserts that no reference is left */
}

static struct ofd_facts
facts(const char *name)
{
	return (struct ofd_facts){ .name = name, .len = strlen(name) };
}

static void
bind_fd(struct task *task, int fd, const char *name, bool cloexec, uint64_t ns)
{
	struct ofd_facts f = facts(name);
	struct ofd *o = model_ofd_new(m, &f);
	fdtable_install(task->files, fd, o, cloexec, ns);
	ofd_unref(o);
}

static const char *
name_of(const struct task *task, int fd)
{
	const struct fdslot *s = fdtable_find(task->files, fd);
	return s ? s->ofd->name->s : "-";
}

static const char *
name_at(const struct task *task, int fd, uint64_t ns)
{
	const struct fdslot *s = fdtable_find_at(task->files, fd, ns);
	return s ? s->ofd->name->s : "-";
}

START_TEST(table_over_time)
{
	bind_fd(t, 3, "/a", false, 100);
	fdtable_remove(t->files, 3, 200);
	bind_fd(t, 3, "/b", false, 300);
	ck_assert_str_eq(name_of(t, 3), "/b");
	ck_assert_str_eq(name_at(t, 3, 350), "/b");
	ck_assert_str_eq(name_at(t, 3, 150), "/a");
	ck_assert_str_eq(name_at(t, 3, 250), "-");
	ck_assert_str_eq(name_at(t, 3, 50), "-");
	ck_assert(fdtable_changed_after(t->files, 3, 150));
	ck_assert(!fdtable_changed_after(t->files, 3, 300));
	fdtable_remove(t->files, 3, 400);
	ck_assert(fdtable_changed_after(t->files, 3, 399));
	ck_assert(!fdtable_changed_after(t->files, 3, 400));
}
END_TEST

START_TEST(graveyard_is_bounded)
{
	for (unsigned i = 0; i < 3 * FDTABLE_GRAVES; i++)
		bind_fd(t, 3, "/a", false, 100 + i);
	ck_assert_uint_eq(m->slot_budget, MODEL_MAX_SLOTS - FDTABLE_GRAVES - 1);
	ck_assert_str_eq(name_at(t, 3, 100), "-");
	ck_assert_str_eq(name_at(t, 3, 100 + 3 * FDTABLE_GRAVES - 2), "/a");
}
END_TEST

START_TEST(budget_is_kept)
{
	m->slot_budget = 2;
	bind_fd(t, 1, "/a", false, 0);
	bind_fd(t, 2, "/b", false, 0);
	bind_fd(t, 3, "/c", false, 0);
	ck_assert_str_eq(name_of(t, 2), "/b");
	ck_assert_str_eq(name_of(t, 3), "-");
	struct task *child = model_task_begin(m, 2, 2, 1, 0);
	ck_assert_str_eq(name_of(child, 1), "-");
}
END_TEST

START_TEST(ranges)
{
	for (int fd = 3; fd < 10; fd++)
		bind_fd(t, fd, "/a", false, 0);
	bind_fd(t, INT32_MAX, "/far", false, 0);
	fdtable_cloexec_range(t->files, 3, 4);
	ck_assert(fdtable_find(t->files, 4)->cloexec);
	ck_assert(!fdtable_find(t->files, 5)->cloexec);
	ck_assert_int_eq(fdtable_lowest(t->files, 6, UINT32_MAX)->fd, 6);
	ck_assert_ptr_null(fdtable_lowest(t->files, 100, 200));
	fdtable_remove_range(t->files, 5, 8, 10);
	ck_assert_str_eq(name_of(t, 4), "/a");
	ck_assert_str_eq(name_of(t, 5), "-");
	ck_assert_str_eq(name_of(t, 8), "-");
	ck_assert_str_eq(name_of(t, 9), "/a");
	fdtable_close_cloexec(t->files, 20);
	ck_assert_str_eq(name_of(t, 3), "-");
	ck_assert_str_eq(name_of(t, INT32_MAX), "/far");
}
END_TEST

START_TEST(fork_copies_and_threads_share)
{
	bind_fd(t, 3, "/a", false, 0);
	fsctx_set_cwd(t->fs, intern(m->names, "/w", 2), 0);
	t->mm->brk = 4096;
	struct task *child = model_task_begin(m, 2, 2, 1, 0);
	struct task *thread = model_task_begin(
		m, 1, 3, 1, CLONE_FILES | CLONE_FS | CLONE_VM | CLONE_THREAD);
	ck_assert_ptr_eq(fdtable_find(child->files, 3)->ofd,
			 fdtable_find(t->files, 3)->ofd);
	fdtable_remove(t->files, 3, 10);
	ck_assert_str_eq(name_of(child, 3), "/a");
	ck_assert_str_eq(name_of(thread, 3), "-");
	ck_assert_ptr_eq(thread->fs, t->fs);
	ck_assert_ptr_ne(child->fs, t->fs);
	ck_assert_str_eq(fsctx_cwd(child->fs).s->s, "/w");
	ck_assert_ptr_eq(thread->mm, t->mm);
	ck_assert_uint_eq(child->mm->brk, 4096);
	model_unshare_files(thread);
	bind_fd(thread, 7, "/own", false, 20);
	ck_assert_str_eq(name_of(t, 7), "-");
}
END_TEST

START_TEST(exec_by_a_thread)
{
	bool superseded;
	bind_fd(t, 3, "/keep", false, 0);
	bind_fd(t, 4, "/close", true, 0);
	model_task_rename(m, t, "leader", 6, 0);
	struct task *thread =
		model_task_begin(m, 1, 5, 1, CLONE_FILES | CLONE_FS | CLONE_VM);
	model_task_rename(m, thread, "worker", 6, 10);
	thread->mm->brk = 77;
	struct task *now = model_task_exec(m, 1, 5, 100, &superseded);
	ck_assert(superseded);
	ck_assert_ptr_eq(now, thread);
	ck_assert_ptr_eq(model_task_find(m, 1), thread);
	ck_assert_ptr_null(model_task_find(m, 5));
	ck_assert_int_eq(now->tid, 1);
	ck_assert_int_eq(now->former_tid, 5);
	ck_assert_str_eq(task_name_at(now, 50)->s, "worker");
	ck_assert_str_eq(name_of(now, 3), "/keep");
	ck_assert_str_eq(name_of(now, 4), "-");
	ck_assert_uint_eq(now->mm->brk, 0);
}
END_TEST

START_TEST(names_over_time)
{
	model_task_rename(m, t, "a", 1, 0);
	model_task_rename(m, t, "b", 1, 100);
	model_task_rename(m, t, "c", 1, 200);
	ck_assert_str_eq(task_name_at(t, 50)->s, "a");
	ck_assert_str_eq(task_name_at(t, 100)->s, "b");
	ck_assert_str_eq(task_name_at(t, 500)->s, "c");
	for (uint64_t i = 0; i < 100; i++)
		model_task_rename(m, t, i & 1 ? "x" : "y", 1, 300 + i);
	ck_assert_str_eq(task_name_at(t, 1000)->s, "x");
	/* Older than what is kept: the oldest known one. */
	ck_assert_ptr_nonnull(task_name_at(t, 0));
}
END_TEST

START_TEST(kernel_word_mends)
{
	struct ofd_facts f = facts("/new");
	bind_fd(t, 3, "/old", false, 0);
	struct fdslot *dup = fdtable_find(t->files, 3);
	fdtable_install(t->files, 4, dup->ofd, false, 0);
	/* The same inode under another name is a rename, which its duplicate sees. */
	f.has_stat = true;
	f.mode = S_IFREG;
	f.ino = 7;
	model_fd_observe(m, t, 3, &f, 10);
	ck_assert_str_eq(name_of(t, 3), "/new");
	struct ofd_facts g = f;
	g.name = "/newer";
	g.len = 6;
	model_fd_observe(m, t, 3, &g, 20);
	f = g;
	model_fd_observe(m, t, 4, &f, 20);
	ck_assert_str_eq(name_of(t, 3), "/newer");
	/* Another inode is another file; the other number keeps the old one. */
	g.ino = 8;
	g.name = "/other";
	g.has_flags = true;
	g.flags = O_RDWR | O_CLOEXEC;
	model_fd_observe(m, t, 3, &g, 30);
	ck_assert_str_eq(name_of(t, 3), "/other");
	ck_assert_str_eq(name_of(t, 4), "/newer");
	ck_assert(fdtable_find(t->files, 3)->cloexec);
	ck_assert_uint_eq(fdtable_find(t->files, 3)->ofd->flags, O_RDWR);
	/* So is another name of the kernel's where it tells no inode. */
	struct ofd_facts h = facts("/nameless");
	model_fd_observe(m, t, 4, &h, 30);
	fdtable_install(t->files, 5, fdtable_find(t->files, 4)->ofd, false, 30);
	h = facts("/elsewhere");
	model_fd_observe(m, t, 4, &h, 40);
	ck_assert_str_eq(name_of(t, 4), "/elsewhere");
	ck_assert_str_eq(name_of(t, 5), "/nameless");
	/* Old news: the number has been bound again since. */
	bind_fd(t, 3, "/latest", false, 100);
	model_fd_observe(m, t, 3, &g, 50);
	model_fd_absent(t, 3, 50);
	ck_assert_str_eq(name_of(t, 3), "/latest");
	model_fd_absent(t, 3, 150);
	ck_assert_str_eq(name_of(t, 3), "-");
	/* ... and closed since. */
	model_fd_observe(m, t, 3, &g, 120);
	ck_assert_str_eq(name_of(t, 3), "-");
}
END_TEST

/* A call that began long ago is looked up where the task was then. */
START_TEST(old_directories_are_remembered)
{
	char name[16];
	for (unsigned i = 1; i <= 2 * FSCTX_CWDS; i++) {
		int len = snprintf(name, sizeof(name), "/%u", i);
		fsctx_set_cwd(t->fs, intern(m->names, name, (size_t)len), i * 10);
	}
	ck_assert_str_eq(fsctx_cwd(t->fs).s->s, "/512");
	ck_assert_str_eq(fsctx_cwd_at(t->fs, 5000)->s, "/500");
	ck_assert_str_eq(fsctx_cwd_at(t->fs, 2579)->s, "/257");
	ck_assert_ptr_null(fsctx_cwd_at(t->fs, 2569));
	struct fsctx *copy = fsctx_copy(t->fs, &m->fsctxs);
	ck_assert_str_eq(fsctx_cwd(copy).s->s, "/512");
	ck_assert_ptr_null(fsctx_cwd_at(copy, 5000));
	fsctx_unref(copy);
}
END_TEST

START_TEST(renames_reach_open_files)
{
	bind_fd(t, 3, "/d/f", false, 0);
	bind_fd(t, 4, "/dx/f", false, 0);
	bind_fd(t, 5, "/e/old", false, 0);
	bind_fd(t, 6, "pipe:[1]", false, 0);
	fsctx_set_cwd(t->fs, intern(m->names, "/d/sub", 6), 0);
	model_rename(m, "/d", 2, "/e", 2, false);
	ck_assert_str_eq(name_of(t, 3), "/e/f");
	ck_assert_str_eq(name_of(t, 4), "/dx/f");
	ck_assert_str_eq(fsctx_cwd(t->fs).s->s, "/e/sub");
	model_rename(m, "/e/f", 4, "/e/old", 6, false);
	ck_assert_str_eq(name_of(t, 3), "/e/old");
	ck_assert(!fdtable_find(t->files, 3)->ofd->deleted);
	ck_assert(fdtable_find(t->files, 5)->ofd->deleted);
	model_rename(m, "/dx", 3, "/e", 2, true);
	ck_assert_str_eq(name_of(t, 4), "/e/f");
	ck_assert_str_eq(name_of(t, 3), "/dx/old");
	model_unlink(m, "/dx/old", 7);
	ck_assert(fdtable_find(t->files, 3)->ofd->deleted);
	model_rename(m, "/e", 2, "/e", 2, false);
	ck_assert_str_eq(name_of(t, 4), "/e/f");
}
END_TEST

START_TEST(peers_come_back)
{
	uint64_t ino;
	ck_assert(socket_ino("socket:[123]", 12, &ino));
	ck_assert_uint_eq(ino, 123);
	ck_assert(!socket_ino("socket:[]", 9, &ino));
	ck_assert(!socket_ino("socket:[#1]", 11, &ino));
	ck_assert(!socket_ino("pipe:[1]", 8, &ino));
	bind_fd(t, 3, "socket:[5]", false, 0);
	model_set_peer(m, fdtable_find(t->files, 3)->ofd,
		       intern(m->names, "1.2.3.4:5", 9));
	fdtable_remove(t->files, 3, 10);
	struct task *other = model_task_begin(m, 9, 9, 0, 0);
	bind_fd(other, 8, "socket:[5]", false, 20);
	ck_assert_str_eq(fdtable_find(other->files, 8)->ofd->peer->s, "1.2.3.4:5");
	/* Bounded: the oldest goes. */
	struct istr *addr = intern(m->names, "x", 1);
	for (uint64_t i = 100; i < 100 + PEERS_MAX; i++)
		peers_set(&m->peers, i, addr);
	istr_unref(addr);
	ck_assert_ptr_null(peers_find(&m->peers, 5));
	ck_assert_ptr_nonnull(peers_find(&m->peers, 100));
	peers_set(&m->peers, 100, NULL);
	ck_assert_ptr_null(peers_find(&m->peers, 100));
	ck_assert_uint_eq(m->peers.by_ino.used, PEERS_MAX - 1);
}
END_TEST

START_TEST(handles_are_bounded)
{
	struct istr *a = intern(m->names, "/a", 2);
	char bytes[200] = { 0 };
	handles_set(&m->handles, bytes, 8, a);
	ck_assert_ptr_eq(handles_find(&m->handles, bytes, 8), a);
	ck_assert_ptr_null(handles_find(&m->handles, bytes, 9));
	handles_set(&m->handles, bytes, sizeof(bytes), a);
	ck_assert_ptr_null(handles_find(&m->handles, bytes, sizeof(bytes)));
	for (unsigned i = 1; i <= HANDLES_MAX; i++) {
		memcpy(bytes, &i, sizeof(i));
		handles_set(&m->handles, bytes, 8, a);
	}
	memset(bytes, 0, sizeof(bytes));
	ck_assert_ptr_null(handles_find(&m->handles, bytes, 8));
	istr_unref(a);
}
END_TEST

START_TEST(rings_are_bounded)
{
	struct ofd *o = ofd_new(&m->ofds);
	task_ring_set(t, 0, 5, o);
	task_ring_set(t, TASK_RINGS, 5, o);
	task_ring_set(t, UINT32_MAX, 5, o);
	ofd_unref(o);
	ck_assert_int_eq(task_ring_find(t, 0)->fd, 5);
	ck_assert_ptr_null(task_ring_find(t, TASK_RINGS));
	task_ring_clear(t, UINT32_MAX);
	task_ring_clear(t, 0);
	ck_assert_ptr_null(task_ring_find(t, 0));
}
END_TEST

START_TEST(strangers_join_their_leader)
{
	bind_fd(t, 3, "/a", false, 0);
	struct task *thread = model_task(m, 1, 44);
	ck_assert_str_eq(name_of(thread, 3), "/a");
	ck_assert_ptr_eq(model_task(m, 1, 44), thread);
	struct task *alone = model_task(m, 50, 51);
	ck_assert_str_eq(name_of(alone, 3), "-");
	model_task_end(m, 44);
	model_task_end(m, 44);
	ck_assert_str_eq(name_of(t, 3), "/a");
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("model");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, table_over_time);
	tcase_add_test(c, graveyard_is_bounded);
	tcase_add_test(c, budget_is_kept);
	tcase_add_test(c, ranges);
	tcase_add_test(c, fork_copies_and_threads_share);
	tcase_add_test(c, exec_by_a_thread);
	tcase_add_test(c, names_over_time);
	tcase_add_test(c, kernel_word_mends);
	tcase_add_test(c, old_directories_are_remembered);
	tcase_add_test(c, renames_reach_open_files);
	tcase_add_test(c, peers_come_back);
	tcase_add_test(c, handles_are_bounded);
	tcase_add_test(c, rings_are_bounded);
	tcase_add_test(c, strangers_join_their_leader);
	Suite *s = suite_create("model");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
