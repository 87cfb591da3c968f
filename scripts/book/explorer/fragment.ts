/**
 * A session in the fragment of an address, so that a position is a link: nothing of it is sent to anybody.
 *
 *   #s=…      the whole tree, deflated, as base64url
 *   #trace=…  a trace as it is, percent-encoded, with `&profile=…`: what other pages link to
 */

import { type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { type Eager, nothingEager } from './eager.ts';
import { type ExplorerSession, emptySession, sessionOf, type TreeStep } from './session.ts';
import { fragmentFields } from './traceFragment.ts';

/** A fragment that holds no session; the message says what was required and what came. */
export class UnreadableFragment extends RangeError {}

type Packed = readonly [
  version: 1,
  profile: Profile,
  eager: string,
  at: number,
  tree: readonly (readonly [before: number, line: unknown])[],
];

export async function fragmentOf({ profile, eager, at, tree }: ExplorerSession): Promise<string> {
  const kinds = (Object.keys(eager) as (keyof Eager)[]).filter((kind) => eager[kind]).join(' ');
  // A step most often follows the one that was made before it: the distance compresses better than its number.
  const packed: Packed = [1, profile, kinds, at, tree.map(({ before, line }, i) => [i - 1 - before, JSON.parse(line) as unknown])];
  return `s=${base64url(await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(packed))))}`;
}

/** Undefined for an empty fragment. Fails by UnreadableFragment. */
export async function sessionIn(fragment: string): Promise<ExplorerSession | undefined> {
  const fields = fragmentFields(fragment);
  const packed = fields.get('s');
  if (packed !== undefined) return unpacked(packed);
  const trace = fields.get('trace');
  if (trace === undefined) return undefined;
  try {
    return sessionOf(decodeURIComponent(trace), profileNamed(fields.get('profile') ?? 'docs'));
  } catch (error) {
    if (error instanceof UnreadableFragment) throw error;
    throw new UnreadableFragment(`The link must hold a trace, one JSON object a line: ${(error as Error).message}`);
  }
}

async function unpacked(text: string): Promise<ExplorerSession> {
  let value: unknown;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (unit) => unit.charCodeAt(0));
    value = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes)));
  } catch {
    throw new UnreadableFragment('The link must be whole: part of it is missing, or was changed on the way');
  }
  if (!Array.isArray(value) || value[0] !== 1)
    throw new UnreadableFragment('The link must be of this version of the explorer: it is of another');
  const [, profile, kinds, at, steps] = value as unknown as Packed;
  const isTree =
    Array.isArray(steps) && steps.every((step, i) => Array.isArray(step) && Number.isInteger(step[0]) && step[0] >= 0 && step[0] <= i);
  if (!isTree || !Number.isInteger(at) || at < -1 || at >= steps.length || typeof kinds !== 'string') {
    throw new UnreadableFragment('The link must hold a tree of steps: it holds something else');
  }
  const tree = steps.map(([distance, line], i): TreeStep => ({ before: i - 1 - distance, line: JSON.stringify(line) }));
  const eager = Object.fromEntries(Object.keys(nothingEager).map((kind) => [kind, kinds.split(' ').includes(kind)])) as unknown as Eager;
  return { ...emptySession, profile: profileNamed(profile), eager, at, tree };
}

function profileNamed(name: string): Profile {
  const found = profiles.find((profile) => profile === name);
  if (found === undefined) throw new UnreadableFragment(`The link must name a profile, one of ${profiles.join(', ')}: ${name}`);
  return found;
}

async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array): Promise<Uint8Array> {
  const piped = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream as CompressionStream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
