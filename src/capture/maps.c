/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* "START-END PERMS OFFSET MAJOR:MINOR INODE   NAME" (fs/proc/task_mmu.c: show_map_vma) */
static bool
parse(char *line, struct map *m)
{
	char perms[5];
	int name = 0;
	if (sscanf(line,
		   "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %" SCNu64 " %n",
		   &m->start, &m->end, perms, &m->offset, &m->ino, &name) != 5 ||
	    !name)
		return false;
	m->shared = perms[3] == 's';
	line[strcspn(line, "\n")] = '\0';
	m->name = line + name;
	return true;
}

void
maps_each(pid_t pid, void (*each)(void *arg, const struct map *), void *arg)
{
	char path[32];
	cleanup_free char *line = NULL;
	size_t room = 0;
	struct map m;
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	cleanup_fclose FILE *f = fopen(path, "re");
	while (f && getline(&line, &room, f) > 0)
		if (parse(line, &m))
			each(arg, &m);
}
