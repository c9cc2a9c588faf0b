/** Small trees that the layer check must judge rightly; planted by its self-test. */

const thing = "export const thing = 1;\n";
const barrel = { "src/samplers/index.ts": "export {};\n" };

/** `refused` is the file that must be named and some words of the reason; without it nothing may be reported. */
export const cases = [
  {
    name: "a value import upward",
    files: {
      "src/util/planted-a.ts": 'import { thing } from "../train/planted-b.js";\nthing;',
      "src/train/planted-b.ts": thing,
    },
    refused: ["src/util/planted-a.ts", "below train"],
  },
  {
    name: "a type import upward",
    files: {
      "src/ops/planted-a.ts": 'import type { T } from "../flows/planted-b.js";\nexport type U = T;',
      "src/flows/planted-b.ts": "export type T = 1;",
    },
    refused: ["src/ops/planted-a.ts", "below flows"],
  },
  {
    name: "a lazy import upward",
    files: {
      "src/nn/planted-a.ts": 'export const f = () => import("../cli/planted-b.js");',
      "src/cli/planted-b.ts": thing,
    },
    refused: ["src/nn/planted-a.ts", "below cli"],
  },
  {
    name: "a type in place upward",
    files: {
      "src/nn/planted-a.ts": 'export type U = import("../cli/planted-b.js").T;',
      "src/cli/planted-b.ts": "export type T = 1;",
    },
    refused: ["src/nn/planted-a.ts", "below cli"],
  },
  {
    name: "a worker upward",
    files: {
      "src/runtime/planted-a.ts": 'export const u = new URL("../train/planted-b.js", import.meta.url);',
      "src/train/planted-b.ts": thing,
    },
    refused: ["src/runtime/planted-a.ts", "below train"],
  },
  {
    name: "an export upward",
    files: { "src/ir/planted-a.ts": 'export * from "../ops/planted-b.js";', "src/ops/planted-b.ts": thing },
    refused: ["src/ir/planted-a.ts", "below ops"],
  },
  {
    name: "an import across a line",
    files: {
      "src/nn/planted-a.ts": 'import { thing } from "../optim/planted-b.js";\nthing;',
      "src/optim/planted-b.ts": thing,
    },
    refused: ["src/nn/planted-a.ts", "one layer"],
  },
  {
    name: "objectives on metrics",
    files: {
      "src/objectives/planted-a.ts": 'import { thing } from "../metrics/planted-b.js";\nthing;',
      "src/metrics/planted-b.ts": thing,
    },
    refused: ["src/objectives/planted-a.ts", "one layer"],
  },
  {
    name: "a kernel on what is built of kernels",
    files: {
      "src/samplers/kernels/planted-a.ts": 'import { thing } from "../composites/planted-b.js";\nthing;',
      "src/samplers/composites/planted-b.ts": thing,
    },
    refused: ["src/samplers/kernels/planted-a.ts", "below composites"],
  },
  {
    name: "metrics on objectives",
    files: {
      "src/metrics/planted-a.ts": 'import { thing } from "../objectives/planted-b.js";\nthing;',
      "src/objectives/planted-b.ts": thing,
    },
    refused: ["src/metrics/planted-a.ts", "one layer"],
  },
  {
    name: "report on store",
    files: {
      "src/report/planted-a.ts": 'import { thing } from "../store/planted-b.js";\nthing;',
      "src/store/planted-b.ts": thing,
    },
    refused: ["src/report/planted-a.ts", "one layer"],
  },
  {
    name: "a cycle of two",
    files: { "src/util/planted-a.ts": 'import "./planted-b.js";', "src/util/planted-b.ts": 'import "./planted-a.js";' },
    refused: ["src/util/planted-a.ts", "cycle"],
  },
  {
    name: "a cycle of three",
    files: {
      "src/util/planted-a.ts": 'import "./planted-b.js";',
      "src/util/planted-b.ts": 'export * from "./planted-c.js";',
      "src/util/planted-c.ts": 'import "./planted-a.js";',
    },
    refused: ["src/util/planted-a.ts", "cycle"],
  },
  {
    name: "a cycle of types",
    files: {
      "src/util/planted-a.ts": 'import type { B } from "./planted-b.js";\nexport type A = B;',
      "src/util/planted-b.ts": 'import type { A } from "./planted-a.js";\nexport type B = A | 1;',
    },
    refused: ["src/util/planted-a.ts", "cycle"],
  },
  {
    name: "a cycle closed by a lazy import",
    files: {
      "src/util/planted-a.ts": 'export const f = () => import("./planted-b.js");',
      "src/util/planted-b.ts": 'import type { f } from "./planted-a.js";\nexport type B = typeof f;',
    },
    refused: ["src/util/planted-a.ts", "cycle"],
  },
  {
    name: "a part on a member",
    files: {
      "src/objectives/parts/planted-a.ts": 'import { thing } from "../methods/planted-b.js";\nthing;',
      "src/objectives/methods/planted-b.ts": thing,
    },
    refused: ["src/objectives/parts/planted-a.ts", "below methods"],
  },
  {
    name: "a kernel on the driver",
    files: {
      "src/samplers/kernels/planted-a.ts": 'import { thing } from "../driver/planted-b.js";\nthing;',
      "src/samplers/driver/planted-b.ts": thing,
    },
    refused: ["src/samplers/kernels/planted-a.ts", "below driver"],
  },
  {
    name: "a member on the registry",
    files: {
      "src/objectives/methods/planted-a.ts": 'import type * as all from "../members.js";\nexport type A = typeof all;',
    },
    refused: ["src/objectives/methods/planted-a.ts", "below members.ts"],
  },
  {
    name: "a folder's own barrel",
    files: { ...barrel, "src/samplers/planted-a.ts": 'import "./index.js";' },
    refused: ["src/samplers/planted-a.ts", "barrel"],
  },
  {
    name: "a barrel below",
    files: { ...barrel, "src/train/planted-a.ts": 'import "../samplers/index.js";' },
    refused: ["src/train/planted-a.ts", "barrel"],
  },
  {
    name: "the top from below",
    files: { "src/index.ts": "export {};", "src/train/planted-a.ts": 'import "../index.js";' },
    refused: ["src/train/planted-a.ts", "on top"],
  },
  {
    name: "node: in a browser layer",
    files: { "src/flows/planted-a.ts": 'import "node:fs";' },
    refused: ["src/flows/planted-a.ts", "Node only"],
  },
  {
    name: "a bare builtin in a browser layer",
    files: { "src/flows/planted-a.ts": 'import "fs/promises";' },
    refused: ["src/flows/planted-a.ts", "Node only"],
  },
  {
    name: "a package for Node in a browser layer",
    files: { "src/flows/planted-a.ts": 'import "onnxruntime-node";' },
    refused: ["src/flows/planted-a.ts", "Node only"],
  },
  {
    name: "a document for Node in report",
    files: { "src/report/planted-a.ts": 'import "linkedom";' },
    refused: ["src/report/planted-a.ts", "Node only"],
  },
  {
    name: "a package nobody declared",
    files: { "src/cli/planted-a.ts": 'import "vitest";' },
    refused: ["src/cli/planted-a.ts", "dependencies"],
  },
  {
    name: "the package itself",
    files: { "src/cli/planted-a.ts": 'import "ebbflow/flows";' },
    refused: ["src/cli/planted-a.ts", "itself"],
  },
  {
    name: "a folder outside the list",
    files: { "src/extras/planted-a.ts": thing },
    refused: ["src/extras/planted-a.ts", "list of layers"],
  },
  { name: "a file beside the top", files: { "src/planted-a.ts": thing }, refused: ["src/planted-a.ts", "index.ts"] },
  {
    name: "a file that is not there",
    files: { "src/util/planted-a.ts": 'import "./nowhere.js";' },
    refused: ["src/util/planted-a.ts", "no src/util/"],
  },
  {
    name: "a file outside src",
    files: { "src/util/planted-a.ts": 'import "../../bench/planted-b.js";' },
    refused: ["src/util/planted-a.ts", "outside"],
  },
  {
    name: "no extension",
    files: { "src/util/planted-a.ts": 'import "./planted-b";', "src/util/planted-b.ts": thing },
    refused: ["src/util/planted-a.ts", "extension"],
  },
  {
    name: "a runtime alias from below",
    files: {
      "src/onnx/planted-a.ts": 'import "#ort";',
      "src/runtime/ort-node.ts": thing,
      "src/runtime/ort-web.ts": thing,
    },
    refused: ["src/onnx/planted-a.ts", "below runtime"],
  },
  {
    name: "src from bench",
    files: { "bench/planted-a.mjs": 'import "../src/util/planted-b.js";' },
    refused: ["bench/planted-a.mjs", "only ebbflow"],
  },
  {
    name: "a package from bench",
    files: { "bench/planted-a.ts": 'import "zod";' },
    refused: ["bench/planted-a.ts", "only ebbflow"],
  },
  {
    name: "src from the studio",
    files: { "studio/src/planted-a.ts": 'import "../../src/util/planted-b.js";' },
    refused: ["studio/src/planted-a.ts", "only ebbflow"],
  },
  {
    name: "Node from the studio",
    files: { "studio/src/planted-a.ts": 'import "node:fs";' },
    refused: ["studio/src/planted-a.ts", "only ebbflow"],
  },
  {
    name: "imports downward",
    files: {
      "src/train/planted-a.ts": 'import { thing } from "../samplers/planted-b.js";\nimport "zod";\nthing;',
      "src/samplers/planted-b.ts": thing,
    },
  },
  {
    name: "a member on a part and the contract",
    files: {
      "src/objectives/methods/planted-a.ts":
        'import { thing } from "../parts/planted-b.js";\nimport type { Objective } from "../objective.js";\nexport type A = Objective;\nthing;',
      "src/objectives/parts/planted-b.ts": thing,
    },
  },
  {
    name: "cli on barrels and Node",
    files: {
      ...barrel,
      "src/cli/planted-a.ts": 'import "../samplers/index.js";\nimport "node:fs";\nimport "commander";',
    },
  },
  { name: "the top on barrels", files: { ...barrel, "src/index.ts": 'export * from "./samplers/index.js";' } },
  {
    name: "a test that looks up",
    files: {
      "src/util/planted-a.test.ts": 'import "../cli/planted-b.js";\nimport "node:fs";',
      "src/cli/planted-b.ts": thing,
    },
  },
  {
    name: "a document for Node in a node file of report",
    files: { "src/report/planted-a.node.ts": 'import "linkedom";' },
  },
  { name: "node: in a node file", files: { "src/flows/planted-a.node.ts": 'import "node:fs";' } },
  {
    name: "the studio as a user",
    files: { "studio/src/planted-a.ts": 'import "ebbflow/train";\nimport "svelte";\nimport "./planted-b.js";' },
  },
  {
    name: "bench as a user",
    files: { "bench/planted-a.ts": 'import "ebbflow/samplers";\nimport "node:fs";\nimport "./planted-b.js";' },
  },
];
