import type { ComponentChildren } from 'preact';

/** A table under its headings; where it is wider than its window it has a scroll bar of its own. */
export function HeadedTable({ headings, children }: { readonly headings: readonly string[]; readonly children: ComponentChildren }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
