import type { ClauseId } from '../../model/clauses/register.ts';
import type { ProviderModule, SpiTable, World, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';

/** A fault that is put into a provider from outside. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  /** Where something like it was seen. */
  readonly seenIn?: string;
  /** The clauses that it breaks, any of which may be named. */
  readonly breaks: readonly ClauseId[];
  readonly table?: (table: SpiTable, upcalls: WSPUPCALLTABLE) => Partial<SpiTable>;
  readonly upcalls?: (upcalls: WSPUPCALLTABLE) => Partial<WSPUPCALLTABLE>;
  readonly world?: (world: World) => Partial<World>;
}

/** The provider with the fault in it. */
export function mutate(provider: ProviderModule, mutant: Mutant): ProviderModule {
  return {
    WSPStartup(upcalls) {
      const given = { ...upcalls, ...mutant.upcalls?.(upcalls) };
      const table = provider.WSPStartup(given) as SpiTable;
      return { ...table, ...mutant.table?.(table, upcalls) };
    },
    world() {
      // A mutant is made of our own provider, which has all of it.
      const world = provider.world() as World;
      const passed: World = {
        recv: (...args) => world.recv(...args),
        env: (...args) => world.env(...args),
        settle: () => world.settle(),
        supports: (step) => world.supports(step),
        ...(world.writable !== undefined && { writable: (socket) => world.writable!(socket) }),
        ...(world.bindPort !== undefined && { bindPort: (socket) => world.bindPort!(socket) }),
        ...(world.exitThread !== undefined && { exitThread: (thread) => world.exitThread!(thread) }),
      };
      return { ...passed, ...mutant.world?.(world) };
    },
  };
}
