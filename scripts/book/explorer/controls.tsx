/** How a session begins, which reading of the page it is under, and which hidden steps happen at once. */

import { useState } from 'preact/hooks';
import { type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { type Eager, eagerKinds } from './eager.ts';
import type { SocketChoice } from './menu.ts';

const profileSays: { readonly [profile in Profile]: string } = {
  page: 'The page alone. Where it is silent, everything that it can mean is permitted.',
  docs: 'The page, with its open points closed by the sibling pages.',
  msafd: "As docs, except where Windows' own provider differs.",
};

interface ControlsProps {
  readonly profile: Profile;
  readonly eager: Eager;
  readonly onProfile: (profile: Profile) => void;
  readonly onEager: (eager: Eager) => void;
  readonly onBegin: (choice: SocketChoice) => void;
}

export function Controls({ profile, eager, onProfile, onEager, onBegin }: ControlsProps) {
  const [choice, setChoice] = useState<SocketChoice>({ type: 'SOCK_STREAM', overlapped: true, nonblocking: false, connected: true });
  const switches = [
    ['overlapped', 'overlapped'],
    ['nonblocking', 'nonblocking'],
    ['connected', 'connected'],
  ] as const;
  return (
    <div class="controls">
      <fieldset>
        <legend>A socket</legend>
        <label>
          <span class="hidden">Type</span>
          <select
            value={choice.type}
            onChange={(event) => setChoice({ ...choice, type: event.currentTarget.value as SocketChoice['type'] })}
          >
            <option value="SOCK_STREAM">SOCK_STREAM</option>
            <option value="SOCK_DGRAM">SOCK_DGRAM</option>
          </select>
        </label>
        {switches.map(([field, title]) => (
          <label key={field} class="check">
            <input type="checkbox" checked={choice[field]} onChange={() => setChoice({ ...choice, [field]: !choice[field] })} /> {title}
          </label>
        ))}
        <button type="button" class="main" onClick={() => onBegin(choice)}>
          Begin with it
        </button>
      </fieldset>
      <fieldset>
        <legend>Reading of the page</legend>
        <label>
          <span class="hidden">Profile</span>
          <select value={profile} onChange={(event) => onProfile(event.currentTarget.value as Profile)}>
            {profiles.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <p class="small quiet">{profileSays[profile]}</p>
      </fieldset>
      <fieldset>
        <legend>Hidden steps that are eager</legend>
        {eagerKinds.map(({ kind, title, says }) => (
          <label key={kind} class="check" title={says}>
            <input type="checkbox" checked={eager[kind]} onChange={() => onEager({ ...eager, [kind]: !eager[kind] })} /> {title}
          </label>
        ))}
        <p class="small quiet">What is not eager stays open until something shows it, or until you take it as a step.</p>
      </fieldset>
    </div>
  );
}
