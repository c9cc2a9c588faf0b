/** A training as a program that uses the library. */

import type { Config } from "../state/dotted.js";

/** A value as TypeScript: JSON, with keys that need no quotes without them. */
function literal(value: unknown, indent = ""): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, indent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const key = (name: string): string =>
    /^[A-Za-z_]\w*$/.test(name) && name !== "__proto__" ? name : JSON.stringify(name);
  const lines = entries.map(([name, one]) => `${inner}${key(name)}: ${literal(one, inner)},\n`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

/** A program that trains what the page trains, step by step, and saves the model. */
export function writeCode(config: Config): string {
  const { file, columns } = (config.data ?? {}) as Config;
  const isFile = typeof file === "string";
  const imports = [
    ...(isFile ? ['import { readFile } from "node:fs/promises";'] : []),
    'import { prepareRun, resolveConfig } from "ebbflow/config";',
    ...(isFile ? ['import { readTable } from "ebbflow/data";'] : []),
    'import { startSession } from "ebbflow/train";',
  ];
  const chosen = columns === undefined ? "" : `, columns: ${literal(columns)}`;
  const rows = isFile
    ? [
        `const source = ${JSON.stringify(file)};\n`,
        `const table = await readTable(await readFile(source), { source${chosen} });\n`,
      ]
    : [];
  return `${imports.join("\n")}

${rows.join("")}const given = resolveConfig(${literal(config)});
const { config, data } = prepareRun(given${isFile ? ", table" : ""});
const session = await startSession(config, data);
while (session.at().stage !== "finished") {
  const metrics = await session.step();
  const { step, steps } = session.at();
  if (metrics && step % 100 === 0) console.log(\`step \${step} of \${steps}\`, metrics);
}

const model = await session.trained();
console.log("log Z", (await model.logZ()).value, "log-density", await model.logDensity([[0, 0]]));
await model.save("model.ebbflow");
`;
}
