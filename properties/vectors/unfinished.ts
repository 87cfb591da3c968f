/**
 * What somebody who changes the model still owes it: no defect of this program, and nothing that a user gave it. Each duty says what is
 * missing and where to add it.
 */
export class Unfinished extends Error {
  override name = 'Unfinished';
  readonly duties: readonly string[];

  constructor(duties: readonly string[]) {
    super(duties.join('\n'));
    this.duties = duties;
  }
}
