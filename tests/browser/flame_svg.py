# SPDX-License-Identifier: GPL-2.0-or-later
"""The flame graph in a browser: what it shows is counted from the CSV of the same recording."""
import csv
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import browser

SVG = '{http://www.w3.org/2000/svg}'
RECORDING = browser.source('tests', 'golden', 'rename-basic.iotrace')

# Every frame that is shown, as the reader sees it.
SHOWN = '''
return Array.from(document.querySelectorAll('.f'))
	.filter((el) => getComputedStyle(el).display !== 'none')
	.map((el) => {
		const box = el.getBoundingClientRect();
		return { name: el.querySelector('title').textContent.split('\\n')[0],
			title: el.querySelector('title').textContent, value: Number(el.dataset.v),
			left: box.left, right: box.right, top: box.top, up: el.classList.contains('up'),
			hit: el.classList.contains('hit') };
	});'''

# The element of the frame whose name is the argument.
FRAME = '''
return Array.from(document.querySelectorAll('.f')).find((el) =>
	el.querySelector('title').textContent.split('\\n')[0] === arguments[0]);'''


class Graph(unittest.TestCase):
    """A graph that is open in the browser, and the rows it was made of."""

    def setUp(self):
        self.page = browser.chromium
        self.dir = tempfile.TemporaryDirectory(prefix='iotrace-svg.')
        self.addCleanup(self.dir.cleanup)
        self.page.dark(False)
        self.page.resize(1280, 800)

    def show(self, *options, recording=RECORDING):
        """Opens what report makes of a recording with OPTIONS."""
        self.svg = os.path.join(self.dir.name, 'flame.svg')
        browser.iotrace('report', '-q', *options, '-o', self.svg, recording)
        self.page.open(self.svg)

    def rows(self, *options, recording=RECORDING):
        text = browser.iotrace('report', '-q', *options, '--format=csv', '-o', '-', recording)
        return list(csv.DictReader(text.decode('utf-8', 'surrogateescape').splitlines()))

    def frames(self):
        return self.page.script(SHOWN)

    def frame(self, name):
        found = [frame for frame in self.frames() if frame['name'] == name]
        self.assertEqual(len(found), 1, name)
        return found[0]

    def click(self, name):
        self.page.click(self.page.script(FRAME, name))

    def focused(self):
        return self.page.script(
            'return document.activeElement.querySelector("title").textContent.split("\\n")[0]')

    def assert_fills(self, name):
        """The frame is as wide as the graph."""
        frame, root = self.frame(name), self.frame('all')
        self.assertAlmostEqual(frame['left'], root['left'], delta=0.6)
        self.assertAlmostEqual(frame['right'], root['right'], delta=0.6)


