/** Every page of the book. To add pages, write a function that gives them and list it here; README.md has the steps. */

import { aboutPages } from './about/aboutPages.tsx';
import { clausePages } from './clauses/clausePages.tsx';
import { codePages } from './codes/codePages.tsx';
import { explorerPages } from './explorer/page.tsx';
import { formatPages } from './format/formatPage.tsx';
import type { BookPage } from './frame/bookPage.ts';
import { frontPages } from './front/front.tsx';
import { machinePages } from './machines/machinePages.tsx';
import type { Material } from './material.ts';
import { mutantPages } from './mutants/mutantPages.tsx';
import { reportPages } from './mutants/reportPages.tsx';
import { namesPages } from './names/namesPage.tsx';
import { questionPages } from './questions/questionPages.tsx';
import { rulingPages } from './rulings/rulingPages.tsx';
import { searchPages } from './search/searchPage.tsx';
import { setPages } from './set/page.tsx';
import { stackPages } from './stacks/stackPages.tsx';
import { testPages } from './tests/testPages.tsx';

export const sitePages = (material: Material): BookPage[] => [
  ...frontPages(material),
  ...explorerPages(),
  ...setPages(),
  ...clausePages(material),
  ...questionPages(),
  ...codePages(material),
  ...rulingPages(material),
  ...stackPages(material),
  ...machinePages(material.draw),
  ...testPages(material),
  ...mutantPages(material),
  ...reportPages(material),
  ...formatPages(),
  ...aboutPages(),
  ...namesPages(),
  ...searchPages(),
];
