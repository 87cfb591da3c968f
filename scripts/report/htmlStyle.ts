/** How the HTML report looks: light or dark as the reader has it, from a telephone to a wide screen. Its colours keep a contrast of 4.5. */

export const style = `
:root {
  --paper: #ffffff; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --band: #f6f8fa; --link: #0550ae;
  --held: #1a7f37; --broken: #c62828; --listed: #8a5a00; --rest: #d0d7de;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --dim: #9da7b1; --line: #30363d; --band: #161b22; --link: #79c0ff;
    --held: #4ac26b; --broken: #ff8179; --listed: #e3b341; --rest: #30363d;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
article + article { border-top: 2px solid var(--line); margin-top: 3rem; padding-top: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; overflow-wrap: anywhere; }
p { margin: 0.35rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
code { font: 0.875em/1.5 ui-monospace, monospace; }
.verdict { font-size: 1.1rem; }
.badge { font-size: 0.8rem; border: 1px solid currentColor; border-radius: 1rem; padding: 0.1rem 0.6rem; white-space: nowrap; vertical-align: middle; }
.badge.conforms, td.grade.conforms { color: var(--held); }
.badge.deviates, td.grade.deviates, .note { color: var(--broken); }
.badge.untried, .badge.short, td.grade.listed { color: var(--listed); }
.dim, .legend, caption, td.grade.notTried, td.grade.unreachable { color: var(--dim); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-size: 0.85rem; padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--band); white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.sections td { white-space: nowrap; }
table.sections th:nth-child(n + 3):nth-child(-n + 10), table.graphs th:nth-child(n + 3) { text-align: right; }
tr:target, .finding:target { outline: 2px solid var(--link); }
.bar { display: inline-flex; width: clamp(4rem, 13vw, 14rem); height: 0.8rem; background: var(--rest); border-radius: 0.2rem; overflow: hidden; }
.bar .held, .key.held { background: var(--held); }
.bar .broken, .key.broken { background: var(--broken); }
.bar .listed, .key.listed { background: var(--listed); }
.key { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 0.2rem; margin-left: 0.75rem; }
.key.notTried { background: var(--rest); }
.legend { font-size: 0.85rem; }
.finding { border-left: 3px solid var(--broken); padding-left: 1rem; margin: 1rem 0; }
.trace td { border: 0; padding: 0 0.6rem; white-space: nowrap; }
.trace tr.wrong { font-weight: 700; color: var(--broken); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; }
.command { background: var(--band); padding: 0.1rem 0.4rem; }
@media (max-width: 64rem) { th, td { padding: 0.25rem 0.4rem; } table.sections tr > :nth-child(11) { display: none; } .bar { width: 4rem; } }
@media (max-width: 40rem) {
  table { font-size: 0.8rem; }
  table.sections tr > :is(:nth-child(3), :nth-child(5), :nth-child(7)), table.graphs tr > :is(:nth-child(2), :nth-child(9)) { display: none; }
  thead th { white-space: normal; } tbody th { white-space: normal; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 0.5rem; }
}
@media print { nav { display: none; } .scroll { overflow: visible; } }
`;
