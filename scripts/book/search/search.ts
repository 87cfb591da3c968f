/** The search page: the index by words, the same that `wspsend ask` uses, and the words in the address, so that a search is a link. */

import { type Entry, type EntryKind, entries } from '../../consult/entries.ts';
import { lookUp } from '../../consult/lookUp.ts';
import { clausePath, codePath, questionPath, rulingPath } from '../frame/paths.ts';

const pathOf: { readonly [kind in EntryKind]: (id: string) => string } = {
  question: questionPath,
  clause: clausePath,
  ruling: rulingPath,
  code: codePath,
  flag: (id) => `names.html#${id}`,
  call: (id) => `names.html#${id}`,
};

const shownMax = 20;

const form = document.querySelector<HTMLFormElement>('.search')!;
const input = document.querySelector<HTMLInputElement>('#words')!;
const status = document.querySelector('#status')!;
const list = document.querySelector('#found')!;

function show(words: string): void {
  if (words.trim() === '') {
    status.textContent = `${entries.length} entries`;
    list.replaceChildren();
    return;
  }
  const { found, takenFor } = lookUp(words);
  const taken = takenFor.map(({ word, meant }) => `“${word}” was taken for “${meant}”. `).join('');
  status.textContent = `${taken}${found.length === 0 ? 'Nothing was found.' : `${found.length} found${found.length > shownMax ? `, the best ${shownMax} of them` : ''}`}`;
  list.replaceChildren(...found.slice(0, shownMax).map(({ entry }) => itemOf(entry)));
}

function itemOf({ kind, id, title, body }: Entry): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = pathOf[kind](id);
  link.textContent = title;
  const what = document.createElement('span');
  what.className = 'badge';
  what.textContent = kind === 'question' ? kind : `${kind} ${id}`;
  const rest = document.createElement('p');
  rest.textContent = body.length > 220 ? `${body.slice(0, 220)}…` : body;
  item.append(what, ' ', link, rest);
  return item;
}

const wordsInAddress = (): string => new URLSearchParams(location.hash.slice(1)).get('q') ?? '';

form.hidden = false;
form.addEventListener('submit', (event) => event.preventDefault());
input.addEventListener('input', () => {
  history.replaceState(null, '', input.value === '' ? location.pathname : `#${new URLSearchParams({ q: input.value })}`);
  show(input.value);
});
window.addEventListener('hashchange', () => {
  input.value = wordsInAddress();
  show(input.value);
});
input.value = wordsInAddress();
show(input.value);
input.focus();
