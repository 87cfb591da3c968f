/**
 * Long work on a thread of its own, so that the program goes on hearing SIGINT and drawing its progress whatever the work does; a foreign
 * provider may not return at all.
 *
 * A job is a module that both threads load: here it is called, there it is served. So it is found by its own address, in the
 * build and in the sources alike. What a job is given and what it gives back are copied.
 */

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Unfinished } from '../../properties/vectors/unfinished.ts';
import { UnusableInput } from './exit.ts';

export type OnProgress = (done: number, total: number, what: string) => void;

type Message<Result> =
  | { readonly kind: 'progress'; readonly progress: Parameters<OnProgress> }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'unfinished'; readonly duties: readonly string[] };

const progressMs = 50;

interface Call {
  readonly job: string;
  readonly given: unknown;
}

/** Runs the job of the module at this address. Fails as the job failed, and by the signal's reason when that ends its thread. */
export const onWorker = <Given, Result>(
  job: string,
  given: Given,
  onProgress: OnProgress = () => {},
  signal?: AbortSignal,
): Promise<Result> =>
  new Promise<Result>((resolve, reject) => {
    const worker = new Worker(new URL(job), { workerData: { job, given } satisfies Call });
    signal?.addEventListener('abort', () => {
      reject(signal.reason);
      void worker.terminate();
    });
    worker
      .on('message', (message: Message<Result>) => {
        if (message.kind === 'progress') return onProgress(...message.progress);
        if (message.kind === 'done') resolve(message.result);
        else reject(message.kind === 'unusable' ? new UnusableInput(message.message) : new Unfinished(message.duties));
        // Whatever a provider left running ends with its thread.
        void worker.terminate();
      })
      .on('error', reject)
      .on('exit', (code) => reject(new Error(`A job must end by its result: ${job} ended its thread, code ${code}`)));
  });

/** Does the job, on the thread that was started for it and on no other. */
export const serveJob = <Given, Result>(job: string, work: (given: Given, onProgress: OnProgress) => Result | Promise<Result>): void => {
  const port = parentPort;
  if (isMainThread || port === null || (workerData as Call).job !== job) return;
  const say = (message: Message<Result>): void => port.postMessage(message);
  // A message costs both threads more than many a step of the work, and nobody reads a bar faster.
  let saidMs = 0;
  const onProgress: OnProgress = (...progress) => {
    const nowMs = performance.now();
    if (nowMs - saidMs < progressMs) return;
    saidMs = nowMs;
    say({ kind: 'progress', progress });
  };
  const run = async (): Promise<void> => {
    try {
      const result = await work((workerData as Call).given as Given, onProgress);
      say({ kind: 'done', result });
    } catch (error) {
      if (error instanceof UnusableInput) say({ kind: 'unusable', message: error.message });
      else if (error instanceof Unfinished) say({ kind: 'unfinished', duties: error.duties });
      else throw error;
    }
  };
  void run();
};
