/**
 * `npm run verify:wine`: builds the Winsock driver, makes a prefix for Wine unless there is one, and verifies Wine's ws2_32 against the
 * reviewed ledger of its deviations. What is said behind `--` goes to `wspsend verify` and overrides what is said here.
 */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../exit.ts';

const packages = ['wine', 'wine64', 'gcc-mingw-w64-x86-64'];
const installLine = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
const compiler = 'x86_64-w64-mingw32-gcc';
/** Debian keeps the 64-bit loader out of the path. */
const wines = ['wine64', '/usr/lib/wine/wine64', 'wine'];
const servers = ['wineserver', '/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver'];

const source = 'impl/foreign/winsock';
const made = '.build/wine';
const driver = join(made, 'driver.exe');
const prefix = join(process.cwd(), made, 'prefix');
// No output of Wine's own, and none of the parts that would ask to be installed.
const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=' };

const run = (command: string, args: readonly string[]): SpawnSyncReturns<Buffer> => spawnSync(command, args, { env, stdio: 'inherit' });
const works = (command: string): boolean => spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status === 0;

function fail(why: string): never {
  process.stderr.write(`error: ${why}\n`);
  process.exit(exitCodes.unusable);
}

const isNewer = (file: string, than: string): boolean => statSync(file).mtimeMs > statSync(than).mtimeMs;

function buildDriver(): void {
  const files = readdirSync(source)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join(source, name));
  if (existsSync(driver) && !files.some((file) => isNewer(file, driver))) return;
  mkdirSync(made, { recursive: true });
  const args = ['-O1', '-Wall', '-Wextra', ...files.filter((file) => file.endsWith('.c')), '-lws2_32', '-o', driver];
  if (run(compiler, args).status !== 0) fail(`the driver must compile: ${compiler} ${args.join(' ')}`);
}

const isMissing = (): boolean => !works(compiler) || !wines.some(works);

const [install, args] = [process.argv.includes('--install'), process.argv.slice(2).filter((arg) => arg !== '--install')];
if (isMissing() && install) {
  run('apt-get', ['update']);
  run('apt-get', installLine.split(' ').slice(1));
}
if (isMissing()) fail(`Wine and mingw must be installed. Run \`${installLine}\`, or this with --install as root.`);
const wine = wines.find(works)!;
const server = servers.find(works);

buildDriver();
if (!existsSync(join(prefix, 'system.reg'))) {
  mkdirSync(prefix, { recursive: true });
  if (run(wine, ['wineboot', '-i']).status !== 0) fail(`Wine must be able to make a prefix in ${prefix}. Remove it and run this again.`);
}
// A server that stays saves its start for every process of the driver. It is this prefix's own, and is ended with the run.
if (server !== undefined) spawnSync(server, ['-p'], { env, stdio: 'ignore' });
const verified = run(process.execPath, [
  '.build/scripts/cli.js',
  'verify',
  '--driver',
  `${wine} ${driver}`,
  ...(args.includes('--write-deviations') ? [] : ['--deviations', join(source, 'deviations.json')]),
  '--cases-per-process',
  '100',
  '--keep-going',
  // More than 1,000 cases, and an end within five minutes on any machine.
  '--steps',
  '56000',
  '--budget',
  '270',
  ...args,
]);
if (server !== undefined) spawnSync(server, ['-k'], { env, stdio: 'ignore' });
process.exitCode = verified.status ?? exitCodes.unusable;
