#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# redis under load from its own benchmark, over loopback and a socket, saving and forking.
. "$(dirname -- "$0")/group.sh"

# The server is the same file as the checker, by another name; a package that starts a
# service is not needed.
needs='redis-check-rdb=redis-tools redis-benchmark=redis-tools redis-cli=redis-tools'
items='load'
steady=
limit=300

run_load()
{
	ln -s "$(command -v redis-check-rdb)" redis-server
	./redis-server --port 0 --unixsocket "$PWD/s" --dir "$PWD" --appendonly yes \
		--save '' --daemonize no >log 2>&1 &
	server=$!
	until [ "$(redis-cli -s s ping 2>/dev/null)" = PONG ]; do
		sleep 0.05
	done
	redis-benchmark -s s -n 2000 -c 20 -q -t set,get,incr,lpush >/dev/null 2>&1
	echo "benchmark $?"
	redis-benchmark -s s -n 2000 -c 10 -P 16 --threads 2 -q -t set,get >/dev/null 2>&1
	echo "threads $?"
	redis-cli -s s set key value
	redis-cli -s s bgsave
	until redis-cli -s s info persistence | grep -q rdb_bgsave_in_progress:0; do
		sleep 0.05
	done
	redis-cli -s s bgrewriteaof
	until redis-cli -s s info persistence | grep -q aof_rewrite_in_progress:0; do
		sleep 0.05
	done
	redis-cli -s s info persistence | grep status
	redis-cli -s s get key && redis-cli -s s get counter:__rand_int__
	redis-cli -s s shutdown save
	wait $server
	echo "server $?"
	redis-check-rdb dump.rdb >/dev/null
	echo "dump $?"
}

serve "$@"
