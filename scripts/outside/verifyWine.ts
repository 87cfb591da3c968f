/**
 * `npm run verify:wine`: builds the Winsock driver, makes a prefix for Wine unless there is one, and verifies Wine's ws2_32 against the
 * reviewed ledger of its deviations. What is said behind `--` goes to `wspsend verify` and overrides what is said here.
 */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../cli/exit.ts';

const packages = ['wine', 'wine64', 'gcc-mingw-w64-x86-64'];
const installLine = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
const compiler = 'x86_64-w64-mingw32-gcc';
/** Debian keeps the 64-bit loader out of the path. */
const wines = ['wine64', '/usr/lib/wine/wine64', 'wine'];
const servers = ['wineserver', '/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver'];

/** As its driver's header begins; the ledger is of this one. */
const reviewed = 'wine-8.0';

const source = 'impl/foreign/winsock';
const made = '.build/wine';
const driver = join(made, 'driver.exe');
const prefix = join(process.cwd(), made, 'prefix');
// No output of Wine's own, and none of the parts that would ask to be installed.
const plainEnv = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=' };
/**
 * The driver needs Wine's own DLLs and nothing that a prefix holds: no registry, no services, no copies of the DLLs. As while a prefix is
 * being made, Wine then takes its DLLs from where it is installed, and the prefix costs a second in place of ten to twenty.
 */
const bareEnv = { ...plainEnv, WINEBOOTSTRAPMODE: '1' };
let env: NodeJS.ProcessEnv = bareEnv;
const quietEnv = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

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
  for (const line of [['update'], installLine.split(' ').slice(1)]) {
    if (spawnSync('apt-get', line, { env: quietEnv, stdio: 'inherit' }).status !== 0)
      fail(`apt-get ${line.join(' ')} must succeed; it needs root and a mirror that answers.`);
  }
}
if (isMissing()) fail(`Wine and mingw must be installed. Run \`${installLine}\`, or this with --install as root.`);
const wine = wines.find(works)!;
const server = servers.find(works);

/** The source that its header names, where the driver starts in the prefix as it is. */
const sourceOf = (wine: string): string | undefined => {
  const { stdout } = spawnSync(wine, [driver], { env, input: '', timeout: 60_000 });
  const [line = ''] = (stdout?.toString() ?? '').split('\n');
  return line.startsWith('{"wspsend"') ? (JSON.parse(line) as { source: string }).source : undefined;
};

/** Gives back the source that the driver names there. */
function makePrefix(wine: string): string {
  const isReady = existsSync(join(prefix, 'ready'));
  const known = isReady ? sourceOf(wine) : undefined;
  if (known !== undefined) return known;
  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(prefix, { recursive: true });
  // Wine fills a prefix unless this says not to.
  writeFileSync(join(prefix, '.update-timestamp'), 'disable');
  const bare = sourceOf(wine);
  if (bare !== undefined) {
    writeFileSync(join(prefix, 'ready'), '');
    return bare;
  }
  // Another version may want the whole of it.
  env = plainEnv;
  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(prefix, { recursive: true });
  const whole = run(wine, ['wineboot', '-i']).status === 0 ? sourceOf(wine) : undefined;
  return whole ?? fail(`Wine must be able to make a prefix in ${prefix}, and to run ${driver} there.`);
}

const startedAt = Date.now();
const told = (what: string): void => void process.stderr.write(`${what} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);

buildDriver();
told('the driver is built');
const found = makePrefix(wine);
told('the prefix is made');
if (!found.startsWith(reviewed))
  process.stderr.write(`the ledger is of ${reviewed}, and this is ${found}: some of what it lists may not show, and something else may\n`);
// A server that stays saves its start for every process of the driver. It is this prefix's own, and is ended with the run.
if (server !== undefined) spawnSync(server, ['-p'], { env, stdio: 'ignore' });
const verified = run(process.execPath, [
  '.build/scripts/cli.js',
  'verify',
  '--driver',
  `${wine} ${driver}`,
  '--name',
  found,
  ...(args.includes('--write-deviations') ? [] : ['--deviations', join(source, 'deviations.json')]),
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
  ...args,
]);
if (server !== undefined) spawnSync(server, ['-k'], { env, stdio: 'ignore' });
process.exitCode = verified.status ?? exitCodes.unusable;
