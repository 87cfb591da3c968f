/**
 * Before `npm publish`: the address that package.json gives must be the one that these sources were pushed to. Until there is such an
 * address, the one in package.json is only meant, and a package that names it would send its readers to nobody or to somebody else.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../cli/packageFiles.ts';

/** Undefined where the package may be published. */
export function whyNotPublishable(repository: string, remote: string | undefined): string | undefined {
  if (remote === undefined)
    return `repository.url in package.json must be where this clone was pushed to, and git has no remote named origin: ${repository}. Push the sources, write their address into package.json, and publish then.`;
  if (plain(repository) === plain(remote)) return undefined;
  return `repository.url in package.json must be the address of origin: ${repository}, and origin is ${remote}. Write the right one into repository, bugs and homepage.`;
}

/** Host and path, however the address is written. */
const plain = (address: string): string =>
  address
    .trim()
    .replace(/^git\+/, '')
    .replace(/^[a-z]+:\/\/(?:[^@/]*@)?/i, '')
    .replace(/^[^@/]*@([^:/]+):/, '$1/')
    .replace(/(?:\.git)?\/?$/, '')
    .toLowerCase();

const originOf = (folder: string): string | undefined => {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { repository } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { repository: { url: string } };
  const why = whyNotPublishable(repository.url, originOf(packageFile('.')));
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    process.exitCode = 2;
  }
}
