/** `npm run build`, once the compiler is done: writes the package's code. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../cli/packageFiles.ts';
import { packageCode } from './bundle.ts';

const folder = packageFile('.build/package');
const files = await packageCode();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
// The command is run as a program, and npm makes it one only when it is installed.
for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: name === 'cli.js' ? 0o755 : 0o644 });
