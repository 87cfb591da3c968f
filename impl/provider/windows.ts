/**
 * The same provider, which chooses as Windows' own does (rulings M1 to M10) where the page leaves a choice. It conforms to the profile
 * msafd, as provider.ts does to page and docs.
 */

import { errorCodes } from '../../model/winsock/codes.ts';
import { moduleWith } from './startup.ts';

export const { WSPStartup, world } = moduleWith({
  takesWhole: 1,
  pendsOversize: 1,
  closeAborts: 1,
  allowsBroadcast: 1,
  fillsOverlapped: 1,
  refusesFlush: 1,
  keepAliveCode: errorCodes.WSAECONNABORTED,
});
