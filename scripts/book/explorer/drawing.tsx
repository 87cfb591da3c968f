/** The position as a drawing: sockets with their bytes, operations, threads. What the last step changed is marked. */

import type { DrawnBytes, DrawnOperation, DrawnSocket, DrawnThing, DrawnThread, Picture } from './picture.ts';

type Changed = ReadonlySet<string>;

export function Drawing({ picture, changed }: { readonly picture: Picture; readonly changed: Changed }) {
  const { sockets, operations, threads, network } = picture;
  return (
    <section class="drawing" aria-labelledby="drawing-title">
      <h2 id="drawing-title">What is known here</h2>
      <p class="small quiet legend">
        <span class="mark-changed">marked</span> the last step changed it. <span class="open-mark">or</span> the page leaves it open: each
        line is one possibility.
      </p>
      {sockets.length === 0 && <p>There is no socket yet. Make one by the choices above.</p>}
      {network !== undefined && <Things things={[network]} changed={changed} />}
      {sockets.map((socket) => (
        <SocketCard key={socket.name} socket={socket} changed={changed} />
      ))}
      {operations.length > 0 && (
        <div class="cards">
          {operations.map((operation) => (
            <OperationCard key={operation.name} operation={operation} changed={changed} />
          ))}
        </div>
      )}
      {threads.map((thread) => (
        <ThreadCard key={thread.name} thread={thread} changed={changed} />
      ))}
    </section>
  );
}

function SocketCard({ socket, changed }: { readonly socket: DrawnSocket; readonly changed: Changed }) {
  return (
    <article class="card" aria-label={`Socket ${socket.name}`}>
      <h3>
        Socket <code>{socket.name}</code>{' '}
        <span class={`small quiet${changed.has(`kind of ${socket.name}`) ? ' changed' : ''}`}>{socket.kind}</span>
      </h3>
      <Things things={socket.things} changed={changed} />
      {socket.bytes.length > 0 && <Ring socket={socket} changed={changed} />}
    </article>
  );
}

/** A bar for each send: the bytes that the peer has read, those that may have left, and those that still wait. */
function Ring({ socket, changed }: { readonly socket: DrawnSocket; readonly changed: Changed }) {
  const { bytes, hidden } = socket;
  const most = Math.max(...bytes.map(({ size }) => size), 1);
  return (
    <figure class="ring">
      <figcaption class="small">
        Bytes that were accepted, in their order{hidden > 0 ? `; ${hidden} earlier sends are not drawn` : ''}
        <span class="keys">
          <span class="key read" /> read by the peer <span class="key maybe" /> perhaps read <span class="key left" /> may have left{' '}
          <span class="key waits" /> surely waits
        </span>
      </figcaption>
      <ol class="sends">
        {bytes.map((send) => (
          <li key={send.key} class={changed.has(send.key) ? 'changed' : undefined}>
            <span class="name">{send.name}</span>
            <Bar send={send} share={send.size / most} />
            <span class="small count">{countsText(send)}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}

const spanText = (least: number, most: number): string => (least === most ? String(least) : `${least} to ${most}`);
const countsText = ({ size, readLeast, readMost, leftMost }: DrawnBytes): string =>
  `${spanText(readLeast, readMost)} of ${size} read${leftMost < size ? `, at most ${leftMost} left` : ''}`;

function Bar({ send, share }: { readonly send: DrawnBytes; readonly share: number }) {
  const { size, readLeast, readMost, leftMost } = send;
  const part = (count: number): string => `${size === 0 ? 0 : (100 * count) / size}%`;
  return (
    <span class="bar" style={{ width: `${Math.max(6, 100 * Math.sqrt(share))}%` }} aria-hidden="true">
      <span class="read" style={{ width: part(readLeast) }} />
      <span class="maybe" style={{ width: part(readMost - readLeast) }} />
      <span class="left" style={{ width: part(Math.max(0, leftMost - readMost)) }} />
      <span class="waits" style={{ width: part(size - Math.max(leftMost, readMost)) }} />
    </span>
  );
}

const OperationCard = ({ operation, changed }: { readonly operation: DrawnOperation; readonly changed: Changed }) => (
  <article class="card" aria-label={`Operation ${operation.name}`}>
    <h3>
      Operation <code>{operation.name}</code> <span class="small quiet">{operation.length} bytes</span>
    </h3>
    <Things things={operation.things} changed={changed} />
  </article>
);

function ThreadCard({ thread, changed }: { readonly thread: DrawnThread; readonly changed: Changed }) {
  const { name, inside, queue } = thread;
  return (
    <article class="card" aria-label={`Thread ${name}`}>
      <h3>
        Thread <code>{name}</code> <span class={`small quiet${changed.has(inside.key) ? ' changed' : ''}`}>{inside.ways[0]}</span>
      </h3>
      {queue.length === 0 ? (
        <p class="small quiet card-text">Its APC queue is empty.</p>
      ) : (
        <>
          <p class="small card-text">Its APC queue:</p>
          <Things things={queue} changed={changed} prefix="queue " />
        </>
      )}
    </article>
  );
}

function Things({
  things,
  changed,
  prefix = '',
}: {
  readonly things: readonly DrawnThing[];
  readonly changed: Changed;
  readonly prefix?: string;
}) {
  return (
    <dl class="things">
      {things.map(({ key, title, ways }) => (
        <div key={key} class={changed.has(`${prefix}${key}`) ? 'changed' : undefined}>
          <dt>{title}</dt>
          <dd>
            {ways.length === 1 ? (
              ways[0]
            ) : (
              <ul class="ways">
                {ways.map((way) => (
                  <li key={way}>{way}</li>
                ))}
              </ul>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
