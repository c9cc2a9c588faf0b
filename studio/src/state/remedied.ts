/** A setup with what the health monitor advises. */

import type { Suggestion } from "ebbflow/train";
import type { RunState } from "./address.js";
import { withValue } from "./dotted.js";

const NAME = ".name";

/** Sets the key of a remedy; another member starts with its own options. */
export function remedied(setup: RunState, { key, value }: Pick<Suggestion, "key" | "value">): RunState {
  const bare = key.endsWith(NAME) ? withValue(setup.config, key.slice(0, -NAME.length), undefined) : setup.config;
  return { ...setup, config: withValue(bare, key, value) };
}