class Look(Graph):
    def test_is_well_formed_and_quiet(self):
        self.show()
        xml.etree.ElementTree.parse(self.svg)
        self.assertEqual(self.page.console(), [])
        self.assertEqual(self.page.script(
            'return performance.getEntriesByType("resource").length'), 0)

    def test_values_are_those_of_the_rows(self):
        rows = self.rows()
        for metric, column in (('count', None), ('bytes', 'bytes'),
                               ('requested', 'requested'), ('latency', 'latency_ns')):
            self.show('--metric=' + metric, '--by=syscall')
            want = {}
            for row in rows:
                if metric == 'latency' and row['ret'] == '':
                    continue
                value = 1 if column is None else int(row[column] or 0)
                if value:
                    want[row['syscall']] = want.get(row['syscall'], 0) + value
            want['all'] = sum(want.values())
            self.assertEqual({f['name']: f['value'] for f in self.frames()}, want, metric)

    def test_children_fill_their_parents(self):
        self.show('--by=comm,dir,syscall')
        kids = self.page.script('''
            const open = [], sums = [];
            for (const el of document.querySelectorAll('.f')) {
                const level = Number(el.getAttribute('aria-level'));
                open[level] = { value: Number(el.dataset.v), kids: 0 };
                sums.push(open[level]);
                if (level > 1)
                    open[level - 1].kids += Number(el.dataset.v);
            }
            return sums.map((one) => [one.value, one.kids]);''')
        self.assertGreater(len(kids), 10)
        for value, inside in kids:
            self.assertIn(inside, (0, value))

    def test_fits_every_width(self):
        for width in (1600, 1280, 700, 360):
            self.page.resize(width, 700)
            self.show()
            self.page.until('''
                return Math.abs(document.querySelector('.f').getBoundingClientRect().right -
                    arguments[0]) < 1''', width - 10)
            self.assertLessEqual(
                self.page.script('return document.documentElement.scrollWidth'), width)
            self.page.screenshot(f'flame-{width}')
        self.page.resize(1000, 700)  # and follows the window
        self.page.until('''
            return Math.abs(document.querySelector('.f').getBoundingClientRect().right - 990)
                < 1''')

    def test_can_be_read_in_light_and_dark(self):
        self.show('--by=comm,family,syscall,dir,path,flags,pid,tid')
        for dark in (False, True):
            self.page.dark(dark)
            self.page.screenshot('flame-dark' if dark else 'flame-light')
            # WCAG 2.1, section 1.4.3: 4.5 to 1 for text
            worst = self.page.script('''
                const part = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                const light = (css) => {
                    const [r, g, b] = css.match(/[\\d.]+/g).map((c) => part(Number(c) / 255));
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                const back = light(getComputedStyle(document.documentElement).backgroundColor);
                let worst = 21;
                for (const text of document.querySelectorAll('text')) {
                    const frame = text.closest('.f');
                    const below = frame ?
                        light(getComputedStyle(frame.querySelector('rect')).fill) : back;
                    worst = Math.min(worst, ratio(light(getComputedStyle(text).fill), below));
                }
                return worst;''')
            self.assertGreaterEqual(worst, 4.5)

    def test_same_name_same_colour(self):
        self.show('--by=path,syscall')
        fills = self.page.script('''
            return Array.from(document.querySelectorAll('.f')).map((el) => [
                el.querySelector('title').textContent.split('\\n')[0],
                el.querySelector('rect').getAttribute('class')]);''')
        self.assertEqual(len({name for name, _ in fills}), len({tuple(f) for f in fills}))
        self.assertLess(len({name for name, _ in fills}), len(fills))

    def test_nothing_and_one_event(self):
        self.show('--filter=syscall == nanosleep')
        self.assertEqual(self.frames(), [])
        self.assertIn('no calls', self.page.text('.sub'))
        self.assertEqual(self.page.console(), [])
        self.show('--limit=1')
        self.assertEqual({frame['value'] for frame in self.frames()}, {1})
        self.assertIn('1 call', self.page.text('.sub'))
        self.assertEqual(self.page.console(), [])

    def test_in_a_page(self):
        """As an element of HTML, twice: the parser and the sizes are other ones."""
        self.show('--by=comm,syscall')
        with open(self.svg, encoding='utf-8') as file:
            graph = file.read().split('\n', 1)[1]
        page = os.path.join(self.dir.name, 'page.html')
        with open(page, 'w', encoding='utf-8') as file:
            file.write(f'<!DOCTYPE html><title>x</title><div style="width:600px">{graph}</div>')
        self.page.open(page)
        self.assertEqual(self.page.console(), [])
        self.assertAlmostEqual(self.frame('all')['right'] - self.frame('all')['left'], 580,
                               delta=1)
        self.click('openat')
        self.assert_fills('openat')


class Mouse(Graph):
    def test_zoom_and_back(self):
        self.show('--by=comm,syscall,path')
        before = self.frames()
        self.assertTrue(self.page.script('return document.querySelector("button").disabled'))
        self.click('openat')
        self.assert_fills('openat')
        self.assertTrue(self.frame('ioworkload')['up'])
        names = {frame['name'] for frame in self.frames()}
        self.assertNotIn('read', names)
        self.click('ioworkload')  # one that leads back
        self.assert_fills('ioworkload')
        self.assertIn('read', {frame['name'] for frame in self.frames()})
        self.click('openat')
        self.page.click('button')
        self.assertEqual([(f['name'], round(f['left'])) for f in self.frames()],
                         [(f['name'], round(f['left'])) for f in before])

    def test_pointing_tells(self):
        self.show('--by=comm,syscall')
        self.click('openat')
        self.assertRegex(self.page.text('.say'), r'^openat: \d+ calls, \d+\.\d%$')

    def test_search(self):
        self.show('--by=comm,path,syscall')
        rows = self.rows()
        for term in ('libc', 'RENAME', 'ioworkload', 'e', '"', 'no such thing'):
            want = [row for row in rows if any(
                term.lower() in row[column].lower()
                for column in ('comm', 'file', 'syscall'))]
            self.page.script('''
                const input = document.querySelector('input');
                input.value = arguments[0];
                input.dispatchEvent(new Event('input'));''', term)
            self.assertEqual(self.page.text('output'),
                             f'matched: {100 * len(want) / len(rows):.1f}%', term)
            for frame in self.frames():
                self.assertEqual(frame['hit'],
                                 frame['name'] != 'all' and
                                 term.lower() in frame['name'].lower(), frame)
        self.page.screenshot('flame-search')


