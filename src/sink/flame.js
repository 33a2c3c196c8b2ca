// SPDX-License-Identifier: GPL-2.0-or-later
//
// Makes every flame graph of a document live: zoom, search, details, keyboard. The graph is
// drawn already (flame_svg.c): frames stand in depth-first order, largest child first, and
// each knows its value (data-v), its row (y) and its text (title: name, new line, numbers).
// Nothing of it is ever parsed as markup or script.
(() => {
	'use strict';
	const SVG = 'http://www.w3.org/2000/svg', HTML = 'http://www.w3.org/1999/xhtml';
	const MARGIN = 10, BAR = 32, THIN = 4, HEAD_SIZE = 1.25, ELLIPSIS = '\u2026';

	// The frames of SVG as objects that know their parent and where they begin.
	function read(svg) {
		const frames = [], open = [];
		let top = 0;
		for (const el of svg.querySelectorAll('.f')) {
			const y = Number(el.getAttribute('y'));
			if (!frames.length)
				top = y;
			const level = Math.round((y - top) / el.height.baseVal.value);
			const parent = open[level - 1] || null;
			const frame = {
				el, level, parent, y,
				value: Number(el.dataset.v),
				start: parent ? parent.filled : 0,
				filled: 0,
				title: el.querySelector('title').textContent,
				kids: [],
				path: el.classList.contains('path'),
				rest: el.classList.contains('rest'),
			};
			frame.name = frame.title.split('\n')[0];
			frame.filled = frame.start;
			frame.end = frame.start + frame.value;
			if (parent) {
				parent.filled += frame.value;
				parent.kids.push(frame);
			}
			open[level] = frame;
			frames.push(frame);
		}
		return frames;
	}

	function html(name, parent, attributes) {
		const el = document.createElementNS(HTML, name);
		for (const key in attributes)
			el.setAttribute(key, attributes[key]);
		parent.appendChild(el);
		return el;
	}

	// Search field, buttons and result above the frames.
	function addBar(svg, y) {
		const box = document.createElementNS(SVG, 'foreignObject');
		box.setAttribute('x', MARGIN);
		box.setAttribute('y', y);
		box.setAttribute('height', BAR);
		svg.insertBefore(box, svg.querySelector('.tree'));
		const bar = html('div', box, { class: 'bar' });
		const search = html('input', bar, {
			type: 'search', placeholder: 'search', 'aria-label': 'search frames',
		});
		const reset = html('button', bar, { type: 'button' });
		reset.textContent = 'reset zoom';
		const output = html('output', bar, { 'aria-live': 'polite' });
		return { box, search, reset, output };
	}

	// As much of NAME as fits into CELLS characters. The last component of a path says
	// most; what is left over shows where it is.
	function fit(name, cells, path) {
		let chars = Array.from(name);
		if (chars.length <= cells)
			return name;
		if (cells < 3)
			return '';
		if (path) {
			const base = chars.slice(chars.lastIndexOf('/', -2) + 1);
			if (base.length < cells)
				return ELLIPSIS + chars.slice(1 - cells).join('');
			if (base.length === cells)
				return base.join('');
			chars = base;
		}
		return chars.slice(0, cells - 1).join('') + ELLIPSIS;
	}

	function setUp(svg) {
		const frames = read(svg), root = frames[0];
		if (!root)
			return;
		const byElement = new Map(frames.map((frame) => [frame.el, frame]));
		const title = svg.querySelector('.head > title');
		const say = svg.querySelector('.say');
		const bar = addBar(svg, root.y);
		const undo = [];
		let zoom = root, current = root, cell = 7.23, hits = [];

		svg.removeAttribute('viewBox');
		svg.setAttribute('width', '100%');
		svg.setAttribute('height', svg.height.baseVal.value + BAR);
		svg.querySelector('.tree').setAttribute('role', 'tree');
		for (const frame of frames) {
			frame.el.setAttribute('y', frame.y + BAR);
			frame.el.setAttribute('role', 'treeitem');
			frame.el.setAttribute('aria-level', frame.level + 1);
			frame.el.setAttribute('tabindex', -1);
		}
		const probe = svg.querySelector('.sub');
		if (probe && probe.getComputedTextLength() > 0)
			cell = probe.getComputedTextLength() / Array.from(probe.textContent).length;

		function place(frame, x, width) {
			const el = frame.el;
			el.style.display = width < 0.3 ? 'none' : '';
			frame.shown = width >= 0.3;
			if (!frame.shown)
				return;
			el.setAttribute('x', MARGIN + x);
			el.setAttribute('width', width);
			el.classList.toggle('thin', width < THIN);
			const words = fit(frame.name, Math.floor((width - 6) / cell), frame.path);
			let text = el.querySelector('text');
			if (!text && words) {
				text = document.createElementNS(SVG, 'text');
				text.setAttribute('x', 3);
				text.setAttribute('y', 13);
				el.appendChild(text);
			}
			if (text)
				text.textContent = words;
		}

		function layout() {
			const room = svg.getBoundingClientRect().width;
			if (!room)
				return;
			const full = Math.max(room - 2 * MARGIN, 50);
			bar.box.setAttribute('width', full);
			if (title)
				title.nextSibling.data = fit(title.textContent,
					Math.floor(full / (cell * HEAD_SIZE)), false);
			const scale = full / zoom.value;
			const above = new Set();
			for (let frame = zoom.parent; frame; frame = frame.parent)
				above.add(frame);
			for (const frame of frames) {
				const up = above.has(frame);
				const inside = frame.start >= zoom.start && frame.end <= zoom.end &&
					frame.level >= zoom.level;
				frame.el.classList.toggle('up', up);
				if (up)
					place(frame, 0, full);
				else if (inside)
					place(frame, (frame.start - zoom.start) * scale, frame.value * scale);
				else
					place(frame, 0, 0);
			}
			bar.reset.disabled = zoom === root;
		}

		function describe(frame) {
			say.textContent = frame ? frame.title.split('\n').join(': ') : '';
		}

		function focus(frame) {
			if (!frame || !frame.shown)
				return;
			current.el.setAttribute('tabindex', -1);
			current = frame;
			frame.el.setAttribute('tabindex', 0);
			frame.el.focus();
		}

		function zoomTo(frame, back) {
			if (!frame || frame === zoom || !frame.value)
				return;
			if (!back)
				undo.push(zoom);
			zoom = frame;
			layout();
			current.el.setAttribute('tabindex', -1);
			current = frame;
			frame.el.setAttribute('tabindex', 0);
		}

		function reset() {
			zoomTo(root);
			undo.length = 0;
		}

		// Frames whose name contains the term; nested ones count once in the share.
		function find() {
			const term = bar.search.value.toLowerCase();
			let matched = 0, until = -1;
			hits = [];
			for (const frame of frames) {
				const hit = term !== '' && frame !== root && !frame.rest &&
					frame.name.toLowerCase().includes(term);
				frame.el.classList.toggle('hit', hit);
				if (!hit)
					continue;
				hits.push(frame);
				if (frame.start >= until) {
					matched += frame.value;
					until = frame.end;
				}
			}
			svg.classList.toggle('found', term !== '');
			const least = frames.some((frame) => frame.rest) ? 'at least ' : '';
			bar.output.textContent = term === '' ? '' :
				`matched: ${least}${(100 * matched / root.value).toFixed(1)}%`;
		}

		function nextHit() {
			const shown = hits.filter((frame) => frame.shown);
			focus(shown[(shown.indexOf(current) + 1) % shown.length]);
		}

		function sibling(step) {
			const row = frames.filter((frame) => frame.shown && frame.level === current.level);
			focus(row[row.indexOf(current) + step]);
		}

		const keys = {
			ArrowUp: () => focus(current.parent),
			ArrowDown: () => focus(current.kids.find((frame) => frame.shown)),
			ArrowLeft: () => sibling(-1),
			ArrowRight: () => sibling(1),
			Enter: () => zoomTo(current),
			' ': () => zoomTo(current),
			Escape: () => { zoomTo(undo.pop(), true); focus(current); },
			Backspace: () => { zoomTo(undo.pop(), true); focus(current); },
			Home: () => { reset(); focus(root); },
			'/': () => bar.search.focus(),
		};

		svg.addEventListener('click', (event) => {
			const frame = byElement.get(event.target.closest('.f'));
			if (frame) {
				zoomTo(frame);
				focus(frame);
			}
		});
		svg.addEventListener('keydown', (event) => {
			if (event.ctrlKey || event.altKey || event.metaKey)
				return;
			if (event.target === bar.search) {
				if (event.key === 'Enter')
					nextHit();
				if (event.key === 'Escape') {
					bar.search.value = '';
					find();
					focus(current);
				}
				return;
			}
			const frame = byElement.get(event.target);
			if (frame && Object.hasOwn(keys, event.key)) {
				event.preventDefault();
				current = frame;
				keys[event.key]();
			}
		});
		svg.addEventListener('mouseover', (event) => {
			describe(byElement.get(event.target.closest('.f')) || current);
		});
		svg.addEventListener('focusin', (event) => {
			const frame = byElement.get(event.target);
			if (frame)
				describe(frame);
		});
		bar.search.addEventListener('input', find);
		bar.reset.addEventListener('click', () => { reset(); focus(root); });
		new ResizeObserver(layout).observe(svg);
		root.el.setAttribute('tabindex', 0);
		layout();
	}

	for (const svg of document.querySelectorAll('svg.itf'))
		setUp(svg);
})();
