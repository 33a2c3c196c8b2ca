#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nginx with two workers under load on loopback, reloaded and ended by its signals.
. "$(dirname -- "$0")/group.sh"

needs='nginx=nginx-light ab=apache2-utils'
items='load'
steady=
limit=300

run_load()
{
	mkdir www logs && seq 1 100000 >www/big && echo hello >www/small
	cat >nginx.conf <<-END
		worker_processes 2;
		pid $PWD/pid;
		error_log $PWD/logs/error;
		events { worker_connections 200; }
		http {
			access_log $PWD/logs/access;
			client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2;
			fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
			sendfile on;
			server { listen 127.0.0.1:PORT; root $PWD/www; }
		}
	END
	# A free port: by trying.
	port=20480
	cp nginx.conf template
	while sed "s/PORT/$port/" template >nginx.conf &&
		! nginx -p "$PWD" -e logs/error -c "$PWD/nginx.conf" 2>>log; do
		port=$((port + 1))
		[ $port -lt 20580 ] || exit 99
	done
	for path in small big none; do
		ab -q -n 500 -c 10 -k "http://127.0.0.1:$port/$path" 2>&1 |
			grep -E 'Complete requests|Failed|Non-2xx|Document Length'
	done
	kill -HUP "$(cat pid)"
	ab -q -n 300 -c 5 "http://127.0.0.1:$port/big" 2>&1 | grep -E 'Complete req|Failed'
	kill -QUIT "$(cat pid)"
	while [ -e pid ]; do
		sleep 0.05
	done
	wc -l <logs/access
	grep -cE '\[(alert|emerg|crit)\]' logs/error
}

serve "$@"
