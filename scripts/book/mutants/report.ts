/** The script of a page with a report of mutation testing: the element that draws it is given the report that the page holds. */

import 'mutation-testing-elements/dist/mutation-test-elements.js';

const holder = document.getElementById('report-data')!;
const app = document.createElement('mutation-test-report-app') as unknown as HTMLElement;
app.setAttribute('title-postfix', document.title);
Object.assign(app, { report: JSON.parse(holder.textContent!) as unknown });
document.getElementById('report')!.replaceChildren(app);
