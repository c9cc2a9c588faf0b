/** Where words and rows go: to a full disk, to nobody, into a folder that is deleted meanwhile. */

const csv = `a,b\n${Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 3)}`).join("\n")}\n`;

/** Every command that prints. */
export const printing = {
  help: ["--help"],
  version: ["--version"],
  "help of train": ["train", "--help"],
  list: ["list"],
  "list as JSON": ["list", "--json"],
  inspect: ["inspect", "t.csv"],
  "inspect as JSON": ["inspect", "t.csv", "--json"],
  sample: ["sample", "run", "-n", "20000"],
  "sample as JSON": ["sample", "run", "-n", "5000", "--json"],
  score: ["score", "run", "t.csv"],
  impute: ["impute", "run", "holes.csv", "--draws", "4", "--warmup", "4"],
  denoise: ["denoise", "run", "t.csv", "--sigma", "0.1", "--draws", "4", "--warmup", "4"],
  classify: ["classify", "labelled", "t.csv"],
  evaluate: ["evaluate", "run", "--draws", "200"],
  plot: ["plot", "run", "--figure", "marginals"],
  doctor: ["doctor", "run"],
  resume: ["resume", "run"],
  "an error": ["inspect", "none.csv"],
};

async function prepare(box, args) {
  box.write("t.csv", csv);
  box.write("holes.csv", "a,b\n1,\n,2\n");
  if (args.includes("run")) await box.run("numbers");
  if (args.includes("labelled")) await box.run("labelled", "labelled");
}

const quiet = ["help", "list", "inspect", "an error"];

export const streams = {
  name: "streams",
  *cases() {
    for (const [name, args] of Object.entries(printing)) {
      const quick = quiet.includes(name);
      yield {
        name: `${name} > /dev/full`,
        quick,
        run: async (box) => {
          await prepare(box, args);
          const wanted =
            name === "an error" ? { code: [2] } : { code: [2], says: /^error: cannot write .*disk is full/m };
          await box.call(args, wanted, { through: '"$@" > /dev/full' });
        },
      };
      if (name !== "an error")
        yield {
          name: `${name} | head -1`,
          quick,
          run: async (box) => {
            await prepare(box, args);
            await box.call(args, { code: [0] }, { through: '"$@" | head -1' });
          },
        };
      yield {
        name: `${name}, no streams at all`,
        quick: name === "list",
        run: async (box) => {
          await prepare(box, args);
          await box.call(args, { code: [0, 2] }, { through: '"$@" <&- >&- 2>&- || [ $? -le 2 ]' });
        },
      };
      yield {
        name: `${name}, words to a full disk`,
        run: async (box) => {
          await prepare(box, args);
          await box.call(
            args,
            { code: [0, 1, 2] },
            { through: '"$@" 2> /dev/full; c=$?; [ $c -le 2 ] && exit 0; echo "error: ended with $c" >&2; exit 1' },
          );
        },
      };
    }
    for (const [name, args] of Object.entries(printing).filter(([name]) => !/help|version|JSON/.test(name)))
      yield {
        name: `${name} under ulimit -n 24`,
        run: async (box) => {
          await prepare(box, args);
          await box.call(args, { code: [0, 2, 3] }, { through: 'ulimit -n 24; "$@"' });
        },
      };
    for (const name of ["inspect", "score", "sample", "evaluate"])
      for (const size of [2_000_000, 4_000_000, 12_000_000])
        yield {
          name: `${name} under ulimit -v ${size}`,
          run: async (box) => {
            await prepare(box, printing[name]);
            // Node itself may find no room to begin in; that is its own word and end.
            const through = `ulimit -v ${size}; "$@" || { c=$?; [ $c -ge 128 ] && exit 0; exit $c; }`;
            const result = await box.call(printing[name], { code: [0, 2] }, { through });
            if (/out of memory|Fatal/i.test(result.stderr)) box.broken.length = 0;
          },
        };
    const train = ["train", "t.csv", "--out", "gone", "--set", "steps=100000", "--set", "checkpointEvery=20"];
    for (const [after, gone] of [
      [2, "gone"],
      [5, "gone"],
      [5, "gone/checkpoints"],
      [5, "gone/run.json gone/config.yaml"],
    ])
      yield {
        name: `${gone} is deleted after ${after} s of a training`,
        run: async (box) => {
          await prepare(box, train);
          const through = `"$@" & p=$!; sleep ${after}; rm -rf ${gone}; sleep 6; kill -INT $p; wait $p`;
          await box.call(train, { code: [2, 130] }, { through, seconds: 90 });
        },
      };
    yield {
      name: "the folder that commands run in is deleted",
      quick: true,
      run: async (box) => {
        box.write("sub/t.csv", csv);
        await box.call(["inspect", "t.csv"], { code: [1, 2] }, { through: 'cd sub; rm -rf ../sub; "$@"' });
      },
    };
    yield {
      name: "standard input is closed",
      quick: true,
      run: (box) => box.call(["inspect", "-"], { code: [2] }, { through: '"$@" <&-' }),
    };
    yield {
      name: "standard input is a folder",
      run: (box) => box.call(["inspect", "-"], { code: [2] }, { through: '"$@" < .' }),
    };
    yield { name: "standard input is empty", run: (box) => box.call(["inspect", "-"], { code: [2] }, { stdin: "" }) };
    yield {
      name: "standard input never ends",
      run: (box) => box.call(["inspect", "-"], { code: [2] }, { through: 'cat /dev/zero | "$@"', seconds: 40 }),
    };
  },
};
