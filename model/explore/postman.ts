/**
 * The fewest steps in which paths from the initial state can cross every transition: the directed postman problem, in which going back to
 * the initial state is free and may be done anywhere, since the next test begins there anyway.
 *
 * Every arc is crossed once and some again. Where a node is left more often than it is entered, the difference has to be brought there
 * over arcs that are crossed again: from the initial state, which any number of paths may leave, or from nodes that are entered more
 * often than left, where a path need not end after all. The cheapest way is a flow, found by the primal-dual method. Its potentials
 * prove it: no flow can cost less than what they sum up to.
 */

/** A directed graph in compressed rows: the arcs of node i are `first[i] … first[i + 1] - 1`. Node 0 is where paths begin. */
export interface Arcs {
  readonly first: Int32Array;
  readonly target: Int32Array;
}

export interface PostmanOptimum {
  /** Steps of the best tour whose paths may be of any length: each arc once, and those that are crossed again. */
  readonly steps: number;
  /** The lower bound that the potentials prove; equal to `steps` when all is right. */
  readonly proven: number;
  /** How often each arc is crossed beyond once. */
  readonly again: Int32Array;
  /** How many paths end at each node. */
  readonly ends: Int32Array;
}

/** Every node must be reachable from node 0. */
export function postmanOptimum(arcs: Arcs): PostmanOptimum {
  const flow = new Flow(arcs);
  flow.solve();
  const once = arcs.first[arcs.first.length - 1]!;
  return { steps: once + flow.cost, proven: once + flow.dual, again: flow.again, ends: flow.supply };
}

const unlimited = 2 ** 30;

class Flow {
  private readonly nodes: number;
  private readonly first: Int32Array;
  private readonly target: Int32Array;
  private readonly source: Int32Array;
  /** The arcs that enter node i are `entering[enters[i]] … entering[enters[i + 1] - 1]`. */
  private readonly enters: Int32Array;
  private readonly entering: Int32Array;
  /** How often each arc is crossed again. */
  readonly again: Int32Array;
  /** What a node still has to give, and still needs. What is left to give in the end are paths that end there. */
  readonly supply: Int32Array;
  private readonly demand: Int32Array;
  private readonly balance: Int32Array;
  /** The least cost from any supply; no arc is cheaper than the difference of its ends. */
  private readonly potential: Int32Array;
  private readonly level: Int32Array;
  private readonly queue: Int32Array;
  private readonly cursor: Int32Array;

  constructor({ first, target }: Arcs) {
    const nodes = first.length - 1;
    const count = first[nodes]!;
    this.nodes = nodes;
    this.first = first;
    this.target = target;
    this.source = new Int32Array(count);
    this.enters = new Int32Array(nodes + 1);
    this.entering = new Int32Array(count);
    this.again = new Int32Array(count);
    this.supply = new Int32Array(nodes);
    this.demand = new Int32Array(nodes);
    this.balance = new Int32Array(nodes);
    this.potential = new Int32Array(nodes);
    this.level = new Int32Array(nodes);
    this.queue = new Int32Array(nodes);
    this.cursor = new Int32Array(nodes);
    for (let node = 0; node < nodes; node++) {
      for (let arc = first[node]!; arc < first[node + 1]!; arc++) {
        this.source[arc] = node;
        this.enters[target[arc]! + 1]!++;
        this.balance[target[arc]!]!++;
        this.balance[node]!--;
      }
    }
    for (let node = 0; node < nodes; node++) this.enters[node + 1]! += this.enters[node]!;
    const filled = this.enters.slice(0, nodes);
    for (let arc = 0; arc < count; arc++) this.entering[filled[target[arc]!]!++] = arc;
    // The initial state needs nothing: a path may begin there at any time.
    this.balance[0] = unlimited;
    for (let node = 0; node < nodes; node++) {
      this.supply[node] = Math.max(0, this.balance[node]!);
      this.demand[node] = Math.max(0, -this.balance[node]!);
    }
  }

  get cost(): number {
    return this.again.reduce((sum, times) => sum + times, 0);
  }

  /** By weak duality no flow costs less: what every need would pay, less what the supplies that are used up would gain. */
  get dual(): number {
    let sum = 0;
    for (let node = 0; node < this.nodes; node++) sum -= this.balance[node]! * this.potential[node]!;
    return sum;
  }

  solve(): void {
    while (this.demand.some((needed) => needed > 0)) {
      this.lowerCosts();
      while (this.findLevels()) this.push();
    }
  }

