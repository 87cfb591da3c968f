/** The tree of steps: the way here, every other way that was tried, and the way on. */

import { readTrace } from '../../../model/winsock/reader.ts';
import { stepText } from '../../report/stepText.ts';
import { beginning, branchesAfter, type ExplorerSession, forward, traceOf, wayTo } from './session.ts';

interface HistoryProps {
  readonly session: ExplorerSession;
  readonly onGo: (at: number) => void;
}

export function HistoryTree({ session, onGo }: HistoryProps) {
  const { at, tree } = session;
  const on = forward(session);
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <p class="moves">
        <button type="button" disabled={at === beginning} onClick={() => onGo(tree[at]!.before)}>
          ← Back
        </button>
        <button type="button" disabled={on === undefined} onClick={() => onGo(on!)}>
          Forward →
        </button>
      </p>
      <ol class="tree history-list">
        <li>
          <StepButton session={session} step={beginning} onGo={onGo} />
        </li>
        <Branches session={session} after={beginning} onGo={onGo} />
      </ol>
    </section>
  );
}

/** What came after a step: the first way goes on in the same column, and each other way is set in. */
function Branches({ session, after, onGo }: HistoryProps & { readonly after: number }) {
  const rows = [];
  for (let step: number | undefined = after; step !== undefined; ) {
    const [first, ...others]: number[] = branchesAfter(session, step);
    for (const other of others) {
      rows.push(
        <li key={`branch ${other}`}>
          <ol class="tree branch" aria-label="Another way">
            <li>
              <StepButton session={session} step={other} onGo={onGo} />
            </li>
            <Branches session={session} after={other} onGo={onGo} />
          </ol>
        </li>,
      );
    }
    if (first !== undefined) {
      rows.push(
        <li key={first}>
          <StepButton session={session} step={first} onGo={onGo} />
        </li>,
      );
    }
    step = first;
  }
  return <>{rows}</>;
}

function StepButton({ session, step, onGo }: HistoryProps & { readonly step: number }) {
  const onWay = step === beginning || wayTo(session, session.at).includes(step);
  const isHere = step === session.at;
  return (
    <button type="button" class={`moment${onWay ? ' on-way' : ''}`} aria-current={isHere ? 'step' : undefined} onClick={() => onGo(step)}>
      {step === beginning ? 'Nothing has happened' : textOf(session, step)}
    </button>
  );
}

const texts = new Map<string, string>();

/** A step that ends a call says which, so it is read with what came before it. */
function textOf(session: ExplorerSession, step: number): string {
  const trace = traceOf({ ...session, at: step });
  let text = texts.get(trace);
  if (text === undefined) {
    const last = readTrace(trace).steps.at(-1);
    text = last === undefined ? session.tree[step]!.line : stepText(last.step);
    texts.set(trace, text);
  }
  return text;
}
