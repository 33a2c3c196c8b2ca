#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runtimes with threads, garbage collectors and event loops of their own: node, Java, perl.
. "$(dirname -- "$0")/group.sh"

needs=
needs_node='node=nodejs'
needs_java='javac=default-jdk-headless'
needs_perl='perl=perl'
items='node java perl'
steady='perl node'
limit=300

run_node()
{
	cat >t.js <<-'END'
		const fs = require('fs'), net = require('net'), cp = require('child_process');
		const { Worker, isMainThread, parentPort } = require('worker_threads');
		if (!isMainThread) {
			parentPort.postMessage(require('crypto').pbkdf2Sync('a', 'b', 1000, 32, 'sha1').toString('hex'));
		} else (async () => {
			const read = (f) => fs.promises.readFile(f, 'utf8');
			await Promise.all([...Array(50).keys()].map(i => fs.promises.writeFile('f' + i, 'x'.repeat(i))));
			console.log((await Promise.all([...Array(50).keys()].map(i => read('f' + i)))).join('').length);
			await read('none').catch(e => console.log(e.code));
			console.log(await Promise.all([1, 2, 3].map(() => new Promise(done => new Worker(__filename).on('message', done)))));
			const server = net.createServer(c => c.pipe(c));
			await new Promise(done => server.listen('s', done));
			const c = net.connect('s');
			c.write('echo');
			console.log(String(await new Promise(done => c.on('data', done))));
			c.end();
			server.close();
			console.log(cp.spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 7'], { encoding: 'utf8' }).status);
			const child = cp.spawn('sleep', ['100']);
			child.kill();
			console.log(await new Promise(done => child.on('exit', (code, signal) => done([code, signal]))));
			process.on('SIGUSR2', () => console.log('signal') || clearTimeout(alive));
			const alive = setTimeout(() => {}, 100000);
			process.kill(process.pid, 'SIGUSR2');
		})();
	END
	node t.js
}

run_java()
{
	cat >T.java <<-'END'
		import java.io.*;
		import java.nio.file.*;
		import java.util.*;
		import java.util.concurrent.*;

		public class T {
			public static void main(String[] args) throws Exception {
				ExecutorService pool = Executors.newFixedThreadPool(8);
				List<Future<Long>> sums = new ArrayList<>();
				for (int i = 0; i < 50; i++) {
					final int n = i;
					sums.add(pool.submit(() -> {
						Path p = Paths.get("f" + n);
						Files.write(p, new byte[n * 100]);
						return Files.size(p) + Files.readAllBytes(p).length;
					}));
				}
				long sum = 0;
				for (Future<Long> f : sums)
					sum += f.get();
				pool.shutdown();
				System.out.println(pool.awaitTermination(100, TimeUnit.SECONDS) + " " + sum);
				try {
					Files.size(Paths.get("none"));
				} catch (NoSuchFileException e) {
					System.out.println(e.getMessage());
				}
				List<byte[]> garbage = new ArrayList<>();
				for (int i = 0; i < 2000; i++) {
					garbage.add(new byte[10000]);
					if (garbage.size() > 100)
						garbage.clear();
				}
				System.gc();
				Process p = new ProcessBuilder("sh", "-c", "exit 5").start();
				System.out.println(p.waitFor());
				Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
				System.exit(3);
			}
		}
	END
	javac T.java && java -Xmx64m T
	echo "java $?"
	# The signals that the machine itself uses: null pointers and polls.
	java -Xmx64m -Xint T
	echo "java $?"
}

run_perl()
{
	cat >t.pl <<-'END'
		use strict; use POSIX; use IO::Select; use Socket; use File::Temp; use IPC::Open3;
		$| = 1;
		my ($got, $kids) = (0, 0);
		$SIG{USR1} = sub { $got++ };
		$SIG{CHLD} = sub { while (waitpid(-1, WNOHANG) > 0) { $kids++ } };
		for (1 .. 5) { kill USR1 => $$ }
		for (1 .. 10) { my $p = fork // die; exit 0 unless $p }
		select undef, undef, undef, 0.01 while $kids < 10;
		print "$got $kids\n";
		socketpair my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die;
		syswrite $a, "hello"; sysread $b, my $buf, 100; print "$buf\n";
		$SIG{CHLD} = 'DEFAULT';
		$SIG{ALRM} = sub { die "alarm\n" };
		eval { alarm 1; sysread $b, $buf, 1; }; print $@;
		my $pid = open3(my $in, my $out, undef, 'sh', '-c', 'read x; echo got $x; exit 4');
		print $in "line\n"; print <$out>; waitpid $pid, 0; print $? >> 8, "\n";
		print `exit 6`, $? >> 8, "\n"; system 'kill -9 $$'; print $? & 127, "\n";
		open my $f, '+>', 'f' or die; print $f "x" x 100000; seek $f, 10, 0; read $f, $buf, 20;
		print length $buf, " ", -s $f, "\n"; open my $n, '<', 'none' or print "$!\n";
	END
	perl t.pl
}

serve "$@"
