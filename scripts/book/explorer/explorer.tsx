/** The explorer as a program of its page: the model itself runs in the browser, and everything that it holds stands in the address. */

import { render } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceStep } from '../../../model/winsock/trace.ts';
import { stepText } from '../../report/stepText.ts';
import { useFocusAfter } from '../frame/focus.ts';
import { Choices } from './choices.tsx';
import { ClauseTexts } from './clauseLinks.tsx';
import { Controls } from './controls.tsx';
import { Copies } from './copies.tsx';
import { Drawing } from './drawing.tsx';
import { fragmentOf, sessionIn, UnreadableFragment } from './fragment.ts';
import { HistoryTree } from './historyTree.tsx';
import { menuAt, type SendChoice, socketSteps } from './menu.ts';
import { changedBetween, pictureOf } from './picture.ts';
import { afterSteps, beginning, chooseStep, type ExplorerSession, emptySession, type Position, positionOf, traceOf } from './session.ts';

const first: ExplorerSession = afterSteps(
  emptySession,
  socketSteps({ type: 'SOCK_STREAM', overlapped: true, nonblocking: false, connected: true }),
);
const firstSend: SendChoice = { socket: 'A', bytes: 10, indication: 'event', flags: [], begins: false };

function Explorer() {
  const [session, setSession] = useSessionInAddress();
  const [send, setSend] = useState(firstSend);
  const position = useMemo(() => positionOf(session.now), [session.now]);
  const before = useMemo(() => positionBefore(session.now), [session.now]);
  const picture = useMemo(() => pictureOf(position.oracle), [position]);
  const changed = useMemo(() => changedBetween(before === undefined ? undefined : pictureOf(before.oracle), picture), [before, picture]);
  const menu = useMemo(() => menuAt(position.oracle, position.steps, send), [position, send]);
  const trace = useMemo(() => traceOf(session.now, 'made in the explorer'), [session.now]);
  const { now } = session;
  useFocusAfter(now, 'choices-title');
  const onStep = (step: TraceStep): void => setSession(chooseStep(now, step));
  return (
    <>
      {session.wrong !== undefined && (
        <p class="notice forbidden" role="alert">
          {session.wrong}
        </p>
      )}
      <Controls
        profile={now.profile}
        eager={now.eager}
        onProfile={(profile) => setSession({ ...now, profile })}
        onEager={(eager) => setSession({ ...now, eager })}
        onBegin={(choice) => setSession(afterSteps({ ...now, at: beginning }, socketSteps(choice)))}
      />
      <p class="hidden" role="status">
        {position.steps.length === 0 ? 'At the beginning.' : `After step ${position.steps.length}: ${stepText(position.steps.at(-1)!)}`}
      </p>
      <Stopped position={position} />
      <div class="panes">
        <div class="history">
          <HistoryTree session={now} onGo={(at) => setSession({ ...now, at })} />
          <Copies trace={trace} profile={now.profile} />
        </div>
        <Drawing picture={picture} changed={changed} />
        <Choices menu={menu} sockets={picture.sockets.map(({ name }) => name)} send={send} onSend={setSend} onStep={onStep} />
      </div>
    </>
  );
}

/** Why the steps end before the chosen position: under this reading of the page one of them is forbidden. */
function Stopped({ position: { stopped } }: { readonly position: Position }) {
  if (stopped === undefined) return null;
  if (!('rejection' in stopped)) {
    return (
      <p class="notice forbidden" role="alert">
        The trace cannot be read: line {stopped.line}: {stopped.message}
      </p>
    );
  }
  const { step, rejection } = stopped;
  return (
    <div class="notice forbidden" role="alert">
      <p>
        <strong>Forbidden:</strong> {stepText(step)}. What is drawn is the moment before it. It would break
      </p>
      <ClauseTexts ids={rejection.clauses} />
    </div>
  );
}

const positionBefore = (session: ExplorerSession): Position | undefined =>
  session.at === beginning ? undefined : positionOf({ ...session, at: session.tree[session.at]!.before });

// ---- The address ---------------------------------------------------------------------------------------------------------------

interface Addressed {
  readonly now: ExplorerSession;
  readonly wrong?: string;
}

/** The session, which the address follows, and which follows the address where somebody changes that. */
function useSessionInAddress(): [Addressed, (session: ExplorerSession) => void] {
  const [state, setState] = useState<Addressed>({ now: first });
  const written = useRef('');
  const current = useRef(state);
  current.current = state;
  const follow = async (): Promise<void> => {
    if (location.hash === written.current) return;
    try {
      const found = await sessionIn(location.hash);
      written.current = location.hash;
      setState({ now: found === undefined ? first : withWhatCameAfter(found, current.current.now) });
    } catch (error) {
      if (!(error instanceof UnreadableFragment)) throw error;
      setState({ now: current.current.now, wrong: error.message });
    }
  };
  useEffect(() => {
    void follow();
    const onHash = (): void => void follow();
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  const setSession = (now: ExplorerSession): void => {
    setState({ now });
    void fragmentOf(now).then((fragment) => {
      written.current = `#${fragment}`;
      if (location.hash !== written.current) location.hash = fragment;
    });
  };
  return [state, setSession];
}

/** An older address of the same session lacks the steps that were made since: the browser's Back must not lose them. */
function withWhatCameAfter(found: ExplorerSession, now: ExplorerSession): ExplorerSession {
  const isEarlier =
    found.tree.length <= now.tree.length &&
    found.tree.every(({ before, line }, i) => now.tree[i]!.before === before && now.tree[i]!.line === line);
  return isEarlier ? { ...found, tree: now.tree } : found;
}

const place = document.getElementById('explorer');
if (place !== null) {
  place.textContent = '';
  render(<Explorer />, place);
}
