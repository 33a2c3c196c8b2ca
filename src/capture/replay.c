/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "raw/raw_file.h"

struct replay_engine {
	struct engine base;
	int fd;                    /* owned */
	struct raw_reader *reader; /* owned */
	const char *damage;        /* literal */
	int status;
	volatile bool stop;
};

static int
replay_next(struct engine *base, const struct raw_rec **rec)
{
	struct replay_engine *e = container_of(base, struct replay_engine, base);
	if (e->stop)
		return 0;
	int n = raw_reader_next(e->reader, rec);
	if (n < 0) {
		e->damage = raw_reader_error(e->reader);
		if (!e->damage)
			e->damage = "it cannot be read";
		return 0;
	}
	if (n == 1 && (*rec)->kind == RAW_END)
		e->status = (*rec)->args[2] > INT32_MAX ? -1 : (int)(*rec)->args[2];
	return n;
}

static void
replay_interrupt(struct engine *base, enum engine_interrupt what, int signo)
{
	(void)what;
	(void)signo;
	container_of(base, struct replay_engine, base)->stop = true;
}

static int
replay_status(const struct engine *base)
{
	return container_of(base, const struct replay_engine, base)->status;
}

static void
replay_close(struct engine *base)
{
	struct replay_engine *e = container_of(base, struct replay_engine, base);
	raw_reader_free(e->reader);
	if (e->fd > STDIN_FILENO)
		close(e->fd);
	free(e);
}

const struct engine_ops engine_replay_ops = {
	.name = "replay",
	.help = "a recording",
	.next = replay_next,
	.interrupt = replay_interrupt,
	.status = replay_status,
	.close = replay_close,
};

int
replay_open(const char *file, struct engine **out, char *err, size_t errlen)
{
	struct replay_engine *e = xcalloc(1, sizeof(*e));
	e->base.ops = &engine_replay_ops;
	e->status = -1;
	e->fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (e->fd < 0) {
		int code = -errno;
		snprintf(err, errlen, "cannot read '%.300s': %s", file, strerror(-code));
		free(e);
		return code;
	}
	int code = raw_reader_new(e->fd, &e->reader);
	if (code) {
		const char *why = e->reader ? raw_reader_error(e->reader) : NULL;
		snprintf(err, errlen, "'%.300s': %s", file, why ? why : strerror(-code));
		replay_close(&e->base);
		return code;
	}
	*out = &e->base;
	return 0;
}

void
replay_progress(const struct engine *base, uint64_t *done, uint64_t *total)
{
	const struct replay_engine *e =
		container_of(base, const struct replay_engine, base);
	struct stat st;
	bool is_file = fstat(e->fd, &st) == 0 && S_ISREG(st.st_mode);
	*done = raw_reader_offset(e->reader);
	*total = is_file ? (uint64_t)st.st_size : 0;
}

const char *
replay_damage(const struct engine *base)
{
	if (base->ops != &engine_replay_ops)
		return NULL;
	return container_of(base, const struct replay_engine, base)->damage;
}
