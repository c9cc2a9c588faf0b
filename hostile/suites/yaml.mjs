/** Configurations that nobody means: aliases without end, levels without end, keys that are a prototype's. */

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefghi"
  .split("")
  .map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]}, `.repeat(9).slice(0, -2)}]`)
  .join("\n")}\n`;

/** Texts, each with what it must end with where it is not 2. */
const files = {
  "an alias of nothing": "steps: *nothing\n",
  "aliases of aliases": bomb,
  "aliases of aliases, as steps": `${bomb}steps: *i\n`,
  "an alias of itself": "steps: &a [*a]\n",
  "a map in itself": "data: &a { file: t.csv, more: *a }\n",
  "20,000 levels of lists": `steps: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
  "20,000 levels of maps": `${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}\n`,
  "2,000 levels by indents": `${Array.from({ length: 2000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")} 1\n`,
  "a key of a prototype": "__proto__: { steps: 1 }\n",
  "a key of a prototype, within": "data: { file: t.csv, __proto__: { most: 3 } }\n",
  "the key constructor": "constructor: { prototype: { steps: 1 } }\n",
  "a key twice": "steps: 1\nsteps: 2\n",
  "a tag of JavaScript": "steps: !!js/function 'function () { return 1 }'\n",
  "a tag of nobody": "steps: !mine 3\n",
  "a binary tag": "steps: !!binary aGVsbG8=\n",
  "a merge key": "base: &b { steps: 1 }\n<<: *b\n",
  "a list at the top": "- steps\n- 1\n",
  "a word at the top": "steps\n",
  "two documents": "steps: 1\n---\nsteps: 2\n",
  "no end of a string": 'steps: "1\n',
  "tabs for indents": "data:\n\tfile: t.csv\n",
  "a key that is a list": "? [a, b]\n: 1\n",
  "a key that is obeyed": '"a\\u001b[31m\\nerror: forged": 1\n',
  "a key of 100,000 letters": `${"k".repeat(100_000)}: 1\n`,
  "a value of 100,000 letters": `steps: ${"k".repeat(100_000)}\n`,
  "a value that is obeyed": 'objective: { name: "a\\u001b[31m\\u202e\\nerror: forged" }\n',
  "a file with a byte of zero": 'data: { file: "t\\0.csv" }\n',
  "a file that is a list": "data: { file: [t.csv] }\n",
  "a column that is obeyed": 'data: { file: t.csv, columns: ["a\\u001b[2J"] }\n',
  "a number for a list": "energy: { hidden: 3 }\ndata: { file: t.csv }\n",
  "not a number": "steps: .nan\ndata: { file: t.csv }\n",
  "no end of steps": "steps: .inf\ndata: { file: t.csv }\n",
  "bytes that are no text": Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3]),
  "Latin-1": Buffer.from("data: { file: caf\xe9.csv }\n", "latin1"),
  "100,000 keys that nobody knows": `${Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join("\n")}\n`,
  empty: "",
};

const sets = [
  "steps=*a",
  "steps=&a [*a]",
  "a=!!js/undefined 1",
  `steps=${"[".repeat(20_000)}`,
  `steps=${"{a: ".repeat(5000)}${"}".repeat(5000)}`,
  'data.file="a\\0b"',
  'data.file="\\e[31m"',
  "data.as=&a {a: *a}",
  "steps: 1",
  "energy={<<: *a}",
  "energy={__proto__: {hidden: [1]}}",
  'data.columns=["a\\nerror: forged"]',
];

export const yaml = {
  name: "yaml",
  *cases() {
    for (const [i, [name, content]] of Object.entries(files).entries())
      yield {
        name,
        quick: i % 5 === 0,
        run: async (box) => {
          box.write("t.csv", "a,b\n1,2\n2,3\n5,1\n");
          box.write("c.yaml", content);
          await box.call(["train", "--config", "c.yaml", "--out", "run"], { code: [2] });
        },
      };
    for (const [i, set] of sets.entries())
      yield {
        name: `--set ${set.slice(0, 40)}`,
        quick: i % 5 === 0,
        run: async (box) => {
          box.write("t.csv", "a,b\n1,2\n2,3\n5,1\n");
          await box.call(["train", "t.csv", "--set", set, "--out", "run"], { code: [1, 2] });
        },
      };
    for (const name of [
      "aliases of aliases",
      "20,000 levels of lists",
      "a key of a prototype",
      "a value that is obeyed",
      "bytes that are no text",
      "empty",
    ])
      yield {
        name: `${name}, in a run's folder`,
        run: async (box) => {
          await box.run("numbers");
          box.write("run/config.yaml", files[name]);
          await box.call(["resume", "run"], { code: [2] });
          await box.call(["sample", "run", "-n", "3"], { code: [2] });
        },
      };
    for (const as of ["a={name: *x}", "a=[[[[", `a=${"[".repeat(20_000)}`, "a={__proto__: 1}", "a=!!js/function x"])
      yield {
        name: `--as ${as.slice(0, 40)}`,
        run: async (box) => {
          box.write("t.csv", "a,b\n1,2\n2,3\n5,1\n");
          await box.call(["inspect", "t.csv", "--as", as], { code: [1, 2] });
        },
      };
  },
};
