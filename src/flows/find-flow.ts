import { InputError } from "../util/errors.js";
import { findMember } from "../util/options.js";
import type { Shape } from "../util/tensor.js";
import type { FlowDeclaration } from "./declare-flow.js";
import { isOfKind, refusal } from "./event-kind.js";
import * as members from "./members.js";

// What their options are no longer matters to who reads them from a configuration: they are checked when they are called.
const flows = Object.values(members) as readonly unknown[] as readonly FlowDeclaration[];

/** Whether the flow of that name takes points of a shape. @throws InputError when there is none. */
export const flowTakes = (name: string, event: Shape): boolean =>
  isOfKind(findMember("flow", flows, name).eventKind, event);

/**
 * The flow of that name.
 * @throws InputError when there is none, or when it does not take points of that shape, naming those that do.
 */
export function findFlow(name: string, event: Shape): FlowDeclaration {
  const found = findMember("flow", flows, name);
  if (isOfKind(found.eventKind, event)) return found;
  const others = flows.filter(({ eventKind }) => isOfKind(eventKind, event)).map((flow) => flow.name);
  const instead = others.length > 0 ? `those of such points: ${others.join(", ")}` : "no flow takes such points";
  throw new InputError(refusal(name, found.eventKind, event, instead));
}
