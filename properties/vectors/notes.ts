/** Which bug a vector would reveal in an oracle or in an implementation, by the clauses of its last step. */

export const notes = {
  Stalls: 'Something must have come by now; code that treats a completion or a return as optional never notices that it is missing.',
  Early: 'Completion is reported before the transport has the bytes, or success where a part was taken.',
  WrongCode: 'The code has no cause here; this exposes code that maps every failure to one code.',
  Spurious: 'An indication comes for a send that failed, for one that is over, or a second time.',
  Misplaced: 'A routine runs on a thread, or at a time, where none may.',
  Miscounted: 'A count of bytes is missing, or is there where the page leaves it alone.',
  Unsound: 'The send is let through although an error surely applies.',
  Stream: 'The peer sees bytes, or an end, that nobody sent.',
  Permission: 'The page leaves this open; code that insists on one of the outcomes is too strict.',
} as const;
export type Note = keyof typeof notes;

const byClause: readonly (readonly [RegExp, Note])[] = [
  [/^(Return:5|Nonoverlapped:5|Event:4)$/, 'Stalls'],
  [/^(Overlapped:3|Nonoverlapped:4)$/, 'Early'],
  [/^(Return:7|Overlapped:4|Routine:1|Event:2)$/, 'Spurious'],
  [/^(QueueApc|lpThreadId|Nesting|Prototype:10)/, 'Misplaced'],
  [/^(Immediate|lpNumberOfBytesSent|Prototype:9)/, 'Miscounted'],
  [/^(Order|Purpose|lpBuffers|dwBufferCount|Capture|MSG_OOB)/, 'Stream'],
  [/^WSA/, 'WrongCode'],
];

/** @param open The profiles differ on it. */
export function notesOf(open: boolean, breaks: readonly string[], succeeded: boolean): Note[] {
  const found = new Set<Note>(open ? ['Permission'] : []);
  for (const id of breaks) {
    const note = byClause.find(([pattern]) => pattern.test(id))?.[1];
    if (note !== undefined) found.add(note === 'WrongCode' && succeeded ? 'Unsound' : note);
  }
  return [...found];
}
