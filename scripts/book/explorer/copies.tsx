/** The steps up to here in a form to copy: as a link, as a trace, as a test in TypeScript or in C. */

import { useRef, useState } from 'preact/hooks';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { cText } from './cText.ts';
import { vitestText } from './testText.ts';

interface Copied {
  readonly title: string;
  readonly text: string;
}

export function Copies({ trace, profile }: { readonly trace: string; readonly profile: Profile }) {
  const [shown, setShown] = useState<Copied>();
  const [said, setSaid] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const show = (copied: Copied): void => {
    setShown(copied);
    setSaid('');
    dialog.current?.showModal();
  };
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      dialog.current?.querySelector('textarea')?.select();
      setSaid('The browser does not let a page copy here: the text is selected, press Ctrl+C.');
    }
  };
  const forms: readonly (readonly [label: string, make: () => string])[] = [
    ['a link', () => location.href],
    ['a trace', () => trace],
    ['a vitest test', () => vitestText(trace, profile)],
    ['C', () => cText(trace, profile)],
  ];
  return (
    <section class="copies" aria-labelledby="copies-title">
      <h2 id="copies-title">Take it along</h2>
      <p>
        {forms.map(([title, make]) => (
          <button key={title} type="button" onClick={() => show({ title, text: make() })}>
            As {title}
          </button>
        ))}
      </p>
      <p class="small quiet">The address of this page holds all of it: the link opens this position. Nothing is sent to a server.</p>
      <dialog ref={dialog} aria-labelledby="copied-title">
        <h2 id="copied-title">As {shown?.title}</h2>
        <textarea readOnly rows={16} aria-label={shown?.title} value={shown?.text ?? ''} />
        <p>
          <button type="button" class="main" onClick={() => void copy(shown?.text ?? '')}>
            Copy
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
          <span role="status">{said}</span>
        </p>
      </dialog>
    </section>
  );
}
