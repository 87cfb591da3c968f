import { lineOf, type Request } from '../../model/winsock/trace.ts';

/** What the provider is doing: a step, or in a few words what no step says. */
export type Doing = Request | string;

/**
 * The provider threw, or returned what its signature does not allow. No line of a trace can say so, hence this. The call that was under
 * way stays a `begin` without an `end`.
 */
export class ProviderCrash extends Error {
  override readonly name = 'ProviderCrash';
  /** What it was doing: the call inside a routine rather than the wait around it. */
  readonly doing: Doing;

  constructor(doing: Doing, cause: unknown) {
    super(
      `the provider must neither throw nor break its signature: ${typeof doing === 'string' ? doing : lineOf(doing)}: ${wordsOfThrown(cause)}`,
      { cause },
    );
    this.doing = doing;
  }
}

const wordsMax = 500;

/** What was thrown, in words. It may be anything, a proxy that throws whatever is asked of it too. */
export const wordsOfThrown = (thrown: unknown): string => {
  try {
    const words = thrown instanceof Error ? thrown.message : thrown;
    return String(words).slice(0, wordsMax);
  } catch {
    return 'what was thrown cannot be read';
  }
};