class Keyboard(Graph):
    def test_walk_and_zoom(self):
        self.show('--by=comm,syscall,path')
        way = []  # through the page; the picture itself takes the focus, too
        while not way or (way[-1] != 'all' and len(way) < 5):
            self.page.keys('Tab')
            way.append(self.page.script('''
                const el = document.activeElement;
                return el.matches('.f') ? el.querySelector('title').textContent.split('\\n')[0]
                    : el.tagName;'''))
        self.assertEqual(way[-2:], ['input', 'all'])
        self.page.keys('ArrowDown', 'ArrowDown')
        order = [f['name'] for f in self.frames() if f['top'] == self.frame('openat')['top']]
        self.assertEqual(self.focused(), order[0])
        self.page.keys('ArrowRight')
        self.assertEqual(self.focused(), order[1])
        self.assertIn(order[1] + ': ', self.page.text('.say'))
        self.page.screenshot('flame-focus')
        self.page.keys('Enter')
        self.assert_fills(order[1])
        self.page.keys('ArrowUp', 'Enter')
        self.assert_fills('ioworkload')
        self.page.keys('Escape')  # one step of two
        self.assert_fills(order[1])
        self.page.keys('Escape')
        self.assertFalse(self.frame('ioworkload')['up'])
        self.page.keys('ArrowDown', 'Space', 'Home')
        self.assertEqual(self.focused(), 'all')
        self.assertEqual([f for f in self.frames() if f['up']], [])
        self.page.keys('ArrowUp', 'ArrowLeft')  # nothing there
        self.assertEqual(self.focused(), 'all')

    def test_search(self):
        self.show('--by=comm,syscall,path')
        self.page.click(self.page.script(FRAME, 'all'))
        self.page.keys('/', 'openat', 'Enter')
        self.assertEqual(self.focused(), 'openat')
        self.page.keys('/', 'Escape')
        self.assertEqual(self.page.script('return document.querySelector("input").value'), '')
        self.assertEqual([f for f in self.frames() if f['hit']], [])
        self.assertEqual(self.page.text('output'), '')


class Live(Graph):
    """What no recording of the tree has."""

    def record(self, program):
        recording = os.path.join(self.dir.name, 'run.iotrace')
        try:
            browser.iotrace('-q', '-o', recording, '--', sys.executable, '-c', program,
                            cwd=self.dir.name)
        except subprocess.CalledProcessError as error:
            if error.returncode != 125:
                raise
            self.skipTest('nothing can be traced here')
        return recording

    def test_hostile_names(self):
        names = ['</title><script>window.bad=1</script>', ']]><script>window.bad=1</script>',
                 '"><img src=x onerror=window.bad=1>', '&lt;b&gt;', "'`${window.bad=1}`",
                 'line\nbreak', 'tab\tbell\x07', b'\xff\xfe'.decode('utf-8', 'surrogateescape'),
                 '\u202egnp.exe', 'a' * 255, 'z\u0300' * 80, '\u4e2d\u6587' * 30, ' ', '$&', '-->']
        names = [name.replace('/', '\u2215') for name in names]
        recording = self.record(
            'import os\nfor name in ' + ascii(names) + ':\n try: os.stat("/nowhere/" + name)\n'
            ' except OSError: pass')
        self.show('--by=path', '-P', '/nowhere/*', recording=recording)
        xml.etree.ElementTree.parse(self.svg)
        self.assertEqual(self.page.console(), [])
        self.assertIsNone(self.page.script('return window.bad || null'))
        shown = [frame['name'] for frame in self.frames()]
        self.assertEqual(len(shown), len(names) + 1)
        for name in ('</nowhere/<∕title><script>window.bad=1<∕script>'[1:],
                     '/nowhere/&lt;b&gt;', '/nowhere/line\\x0abreak', '/nowhere/\\xff\\xfe',
                     '/nowhere/tab\\x09bell\\x07', '/nowhere/\\xe2\\x80\\xaegnp.exe',
                     '/nowhere/' + '\u4e2d\u6587' * 30):
            self.assertIn(name, shown)
        self.page.screenshot('flame-hostile')

    def test_more_frames_than_are_drawn(self):
        recording = self.record(
            'import os\nfor i in range(7000):\n try: os.stat("/nowhere/%d" % (i // 2 * i))\n'
            ' except OSError: pass')
        calls = len(self.rows('-P', '/nowhere/*', recording=recording))
        self.assertEqual(calls, 7000)
        self.show('--by=path', '-P', '/nowhere/*', recording=recording)
        self.assertEqual(self.page.console(), [])
        value = self.page.script('''
            return Array.from(document.querySelectorAll('.f')).map((el) =>
                [el.querySelector('title').textContent.split('\\n')[0], Number(el.dataset.v)])''')
        self.assertLess(len(value), 6010)
        self.assertEqual(sum(v for name, v in value if name != 'all'), calls)
        self.assertRegex(value[-1][0], r'^\(\d+ smaller\)$')
        self.page.script('''
            const input = document.querySelector('input');
            input.value = 'nowhere';
            input.dispatchEvent(new Event('input'));''')
        self.assertRegex(self.page.text('output'), r'^matched: at least \d+\.\d%$')


if __name__ == '__main__':
    browser.main()
