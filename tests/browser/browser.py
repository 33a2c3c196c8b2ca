# SPDX-License-Identifier: GPL-2.0-or-later
"""Headless Chromium for tests of what iotrace writes for browsers.

A test is a Python file beside this one with unittest classes, and ends with

    if __name__ == '__main__':
        browser.main()

which gives the module-wide browser.chromium, or leaves with status 77 and the reason where
Chromium or chromedriver are missing or will not start. It needs nothing from a network: it
speaks the W3C WebDriver protocol with chromedriver by itself, and every host name but the
driver's address is refused, so a page that asks for something gets a console error.

With SCREENSHOTS=DIR in the environment, screenshot() writes DIR/NAME.png; else nothing.
By hand, from a build directory:

    SCREENSHOTS=/tmp python3 ../tests/browser/flame_svg.py -v [CLASS[.test_name]]

Nothing here waits for a fixed time: script() runs to its end before it returns, and until()
asks again until a generous limit, which only a failing test meets.
"""
import atexit
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

START_S = 120  # for a loaded machine
ANSWER_S = 120

# Code points of keys: WebDriver, section "Keyboard actions".
KEYS = {
    'Tab': '\ue004', 'Enter': '\ue007', 'Shift': '\ue008', 'Escape': '\ue00c', 'Space': ' ',
    'Home': '\ue011', 'End': '\ue010', 'ArrowLeft': '\ue012', 'ArrowUp': '\ue013',
    'ArrowRight': '\ue014', 'ArrowDown': '\ue015', 'Backspace': '\ue003',
}
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

chromium = None  # the Browser of a running test


class Unavailable(Exception):
    """No browser here; the text says why."""


