/** Which panels of a training are open. */

import type { ViewChange, ViewState } from "../state/address.js";

/** Those that are open where nobody has said anything. */
const usual: readonly string[] = [
  ...["weights", "verdict", "health", "curves"],
  ...["run-curves", "run-differences", "run-figures", "run-course"],
];

export const isOpen = ({ panels = usual }: ViewState, name: string): boolean => panels.includes(name);

export function togglePanel({ panels = usual }: ViewState, name: string): ViewChange {
  return { panels: panels.includes(name) ? panels.filter((other) => other !== name) : [...panels, name] };
}
