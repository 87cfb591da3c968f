/**
 * What is still possible after each step of a trace, and what a step ends: `wspsend/possible`. It runs in a browser, as `wspsend/model`
 * does, and stands apart from it because to judge takes nothing of it.
 */

export { Account, accountOf, type Fate, type StepAccount, type SubjectAccount, subjectsIn } from './possible/account.ts';
export { type AccountedStep, accountsOf } from './possible/history.ts';
export { type Possibility, type Reason, type Subject, type SubjectKind, subjectKinds } from './possible/possibility.ts';
