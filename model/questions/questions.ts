/** Every question, theme by theme. */

import { aboutArguments } from './arguments.ts';
import { aboutBlocking } from './blocking.ts';
import { aboutCompletions } from './completions.ts';
import { aboutEndings } from './endings.ts';
import { aboutMemory } from './memory.ts';
import type { AskedQuestion } from './question.ts';
import { aboutResults } from './results.ts';

export interface Theme {
  readonly title: string;
  readonly questions: readonly AskedQuestion[];
}

export const themes: readonly Theme[] = [
  { title: 'What a send returns', questions: aboutResults },
  { title: 'Sends that wait', questions: aboutBlocking },
  { title: 'Memory, order, several sends at a time', questions: aboutMemory },
  { title: 'How a completion is reported', questions: aboutCompletions },
  { title: 'The end of a socket, a connection, a thread', questions: aboutEndings },
  { title: 'Sizes, flags, sockets', questions: aboutArguments },
];

export const questions: readonly AskedQuestion[] = themes.flatMap(({ questions }) => questions);
