/**
 * No command looks up a name, reaches for a network, or writes elsewhere than in its folders: each is watched by what the
 * system is asked for (strace), or where that is not installed by Node's own ways to a network.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const preload = fileURLToPath(new URL("../preload-contact.cjs", import.meta.url));
const canTrace = spawnSync("strace", ["-qq", "--seccomp-bpf", "-f", "-e", "trace=connect", "true"]).status === 0;

const calls = ["%network", "openat", "open", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2"];
const removals = [
  "unlink",
  "unlinkat",
  "rmdir",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "truncate",
  "chmod",
  "fchmodat",
];

/** Devices that keep nothing, and what a process is told of itself. */
const open = [/^\/dev\/(null|zero|tty|pts\/|u?random)/, /^\/proc\/(self|\d+)\//];

/** Asked to find the address of a name, a process reads these or asks the service that does. */
const naming = /"\/(etc\/(resolv\.conf|nsswitch\.conf|hosts|gai\.conf)|(var\/)?run\/nscd\/)/;

/** What is wrong about a line of a trace; nothing where it is of the process's own folders. */
function wrongIn(line, root) {
  if (/\bAF_INET6?\b|\bAF_NETLINK\b/.test(line)) return "reaches for a network";
  if (naming.test(line)) return "looks up a name";
  const isChange = /\b(creat|mkdir|rename|unlink|rmdir|link|symlink|truncate|f?chmod)\w*\(/.test(line);
  if (!isChange && !/O_WRONLY|O_RDWR|O_CREAT/.test(line)) return "";
  const paths = [...line.matchAll(/"([^"]*)"/g)].map(([, path]) => path);
  // One that is no whole path lies where the process works, which is in its folders.
  const outside = paths.filter((path) => (path.startsWith("/") ? !path.startsWith(root) : path.startsWith("..")));
  return outside.some((path) => !open.some((one) => one.test(path))) ? "writes elsewhere" : "";
}

async function watched(box, args, wanted = {}, env = {}) {
  // To be asked for names Node reads how, which the system would tell: it is one or the other.
  const own = { ...(canTrace ? {} : { NODE_OPTIONS: `--require ${preload}` }), ...env };
  const trace = box.path("trace");
  const strace = `exec strace -f -qq --seccomp-bpf -s 300 -o '${trace}' -e trace=${[...calls, ...removals].join(",")} "$@"`;
  const answer = await box.call(args, { code: [0], ...wanted }, { env: own, ...(canTrace ? { through: strace } : {}) });
  box.expect(
    !answer.stderr.includes("CONTACT"),
    `Node is asked for a network: ${/CONTACT .*/.exec(answer.stderr)?.[0]}`,
  );
  const lines = existsSync(trace) ? readFileSync(trace, "utf8").split("\n") : [];
  box.expect(!canTrace || lines.length > 100, "nothing was watched");
  return lines.map((line) => [wrongIn(line, dirname(box.at)), line]).filter(([wrong]) => wrong);
}

const set = (...all) => all.flatMap((one) => ["--set", one]);
const train = ["train", "rows.csv", "--out", "new", ...set("steps=20", "energy.hidden=[8]", "draws=100")];

/** Each command, and each engine on a processor. */
const commands = {
  train,
  "train by c": [...train, "--engine", "c"],
  "train by wasm": [...train, "--engine", "wasm"],
  "train by onnx": [...train, "--engine", "onnx"],
  "train by onnx-wasm": [...train, "--engine", "onnx-wasm"],
  inspect: ["inspect", "rows.csv"],
  resume: ["resume", "run"],
  sample: ["sample", "run", "-n", "50", "--out", "draws.csv"],
  score: ["score", "run", "rows.csv", "--out", "scores.csv"],
  classify: ["classify", "run", "rows.csv"],
  impute: ["impute", "run", "rows.csv"],
  denoise: ["denoise", "run", "rows.csv", "--sigma", "0.1"],
  evaluate: ["evaluate", "run", "--draws", "100"],
  plot: ["plot", "run", "--figure", "learning", "--out", "learning.png"],
  doctor: ["doctor", "run"],
  "doctor of the machine": ["doctor"],
  list: ["list", "energies"],
};

const rows = Array.from(
  { length: 60 },
  (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${["red", "green", "blue"][i % 3]}`,
);

async function prepare(box) {
  box.write("rows.csv", `a,b,kind\n${rows.join("\n")}\n`);
  await box.run("kept");
}

export const contact = {
  name: "contact",
  *cases() {
    for (const [name, args] of Object.entries(commands))
      yield {
        name,
        quick: ["train by onnx", "score", "list"].includes(name),
        async run(box) {
          await prepare(box);
          const found = await watched(box, args);
          box.expect(
            found.length === 0,
            `${found.length} times: ${found
              .slice(0, 3)
              .map((one) => one.join(": "))
              .join("; ")}`,
          );
        },
      };
    // What is watched is seen: where the native library is let, it writes a device id.
    if (canTrace)
      yield {
        name: "control",
        quick: true,
        async run(box) {
          await prepare(box);
          const cache = mkdtempSync(join(tmpdir(), "ebbflow-hostile-control-"));
          const env = { ORT_DISABLE_TELEMETRY: "0", XDG_CACHE_HOME: cache, TMPDIR: cache };
          const found = await watched(box, commands["train by onnx"], {}, env);
          rmSync(cache, { recursive: true });
          box.expect(found.length > 0, "nothing was seen of a library that is let");
        },
      };
  },
};
