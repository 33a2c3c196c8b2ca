# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks a Chrome trace file against the rules of the format and of Perfetto's importer, and
against the rows of the same run.

    check_trace.py FILE.trace.json [ROWS.csv]

prints what is wrong, a line each, and exits with 1, or prints counts and exits with 0. The
rules are those of the "Trace Event Format" document and of importers/json in Perfetto's trace
processor: slices of a track nest or do not touch, asynchronous begins and ends pair by
category, id, name and process, ids are strings that read as hexadecimal numbers, an arrow
goes forward in time and binds to a slice at both ends, members of an event are no arrays.
Times are compared as whole nanoseconds.
"""
import collections
import csv
import json
import re
import sys
from decimal import Decimal

MEMBERS = {
    'X': {'cat', 'dur'}, 'i': {'s'}, 'C': set(), 'M': set(), 'b': {'cat', 'id'},
    'e': {'cat', 'id'}, 's': {'cat', 'id'}, 'f': {'cat', 'id', 'bp'},
}
ALWAYS = {'ph', 'name', 'ts', 'pid', 'tid'}


class Checker:
    def __init__(self):
        self.problems = []

    def wrong(self, text, event=None):
        if len(self.problems) < 20:
            self.problems.append(text + (f': {event}' if event else ''))

    def time(self, event, key):
        """A time in ns. The numbers are kept as they are written."""
        value = event[key]
        if not isinstance(value, Decimal) or not re.fullmatch(r'\d+\.\d{3}', str(value)):
            self.wrong(f'{key} is not microseconds with three decimals', event)
            return 0
        return int(value * 1000)

    def shape(self, event):
        """Is an event made as its phase wants it?"""
        phase = event.get('ph')
        if phase not in MEMBERS:
            return self.wrong('unknown phase', event)
        wanted = ALWAYS | MEMBERS[phase]
        if not wanted <= set(event):
            return self.wrong('members are missing', event)
        for key in set(event) - wanted - {'args', 'cat'}:
            self.wrong(f'unknown member {key}', event)
        for key in ('name', 'cat', 's', 'bp', 'id'):
            if key in event and not isinstance(event[key], str):
                self.wrong(f'{key} is no string', event)
        for key in ('pid', 'tid'):
            if not isinstance(event[key], int) or not 0 <= event[key] < 2 ** 31:
                self.wrong(f'{key} is no id', event)
        if 'args' in event and not isinstance(event['args'], dict):
            self.wrong('args is no object', event)
        for key, value in event.get('args', {}).items():
            if isinstance(value, (dict, list)):
                self.wrong(f'args.{key} is no plain value', event)
        if 'id' in event and not re.fullmatch(r'0x[1-9a-f][0-9a-f]*', event['id']):
            self.wrong('id is not hexadecimal', event)
        if phase == 'i' and event['s'] not in ('t', 'p', 'g'):
            self.wrong('unknown scope', event)
        if phase == 'C' and not (event.get('args') and all(
                isinstance(v, int) and v >= 0 for v in event['args'].values())):
            self.wrong('a counter wants numbers from 0', event)
        if phase == 'M' and event['name'] in ('process_name', 'thread_name') and not isinstance(
                event.get('args', {}).get('name'), str):
            self.wrong('a name is missing', event)
        return None

    def nesting(self, slices):
        """Slices of each thread nest, and how deep they do."""
        deepest = 0
        for track in slices.values():
            track.sort(key=lambda s: (s[0], -s[1]))
            stack = []
            for start, end, event in track:
                while stack and stack[-1] <= start:
                    stack.pop()
                if stack and end > stack[-1]:
                    self.wrong('overlaps the slice before it', event)
                stack.append(end)
                deepest = max(deepest, len(stack))
        return deepest

    def async_slices(self, events):
        """Begins and ends pair, in the order of time, on each track."""
        tracks = collections.defaultdict(list)
        for place, event in enumerate(events):
            if event['ph'] in 'be':
                tracks[event['cat'], event['id'], event['name'], event['pid']].append(
                    (self.time(event, 'ts'), place, event))
        for track in tracks.values():
            track.sort(key=lambda e: e[:2])
            is_open = False
            for _, _, event in track:
                if (event['ph'] == 'b') == is_open:
                    self.wrong('begin and end do not pair', event)
                is_open = event['ph'] == 'b'
        return len(tracks)

    def arrows(self, events, slices):
        """Each has a start and an end, later, both within a slice."""
        ends = collections.defaultdict(list)
        for event in events:
            if event['ph'] in 'sf':
                ends[event['cat'], event['name'], event['id']].append(event)
        for pair in ends.values():
            if [event['ph'] for event in pair] != ['s', 'f']:
                self.wrong('not a start and an end', pair[0])
                continue
            if self.time(pair[0], 'ts') > self.time(pair[1], 'ts'):
                self.wrong('goes back in time', pair[0])
            for event in pair:
                at = self.time(event, 'ts')
                if not any(start <= at <= end for start, end, _ in
                           slices[event['pid'], event['tid']]):
                    self.wrong('is bound to no slice', event)
        return len(ends)

    def counters(self, events):
        last = {}
        for event in events:
            if event['ph'] == 'C':
                at = self.time(event, 'ts')
                if at < last.get(event['name'], 0):
                    self.wrong('counter goes back in time', event)
                last[event['name']] = at
                if at == 0:
                    self.wrong('counter at 0', event)
        for name in last:
            final = [e for e in events if e['ph'] == 'C' and e['name'] == name][-1]
            if any(final['args'].values()):
                self.wrong('counter does not end with 0', final)

    def rows(self, events, file):
        """Every row is there with its times, and no other."""
        wanted = collections.Counter()
        with open(file, encoding='utf-8', errors='surrogateescape', newline='') as rows:
            for row in csv.DictReader(rows):
                wanted[int(row['seq']), int(row['pid']), int(row['tid']), row['syscall'],
                       int(row['time_ns']), row['latency_ns'], row['ret'], row['bytes']] += 1
        ends = collections.defaultdict(list)
        for event in events:
            if event['ph'] == 'e':
                ends[event['cat'], event['id'], event['name'], event['pid']].append(
                    self.time(event, 'ts'))
        for event in events:
            args = event.get('args', {})
            if 'seq' not in args:
                continue
            start = self.time(event, 'ts')
            length = ''
            if event['ph'] == 'X':
                length = str(self.time(event, 'dur'))
            elif event['ph'] == 'b':
                over = ends[event['cat'], event['id'], event['name'], event['pid']]
                length = str(over.pop(0) - start) if over else ''
            wanted[args['seq'], event['pid'], event['tid'], event['name'], start, length,
                   str(args.get('ret', '')), str(args.get('bytes', ''))] -= 1
        for row, n in wanted.items():
            if n:
                self.wrong(f'{"missing" if n > 0 else "not a row"}: {row}')


def main():
    check = Checker()
    with open(sys.argv[1], encoding='utf-8') as file:  # UTF-8 is the first rule
        trace = json.load(file, parse_float=Decimal)
    if list(trace) != ['otherData', 'traceEvents']:
        check.wrong(f'outer members are {list(trace)}')
    events = trace['traceEvents']
    for event in events:
        check.shape(event)
    if check.problems:
        events = []
    slices = collections.defaultdict(list)
    for event in events:
        if event['ph'] == 'X' or (event['ph'] == 'i' and event['s'] == 't'):
            start = check.time(event, 'ts')
            length = check.time(event, 'dur') if event['ph'] == 'X' else 0
            slices[event['pid'], event['tid']].append((start, start + length, event))
    deepest = check.nesting(slices)
    tracks = check.async_slices(events)
    arrows = check.arrows(events, slices)
    check.counters(events)
    named = {(e['pid'], e['tid']) for e in events
             if e['ph'] == 'M' and e['name'] == 'thread_name'}
    for event in events:
        if event['ph'] == 'X' and (event['pid'], event['tid']) not in named:
            check.wrong('thread without a name', event)
    if len(sys.argv) > 2 and not check.problems:
        check.rows(events, sys.argv[2])
    for problem in check.problems:
        print(problem)
    print(f'{len(events)} events, {len(slices)} threads, depth {deepest}, '
          f'{tracks} request tracks, {arrows} arrows')
    sys.exit(bool(check.problems))


if __name__ == '__main__':
    main()
