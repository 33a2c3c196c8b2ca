# SPDX-License-Identifier: GPL-2.0-or-later
"""Collapsed stacks and Chrome traces opened by a reader that people use: speedscope, a page
that runs from a local directory. What it read is what it exports in a format of its own.

    speedscope.py DIRECTORY-OF-ITS-PAGE
"""
import base64
import collections
import json
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'browser'))
import browser

PAGE = None


class Opened(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(prefix='iotrace-speedscope.')
        self.addCleanup(self.dir.cleanup)

    def read(self, name, recording, *options):
        """The bytes that report writes, and what speedscope makes of them."""
        file = os.path.join(self.dir.name, name)
        browser.iotrace('report', '-q', '-e', 'all', *options, '-o', file,
                        browser.source('tests', 'golden', recording + '.iotrace'))
        with open(file, 'rb') as written:
            content = written.read()
        # As its command-line tool hands it over.
        script = os.path.join(self.dir.name, 'load.js')
        with open(script, 'w', encoding='ascii') as load:
            load.write('speedscope.loadFileFromBase64(%s, %s)' % (
                json.dumps(name), json.dumps(base64.b64encode(content).decode())))
        page = browser.chromium
        page.open(script)  # another page, so that the next one is loaded anew
        page.open(PAGE, fragment='localProfilePath=' + script)
        page.until('return document.body.innerText.includes("Export")')
        page.script('''
            HTMLAnchorElement.prototype.click = () => {};
            URL.createObjectURL = (blob) => {
                blob.text().then((text) => { window.exported = text; });
                return '#';
            };
            Array.from(document.querySelectorAll('div'))
                .filter((el) => el.textContent.endsWith('Export') && el.children.length < 3)
                .pop().click();''')
        return content, json.loads(page.until('return window.exported'))

    def test_folded(self):
        for recording in ('rename-basic', 'hostile-names', 'signal-reexec'):
            for metric in ('count', 'latency'):
                content, read = self.read('x.folded', recording, '--metric=' + metric)
                want = collections.Counter()
                for line in content.decode('utf-8', 'replace').splitlines():
                    stack, value = line.rsplit(' ', 1)
                    want[stack] += int(value)
                self.assertEqual(len(read['profiles']), 1)
                profile, names = read['profiles'][0], read['shared']['frames']
                got, stack, at = collections.Counter(), [], 0
                for event in profile['events']:
                    if event['at'] > at:
                        got[';'.join(stack)] += event['at'] - at
                    at = event['at']
                    if event['type'] == 'O':
                        stack.append(names[event['frame']]['name'])
                    else:
                        stack.pop()
                self.assertEqual(got, want, f'{recording}, {metric}')

    def test_trace(self):
        for recording in ('fork-inherit', 'signal-reexec'):
            content, read = self.read('x.trace.json', recording)
            want = collections.defaultdict(list)
            for event in sorted((e for e in json.loads(content)['traceEvents']
                                 if e['ph'] == 'X' and e['dur']), key=lambda e: e['ts']):
                want[event['pid'], event['tid']].append(event['name'])
            names, got = read['shared']['frames'], {}
            for profile in read['profiles']:
                thread = tuple(map(int, re.findall(r'\([pt]id (\d+)\)', profile['name'])))
                got[thread] = [names[event['frame']]['name'].split(' ')[0]
                               for event in profile['events'] if event['type'] == 'O']
            self.assertEqual(got, want, recording)


if __name__ == '__main__':
    PAGE = os.path.join(sys.argv.pop(1), 'index.html')
    browser.main()
