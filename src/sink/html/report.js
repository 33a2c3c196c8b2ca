// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the report can do with a script: tables that are sorted and searched, exact numbers,
// time lines that tell the numbers of a moment. The page is complete without. What the traced
// programs chose is only ever read and written as text.
(() => {
	'use strict';
	document.documentElement.classList.add('live');

	function add(name, parent, attributes, text) {
		const el = document.createElement(name);
		for (const key in attributes)
			el.setAttribute(key, attributes[key]);
		if (text)
			el.textContent = text;
		parent.append(el);
		return el;
	}

	// The number of a cell, or its text.
	function key(row, column) {
		const cell = row.cells[column];
		return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
	}

	function sort(table, column, descending) {
		const body = table.tBodies[0], sign = descending ? -1 : 1;
		const rows = Array.from(body.rows, row => ({ row, key: key(row, column) }));
		rows.sort((a, b) => sign * (typeof a.key === 'number' ? a.key - b.key
			: a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
		body.append(...rows.map(item => item.row));
		for (const th of table.tHead.rows[0].cells)
			th.removeAttribute('aria-sort');
		table.tHead.rows[0].cells[column].setAttribute('aria-sort',
			descending ? 'descending' : 'ascending');
	}

	// Numbers begin with the largest, names with the first.
	function makeSortable(table) {
		Array.from(table.tHead.rows[0].cells).forEach((th, column) => {
			const button = document.createElement('button');
			button.type = 'button';
			button.textContent = th.textContent;
			th.replaceChildren(button);
			button.addEventListener('click', () => {
				const first = table.tBodies[0].rows[0];
				const number = first && typeof key(first, column) === 'number';
				const now = th.getAttribute('aria-sort');
				sort(table, column, now ? now === 'ascending' : number);
			});
		});
	}

	// Only words are searched: half of all numbers have a 3.
	function makeSearchable(table, tools, label) {
		const input = add('input', tools, {
			type: 'search', placeholder: 'only rows with \u2026', 'aria-label': 'Filter, ' + label,
		});
		const output = add('output', tools, { 'aria-live': 'polite' });
		input.addEventListener('input', () => {
			const want = input.value.toLowerCase();
			const rows = Array.from(table.tBodies[0].rows);
			let shown = 0;
			for (const row of rows) {
				row.hidden = !Array.from(row.cells).some(cell =>
					cell.dataset.v === undefined &&
					cell.textContent.toLowerCase().includes(want));
				shown += !row.hidden;
			}
			output.textContent = want ? shown + ' of ' + rows.length + ' rows' : '';
		});
	}

	const UNITS = { b: ' B', t: ' ns', s: ' ns' };
	const group = digits => digits.replace(/\B(?=(\d{3})+$)/g, ',');

	// Numbers beyond 2^53 are digits in data-v: they stay text, so nothing is rounded.
	function makeExact(table, tools) {
		const cells = Array.from(table.querySelectorAll('[data-u]'));
		for (const cell of cells)
			cell.title = group(cell.dataset.v) + UNITS[cell.dataset.u];
		const button = add('button', tools, { type: 'button', 'aria-pressed': 'false' },
			'exact numbers');
		button.addEventListener('click', () => {
			const exact = button.getAttribute('aria-pressed') === 'false';
			button.setAttribute('aria-pressed', String(exact));
			for (const cell of cells) {
				if (cell.dataset.u === 's')
					continue;
				const other = cell.dataset.other || cell.title;
				cell.dataset.other = cell.textContent;
				cell.textContent = other;
			}
		});
	}

	for (const table of document.querySelectorAll('table.sortable')) {
		const box = table.closest('.scroll');
		const tools = document.createElement('div');
		tools.className = 'tools';
		box.before(tools);
		makeSortable(table);
		if (table.classList.contains('searchable'))
			makeSearchable(table, tools, box.getAttribute('aria-label'));
		makeExact(table, tools);
	}

	// The numbers of the column under the pointer, or that the arrow keys chose, in words
	// below the chart: titles show slowly, and never to those without a mouse.
	for (const chart of document.querySelectorAll('.chart')) {
		const hits = Array.from(chart.querySelectorAll('.hit'));
		const say = document.createElement('p');
		say.className = 'told';
		say.setAttribute('aria-live', 'polite');
		say.textContent = 'Point at the chart, or give it the focus and use the arrow keys.';
		const range = chart.parentElement.nextElementSibling;
		range.after(say);
		let at = -1;
		function show(i) {
			if (i < 0 || i >= hits.length)
				return;
			if (at >= 0)
				hits[at].classList.remove('on');
			at = i;
			hits[at].classList.add('on');
			say.textContent = hits[at].querySelector('title').textContent;
		}
		chart.setAttribute('tabindex', '0');
		chart.setAttribute('role', 'application');
		chart.setAttribute('aria-roledescription', 'chart');
		chart.addEventListener('keydown', event => {
			const to = {
				ArrowRight: at + 1, ArrowLeft: Math.max(at - 1, 0),
				Home: 0, End: hits.length - 1,
			}[event.key];
			if (to === undefined)
				return;
			event.preventDefault();
			show(to);
		});
		chart.addEventListener('pointermove', event => show(hits.indexOf(event.target)));
	}
})();
