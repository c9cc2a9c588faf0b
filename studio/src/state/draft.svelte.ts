/** What is being edited of a training: taken over when it makes one, and kept with the words for what is wrong until then. */

import type { Look, Misfits } from "../engine/desk.js";
import type { RunState } from "./address.js";
import { desk } from "./desk.js";
import { type Config, flatten, valueAt, withValue } from "./dotted.js";
import { lacksRows, withEdits } from "./edits.js";

const SECOND_LOOK = 500;

export class Draft {
  setup = $state.raw<RunState>({ config: {} });
  /** What is wrong, and the key of the field it stands beside. */
  problem = $state.raw<{ readonly message: string; readonly key: string } | null>(null);
  /** The last configuration that makes a training, with everything in it. */
  resolved = $state.raw<Config>({});
  usual = $state.raw<Config>({});
  modes = $state.raw<Look["modes"]>(null);
  misfits = $state.raw<Misfits>({ energies: {}, flows: {}, objectives: {} });

  #apply: (setup: RunState) => void;
  /** What the training is of. */
  #base: RunState | undefined;
  #edited = "";
  #looking = false;
  #again = false;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** Whether what is found good is to be taken over. */
  #wanted = false;

  #desk: () => Pick<ReturnType<typeof desk>, "look" | "misfits">;

  /** @param apply takes over a setup that makes a training. @param asked answers what a setup makes. */
  constructor(apply: (setup: RunState) => void, asked: () => Pick<ReturnType<typeof desk>, "look" | "misfits"> = desk) {
    [this.#apply, this.#desk] = [apply, asked];
  }

  /** Follow a setup that was changed somewhere else, with what is edited and not good yet on top of it. */
  take(setup: RunState): void {
    const base = this.#base;
    this.#base = setup;
    if (setup.config === this.setup.config && setup.table === this.setup.table) return;
    this.setup = base && this.problem ? withEdits(base, this.setup, setup) : setup;
    this.#wanted = this.problem !== null;
    void this.#look();
  }

  /** Edit one value; `undefined` is what is usual. */
  set(key: string, value: unknown): void {
    this.edit({ ...this.setup, config: withValue(this.setup.config, key, value) }, key);
  }

  /** Edit more than one value. @param key of the field that did. */
  edit(setup: RunState, key: string): void {
    this.setup = setup;
    this.#edited = key;
    this.#wanted = true;
    void this.#look();
  }

  /** A member in place of another, with its usual options. */
  choose(part: string, key: string, name: string | null): void {
    const bare = withValue(this.setup.config, part, undefined);
    const config = name === null ? withValue(bare, part, null) : withValue(bare, key, name);
    this.edit({ ...this.setup, config }, key);
  }

  /** What is set, or else what is found usual. */
  value(key: string): unknown {
    const { config } = this.setup;
    const set = valueAt(config, key);
    // Of a member that is set to none there is nothing usual.
    if (valueAt(config, key.split(".")[0]!) === null) return null;
    return set === undefined ? (valueAt(this.resolved, key) ?? valueAt(this.usual, key)) : set;
  }

  /** Whether a value is set, and is another than what is usual. */
  differs(key: string): boolean {
    const set = valueAt(this.setup.config, key);
    return set !== undefined && JSON.stringify(set) !== JSON.stringify(valueAt(this.usual, key) ?? null);
  }

  /** How many values under a key are set to others than what is usual. */
  changedUnder(key: string): number {
    const set = flatten(this.setup.config);
    return Object.keys(set).filter((one) => one.startsWith(`${key}.`) && !one.endsWith(".name") && this.differs(one))
      .length;
  }

  /** What is wrong with the value of a key, or with one inside of it. */
  problemOf(key: string): string | null {
    return this.problem?.key === key || this.problem?.key.startsWith(`${key}.`) ? this.problem.message : null;
  }

  /** What is wrong with a member as such. */
  problemOfMember(part: string): string | null {
    const { key, message } = this.problem ?? {};
    return key === part || key === `${part}.name` ? message! : null;
  }

  /** One look at a time: what is edited meanwhile is looked at next. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    // The page says so already.
    if (lacksRows(this.setup)) return;
    this.#looking = true;
    const asked = this.setup;
    try {
      const found = await this.#desk().look(asked);
      if (asked === this.setup) this.#hear(found, asked);
    } catch (error) {
      this.problem = { message: (error as Error).message, key: this.#edited };
    }
    this.#looking = false;
    if (!this.#again) return;
    this.#again = false;
    void this.#look();
  }

  #hear({ problem, resolved, usual, modes }: Look, asked: RunState): void {
    if (usual) this.usual = usual;
    // What no key is named of, or one that no field is of, is said beside what was edited last.
    const known = problem && (problem.key in flatten(this.setup.config) || problem.key === this.#edited);
    this.problem = problem && { ...problem, key: known ? problem.key : this.#edited || problem.key };
    if (!resolved) return;
    [this.resolved, this.modes] = [resolved, modes];
    if (this.#wanted) this.#apply(asked);
    this.#wanted = false;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#lookAtMembers(asked), SECOND_LOOK);
  }

  async #lookAtMembers(asked: RunState): Promise<void> {
    const found = await this.#desk().misfits(asked);
    if (asked === this.setup) this.misfits = found;
  }
}
