#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Those that keep files: tar, rsync, and sqlite3 with its locks.
. "$(dirname -- "$0")/group.sh"

needs='tar=tar gzip=gzip'
needs_rsync='rsync=rsync'
needs_sqlite='sqlite3=sqlite3'
items='tar rsync sqlite'
steady=$items

make_tree()
{
	mkdir -p tree/a/b "tree/with space"
	for i in 1 2 3 4 5 6 7 8 9 10; do
		seq 1 $((i * 500)) >"tree/a/f$i" && cp "tree/a/f$i" "tree/a/b/g$i"
	done
	ln -s a/f1 tree/link && ln tree/a/f2 tree/hard && truncate -s 1M tree/sparse
	find tree -exec touch -h -d @1600000000 {} +
}

run_tar()
{
	make_tree
	tar --sort=name -czf t.tgz tree && tar -tzf t.tgz | wc -l && mkdir out
	tar -C out -xzf t.tgz && diff -r --no-dereference tree out/tree && echo same
	tar --sort=name -cSf s.tar tree && tar -xOf s.tar tree/a/f3 | tail -n 1
	tar -C out -xf no.tar
	echo "status $?"
	gzip -c tree/a/f9 | gunzip | cmp - tree/a/f9 && echo same
}

run_rsync()
{
	make_tree
	rsync -aH --stats tree/ copy/ | grep -E 'Number of (created|regular)|File list size'
	diff -r --no-dereference tree copy && echo same
	echo changed >>tree/a/f5 && rm tree/a/f6 && rsync -ai --delete tree/ copy/
	rsync -a --checksum --whole-file tree/a/ other && ls other | wc -l
	rsync -a none copy/ 2>/dev/null
	echo "status $?"
}

run_sqlite()
{
	sqlite3 db 'pragma journal_mode=wal; create table t (n integer, s text);'
	for i in 1 2 3 4; do
		sqlite3 -cmd '.timeout 100000' db "begin immediate;
			with recursive c(n) as (select 1 union all select n + 1 from c where n < 500)
			insert into t select n, hex(n * $i) from c; commit;" &
	done
	wait
	sqlite3 db 'select count(*), sum(n), max(length(s)) from t; pragma integrity_check;'
	sqlite3 db 'pragma journal_mode=delete; create index i on t (s); vacuum; analyze;'
	sqlite3 db 'select s from t order by s limit 2; select no from t'
	echo "status $?"
	sqlite3 db .dump | sqlite3 copy && sqlite3 copy 'select count(*) from t'
}

serve "$@"
