import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm test` leaves out the files named `*.slow.test.ts`, which `npm run test:slow` runs alone and the long checks run with the rest. */
const isWhole = process.env.WSPSEND_LONG !== undefined;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['model/**/*.test.ts', 'impl/**/*.test.ts', 'properties/**/*.test.ts', 'generated/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['node_modules', '.build', ...(isWhole ? [] : ['**/*.slow.test.ts'])],
    // How long a test takes says how busy the machine is. One that hangs is ended by the process that started the run.
    testTimeout: 0,
    hookTimeout: 0,
    maxWorkers: availableParallelism(),
    // No test changes what a module keeps, and to read the model anew for each file would take half of the time.
    isolate: false,
    // The command line is tested as it is built; what is built needs no transformation.
    server: { deps: { external: [/\/\.build\//] } },
  },
});
