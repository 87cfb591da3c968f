/** Every page of the book. To add pages, write a function that gives them and list it here; README.md has the steps. */

import type { BookPage } from './frame/bookPage.ts';
import { frontPages } from './front/front.tsx';

export const sitePages = (): BookPage[] => [...frontPages()];
