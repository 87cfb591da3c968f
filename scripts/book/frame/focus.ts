/** Where the focus goes when what had it is gone. */

import { useEffect, useRef } from 'preact/hooks';

/**
 * What was pressed may be gone once it has had its effect. The browser then has the focus nowhere, so that a keyboard or a screen reader
 * begins again at the top of the page; this continues at the element with this id.
 */
export function useFocusAfter(change: unknown, id: string): void {
  const before = useRef(change);
  useEffect(() => {
    if (before.current === change) return;
    before.current = change;
    if (document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
  }, [change]);
}
