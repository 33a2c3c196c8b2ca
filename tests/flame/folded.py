# SPDX-License-Identifier: GPL-2.0-or-later
"""Collapsed stacks against the rows of the same run.

    folded.py IOTRACE RECORDING...

For each recording, list of frames and metric: a reader with the rule of flamegraph.pl (a line
is a stack, blanks and a number; a stack that ends in another number is a comparison) must find
the stacks that the rows have, with their sums, and the sums of the whole must be those of the
rows. Prints what differs and exits with 1.
"""
import collections
import csv
import io
import re
import subprocess
import sys

LINE = re.compile(rb'^(.*)\s+?(\d+(?:\.\d*)?)$', re.DOTALL)
COLUMN = {'comm': 'comm', 'path': 'file', 'file': 'file', 'syscall': 'syscall',
          'family': 'family', 'pid': 'pid', 'tid': 'tid', 'flags': 'flags'}
LISTS = ('comm,path,syscall', 'pid,tid,family,flags', 'file', 'syscall,comm')
METRICS = {'count': None, 'latency': 'latency_ns', 'bytes': 'bytes', 'requested': 'requested'}


def read(text):
    """The stacks of a file, as a reader sees them."""
    stacks = collections.Counter()
    for line in text.split(b'\n')[:-1]:
        found = LINE.match(line)
        if not found or LINE.match(found[1]):
            raise ValueError(f'no stack and one number: {line!r}')
        stacks[found[1]] += int(found[2])
    return stacks


def written(name):
    """A name as the format has it."""
    return name.replace(b'\n', b'\\x0a').replace(b'\r', b'\\x0d')


def expected(rows, keys, metric):
    stacks = collections.Counter()
    for row in rows:
        frames = [written(row[COLUMN[key]]) for key in keys if row[COLUMN[key]]]
        stack = b';'.join(frames or [b'[unknown]'])
        stack = re.sub(rb'[ \t\v\f](?=[\d.]+$)', lambda m: b'\\x%02x' % m[0][0], stack)
        column = METRICS[metric]
        if column is None:
            value = 1
        elif metric == 'latency' and not row['ret']:
            value = 0
        else:
            value = int(row[column] or 0)
        if value:
            stacks[stack] += value
    return stacks


def report(iotrace, recording, *options):
    return subprocess.run([iotrace, 'report', '-q', '-e', 'all', *options, '-o', '-', recording],
                          check=True, stdout=subprocess.PIPE).stdout


def main():
    iotrace, failed, compared = sys.argv[1], 0, 0
    for recording in sys.argv[2:]:
        text = report(iotrace, recording, '--format=csv').decode('latin-1')
        rows = [{key: value.encode('latin-1') for key, value in row.items()}
                for row in csv.DictReader(io.StringIO(text, newline=''))]
        for by in LISTS:
            for metric in METRICS:
                got = read(report(iotrace, recording, '--format=folded', '--by=' + by,
                                  '--metric=' + metric))
                want = expected(rows, by.split(','), metric)
                compared += 1
                if got != want:
                    failed = 1
                    print(f'{recording}: {by}, {metric}: {dict((want - got) or (got - want))}')
    print(f'{compared} files compared')
    sys.exit(failed)


if __name__ == '__main__':
    main()
