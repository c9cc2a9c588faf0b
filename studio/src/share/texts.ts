/** What can be copied of a training, one line each. */

import type { Config } from "../state/dotted.js";
import { writeCode } from "./code.js";
import { writeCommand } from "./command.js";
import { writeYaml } from "./yaml.js";

export interface TextMember {
  readonly title: string;
  readonly about: string;
  write(config: Config): string;
}

export const texts: readonly TextMember[] = [
  {
    title: "command",
    about: "For a terminal, where Node is installed: the same training, in a folder of a run.",
    write: writeCommand,
  },
  { title: "configuration", about: "A YAML file for ebbflow train --config.", write: (config) => writeYaml(config) },
  { title: "library code", about: "A TypeScript program that trains the same, step by step.", write: writeCode },
];
