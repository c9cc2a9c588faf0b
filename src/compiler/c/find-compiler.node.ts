/** The compiler of this machine: found, asked what the processor has, and tried. */

import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { CacheFolder } from "./cache-folder.node.js";
import { type Compiler, compileObject } from "./compile-object.node.js";
import { probeScript, probeSource } from "./probe.js";
import { readProcessor } from "./processor.js";
import { isRefused, type Refused, runTool } from "./run-tool.node.js";
import { inWorkFolder } from "./work-folder.node.js";

/** Where a compiler is looked for and tried. */
export interface Search {
  readonly env: NodeJS.ProcessEnv;
  /** What remembers one that works. */
  readonly cache?: CacheFolder | undefined;
  /** Folders to work in, the first that takes it. */
  readonly places: readonly string[];
}

/** Milliseconds for a question to a compiler. */
const PATIENCE = 20_000;

/**
 * What code for kernels is compiled with. Not with `-fno-trapping-math`, by which gcc makes −0 of the integer of −0.5, nor
 * with `-ffast-math` or parts of it: NaN and infinities are numbers like others, and every sum is rounded as written.
 */
const common = [
  ...["-O2", "-std=gnu11", "-fno-fast-math", "-ffp-contract=off", "-fno-math-errno", "-fno-strict-aliasing", "-fwrapv"],
  // Kernels are unrolled by who writes them; that clang does it again takes six times as long.
  "-fno-unroll-loops",
  ...["-fPIC", "-shared", "-fvisibility=hidden", "-fno-asynchronous-unwind-tables", "-w", "-Wno-psabi"],
];
/** Symbols of Node are found when the module is loaded. */
const bySystem: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["-undefined", "dynamic_lookup"],
  linux: ["-nostdlib"],
};
/** How compilers are told to use all that this processor has. */
const natives = [["-march=native"], ["-mcpu=native"], []] as const;

/** The file of a program, by the folders of `PATH` where it is a bare name. */
function programFile(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const places = name.includes("/") ? [resolve(name)] : (env.PATH ?? "").split(delimiter).map((dir) => join(dir, name));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/** What the processor is, beyond what the compiler says: two machines may share a folder. */
function processorText(): string {
  try {
    return (
      readFileSync("/proc/cpuinfo", "utf8")
        .match(/^(model name|flags|Features|isa)\s*:.*$/gm)
        ?.slice(0, 2)
        .join() ?? ""
    );
  } catch {
    return cpus()[0]?.model ?? "";
  }
}

const digest = (...parts: readonly string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex");

/** Ask a compiler what it compiles for, by the first way of naming this processor that it knows. */
async function askProcessor(command: Compiler["command"]): Promise<Pick<Compiler, "flags" | "processor"> | Refused> {
  let failure: Refused | undefined;
  for (const native of natives) {
    const answer = await runTool([...command, ...native, "-dM", "-E", "-x", "c", "/dev/null"], { timeout: PATIENCE });
    if (isRefused(answer)) {
      failure ??= answer;
      continue;
    }
    const processor = readProcessor(answer.out);
    if (!processor) return { refused: `${command.join(" ")} does not compile for 64 bits` };
    return { processor, flags: [...common, ...native, ...(bySystem[process.platform] ?? [])] };
  }
  return failure!;
}

/** Whether what it compiles can be loaded and computes: in a process of its own, which may break. */
function probe(compiler: Compiler, places: readonly string[]): Promise<{ readonly works: true } | Refused> {
  const name = compiler.command.join(" ");
  return inWorkFolder(places, async (work) => {
    const object = await compileObject(compiler, probeSource(compiler.processor), work, PATIENCE);
    if (isRefused(object)) return object;
    const env = { ...process.env, NODE_OPTIONS: "", ELECTRON_RUN_AS_NODE: "1" };
    const script = probeScript(compiler.processor);
    const ran = await runTool([process.execPath, "-e", script, object.path], { timeout: PATIENCE, env });
    if (isRefused(ran)) return { refused: `what ${name} compiles does not run: ${ran.refused}` };
    return ran.out === "right" ? { works: true } : { refused: `what ${name} compiles computes wrong numbers` };
  });
}

async function tryCompiler(words: readonly string[], { env, cache, places }: Search): Promise<Compiler | Refused> {
  const [name = "", ...rest] = words;
  const file = programFile(name, env);
  if (!file) return { refused: `there is no ${name}` };
  const command = [file, ...rest] as const;
  const version = await runTool([...command, "--version"], { timeout: PATIENCE });
  if (isRefused(version)) return version;
  const { size, mtimeMs } = statSync(file);
  const who = [
    realpathSync(file),
    rest.join(" "),
    String(size),
    String(mtimeMs),
    version.out,
    processorText(),
    process.version,
  ];
  const key = digest("probe", ...who, JSON.stringify([common, bySystem, natives]));
  const known = cache?.find(key, "json");
  if (known) return JSON.parse(readFileSync(known, "utf8")) as Compiler;
  const asked = await askProcessor(command);
  if (isRefused(asked)) return asked;
  const compiler: Compiler = {
    command,
    ...asked,
    identity: digest(...who, ...asked.flags, JSON.stringify(asked.processor)),
  };
  const probed = await probe(compiler, places);
  if (isRefused(probed)) return probed;
  try {
    cache?.keep(key, "json", JSON.stringify(compiler));
  } catch {
    // The next process asks again.
  }
  return compiler;
}

/**
 * What `EBBFLOW_CC` names and nothing else, with arguments if it has some; else the first that works of `CC`, `cc`, `gcc`
 * and `clang`.
 */
export async function findCompiler(search: Search): Promise<Compiler | Refused> {
  const { env } = search;
  if (process.platform === "win32") return { refused: "modules of C are not loaded on Windows" };
  const named = env.EBBFLOW_CC?.trim();
  const candidates = named ? [named] : [env.CC?.trim(), "cc", "gcc", "clang"].filter((one) => one);
  const faults: string[] = [];
  for (const candidate of new Set(candidates)) {
    const found = await tryCompiler(candidate!.split(/\s+/), search);
    if (!isRefused(found)) return found;
    faults.push(found.refused);
  }
  // That something is there and fails says more than what is not there.
  const told = faults.filter((fault) => !fault.startsWith("there is no"));
  if (told[0]) return { refused: told[0] };
  return { refused: named ? `${faults[0]}, which EBBFLOW_CC names` : "there is no C compiler: no cc, gcc or clang" };
}
