/** `wspsend verify`: holds an implementation to the page, and says clause by clause what was tried and what broke. */

import { writeFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { stepsDefault, type VerifyOptions, verifyProvider } from '../../properties/verify.ts';
import { exitCodes, reasonOf, UnusableInput } from '../exit.ts';
import { coloursOf, type ProfileOption, profileOption, wholeNumber } from '../options.ts';
import { renderJson } from '../report/json.ts';
import { renderJunit } from '../report/junit.ts';
import { progressOn } from '../report/progress.ts';
import { renderText } from '../report/text.ts';

interface VerifyCommandOptions extends ProfileOption {
  readonly provider?: string;
  readonly seed: number;
  readonly steps: number;
  readonly budget?: number;
  readonly shard?: NonNullable<VerifyOptions['shard']>;
  readonly reporter: 'text' | 'json' | 'junit';
  readonly out?: string;
}

const shardOf = (text: string): NonNullable<VerifyOptions['shard']> => {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(of)) {
    throw new InvalidArgumentError('It must be I/N with I from 1 to N, for example 2/4.');
  }
  return { index: Number(index), of: Number(of) };
};

export const addVerify = (program: Command): void => {
  program
    .command('verify')
    .summary('verify an implementation, ours unless another is named')
    .description('Explores the model, drives an implementation through it, and goes on with a campaign of chosen requests.')
    .option('--provider <module>', 'an ES module that exports WSPStartup(upcalls) and world()')
    .addOption(profileOption())
    .addOption(new Option('--seed <n>', 'the seed of the campaign').argParser(wholeNumber(0)).default(1))
    .addOption(new Option('--steps <n>', 'steps that the campaign judges').argParser(wholeNumber(1)).default(stepsDefault))
    .addOption(new Option('--budget <seconds>', 'a ceiling; a run that it cuts says so').argParser(wholeNumber(1)))
    .addOption(new Option('--shard <i/n>', 'the i-th of n shares of the campaign').argParser(shardOf))
    .addOption(new Option('--reporter <form>', 'the form of the report').choices(['text', 'json', 'junit']).default('text'))
    .option('--out <file>', 'write the report to this file')
    .action(async (options: VerifyCommandOptions) => {
      process.exitCode = await verify(options);
    });
};

const ends: { readonly [verdict in Report['verdict']]: number } = {
  conforms: exitCodes.good,
  deviates: exitCodes.bad,
  untried: exitCodes.unusable,
};

async function verify(options: VerifyCommandOptions): Promise<number> {
  const { provider, profile, seed, steps, budget, shard, reporter, out } = options;
  const module = provider === undefined ? await import('../../impl/provider/provider.ts') : await load(provider);
  const progress = progressOn(process.stderr);
  const report = await verifyProvider(module, {
    subject: provider ?? 'the ring provider of this package',
    profile,
    seed,
    steps,
    ...(budget !== undefined && { budgetSeconds: budget }),
    ...(shard !== undefined && { shard }),
    onProgress: (done, total, what) => progress.show(done, total, what),
  }).finally(() => progress.end());
  const text = {
    text: () => renderText(report, out === undefined ? coloursOf(process.stdout) : undefined),
    json: () => renderJson(report),
    junit: () => renderJunit(report),
  }[reporter]();
  if (out === undefined) process.stdout.write(text);
  else {
    try {
      writeFileSync(out, text);
    } catch (error) {
      throw new UnusableInput(`--out must name a file that can be written: ${out}: ${reasonOf(error)}`);
    }
  }
  return ends[report.verdict];
}

async function load(name: string): Promise<ProviderModule> {
  const path = name.startsWith('.') || isAbsolute(name) || /\.m?js$/.test(name) ? pathToFileURL(resolve(name)).href : name;
  let module: Partial<ProviderModule>;
  try {
    module = (await import(path)) as Partial<ProviderModule>;
  } catch (error) {
    throw new UnusableInput(
      `--provider must name an ES module that can be loaded: ${name}: ${error instanceof Error ? error.message : error}`,
    );
  }
  for (const entry of ['WSPStartup', 'world'] as const) {
    if (typeof module[entry] !== 'function') {
      throw new UnusableInput(
        `--provider must name a module that exports ${entry}() as a function: ${name} exports ${Object.keys(module).join(', ') || 'nothing'}`,
      );
    }
  }
  return module as ProviderModule;
}
