import { defineConfig } from 'vitest/config';
import fast from './vitest.config.ts';

/** What starts processes, or goes through more than a change is held to at each save: `npm run test:slow`. */
export default defineConfig({ ...fast, test: { ...fast.test, include: ['**/*.slow.test.ts'], exclude: ['node_modules', '.build'] } });
