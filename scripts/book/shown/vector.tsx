/** A vector as a trace. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { traceVersion } from '../../../model/winsock/trace.ts';
import type { Vector } from '../../../properties/vectors/vector.ts';
import { TraceView } from './trace.tsx';

export const vectorText = ({ comment, side, steps }: Vector): string =>
  [{ wspsend: traceVersion, title: comment, ...(side !== undefined && { side }) }, ...steps]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

export function VectorView({ vector, title, profile }: { readonly vector: Vector; readonly title?: string; readonly profile?: Profile }) {
  return <TraceView text={vectorText(vector)} {...(title !== undefined && { title })} {...(profile !== undefined && { profile })} />;
}
