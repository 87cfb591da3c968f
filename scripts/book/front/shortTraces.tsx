/** Next to a clause: the shortest trace that shows it and the shortest that breaks it, each as its last step; opened, all of its steps. */

import { readTrace } from '../../../model/winsock/reader.ts';
import type { Vector } from '../../../properties/vectors/vector.ts';
import { stepText } from '../../report/stepText.ts';
import type { Material } from '../material.ts';
import { vectorText } from '../shown/vector.tsx';
import { type Meaning, Sign } from '../shown/words.tsx';

export function ShortTraces({ id, material: { manifest, vectors } }: { readonly id: string; readonly material: Material }) {
  const { valid, invalid } = (manifest.vectors as Readonly<Record<string, { valid?: string; invalid?: string }>>)[id] ?? {};
  const shows = valid === undefined ? undefined : vectors.get(valid);
  const breaks = invalid === undefined ? undefined : vectors.get(invalid);
  return (
    <>
      {shows !== undefined && <ShortTrace vector={shows} meaning="permitted" says="shows it" />}
      {breaks !== undefined && breaks !== shows && <ShortTrace vector={breaks} meaning="forbidden" says="breaks it" />}
    </>
  );
}

function ShortTrace({ vector, meaning, says }: { readonly vector: Vector; readonly meaning: Meaning; readonly says: string }) {
  const steps = readTrace(vectorText(vector)).steps.map(({ step }) => stepText(step));
  return (
    <details class={`short ${meaning}`}>
      <summary>
        <Sign meaning={meaning} />
        <span class="hidden">{says}: </span>
        <code>{steps.at(-1)}</code>
      </summary>
      <ol>
        {steps.map((step, at) => (
          <li key={`${at}`}>
            <code>{step}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}
