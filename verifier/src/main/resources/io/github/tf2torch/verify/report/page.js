'use strict';
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const make = (tag, properties, parent) => {
    const element = Object.assign(document.createElement(tag), properties);
    if (parent) parent.append(element);
    return element;
  };

  // Sorting and filtering: a table says by data-name what it holds, a cell by data-v what it sorts as.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
  };
  const compare = (column, isNumber, sign) => (a, b) => {
    const left = value(a, column), right = value(b, column);
    if (left === '' || right === '') return (left === '') - (right === '');
    return sign * (isNumber ? Number(left) - Number(right)
        : left.localeCompare(right, 'en', {numeric: true}));
  };
  const resets = new Map();

  all('table[data-name]').forEach(table => {
    const body = table.tBodies[0], rows = Array.from(body.rows), heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = make('button', {type: 'button'});
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const isNumber = head.classList.contains('n');
        const order = isNumber ? ['descending', 'ascending'] : ['ascending', 'descending'];
        const next = order[order.indexOf(head.getAttribute('aria-sort')) + 1];
        heads.forEach(other => other.removeAttribute('aria-sort'));
        if (next) head.setAttribute('aria-sort', next);
        const sign = next === 'descending' ? -1 : 1;
        body.append(...(next ? rows.slice().sort(compare(column, isNumber, sign)) : rows));
      });
    });
    if (rows.length < 4) return;
    const tools = make('div', {className: 'tools'});
    table.before(tools);
    const search = make('input', {type: 'search', placeholder: 'filter by name or reason'}, tools);
    search.setAttribute('aria-label', 'filter ' + table.dataset.name);
    const kinds = Array.from(new Set(rows.map(row => row.dataset.kind)));
    const kind = make('select', {}, tools);
    kind.setAttribute('aria-label', 'which of ' + table.dataset.name);
    make('option', {value: '', textContent: 'all'}, kind);
    kinds.forEach(k => make('option', {value: k, textContent: k}, kind));
    kind.hidden = kinds.length < 2;
    const count = make('output', {}, tools);
    const apply = () => {
      const word = search.value.toLowerCase();
      rows.forEach(row => {
        row.hidden = !row.textContent.toLowerCase().includes(word)
            || (kind.value !== '' && row.dataset.kind !== kind.value);
      });
      count.value = rows.filter(row => !row.hidden).length + ' of ' + rows.length;
    };
    search.addEventListener('input', apply);
    kind.addEventListener('change', apply);
    resets.set(table, () => { search.value = ''; kind.value = ''; apply(); });
    apply();
  });

  // Going to a row unfolds what it is in and shows it whatever is filtered.
  const reveal = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    all('.found').forEach(other => other.classList.remove('found'));
    if (!row || row.tagName !== 'TR') return;
    for (let e = row; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
    if (row.hidden) resets.get(row.closest('table'))();
    row.classList.add('found');
    row.tabIndex = -1;
    row.focus({preventScroll: true});
    row.scrollIntoView({block: 'center'});
  };
  addEventListener('hashchange', reveal);
  all('a[href^="#"]').forEach(a => a.addEventListener('click', () => {
    if (location.hash === a.getAttribute('href')) reveal();
  }));
  if (location.hash) reveal();

  // A plot is one stop of the tab key; arrows go along it, Enter goes to the row.
  const tip = make('div', {className: 'tip', hidden: true}, document.body);
  tip.setAttribute('role', 'status');
  all('.field').forEach(field => {
    const places = all('.place', field);
    places.forEach((place, at) => {
      const title = place.querySelector('title'), text = title.textContent;
      place.setAttribute('aria-label', text);
      title.remove();
      place.setAttribute('tabindex', at === 0 ? 0 : -1);
      const show = () => {
        const box = place.getBoundingClientRect();
        tip.textContent = text;
        tip.hidden = false;
        const left = box.left + box.width / 2 - tip.offsetWidth / 2;
        tip.style.left = Math.max(4, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 4)) + 'px';
        tip.style.top = Math.max(4, box.top - tip.offsetHeight - 6) + 'px';
      };
      const hide = () => { tip.hidden = true; };
      place.addEventListener('mouseenter', show);
      place.addEventListener('mouseleave', hide);
      place.addEventListener('focus', show);
      place.addEventListener('blur', hide);
      place.addEventListener('keydown', event => {
        const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: places.length - 1}[event.key];
        if (to === undefined || !places[to]) return;
        event.preventDefault();
        places.forEach(other => other.setAttribute('tabindex', -1));
        places[to].setAttribute('tabindex', 0);
        places[to].focus();
      });
    });
  });

  all('.command').forEach(box => {
    const code = box.querySelector('code');
    const copy = make('button', {type: 'button', className: 'copy', textContent: 'Copy'}, box);
    copy.addEventListener('click', () => {
      getSelection().selectAllChildren(code);
      const done = () => { copy.textContent = 'Copied'; };
      if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, () => {});
    });
  });
})();
