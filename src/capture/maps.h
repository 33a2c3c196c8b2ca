/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mappings of a process that was running already: how its rings are found that were
 * set up before anybody looked (proc_pid_maps(5)).
 */
#ifndef IOTRACE_CAPTURE_MAPS_H
#define IOTRACE_CAPTURE_MAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct map {
	uint64_t start, end; /* addresses */
	uint64_t offset;     /* in what is mapped, bytes */
	uint64_t ino;
	bool shared;
	const char *name; /* borrowed: "" for none, with the " (deleted)" of the kernel */
};

/* Calls EACH for every mapping of process PID, by address; for none where /proc cannot be
 * read. */
void maps_each(pid_t pid, void (*each)(void *arg, const struct map *), void *arg);

#endif
