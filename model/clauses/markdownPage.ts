/**
 * The page as it is published today, a file of Markdown with HTML in it, in the layout that page.ts reads: a paragraph is a line, a
 * parameter's label and a heading are lines of their own, a row of a table is a line with bars.
 *
 * The page is now called after the type of a pointer to the function: LPWSPSend for WSPSend, and likewise for its siblings. That is undone
 * here, so that a sentence in which nothing else changed reads as it did.
 */

/** What begins the source of such a page: its front matter. */
export const isMarkdownPage = (text: string): boolean => /^\uFEFF?---\r?\n/.test(text);

const headings: Readonly<Record<string, string>> = {
  '## -returns': 'Return value',
  '## -remarks': 'Remarks',
  '## -see-also': 'See also',
};

/** The page's text; what the front matter says of systems and files comes last, as the requirements. */
export function textOfMarkdown(source: string): string {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const end = lines.indexOf('---', 1);
  const title = lines.slice(1, end).find((line) => line.startsWith('title: '));
  const requirements = requirementsIn(lines.slice(1, end));
  const body = lines.slice(end + 1).join('\n');
  const text = rowsOfHtml(body)
    .split('\n')
    .flatMap((line) => lineOfText(line.trim()))
    .map(renamed);
  return [`${renamed(title?.slice('title: '.length) ?? '')} Function`, ...text, 'Requirements', ...requirements, ''].join('\n');
}

/** Fields of the front matter that the site shows as rows, in its order, then whatever else is said there of systems and files. */
const requirementFields = ['target-min-winverclnt', 'target-min-winversvr', 'header'];
const unshown = 'construct-type';

function requirementsIn(frontMatter: readonly string[]): string[] {
  const fields = frontMatter.flatMap((line) => {
    const found = line.match(/^req\.([\w-]+): *(\S.*)$/);
    return found === null || found[1] === unshown ? [] : [{ name: found[1]!, value: found[2]! }];
  });
  const inOrder = requirementFields.flatMap((wanted) => fields.filter(({ name }) => name === wanted));
  const others = fields.filter(({ name }) => !requirementFields.includes(name));
  return [...inOrder, ...others].map(({ name, value }) => `${name} | ${value} |`);
}

/** A table in HTML becomes a heading and rows with bars; its cells hold no table of their own. */
const rowsOfHtml = (body: string): string =>
  body.replace(/<table>([\s\S]*?)<\/table>/g, (_, table: string) =>
    table
      .split(/<tr>/)
      .slice(1)
      .map((row, at) => {
        const cells = row.split(/<t[hd][^>]*>/).slice(1);
        const text = cells.map((cell) => withoutMarkup(cell).replace(/\s+/g, ' ').trim());
        return at === 0 ? tableHeading(text) : `${text.join(' | ')} |`;
      })
      .join('\n'),
  );

const tableHeading = ([first]: readonly string[]): string => (first === 'Error Code' ? 'Error code | Meaning |' : 'Value | Meaning |');

function lineOfText(line: string): string[] {
  const heading = headings[line];
  if (heading !== undefined) return [heading];
  if (line === '## -description' || line === '## -parameters' || /^(?:```\w*|> \[!Note\]|\|[-|]+\|)$/.test(line)) return [];
  const label = line.match(/^### -param (.+)$/);
  if (label !== null) return [label[1]!];
  const row = line.match(/^\| *(\S.*?) *\| *(\S.*?) *\|$/);
  if (row !== null) return [row[1] === 'Value' ? tableHeading([row[1]]) : `${row[1]} | ${withoutMarkup(row[2]!)} |`];
  const text = withoutMarkup(line.replace(/^> /, '')).trim();
  // The name of the routine has a line of its own, behind its convention.
  return text === '' || text === 'void CALLBACK' ? [] : [text.replace(/^CompletionRoutine\($/, 'void CALLBACK CompletionRoutine (')];
}

const withoutMarkup = (text: string): string =>
  text
    .replace(/<\/?[a-z][^>]*>/g, '')
    .replace(/\*\*/g, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');

const renamed = (text: string): string =>
  text
    .replace(/\bLPWSP(?=[A-Z])/g, 'WSP')
    .replace(/\bWSPSEND\b/g, 'WSPSend')
    .replace(/\bWSAOverlapped\b/g, 'WSAOVERLAPPED');
