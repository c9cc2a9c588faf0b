/** The page of `browser.mjs`: Langevin steps on our modules and on onnxruntime-web, in turn; it posts what it measured. */

import { useEngine } from "ebbflow/runtime";
import { expectAgreement } from "./agree.mjs";
import { langevin } from "./langevin.mjs";

const steps = 60;

async function millisecondsOf(run) {
  const began = performance.now();
  let times = 0;
  do {
    await run(1);
    times++;
  } while (performance.now() - began < 250);
  return (performance.now() - began) / times / steps;
}

async function measure(size, rounds) {
  const engine = await useEngine();
  const contenders = [];
  for (const by of ["wasm", "onnx-wasm"]) {
    const computed = new Set();
    const compile = async (...given) => {
      const program = await engine.compile(...given);
      computed.add(program.engine);
      return program;
    };
    const { run, results, first } = await langevin(size, { ...engine, compile, choose: () => by });
    contenders.push({ by, run, results, first, computed: [...computed].join(), ms: [] });
  }
  const apart = expectAgreement("onnxruntime-web", contenders[0].results, contenders[1].results);
  for (let i = 0; i < rounds; i++) for (const one of contenders) one.ms.push(await millisecondsOf(one.run));
  return { size, apart, contenders: contenders.map(({ run: _, results: __, ...rest }) => rest) };
}

const rows = [];
for (const size of asked.sizes) rows.push(await measure(size, asked.rounds));
await report(rows);
