#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Python's own tests: one line a test and its verdict. Those that want a network beyond the
# loopback, much time or memory are left out by Python itself ("resources").
. "$(dirname -- "$0")/group.sh"

python=/usr/bin/python3
needs="$python=python3 $(echo /usr/lib/python3.*/test/test_select.py)=libpython3.11-testsuite"
items='test_os test_posix test_subprocess test_threading test_signal test_socket test_mmap
	test_select test_selectors test_epoll test_poll test_fcntl test_io test_file
	test_tempfile test_shutil test_pty test_wait3 test_wait4 test_fork1 test_asyncio
	test_concurrent_futures test_multiprocessing_fork test_faulthandler test_pathlib
	test_glob test_mailbox test_eintr test_resource test_popen test_sqlite3'
steady='test_mmap test_select test_fcntl test_wait3 test_fork1 test_popen'
limit=900

run_item()
{
	PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 exec "$python" -X faulthandler - "$1" <<-'END'
		import os, sys, unittest
		from test import support

		class Verdicts(unittest.TestResult):
		    def __init__(self):
		        super().__init__()
		        self.lines = []
		    def say(self, test, word):
		        self.lines.append(f"{test.id()} {word}")
		    def addSuccess(self, test):
		        self.say(test, "ok")
		    def addError(self, test, err):
		        self.say(test, "ERROR " + err[0].__name__)
		    def addFailure(self, test, err):
		        self.say(test, "FAIL")
		    def addSkip(self, test, reason):
		        self.say(test, "skipped")
		    def addExpectedFailure(self, test, err):
		        self.say(test, "expected")
		    def addUnexpectedSuccess(self, test):
		        self.say(test, "unexpected")
		    def addSubTest(self, test, subtest, err):
		        if err is not None:
		            self.say(test, "FAIL in a part")

		support.use_resources = []
		support.verbose = False
		support.PGO = False
		out = os.fdopen(os.dup(1), "w")
		verdicts = Verdicts()
		suite = unittest.defaultTestLoader.loadTestsFromName("test." + sys.argv[1])
		suite.run(verdicts)
		for line in sorted(verdicts.lines):
		    print("VERDICT", line, file=out)
		out.close()
		os._exit(0)
	END
}

# The tests themselves talk, and print pids.
even()
{
	sed -n 's/^VERDICT //p'
}

serve "$@"
