# SPDX-License-Identifier: GPL-2.0-or-later
"""The report in a browser: its totals are counted from the CSV of the same run, and everything
in it is tried by mouse, by keyboard, without a script and by two checkers."""
import csv
import os
import subprocess
import tempfile
import unittest

import browser

HOSTILE = browser.source('tests', 'golden', 'hostile-names.iotrace')
FORKS = browser.source('tests', 'golden', 'fork-inherit.iotrace')
CHECKERS = os.environ.get('CHECKERS')

# Something of everything: many files, failures, processes, small writes, a failing program.
WORK = '''
cd "$1" || exit
for i in 1 2 3 4 5 6 7 8; do echo "$i" >"file$i"; cat "file$i" missing; done
i=0; while [ $i -lt 300 ]; do echo $i; i=$((i + 1)); done >lines
while read line; do :; done <lines
ls -l . /etc; rm file*; false
'''

# The rows that are shown of a table, cell by cell, as the reader sees them.
ROWS = '''
return Array.from(document.querySelector(arguments[0] + ' tbody').rows)
	.filter((row) => !row.hidden)
	.map((row) => Array.from(row.cells, (cell) => cell.textContent));'''

# The numbers of a table by name and heading.
NUMBERS = '''
const table = document.querySelector(arguments[0]);
const heads = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent);
const out = {};
for (const row of table.querySelectorAll('tbody tr, tfoot tr')) {
	const one = out[row.cells[0].textContent] = {};
	for (let i = 1; i < heads.length; i++)
		one[heads[i]] = Number(row.cells[i].dataset.v);
}
return out;'''


