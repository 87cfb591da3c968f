import { describe, expect, test } from 'vitest';
import { shellWord } from '../../properties/verification/shellWord.ts';
import { commandWords } from './commandWords.ts';

describe('the words of a command', () => {
  test.each<[text: string, words: readonly string[]]>([
    ['python3 driver.py', ['python3', 'driver.py']],
    ['  node   driver.mjs\t--quiet\n', ['node', 'driver.mjs', '--quiet']],
    ['node "my drivers/one.mjs" --title=\'two words\'', ['node', 'my drivers/one.mjs', '--title=two words']],
    ['./driver ""', ['./driver', '']],
    ['./my\\ driver \\"x\\"', ['./my driver', '"x"']],
    ['driver "a \\"b\\" \\\\ c"', ['driver', 'a "b" \\ c']],
    ["driver 'a \\n'", ['driver', 'a \\n']],
    ['C:\\stack\\driver.exe "C:\\a b\\c"', ['C:\\stack\\driver.exe', 'C:\\a b\\c']],
    ['driver $HOME *.c ; rm', ['driver', '$HOME', '*.c', ';', 'rm']],
  ])('of %j are held together by quotes alone', (text, words) => {
    expect(commandWords(text)).toEqual(words);
  });

  test.each<[text: string, says: RegExp]>([
    ['node "driver.mjs', /A quote " is left open/],
    ["node 'driver.mjs", /A quote ' is left open/],
    ['', /must be a command/],
    ['   ', /must be a command/],
    ['"" driver', /must be a command/],
  ])('are missed in %j', (text, says) => {
    expect(() => commandWords(text)).toThrow(says);
  });

  test.each(['plain', 'a/b-c.d', 'two words', 'a"b', '', '$x', 'a\\ b'])('hold %j as it stands once it is written for a shell', (word) => {
    expect(commandWords(`driver ${shellWord(word)}`)).toEqual(['driver', word]);
  });
});
