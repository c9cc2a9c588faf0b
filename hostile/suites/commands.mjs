/** Every command, with what no command takes. */

const csv = "a,b\n1,2\n2,3\n5,1\n0,2\n";

const numbers = ["-1", "0.5", "NaN", "1e400", "99999999999999999999", "0x10", "", " ", "1,000", "Infinity"];

/** Options of commands that take a number, with what else the call needs. */
const counted = {
  "train --steps": ["train", "t.csv", "--out", "o", "--steps"],
  "train --seed": ["train", "t.csv", "--out", "o", "--seed"],
  "sample -n": ["sample", "run", "-n"],
  "sample --chains": ["sample", "run", "--chains"],
  "sample --thin": ["sample", "run", "--thin"],
  "sample --workers": ["sample", "run", "--workers"],
  "score --rate": ["score", "run", "t.csv", "--rate"],
  "score --alpha": ["score", "run", "t.csv", "--alpha"],
  "score --why": ["score", "run", "t.csv", "--why"],
  "score --relative-to": ["score", "run", "t.csv", "--relative-to"],
  "impute --draws": ["impute", "run", "t.csv", "--draws"],
  "denoise --sigma": ["denoise", "run", "t.csv", "--sigma"],
  "evaluate --draws": ["evaluate", "run", "--draws"],
  "plot --scale": ["plot", "run", "--figure", "marginals", "--out", "o.png", "--scale"],
  "reproduce --jobs": ["reproduce", "two-modes", "--out", "o", "--jobs"],
  "reproduce --seeds": ["reproduce", "two-modes", "--out", "o", "--seeds"],
};

/** Calls that lack something, or have it twice. */
const wrong = [
  [],
  ["nothing"],
  ["train", "t.csv", "t.csv"],
  ["train", "t.csv", "--dataset", "two-modes"],
  ["train", "--config"],
  ["train", "t.csv", "--objective", "none", "--out", "o"],
  ["train", "t.csv", "--label", "none", "--out", "o"],
  ["train", "t.csv", "--missing", "maybe", "--out", "o"],
  ["train", "t.csv", "--array", "x", "--out", "o"],
  ["train", "t.csv", "--columns", "", "--out", "o"],
  ["train", "t.csv", "--drop", "a,b", "--out", "o"],
  ["train", "t.csv", "--as", "a=category=real", "--out", "o"],
  ["inspect"],
  ["inspect", "t.csv", "--as", "z=real"],
  ["resume"],
  ["resume", "t.csv"],
  ["sample", "run", "--where", "a"],
  ["sample", "run", "--where", "a>b"],
  ["sample", "run", "--where", "z>1"],
  ["sample", "run", "--class", "red"],
  ["sample", "run", "--sampler", "none"],
  ["sample", "run", "--set", "stepSize=none"],
  ["sample", "run", "--pictures", "x.png"],
  ["score", "run"],
  ["score", "run", "t.csv", "--by", "none"],
  ["score", "run", "t.csv", "--relative-to", "1000"],
  ["score", "run", "t.csv", "--anomaly", "z=1"],
  ["score", "t.csv", "run"],
  ["classify", "run", "t.csv"],
  ["impute", "run", "t.csv", "--mask", "half"],
  ["denoise", "run", "t.csv"],
  ["denoise", "run", "t.csv", "--sigma", "1,2,3"],
  ["denoise", "run", "t.csv", "--sigma", "0.1", "--clean", "none.csv"],
  ["evaluate", "t.csv"],
  ["plot", "run"],
  ["plot", "run", "--figure", "none"],
  ["plot", "run", "--figure", "pairs", "--out", "x.gif"],
  ["plot", "run", "--figure", "truth", "--out", "x.svg"],
  ["doctor", "none"],
  ["doctor", "t.csv"],
  ["doctor", "broken.mjs"],
  ["doctor", "throws.mjs"],
  ["doctor", "empty.mjs"],
  ["doctor", "word.mjs"],
  ["list", "none"],
  ["list", "__proto__"],
  ["list", "constructor"],
  ["reproduce"],
  ["reproduce", "constructor"],
  ["reproduce", "fashion", "--out", "o"],
  ["reproduce", "two-modes", "--out", "t.csv"],
  ["--engine", "none", "list"],
];

export const commands = {
  name: "commands",
  *cases(seed) {
    for (const [i, args] of wrong.entries())
      yield {
        name: args.join(" ") || "nothing",
        quick: i % 4 === 0 && !args.includes("run"),
        run: async (box) => {
          box.write("t.csv", csv);
          box.write("broken.mjs", "export default {\n");
          box.write("throws.mjs", 'throw new Error("a\\u001b[31m\\nerror: forged");\n');
          box.write("empty.mjs", "\n");
          box.write("word.mjs", 'export const energy = "x";\n');
          if (args.includes("run")) await box.run("numbers");
          // Without a command it shows its help, which is no error.
          await box.call(args, { code: [1, 2] });
        },
      };
    for (const [at, [name, args]] of Object.entries(counted).entries())
      for (const [i, number] of numbers.entries()) {
        if ((at + i + seed) % 3 !== 0) continue;
        // A model may take noise of any positive size, and a threshold is a number like any.
        const fits =
          number === "0x10" ||
          (/sigma/.test(name) && number === "0.5") ||
          (/rate|alpha/.test(name) && number === "0.5") ||
          (/scale/.test(name) && number === "0.5");
        yield {
          name: `${name} ${JSON.stringify(number)}`,
          quick: name === "train --steps",
          run: async (box) => {
            box.write("t.csv", csv);
            if (args.includes("run")) await box.run("numbers");
            await box.call([...args, number], { code: fits ? [0, 1, 2] : [1, 2] });
          },
        };
      }
  },
};
