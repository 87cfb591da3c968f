import { fileURLToPath } from 'node:url';
import type { TraceHeader } from '../../model/winsock/trace.ts';
import { failedConversation } from '../conversation/failed.ts';
import type { Beginning, Conversation, Failure, Implementation, Patience, Reply } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { spiHeader } from '../conversation/spiHeader.ts';
import { endLeftovers } from '../process/group.ts';
import { notStarted } from '../process/owing.ts';
import { hurriedMs, startMsFor, timeoutSecondsWithin } from '../process/pace.ts';
import { ProviderProcess } from './process.ts';

/**
 * A provider module in a process of its own, which can be ended whatever the module does: it loops, exits, takes all memory, waits in the
 * kernel, breaks what it shares with others. What it did instead of an answer is the failure of the call that it owed, and the next case
 * begins with a new process. It shows what a provider in this process shows.
 */

export interface IsolatedOptions {
  /** How long an answer may take; by default ten seconds, or half of the time of the whole run where that is less. */
  readonly timeoutSeconds?: number;
  /** When the whole run is over, in milliseconds as Date.now() counts them. */
  readonly deadline?: number;
  /** Takes in what the provider prints. */
  readonly onSaid?: (text: string) => void;
}

/** The module cannot be loaded, or is no provider. The message says what it must be. */
export class UnusableProvider extends Error {
  override readonly name = 'UnusableProvider';
}

/** Loads the module at this path, this address or in this package. Fails by UnusableProvider. */
export async function isolatedProvider(module: string | URL, options: IsolatedOptions = {}): Promise<Implementation> {
  const name = module instanceof URL && module.protocol === 'file:' ? fileURLToPath(module) : String(module);
  const isolated = new Isolated(name, options);
  const failure = await isolated.start();
  if (failure?.kind !== 'unusable' && failure?.kind !== 'late') return isolated;
  await isolated.close();
  throw new UnusableProvider(failure.message);
}

class Isolated implements Implementation {
  injections: readonly string[] = [];
  // The same requests bring the same failure, as those to a provider in this process do; but each end of its process costs a start.
  readonly patience: Patience = { confirmations: 1, shrinkRuns: 2500, shrinkSeconds: Number.POSITIVE_INFINITY, deadlySeconds: 15 };
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #deadline: number;
  readonly #onSaid: (text: string) => void;
  #process: ProviderProcess | undefined;
  /** Why the provider that was started last did not come to its first case. The next case reports it, once. */
  #failure: Failure | undefined;
  #cases = 0;
  #slowestMs = 0;
  readonly #ending = new Set<Promise<void>>();

  constructor(name: string, { timeoutSeconds, deadline = Number.POSITIVE_INFINITY, onSaid = () => {} }: IsolatedOptions) {
    this.#name = name;
    this.#timeoutMs = (timeoutSeconds ?? timeoutSecondsWithin(deadline)) * 1000;
    this.#deadline = deadline;
    this.#onSaid = onSaid;
  }

  /** Ends with what it offers, or with why it could not be asked. */
  async start(): Promise<Failure | undefined> {
    this.#endProcess();
    this.#cases = 0;
    let process: ProviderProcess;
    try {
      const startMs = startMsFor(this.#timeoutMs);
      process = new ProviderProcess(this.#name, { startMs, deadline: this.#deadline, onSaid: this.#onSaid });
    } catch (error) {
      return notStarted([this.#name], error);
    }
    this.#process = process;
    const { gone } = process;
    this.#ending.add(gone);
    void gone.then(() => this.#ending.delete(gone));
    const begun = await process.started;
    if ('kind' in begun) return begun;
    const { failure } = await process.ask([{ ask: 'injections' }], this.#timeoutMs)[0]!;
    this.injections = process.injections;
    this.#failure = failure;
    return failure;
  }

  begin({ hurries = false, isFresh = false }: Beginning = {}): Conversation | Promise<Conversation> {
    const timeoutMs = hurries ? Math.min(this.#timeoutMs, hurriedMs(this.#slowestMs)) : this.#timeoutMs;
    const failure = this.#failure;
    if (failure !== undefined && !isFresh) {
      this.#failure = undefined;
      return failedConversation(failure, spiHeader);
    }
    if (this.#process?.isAlive === true && !(isFresh && this.#cases > 0)) return this.#beginWith(this.#process, timeoutMs);
    return this.#beginAnew(timeoutMs);
  }

  async close(): Promise<void> {
    this.#endProcess();
    await Promise.all(this.#ending);
    endLeftovers();
  }

  async #beginAnew(timeoutMs: number): Promise<Conversation> {
    const failure = await this.start();
    this.#failure = undefined;
    return failure === undefined ? this.#beginWith(this.#process!, timeoutMs) : failedConversation(failure, spiHeader);
  }

  async #beginWith(process: ProviderProcess, timeoutMs: number): Promise<Conversation> {
    this.#cases++;
    const { failure } = await process.ask([{ ask: 'case' }], timeoutMs)[0]!;
    this.#slowestMs = Math.max(this.#slowestMs, process.slowestMs);
    return failure === undefined ? new IsolatedConversation(process, timeoutMs) : failedConversation(failure, process.header);
  }

  #endProcess(): void {
    this.#process?.end();
    this.#process = undefined;
  }
}

class IsolatedConversation implements Conversation {
  readonly isReused = false;
  readonly header: TraceHeader;
  readonly #process: ProviderProcess;
  readonly #timeoutMs: number;

  constructor(process: ProviderProcess, timeoutMs: number) {
    this.header = process.header;
    this.#process = process;
    this.#timeoutMs = timeoutMs;
  }

  request(request: CampaignRequest): Promise<Reply> {
    return this.requestAll([request])[0]!;
  }

  requestAll(requests: readonly CampaignRequest[]): Promise<Reply>[] {
    return this.#process.ask(requests, this.#timeoutMs);
  }

  end(): void {}
}
