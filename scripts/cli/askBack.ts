/** `wspsend ask` with nothing to ask: on a terminal it asks back, by words or by a few choices. */

import { themes } from '../../model/questions/questions.ts';
import { entries } from '../consult/entries.ts';
import { keyOfEntry, lookUp } from '../consult/lookUp.ts';
import { UnusableInput } from './exit.ts';

/** What somebody chose: an entry by its id, or a state and a call. */
export type Chosen = { readonly words: string } | { readonly state: object; readonly call: object };

const aState = 'a state and a call';
const shownMax = 10;

/** Fails by UnusableInput where there is no terminal to ask on. Undefined when the user cancels. */
export async function askBack(): Promise<Chosen | undefined> {
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UnusableInput(
      'ask must be given something to ask: words ("may I free the buffers"), a name (WSAEMSGSIZE), --after TRACE, or a state, such as --connected. wspsend help ask has the rest',
    );
  }
  const { autocomplete, confirm, isCancel, multiselect, select } = await import('@clack/prompts');
  const key = await autocomplete({
    message: 'What do you want to know? Type words, a code or a clause',
    maxItems: shownMax,
    options() {
      return optionsFor(this.userInput);
    },
  });
  if (isCancel(key)) return undefined;
  if (key !== aState) return { words: entries.find((entry) => keyOfEntry(entry) === key)!.id };

  const type = await select({
    message: 'Which socket?',
    options: [
      { value: 'SOCK_STREAM', label: 'a stream' },
      { value: 'SOCK_DGRAM', label: 'a datagram socket' },
    ],
  });
  if (isCancel(type)) return undefined;
  const is = await multiselect({
    message: 'What holds for it? (space chooses, return goes on)',
    required: false,
    initialValues: ['connected'],
    options: [
      { value: 'connected', label: 'it is connected' },
      { value: 'nonblocking', label: 'it is nonblocking' },
      { value: 'overlapped', label: 'it was made with WSA_FLAG_OVERLAPPED' },
      { value: 'insideRoutine', label: 'the call is made inside a completion routine' },
    ],
  });
  if (isCancel(is)) return undefined;
  const isOverlapped = is.includes('overlapped') && (await confirm({ message: 'Does the send have an OVERLAPPED?' }));
  if (isCancel(isOverlapped)) return undefined;
  return {
    state: { type, ...Object.fromEntries(is.map((name) => [name, true])) },
    call: isOverlapped ? { overlapped: 'o1', event: true } : {},
  };
}

function optionsFor(words: string): { value: string; label: string; hint?: string }[] {
  const byState = { value: aState, label: 'What may a send return, in a state?' };
  if (words.trim() === '') {
    return [
      byState,
      ...themes.flatMap(({ title, questions }) => questions.map(({ id, asks }) => ({ value: `question ${id}`, label: asks, hint: title }))),
    ];
  }
  const found = lookUp(words).found.slice(0, shownMax);
  return [...found.map(({ entry }) => ({ value: keyOfEntry(entry), label: entry.title, hint: entry.kind })), byState];
}
