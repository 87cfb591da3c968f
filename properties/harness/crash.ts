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
  /** Where it was, as far as the thrown value says. */
  readonly providerStack: string;

  constructor(doing: Doing, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the provider must neither throw nor break its signature: ${typeof doing === 'string' ? doing : lineOf(doing)}: ${reason}`, {
      cause,
    });
    this.doing = doing;
    this.providerStack = (cause instanceof Error ? cause.stack : undefined) ?? String(cause);
  }
}
