/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/complain.h"
#include "cli/cmd_doctor.h"
#include "cli/cmd_syscalls.h"
#include "cli/options.h"
#include "compare.h"
#include "run.h"

static int
dispatch(const struct options *opt)
{
	switch (opt->command) {
	case CMD_TRACE:
		return run_trace(opt);
	case CMD_REPORT:
		return run_report(opt);
	case CMD_DIFF:
		return compare_recordings(opt);
	case CMD_SYSCALLS:
		return cmd_syscalls(opt->argc ? opt->argv[0] : NULL, opt->json);
	case CMD_DOCTOR:
		return cmd_doctor(opt->json);
	case CMD_HELP:
		usage_print();
		return 0;
	case CMD_VERSION:
		printf("iotrace %s\n", PACKAGE_VERSION);
		return 0;
	}
	return 125;
}

int
main(int argc, char **argv)
{
	struct options opt;
	char err[512];
	if (options_parse(argc, argv, &opt, err, sizeof(err))) {
		complain("%s", err);
		fputs("Try 'iotrace --help'.\n", stderr);
		return 125;
	}
	int status = dispatch(&opt);
	options_fini(&opt);
	return status;
}
