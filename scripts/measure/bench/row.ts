/**
 * What a row of the benchmark is: contenders that do the same work in the same cases, and the goals that one of them has to reach.
 *
 * Every value is a cost, in the unit of the row: less is better. Goals are ratios of costs measured in the same round, so that what the
 * machine does meanwhile concerns all of them alike.
 */

/** How a sample is to be taken; the same for every contender of a case in a round. */
export interface Sampling {
  /** About how long to measure. */
  readonly ms: number;
  /**
   * Where data begin within a page. Some processors copy a length from 2 KiB on ten to twenty times slower when the target lies 1 to 31
   * bytes behind the source modulo 4096, and a fixed place would always or never meet that.
   */
  readonly offset: number;
}

export interface Running {
  /** What one operation of the case costs, by its place in `cases`. */
  sample(place: number, sampling: Sampling): Promise<number>;
  /** Fails when the data of the case do not arrive whole and in order. Outside of what is timed. */
  verify(place: number): Promise<void>;
  stop(): void;
  /** Each sample is a process of its own, or no time at all, so that nothing warms up. */
  readonly isWarm?: true;
}

export interface NotRun {
  /** Why it cannot run on this machine, and what it would need. */
  readonly notRun: string;
}

export interface Contender {
  readonly name: string;
  start(): Promise<Running | NotRun>;
}

/** The ratio of one contender to the best of some others, and how far it may or must go: one limit a case (null: none), or one for all. */
export interface Goal {
  readonly contender: string;
  readonly over: readonly string[];
  /** `atMost` limits cost over cost; `atLeast` asks how many times as fast it is. Absent: nothing is asked, the ratio is shown. */
  readonly atMost?: readonly (number | null)[] | number;
  readonly atLeast?: readonly (number | null)[] | number;
}

export interface Row {
  /** For --row, which also takes the beginning of it. */
  readonly name: string;
  /** What one operation is. */
  readonly what: string;
  readonly unit: string;
  readonly cases: readonly string[];
  /** How many cores it takes at a time; one where nothing is said. */
  readonly cores?: number;
  readonly contenders: readonly Contender[];
  readonly goals: readonly Goal[];
}
