#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# PostgreSQL: a database is made, loaded and worked on by several clients, over a socket in
# the directory of the run.
. "$(dirname -- "$0")/group.sh"

bin=$(echo /usr/lib/postgresql/*/bin | awk '{ print $NF }')
needs="$bin/initdb=postgresql $bin/pgbench=postgresql $bin/psql=postgresql"
items='pgbench crash'
steady=
limit=600

begin()
{
	PATH=$bin:$PATH
	export PGHOST=$PWD PGDATABASE=postgres PGUSER=test PGDATA=$PWD/data
	initdb -A trust -U test -E UTF8 --no-locale >log 2>&1 || exit 99
	start
}

start()
{
	pg_ctl -w -t 300 -l server.log -o "-k $PWD -h '' -F" start >>log 2>&1
	echo "start $?"
}

run_pgbench()
{
	begin
	pgbench -i -s 1 >>log 2>&1
	echo "load $?"
	pgbench -c 4 -j 2 -t 50 --random-seed=1 2>/dev/null | grep -E 'transactions (type|actually)|failed'
	psql -Atc 'select count(*), sum(aid) from pgbench_accounts; select count(*) from pgbench_history'
	psql -Atc 'vacuum full analyze; select count(*) from pgbench_tellers; checkpoint'
	psql -Atc 'no such statement' 2>/dev/null
	echo "error $?"
	pg_ctl -w -t 300 stop -m fast >>log 2>&1
	echo "stop $?"
	grep -cE 'PANIC|FATAL' server.log
}

# A server process dies: the others are restarted and what was committed is there.
run_crash()
{
	begin
	psql -Atqc 'create table t as select generate_series(1, 1000) as n'
	psql -Atc 'select pg_backend_pid(), pg_sleep(100)' >/dev/null 2>&1 &
	until victim=$(psql -Atc "select pid from pg_stat_activity where query like '%sleep(100)' and
		pid <> pg_backend_pid()" 2>/dev/null) && [ -n "$victim" ]; do
		sleep 0.1
	done
	kill -KILL "$victim"
	wait
	until psql -Atc 'select sum(n) from t' 2>/dev/null; do
		sleep 0.1
	done
	grep -c 'was terminated by signal 9' server.log
	pg_ctl -w -t 300 stop -m immediate >>log 2>&1
	echo "stop $?"
	start
	psql -Atc 'select count(*) from t'
	pg_ctl -w -t 300 stop >>log 2>&1
	echo "stop $?"
}

serve "$@"
