import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Config, nest } from "../state/dotted.js";
import { opening } from "../state/opening.js";
import { writeCode } from "./code.js";
import { writeCommand } from "./command.js";
import { tableCsv } from "./table-csv.js";
import { writeYaml } from "./yaml.js";

const value = fc.oneof(
  ...[fc.boolean(), fc.integer(), fc.constant(null), fc.string({ unit: "grapheme" })],
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0),
  fc.constantFrom(
    "true",
    "Null",
    "no",
    "1",
    "1e5",
    "~",
    "-",
    "",
    "a: b",
    "a #b",
    "it's",
    "$HOME `x`",
    '"',
    "\\",
    "x\ny",
  ),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const name = fc.stringMatching(/^[a-z][A-Za-z0-9-]{0,8}$/);
const config: fc.Arbitrary<Config> = fc.dictionary(
  name,
  fc.oneof(value, fc.dictionary(fc.oneof(name, fc.constantFrom("a.b", "a=b", "on", "#")), value, { maxKeys: 3 })),
  { minKeys: 1, maxKeys: 5 },
);

/** Words of a command as a shell splits them. */
const wordsOf = (command: string): string[] => {
  const { stdout, stderr } = spawnSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\0").slice(0, -1);
};

/** The configuration that the settings of a command make. */
const settingsOf = (words: readonly string[]): Config =>
  nest(
    Object.fromEntries(
      words.flatMap((word, i) => {
        if (words[i - 1] !== "--set") return [];
        const split = word.indexOf("=");
        return [[word.slice(0, split), parse(word.slice(split + 1))]];
      }),
    ),
  );

describe("a configuration to copy", () => {
  it("is YAML of the same", () => {
    fc.assert(
      fc.property(config, (given) => {
        expect(parse(writeYaml(given))).toEqual(given);
      }),
    );
  });

  it("reads as people write it", () => {
    expect(writeYaml(opening.runs[1]!.config)).toBe(
      "data:\n  dataset: two-modes\n  options:\n    preset: paper\n  points: 4000\n  standardize: false\nobjective:\n  name: balanced\nseed: 0\n",
    );
  });

  it("is a command whose words a shell gives back", () => {
    // A process for each: few, and the values that shells make something of are among them.
    fc.assert(
      fc.property(config, (given) => {
        const { data: _, ...rest } = given;
        expect(settingsOf(wordsOf(writeCommand(rest)))).toEqual(rest);
      }),
      { numRuns: 25 },
    );
  });

  it("gives rows of a file as the command line takes them", () => {
    const given = { data: { file: "my rows.csv", columns: ["a", "b"] }, energy: { name: "neural" }, seed: 3 };
    const words = wordsOf(writeCommand(given));
    expect(words.slice(0, 4)).toEqual(["npx", "ebbflow", "train", "my rows.csv"]);
    expect(settingsOf(words)).toEqual({ ...given, data: { columns: ["a", "b"] } });
    expect(writeCode(given)).toContain('readTable(await readFile(source), { source, columns: ["a", "b"] })');
  });

  it("is a program in words that TypeScript reads as the same", () => {
    fc.assert(
      fc.property(config, (given) => {
        const { data: _, ...rest } = given;
        const text = /resolveConfig\((\{[\s\S]*\})\);\nconst \{ config/.exec(writeCode(rest))?.[1];
        expect(new Function(`return ${text}`)()).toEqual(rest);
      }),
    );
  });
});

it("writes rows in the digits that read back as themselves", () => {
  const data = Float64Array.of(0.1, 1e-9, 1 / 3, -2);
  expect(tableCsv({ source: "s", columns: ["x1", 'a"b'], data })).toBe(`x1,"a""b"\n0.1,1e-9\n0.3333333333333333,-2\n`);
});
