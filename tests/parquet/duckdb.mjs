// SPDX-License-Identifier: GPL-2.0-or-later
// What DuckDB makes of Parquet files of iotrace; duckdb.sh runs it. The first argument says
// which of the checks below.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const duckdb = await (await DuckDBInstance.create(':memory:')).connect();

// The rows of a query, each an array; numbers of 64 bits are strings.
async function query(sql) {
	return (await duckdb.runAndReadAll(sql)).getRowsJson();
}

async function one(sql) {
	return (await query(sql))[0];
}

const checks = {
	async probe() {
		assert.deepEqual(await one('SELECT 1'), [1]);
	},

	// What parquet_rows makes: the ends of the types, and filters, which use statistics.
	async made(file, count) {
		const ends = await one(`SELECT count(*), min(ret), max(ret), max(bytes), min(pid),
			max(pid), count(bytes), max(epoll_events), min(seq), max(seq) FROM '${file}'`);
		assert.deepEqual(ends, [count, '-9223372036854775808', '9223372036854775807',
			'18446744073709551615', -2147483648, 2147483647, String(count / 2),
			4294967295 - 1001, '1', count]);
		for (const [column, value] of [['ret', "-9223372036854775808"], ['ret', '9223372036854775807'],
			['bytes', '18446744073709551615'], ['bytes', '9223372036854775808'],
			['pid', '-2147483648'], ['comm', "'ä€'"], ['comm', "''"], ['seq', '263000'],
			['file', `(SELECT max(file) FROM '${file}')`], ['syscall', "'openat'"]])
			for (const operator of ['=', '<=', '>']) {
				// The second form keeps the reader from skipping what it should not.
				const [there] = await one(`SELECT count(*) FROM '${file}'
					WHERE ${column} ${operator} ${value}`);
				const [sure] = await one(`SELECT count(*) FROM '${file}' WHERE
					CASE WHEN random() < 2 THEN ${column} END ${operator} ${value}`);
				assert.equal(there, sure, `${column} ${operator} ${value}`);
			}
		const texts = await query(`SELECT comm, hex(comm_raw), count(*) FROM '${file}'
			GROUP BY ALL ORDER BY ALL`);
		const sixth = String(count / 6);
		assert.deepEqual(texts, [['', null, sixth], ['a,b "c"\n', null, sixth],
			['cat', null, sixth], ['z\ufffd\ufffd\ufffd', '7AEDA080', sixth],
			['ä€', null, sixth], ['\ufffd\ufffd', 'FFFE', sixth]]);
		// time_ns of the last is count - 1 microseconds and 999 ns.
		const [time] = await one(`SELECT epoch_us(max(time)) FROM '${file}'`);
		assert.equal(time, String(1700000000123456n + BigInt(count) - 1n + 1n));
		const notes = Object.fromEntries(await query(`SELECT decode(key), decode(value)
			FROM parquet_kv_metadata('${file}')`));
		assert.equal(notes['iotrace.host'], 'höst');
		assert.deepEqual(JSON.parse(notes['iotrace.command']), ['a b', '"c"\ufffd']);
		assert.equal(notes['iotrace.start'], '2023-11-14T22:13:20.123456794Z');
		assert.equal(notes['iotrace.lost'], '3');
	},

	async empty(file) {
		assert.deepEqual(await one(`SELECT count(*), max(file) FROM '${file}'`), ['0', null]);
	},

	// A real run: every value is that of csv, and the totals are those of the summary.
	async run(file, csv, calls) {
		await duckdb.run(`CREATE TABLE c AS FROM read_csv('${csv}', all_varchar = true)`);
		const types = Object.fromEntries((await query(`DESCRIBE FROM '${file}'`)));
		assert.equal(types.time, 'TIMESTAMP WITH TIME ZONE');
		assert.equal(types.latency_ns, 'UBIGINT');
		assert.equal(types.ret, 'BIGINT');
		assert.equal(types.file, 'VARCHAR');
		assert.equal(types.file_raw, 'BLOB');
		for (const [name] of await query('DESCRIBE c')) {
			// To the reader of csv an empty field is NULL.
			const absent = name === 'fd' || name === 'offset' ? `'-1'` : `''`;
			const [joined, different] = await one(`SELECT count(*), count(*) FILTER (
				coalesce(p."${name}"::VARCHAR, ${absent}) <> coalesce(c."${name}", ''))
				FROM '${file}' p JOIN c ON p.seq = c.seq::UBIGINT`);
			assert.deepEqual([joined, different], [(await one('SELECT count(*) FROM c'))[0], '0'],
				`column ${name}`);
		}
		const [skew] = await one(`SELECT count(DISTINCT epoch_us(time) - time_ns // 1000)
			FROM '${file}'`);
		assert.ok(skew <= 2, 'time and time_ns go together, but for rounding');
		const ours = readFileSync(calls, 'utf8').trim().split('\n').sort();
		const theirs = (await query(`SELECT syscall || ' ' || count(*) || ' ' || count(error)
			FROM '${file}' GROUP BY syscall`)).map((row) => row[0]).sort();
		assert.ok(ours.length > 5);
		assert.deepEqual(ours, theirs);
	},
};

const [name, ...args] = process.argv.slice(2);
await checks[name](...args);
