/**
 * `npm run verify:wine`: builds the Winsock driver, makes a prefix for Wine unless there is one, and verifies Wine's ws2_32 against the
 * reviewed ledger of its release. What is said behind `--` goes to `wspsend verify` and overrides what is said here, but for two words:
 * `--release N` asks for a release of Wine, which is installed in a folder of its own where the system has another, and `--install` lets
 * packages of the system be installed.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../cli/exit.ts';
import {
  compiler,
  filledMark,
  giveUp,
  installPackages,
  isMissing,
  isRelease,
  type Release,
  releaseOf,
  releases,
  systemIsMissing,
  systemWine,
  type Wine,
  wineOf,
} from './wine.ts';

const source = 'impl/foreign/winsock';
const made = '.build/wine';
const driver = join(made, 'driver.exe');

interface Asked {
  readonly release: Release | undefined;
  readonly mayInstall: boolean;
  readonly others: readonly string[];
}

function readAsked(words: readonly string[]): Asked {
  const others = words.filter((word) => word !== '--install');
  const at = others.indexOf('--release');
  const [, release] = at < 0 ? [] : others.splice(at, 2);
  if (at >= 0 && !isRelease(release)) giveUp(`--release must be ${Object.keys(releases).join(' or ')}, not ${release ?? 'nothing'}`);
  return { release: isRelease(release) ? release : undefined, mayInstall: words.includes('--install'), others };
}

const isNewer = (file: string, than: string): boolean => statSync(file).mtimeMs > statSync(than).mtimeMs;

function buildDriver(): void {
  const files = readdirSync(source)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join(source, name));
  if (existsSync(driver) && !files.some((file) => isNewer(file, driver))) return;
  mkdirSync(made, { recursive: true });
  const args = ['-O1', '-Wall', '-Wextra', ...files.filter((file) => file.endsWith('.c')), '-lws2_32', '-o', driver];
  if (spawnSync(compiler, args, { stdio: 'inherit' }).status !== 0) giveUp(`the driver must compile: ${compiler} ${args.join(' ')}`);
}

/** The source that the driver names in its header, where it starts in this Wine as it is. */
const sourceIn = ({ run, wine, within }: Wine): string | undefined => {
  const { stdout } = spawnSync(run, [wine, join(within, 'driver.exe')], { input: '', timeout: 60_000 });
  const [line = ''] = (stdout?.toString() ?? '').split('\n');
  return line.startsWith('{"wspsend"') ? (JSON.parse(line) as { source: string }).source : undefined;
};

/**
 * Gives back the source that the driver names there.
 *
 * The driver needs Wine's own DLLs and nothing that a prefix holds: no registry, no services, no copies of the DLLs. So the prefix is left
 * empty, and costs a second in place of ten to twenty.
 */
function makePrefix(wine: Wine): string {
  const prefix = join(wine.folder, 'prefix');
  copyFileSync(driver, join(wine.folder, 'driver.exe'));
  const isReady = existsSync(join(prefix, 'ready'));
  const known = isReady ? sourceIn(wine) : undefined;
  if (known !== undefined) return known;
  const empty = (): void => {
    rmSync(prefix, { recursive: true, force: true });
    mkdirSync(prefix, { recursive: true });
  };
  empty();
  // Wine fills a prefix unless this says not to.
  writeFileSync(join(prefix, '.update-timestamp'), 'disable');
  const bare = sourceIn(wine);
  if (bare !== undefined) {
    writeFileSync(join(prefix, 'ready'), '');
    return bare;
  }
  // Another version may want the whole of it.
  empty();
  writeFileSync(join(prefix, filledMark), '');
  const isFilled = spawnSync(wine.run, [wine.wine, 'wineboot', '-i'], { stdio: 'inherit' }).status === 0;
  return (isFilled ? sourceIn(wine) : undefined) ?? giveUp(`Wine must be able to make a prefix in ${prefix}, and to run ${driver} there.`);
}

const startedAt = Date.now();
const report = (what: string): void => void process.stderr.write(`${what} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);

const { release, mayInstall, others } = readAsked(process.argv.slice(2));
installPackages([...isMissing(['gcc-mingw-w64-x86-64'], [compiler]), ...(release === undefined ? systemIsMissing() : [])], mayInstall);
buildDriver();
report('the driver is built');

/** The system's own where it is the release that was asked for, or where none was. */
function choose(): { wine: Wine; found: string } {
  if (systemIsMissing().length === 0) {
    const wine = systemWine(join(made, 'system'));
    const found = makePrefix(wine);
    if (release === undefined || releaseOf(found) === release) return { wine, found };
  }
  const wine = wineOf(release!, join(made, release!), mayInstall);
  return { wine, found: makePrefix(wine) };
}

const { wine, found } = choose();
report(`${found} is ready`);
const reviewed = releaseOf(found);
if (reviewed === undefined) {
  const known = Object.values(releases).map(({ reviewed: version }) => `${version}x`);
  process.stderr.write(`no ledger is of ${found}; there is one of ${known.join(' and of ')}, and whatever deviates is reported\n`);
}
// A server that stays saves its start for every process of the driver. It is this prefix's own, and is ended with the run.
if (wine.server !== undefined) spawnSync(wine.run, [wine.server, '-p'], { stdio: 'ignore' });
const verified = spawnSync(
  process.execPath,
  [
    '.build/scripts/cli.js',
    'verify',
    '--driver',
    `${wine.run} ${wine.wine} ${join(wine.within, 'driver.exe')}`,
    '--name',
    found,
    ...(reviewed === undefined || others.includes('--write-deviations') ? [] : ['--deviations', join(source, releases[reviewed].ledger)]),
    '--cases-per-process',
    '100',
    // A process of the driver waits more than it works.
    '--jobs',
    '4',
    '--keep-going',
    '--cases',
    '1000',
    // With the build and the prefix, an end within five minutes on any machine.
    '--budget',
    '255',
    ...others,
  ],
  { stdio: 'inherit' },
);
if (wine.server !== undefined) spawnSync(wine.run, [wine.server, '-k'], { stdio: 'ignore' });
process.exitCode = verified.status ?? exitCodes.unusable;