class Report(unittest.TestCase):
    """A report that is open in the browser."""

    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory(prefix='iotrace-html.')
        cls.addClassCleanup(cls.dir.cleanup)
        cls.recording = cls.file('run.iotrace')
        cls.live = cls.file('live.html')
        work = os.path.join(cls.dir.name, 'work')
        os.mkdir(work)
        try:
            browser.iotrace('-q', '-o', cls.recording, '-o', cls.live, '--',
                            'sh', '-c', WORK, 'sh', work, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            if error.returncode != 1:  # the work ends with false
                raise unittest.SkipTest('nothing can be traced here') from error

    @classmethod
    def file(cls, name):
        return os.path.join(cls.dir.name, name)

    def setUp(self):
        self.page = browser.chromium
        self.page.dark(False)
        self.page.resize(1280, 900)

    def show(self, *options, recording=None):
        """Opens what report makes of a recording, of the work above if none is named."""
        self.html = self.file('report.html')
        browser.iotrace('report', '-q', *options, '-o', self.html,
                        recording or self.recording)
        self.page.open(self.html)

    def rows(self, table):
        return self.page.script(ROWS, table)

    def csv(self):
        text = browser.iotrace('report', '-q', '--format=csv', '-o', '-', self.recording)
        return list(csv.DictReader(text.decode('utf-8', 'surrogateescape').splitlines()))

    def click(self, css):
        self.page.script('''document.querySelector(arguments[0]).scrollIntoView(
            { block: 'center', behavior: 'instant' })''', css)
        self.page.click(css)

    def focus(self, css):
        self.page.script('document.querySelector(arguments[0]).focus()', css)


class Content(Report):
    def test_is_quiet_and_alone(self):
        for recording in (self.recording, HOSTILE, FORKS):
            self.show(recording=recording)
            self.assertEqual(self.page.console(), [])
            self.assertEqual(self.page.script(
                'return performance.getEntriesByType("resource").length'), 0)

    def test_live_page_is_that_of_the_recording(self):
        self.show()
        with open(self.html, 'rb') as report, open(self.live, 'rb') as live:
            self.assertEqual(report.read(), live.read())

    def test_totals_are_those_of_the_rows(self):
        rows = self.csv()
        self.show()
        calls, files, size = {}, {}, 0
        for row in rows:
            one = calls.setdefault(row['syscall'], {'calls': 0, 'errors': 0, 'total': 0})
            one['calls'] += 1
            one['errors'] += row['error'] != ''
            one['total'] += int(row['latency_ns']) if row['ret'] else 0
            size += int(row['bytes'] or 0)
            if row['file']:
                files[row['file']] = files.get(row['file'], 0) + 1
        table = self.page.script(NUMBERS, '#calls table')
        every = table.pop('All calls')
        self.assertEqual({name: {key: one[key] for key in ('calls', 'errors', 'total')}
                          for name, one in table.items()}, calls)
        self.assertEqual(every['calls'], len(rows))
        self.assertEqual(every['read'] + every['written'], size)
        shown = self.page.script(NUMBERS, '#files table')
        self.assertGreater(len(shown), 20)
        for name, one in shown.items():
            if not name.endswith(' more'):
                self.assertEqual(one['calls'], files[name], name)
        errors = self.rows('#errors table')
        self.assertEqual(sum(int(row[2].replace(',', '')) for row in errors),
                         every['errors'])
        legend = self.page.script('''return Array.from(document.querySelectorAll('.legend li'),
            (li) => Number(li.textContent.match(/: ([\\d,]+) call/)[1].replace(/,/g, '')));''')
        self.assertEqual(sum(legend), len(rows))

    def test_findings_are_of_this_run(self):
        self.show()
        text = self.page.text('#findings')
        self.assertIn('Many tiny writes', text)
        self.assertIn('300 writes passed less than 512 bytes', text)
        self.assertIn('/lines', text)

    def test_tree_is_of_this_run(self):
        self.show()
        text = self.page.text('.tree > li > details > summary')
        self.assertIn('sh', text)
        self.assertIn('exit status 1', text)
        names = self.page.script('''return Array.from(
            document.querySelectorAll('.tree details li b bdi'), (el) => el.textContent);''')
        self.assertEqual(names.count('cat'), 8)

    def test_empty_run(self):
        empty = self.file('empty.iotrace')
        browser.iotrace('-q', '-e', 'fsync', '-o', empty, '--', 'true')
        self.show(recording=empty)
        self.assertIn('There is no traced call', self.page.text('#overview'))
        self.assertEqual(self.page.console(), [])

    def test_hostile_names_stay_text(self):
        self.show(recording=HOSTILE)
        self.assertEqual(self.page.script('return document.scripts.length'), 2)
        self.assertEqual(self.page.script('return document.querySelectorAll("img").length'), 0)
        # And if one got out, the policy would not let it run.
        self.page.console()
        self.assertIsNone(self.page.script('''
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            return window.ran;'''))
        self.assertIn('Content Security Policy', ' '.join(self.page.console()))

    def test_without_a_script(self):
        self.show()
        rows = len(self.rows('#files table'))
        self.page._cdp('Emulation.setScriptExecutionDisabled', value=True)
        try:
            self.page.open(self.html)
            self.page.screenshot('report-no-script')
            with open(self.html, encoding='utf-8') as file:
                text = file.read()
        finally:
            self.page._cdp('Emulation.setScriptExecutionDisabled', value=False)
        self.assertEqual(text.split('id="files"')[1].split('</tbody>')[0]
                         .count('<tr><th scope="row">'), rows)


class Tables(Report):
    def calls(self):
        return [int(row[1].replace(',', '')) for row in self.rows('#files table')]

    def sorted_by(self):
        return self.page.script('''return Array.from(
            document.querySelectorAll('#files th[aria-sort]'),
            (th) => [th.textContent, th.getAttribute('aria-sort')]);''')

    def test_sorting(self):
        self.show()
        self.assertEqual(self.sorted_by(), [['total', 'descending']])
        button = '#files th:nth-child(2) button'
        self.focus(button)
        self.page.keys('Enter')
        self.assertEqual(self.sorted_by(), [['calls', 'descending']])
        self.assertEqual(self.calls(), sorted(self.calls(), reverse=True))
        self.click(button)
        self.assertEqual(self.sorted_by(), [['calls', 'ascending']])
        self.assertEqual(self.calls(), sorted(self.calls()))
        self.click('#files th:nth-child(1) button')
        self.assertEqual(self.sorted_by(), [['file', 'ascending']])
        names = [row[0] for row in self.rows('#files table')]
        self.assertEqual(names, sorted(names))

    def test_filtering(self):
        self.show()
        every = self.rows('#files table')
        self.focus('#files input')
        self.page.keys('F', 'ile3')  # in upper or lower case
        some = self.rows('#files table')
        self.assertEqual(some, [row for row in every if 'file3' in row[0]])
        self.assertGreater(len(some), 0)
        self.assertEqual(self.page.text('#files output'), f'{len(some)} of {len(every)} rows')
        self.page.keys(*['Backspace'] * 5)
        self.assertEqual(self.rows('#files table'), every)
        self.assertEqual(self.page.text('#files output'), '')

    def test_exact_numbers(self):
        self.show()
        before = self.rows('#calls table')
        button = '#calls .tools button'
        self.focus(button)
        self.page.keys('Space')
        cells = self.page.script('''return Array.from(
            document.querySelectorAll('#calls td[data-u=t]'),
            (td) => [td.textContent, td.dataset.v]);''')
        for text, value in cells:
            self.assertEqual(text, f'{int(value):,} ns')
        self.click(button)
        self.assertEqual(self.rows('#calls table'), before)


class Charts(Report):
    def test_numbers_of_a_moment(self):
        self.show()
        for chart in ('#timeline', '#heat'):
            titles = self.page.script('''return Array.from(document.querySelectorAll(
                arguments[0] + ' .hit title'), (el) => el.textContent);''', chart)
            self.focus(chart + ' .chart')
            for key, at in (('ArrowRight', 0), ('ArrowRight', 1), ('End', -1),
                            ('ArrowRight', -1), ('ArrowLeft', -2), ('Home', 0),
                            ('ArrowLeft', 0)):
                self.page.keys(key)
                self.assertEqual(self.page.text(chart + ' .told'), titles[at])
            self.click(chart + ' .hit:nth-last-child(3)')
            self.assertEqual(self.page.text(chart + ' .told'), titles[-3])


class Reader(Report):
    def test_skip_link(self):
        self.show()
        self.page.keys('Tab')
        self.assertEqual(self.page.script('return document.activeElement.className'), 'skip')
        self.page.keys('Enter')
        self.assertEqual(self.page.script('return document.activeElement.id'), 'overview')

    def test_tree_folds(self):
        self.show()
        self.focus('.tree summary')
        self.page.keys('Enter')
        self.assertFalse(self.page.script('return document.querySelector(".tree details").open'))

    def test_fits_every_width(self):
        for width in (1280, 700, 360):
            self.page.resize(width, 800)
            for recording in (self.recording, HOSTILE, FORKS):
                self.show(recording=recording)
                self.assertLessEqual(
                    self.page.script('return document.documentElement.scrollWidth'), width)
            self.show()
            for dark in (False, True):
                self.page.dark(dark)
                self.page.screenshot(f'report-{width}-{"dark" if dark else "light"}')
            self.page.dark(False)

    @unittest.skipUnless(CHECKERS, 'axe is not installed')
    def test_is_accessible(self):
        with open(os.path.join(CHECKERS, 'axe-core', 'axe.min.js'), encoding='utf-8') as file:
            axe = file.read()
        for recording in (self.recording, HOSTILE):
            self.show(recording=recording)
            self.page.script(axe)
            for dark in (False, True):
                self.page.dark(dark)
                self.page.script('''window.axeFound = null;
                    axe.run().then((result) => { window.axeFound = { list:
                        result.violations.map((v) => v.id + ': ' + v.nodes[0].html) }; });''')
                found = self.page.until('return window.axeFound')
                self.assertEqual(found['list'], [], 'dark' if dark else 'light')

    @unittest.skipUnless(CHECKERS, 'html-validate is not installed')
    def test_markup_is_valid(self):
        config = self.file('html-validate.json')
        with open(config, 'w', encoding='utf-8') as file:
            file.write('{ "root": true, "extends": ["html-validate:standard"] }')
        program = os.path.join(CHECKERS, 'html-validate', 'bin', 'html-validate.mjs')
        for recording in (self.recording, HOSTILE, FORKS):
            self.show(recording=recording)
            said = subprocess.run(['node', program, '--config', config, self.html],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(said.returncode, 0, said.stdout[:2000])


if __name__ == '__main__':
    browser.main()