class Browser:
    """One window of Chromium, 1280 x 800 until resize()."""

    def __init__(self):
        driver, binary = shutil.which('chromedriver'), shutil.which('chromium')
        if not driver or not binary:
            raise Unavailable('chromium or chromedriver is not installed')
        self.home = tempfile.mkdtemp(prefix='iotrace-browser.')
        self.session = None
        environment = dict(os.environ, HOME=self.home, TMPDIR=self.home)
        self.driver = subprocess.Popen(
            [driver, '--port=0'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, env=environment, start_new_session=True)
        atexit.register(self.close)
        try:
            self._start(binary)
        except Exception:
            self.close()
            raise

    def _start(self, binary):
        for line in self.driver.stdout:
            found = re.search(r'started successfully on port (\d+)', line)
            if found:
                break
        else:
            raise Unavailable('chromedriver does not start')
        self.base = f'http://127.0.0.1:{found.group(1)}'
        # What chromedriver says later is nobody's concern, but must not fill the pipe.
        self.drain = subprocess.Popen(['cat'], stdin=self.driver.stdout,
                                      stdout=subprocess.DEVNULL)
        options = {
            'binary': binary,
            'args': ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
                     '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions',
                     '--disable-background-networking', '--window-size=1280,800',
                     '--force-device-scale-factor=1',
                     '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
                     f'--user-data-dir={self.home}/profile'],
        }
        wanted = {'browserName': 'chrome', 'goog:chromeOptions': options,
                  'goog:loggingPrefs': {'browser': 'ALL'}}
        try:
            answer = self._call('POST', '/session',
                                {'capabilities': {'alwaysMatch': wanted}}, START_S)
        except (RuntimeError, OSError) as error:
            raise Unavailable(f'chromium does not start: {error}') from error
        self.session = answer['sessionId']
        self.resize(1280, 800)

    def _call(self, method, path, body=None, timeout=ANSWER_S):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            value = json.load(error).get('value', {})
            raise RuntimeError(f"{value.get('error')}: {value.get('message')}") from error

    def _do(self, method, path, body=None):
        return self._call(method, f'/session/{self.session}{path}', body)

    def _cdp(self, command, **params):
        return self._do('POST', '/goog/cdp/execute', {'cmd': command, 'params': params})

    def close(self):
        """Ends browser and driver; also done at exit."""
        atexit.unregister(self.close)
        if self.session:
            try:
                self._call('DELETE', f'/session/{self.session}')
            except (OSError, RuntimeError):
                pass
            self.session = None
        try:
            os.killpg(self.driver.pid, signal.SIGKILL)  # a group of its own
        except ProcessLookupError:
            pass
        self.driver.wait()
        if hasattr(self, 'drain'):
            self.drain.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def open(self, path, fragment=''):
        """Opens a local file; returns when it has been loaded and its scripts have run."""
        self.console()
        self._do('POST', '/url', {'url': 'file://' + urllib.request.pathname2url(
            os.path.abspath(path)) + ('#' + fragment if fragment else '')})

    def resize(self, width, height):
        """The size of the page in CSS pixels."""
        self._cdp('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def dark(self, on):
        """Whether the reader prefers dark pages."""
        self._cdp('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if on else 'light'}])

    def script(self, source, *args):
        """What SOURCE, the body of a function, returns for ARGS (arguments[0], ...)."""
        return self._do('POST', '/execute/sync', {'script': source, 'args': list(args)})

    def find(self, css):
        """The first element for a CSS selector, for click() and as argument of script()."""
        return {ELEMENT: self._do('POST', '/element', {
            'using': 'css selector', 'value': css})[ELEMENT]}

    def click(self, element):
        """A click of the mouse into the middle of an element, or a CSS selector's first."""
        if isinstance(element, str):
            element = self.find(element)
        self._do('POST', '/actions', {'actions': [{
            'type': 'pointer', 'id': 'mouse', 'parameters': {'pointerType': 'mouse'},
            'actions': [
                {'type': 'pointerMove', 'origin': element, 'x': 0, 'y': 0, 'duration': 0},
                {'type': 'pointerDown', 'button': 0}, {'type': 'pointerUp', 'button': 0},
            ]}]})

    def keys(self, *names):
        """Presses keys one after the other: names of KEYS, or characters."""
        actions = []
        for name in names:
            for key in [KEYS[name]] if name in KEYS else name:
                actions += [{'type': 'keyDown', 'value': key}, {'type': 'keyUp', 'value': key}]
        self._do('POST', '/actions', {'actions': [
            {'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def text(self, css):
        """The text in the first element of a CSS selector."""
        return self.script('return document.querySelector(arguments[0]).textContent', css)

    def until(self, source, *args):
        """Waits for the script to return something true, and returns that."""
        end = time.monotonic() + ANSWER_S
        while True:
            value = self.script(source, *args)
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f'never true: {source}')
            time.sleep(0.05)

    def console(self):
        """What the page said to the console since the last call: errors, failed requests."""
        return [entry['message'] for entry in self._do('POST', '/se/log', {'type': 'browser'})]

    def screenshot(self, name):
        """Keeps a picture of the window for people, if they want one."""
        where = os.environ.get('SCREENSHOTS')
        if where:
            with open(os.path.join(where, name + '.png'), 'wb') as file:
                file.write(base64.b64decode(self._do('GET', '/screenshot')))


def iotrace(*args, **options):
    """Runs the iotrace of the build; its standard output."""
    program = os.path.abspath(os.environ.get('IOTRACE') or os.path.join(
        os.environ.get('top_builddir', '.'), 'iotrace'))
    return subprocess.run([program, *args], check=True, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, **options).stdout


def source(*parts):
    """A file of the source tree."""
    here = os.path.dirname(os.path.abspath(__file__))
    return os.path.join(here, '..', '..', *parts)


def main():
    """Runs the tests of the calling file; see above."""
    global chromium
    try:
        chromium = Browser()
    except Unavailable as reason:
        print(f'skipped: {reason}')
        sys.exit(77)
    try:
        passed = unittest.main(exit=False).result.wasSuccessful()
    finally:
        chromium.close()
    sys.exit(not passed)
