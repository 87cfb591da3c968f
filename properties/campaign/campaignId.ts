import { createHash } from 'node:crypto';
import type { Report } from './report.ts';

/** What the shares of one campaign have in common, as one word: what is not of the same campaign has another. */
export const campaignId = ({ campaign, profile, seed, subject }: Pick<Report, 'profile' | 'seed' | 'subject'> & Campaigning): string => {
  const { version, provider, ledger, steps, cases, walks, shares } = campaign;
  return digestOf(JSON.stringify([version, provider, ledger, profile, seed, subject, steps, cases ?? null, walks, shares]));
};

interface Campaigning {
  readonly campaign: Omit<Report['campaign'], 'id'>;
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
