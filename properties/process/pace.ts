/** How long an answer may take. */

export const timeoutSecondsDefault = 10;
/** A day; a longer wait would overflow a timer. */
export const timeoutSecondsMax = 86_400;
/** A start takes longer than an answer, however short those are: modules are loaded, an emulator boots. */
const startFactor = 3;
const startSecondsMin = 10;
/** When time is short, an answer that takes so many times as long as any before it counts as a hang. */
const hurryFactor = 20;
const hurryMsMin = 1000;

export const startMsFor = (timeoutMs: number): number => Math.max(startSecondsMin * 1000, timeoutMs * startFactor);

export const hurriedMs = (slowestMs: number): number => Math.max(hurryMsMin, hurryFactor * slowestMs);

/** The default for how long an answer may take: within a run that ends at that time, a hang must come out before the end does. */
export const timeoutSecondsWithin = (deadline: number): number =>
  Math.min(timeoutSecondsDefault, Math.max(1, (deadline - Date.now()) / 2000));
