/** Options that are shown first, by name: what changes most of what is seen. All others stand behind "more". */

const names: ReadonlySet<string> = new Set([
  ...["preset", "noise", "variance", "side", "arms", "radius", "components"],
  ...[
    "local",
    "localSteps",
    "stepSize",
    "chains",
    "start",
    "jumps",
    "restart",
    "levels",
    "sigma",
    "ratio",
    "deviation",
  ],
  ...["gradientPenalty", "negatives", "warmUp", "flow", "temperature"],
  ...["hidden", "activation", "base", "layers", "bins", "hiddenUnits", "coupling", "barrier"],
  ...["points", "steps", "batch", "seed", "average", "pretrain", "standardize"],
]);

/** What a form shows at once of options of these names, in their order: of a member with few of them all. */
export function essentialOf(options: readonly string[]): readonly string[] {
  if (options.length <= 3) return options;
  const found = options.filter((option) => names.has(option.split(".").at(-1)!));
  return found.length > 0 ? found : options.slice(0, 3);
}