  /** The place of an arc in a node's residual ones: those that leave it, and after them those that enter it. */
  private residual(node: number, i: number): { readonly arc: number; readonly isForward: boolean } | undefined {
    const leaving = this.first[node + 1]! - this.first[node]!;
    if (i < leaving) return { arc: this.first[node]! + i, isForward: true };
    const at = this.enters[node]! + i - leaving;
    return at < this.enters[node + 1]! ? { arc: this.entering[at]!, isForward: false } : undefined;
  }

  /** Dijkstra's search over what the arcs cost beyond the potentials, which is never less than 0. */
  private lowerCosts(): void {
    const { potential, nodes } = this;
    const extra = this.level.fill(unlimited);
    const buckets: number[][] = [[]];
    for (let node = 0; node < nodes; node++) {
      if (this.supply[node]! === 0) continue;
      extra[node] = 0;
      buckets[0]!.push(node);
    }
    for (let cost = 0; cost < buckets.length; cost++) {
      for (const node of (buckets[cost] ??= [])) {
        if (extra[node] !== cost) continue;
        for (let i = 0; ; i++) {
          const step = this.residual(node, i);
          if (step === undefined) break;
          if (!step.isForward && this.again[step.arc] === 0) continue;
          const to = step.isForward ? this.target[step.arc]! : this.source[step.arc]!;
          const next = cost + (step.isForward ? 1 : -1) + potential[node]! - potential[to]!;
          if (next >= extra[to]!) continue;
          extra[to] = next;
          (buckets[next] ??= []).push(to);
        }
      }
    }
    for (let node = 0; node < nodes; node++) potential[node]! += extra[node]!;
  }

  private isTight(node: number, to: number, isForward: boolean): boolean {
    return (isForward ? 1 : -1) + this.potential[node]! === this.potential[to]!;
  }

  /** Levels over the arcs that cost no more than the potentials say; true when a need can be reached. */
  private findLevels(): boolean {
    const { level, queue } = this;
    level.fill(-1);
    let tail = 0;
    for (let node = 0; node < this.nodes; node++) {
      if (this.supply[node]! === 0) continue;
      level[node] = 0;
      queue[tail++] = node;
    }
    let isReached = false;
    for (let head = 0; head < tail; head++) {
      const node = queue[head]!;
      if (this.demand[node]! > 0) isReached = true;
      for (let i = 0; ; i++) {
        const step = this.residual(node, i);
        if (step === undefined) break;
        if (!step.isForward && this.again[step.arc] === 0) continue;
        const to = step.isForward ? this.target[step.arc]! : this.source[step.arc]!;
        if (level[to]! >= 0 || !this.isTight(node, to, step.isForward)) continue;
        level[to] = level[node]! + 1;
        queue[tail++] = to;
      }
    }
    this.cursor.fill(0);
    return isReached;
  }

  /** A blocking flow: depth first along the levels, each residual arc tried once. */
  private push(): void {
    for (let node = 0; node < this.nodes; node++) {
      while (this.supply[node]! > 0 && this.pushFrom(node));
    }
  }

  private pushFrom(start: number): boolean {
    const path: { readonly arc: number; readonly isForward: boolean }[] = [];
    const visited = [start];
    for (;;) {
      const node = visited[visited.length - 1]!;
      if (this.demand[node]! > 0) {
        const amount = path.reduce(
          (least, { arc, isForward }) => (isForward ? least : Math.min(least, this.again[arc]!)),
          Math.min(this.supply[start]!, this.demand[node]!),
        );
        for (const { arc, isForward } of path) this.again[arc]! += isForward ? amount : -amount;
        if (start !== 0) this.supply[start]! -= amount;
        this.demand[node]! -= amount;
        return true;
      }
      const step = this.residual(node, this.cursor[node]!);
      if (step === undefined) {
        // Nothing more to be had this way.
        if (path.pop() === undefined) return false;
        visited.pop();
        this.cursor[visited[visited.length - 1]!]!++;
        continue;
      }
      const to = step.isForward ? this.target[step.arc]! : this.source[step.arc]!;
      const isOpen = step.isForward || this.again[step.arc]! > 0;
      if (isOpen && this.level[to] === this.level[node]! + 1 && this.isTight(node, to, step.isForward)) {
        path.push(step);
        visited.push(to);
      } else this.cursor[node]!++;
    }
  }
}
