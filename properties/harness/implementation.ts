import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import { choices } from '../choices/choices.ts';
import { breaches, isBreach } from '../conversation/breaches.ts';
import { failedConversation } from '../conversation/failed.ts';
import type { Conversation, Implementation, Reply } from '../conversation/implementation.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { guarded } from '../conversation/runaway.ts';
import { spiHeader } from '../conversation/spiHeader.ts';
import { type Doing, ProviderCrash, wordsOfThrown } from './crash.ts';
import { Harness } from './harness.ts';

/** A provider module in this process: every case is a provider that has just been started. */
export const providerImplementation = (module: ProviderModule): Implementation => ({
  injections: [...injectionsOf(module), ...breaches],
  // A provider in this process is quick, and the same requests bring the same failure.
  patience: { confirmations: 1, shrinkRuns: 2500, shrinkSeconds: Number.POSITIVE_INFINITY, deadlySeconds: Number.POSITIVE_INFINITY },
  begin: () => {
    try {
      return new ProviderConversation(new Harness(guarded(module)));
    } catch (error) {
      return failedConversation({ kind: 'crashed', message: wordsOfThrown(error) }, spiHeader);
    }
  },
  close: async () => {},
});

class ProviderConversation implements Conversation {
  readonly isReused = false;
  readonly #harness: Harness;

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  get header() {
    return this.#harness.header();
  }

  request(request: CampaignRequest): Reply | Promise<Reply> {
    // Whatever fails outside the provider's own code fails by what the provider gave: a proxy that throws, memory that it has detached.
    const broken = (error: unknown): Reply => crashedIn(isInjection(request) ? JSON.stringify(request) : request, error);
    try {
      const lines = this.#ask(request);
      return Array.isArray(lines) ? this.#reply(lines) : lines.then((found) => this.#reply(found), broken);
    } catch (error) {
      return broken(error);
    }
  }

  #ask(request: CampaignRequest): ReplyLine[] | Promise<ReplyLine[]> {
    if (!isInjection(request)) return this.#harness.request(request);
    return isBreach(request) ? this.#harness.breach(request) : this.#harness.inject(request.inject, request.socket, request.value);
  }

  end(): void {}

  #reply(lines: ReplyLine[]): Reply {
    const { crash } = this.#harness;
    if (crash === undefined) return { lines };
    return { lines, failure: { kind: /at most/.test(crash.message) ? 'runaway' : 'crashed', message: crash.message } };
  }
}

const crashedIn = (doing: Doing, error: unknown): Reply => ({
  lines: [],
  failure: { kind: 'crashed', message: new ProviderCrash(doing, error).message },
});

/**
 * Environments in addition to those of trace/1: they make rare outcomes common, or bring about what a provider does not do of its own
 * accord.
 */
const injectionsWished: readonly string[] = [
  'room',
  'transport.takes',
  'transport.stalls',
  'message.max',
  ...new Set(choices.flatMap(({ others }) => others.flatMap(({ by }) => by))),
];

/** Those that the provider says it supports; one that says so of anything is not believed. */
const injectionsOf = (module: ProviderModule): string[] => {
  try {
    const { world } = new Harness(module);
    const supports = (env: string): boolean => world.supports?.({ env } as unknown as TraceStep) === true;
    return supports('no.such.kind') ? [] : injectionsWished.filter(supports);
  } catch {
    return [];
  }
};
