/** Keys of the comparison: n and p go from difference to difference. Without this script the links in the last column do. */

const differing = [...document.querySelectorAll<HTMLElement>('tr.differs')];
let at = -1;

const go = (step: number): void => {
  if (differing.length === 0) return;
  at = (at + step + differing.length) % differing.length;
  const row = differing[at]!;
  const link = row.querySelector('a')!;
  row.scrollIntoView({ block: 'center' });
  link.focus({ preventScroll: true });
};

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'text';
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'n') go(1);
  else if (event.key === 'p') go(at < 0 ? 0 : -1);
});

document.querySelector<HTMLElement>('.keys')!.hidden = false;
