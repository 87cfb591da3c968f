/**
 * What is still missing after a change of the model. It is neither a defect of this program nor a mistake of a user. Each item says what
 * is missing and where to add it.
 */
export class Unfinished extends Error {
  override name = 'Unfinished';
  readonly duties: readonly string[];

  constructor(duties: readonly string[]) {
    super(duties.join('\n'));
    this.duties = duties;
  }
}
