/** Claims of experiments on a page and in words. */

import type { Claim as PageClaim } from "../report/table.js";
import type { Claim } from "./experiment.js";

/** As a page shows them. */
export const pageClaims = (claims: readonly Claim[]): PageClaim[] =>
  claims.map(({ name, value, count, interval, expected, passed }) => ({
    ...{ name, expected, passed, ...(count ? { count } : {}) },
    value: { value, interval, standardError: null },
  }));

/** `6 of 7`. */
export const cameOut = (claims: readonly Claim[]): string =>
  `${claims.filter(({ passed }) => passed).length} of ${claims.length}`;
