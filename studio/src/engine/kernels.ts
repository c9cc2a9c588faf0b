/** Kernels that move a chain of the page on the energy of a training: which fit, and some steps of one. */

import type { FloatTensor, Tensor } from "ebbflow";
import { trainedModel, trainedParameters } from "ebbflow/config";
import { whyNot } from "ebbflow/energies";
import type { Expr } from "ebbflow/ir";
import { scan } from "ebbflow/ops";
import { drawSteps, fold, makeKey } from "ebbflow/random";
import { program } from "ebbflow/runtime";
import * as barrel from "ebbflow/samplers";
import type { ConfiguredSession } from "ebbflow/train";
import type { KernelFacts, Walk, WalkOrder } from "./messages.js";

/** Chains that walk together, and steps of one order: what is compiled is of these sizes. */
export const [CHAINS, STEPS] = [8, 8];
/** What moves a chain where the objective has no kernel of its own. */
const USUAL = "mala";

type Sampler = barrel.Sampler;
const isSampler = (value: unknown): value is Sampler => typeof value === "function" && "exactWith" in value;
const samplers: readonly Sampler[] = Object.values(barrel).filter(isSampler);

const stepSizeOf = ({ options }: Sampler): number | null => {
  const usual = options.shape.stepSize?.safeParse(undefined).data;
  return typeof usual === "number" ? usual : null;
};

/**
 * The kernels that fit a training, its own first: those that go on from any point, one chain by itself. None where its
 * rows are no points of the plane.
 */
export function kernelsOf({ config, model, state }: ConfiguredSession): KernelFacts[] {
  const { energy } = trainedModel(config, model);
  if (energy.event.length !== 1 || energy.event[0] !== 2) return [];
  const { flow } = trainedParameters(config, state());
  const offered = { ...energy, flow: flow && model.flow };
  const { local, stepSize } = config.objective as { local?: unknown; stepSize?: unknown };
  const fitting = samplers
    .filter((s) => !s.memory && !s.interacts && !s.forgets && whyNot(s, offered) === null)
    .map((s): KernelFacts => ({ name: s.name, about: s.about, stepSize: stepSizeOf(s) }));
  const own = fitting.find(({ name }) => name === local) ?? fitting.find(({ name }) => name === USUAL);
  if (!own) return fitting;
  const size = own.name === local && typeof stepSize === "number" ? stepSize : own.stepSize;
  return [{ ...own, stepSize: size }, ...fitting.filter((other) => other !== own)];
}

export type Walker = (order: WalkOrder) => Promise<Walk | null>;

/** Walks of a training, by programs that are compiled when a kernel is first asked for. */
export function walkerOf(session: ConfiguredSession): Walker {
  const { config, data, model, state } = session;
  const judged = trainedModel(config, model);
  const programs = new Map<string, ReturnType<typeof walkProgram>>();
  return async ({ kernel, stepSize, from, first }) => {
    const sampler = samplers.find(({ name }) => name === kernel);
    const params = trainedParameters(config, state());
    if (!sampler || !params.energy) return null;
    const walk = programs.get(kernel) ?? walkProgram(sampler, judged);
    programs.set(kernel, walk);
    const n = from.length / 2;
    // Rows beyond those asked for are the last of them again.
    const rows = Float64Array.from({ length: 2 * CHAINS }, (_, i) => from[Math.min(2 * (n - 1) + (i % 2), i)]!);
    const at = data.coordinates.encode({ dtype: "float64", shape: [CHAINS, 2], data: rows });
    const frame = barrel.frameOf({ energy: judged.energy, flow: params.flow && judged.flow }, CHAINS);
    const key = fold(makeKey(config.seed), "studio: dropped chains");
    const noise = drawSteps(key, sampler.noise(frame), first, STEPS);
    const found = await walk({
      ...{ x: single(at), params: single(params.energy) },
      ...(params.flow ? { flow: single(params.flow) } : {}),
      ...(stepSize !== null && stepSizeOf(sampler) !== null ? { stepSize: single(scalar(stepSize)) } : {}),
      ...Object.fromEntries(Object.entries(noise).map(([name, drawn]) => [`${NOISE}${name}`, drawn])),
    });
    const inData = (points: Tensor): Float32Array => {
      const shape = [STEPS * CHAINS, 2];
      const all = data.coordinates.decode({ ...points, shape } as FloatTensor).data;
      // Steps of the chains that were asked for.
      return Float32Array.from(
        { length: 2 * n * STEPS },
        (_, i) => all[Math.floor(i / (2 * n)) * 2 * CHAINS + (i % (2 * n))]!,
      );
    };
    return { steps: STEPS, path: inData(found.x!), proposed: found.proposed ? inData(found.proposed) : null };
  };
}

const NOISE = "noise.";

function walkProgram(sampler: Sampler, model: ReturnType<typeof trainedModel>) {
  return program<string, string>((given): Record<string, Expr> => {
    const { x, params, flow: flowParams, stepSize, ...noise } = given;
    const target = barrel.targetOf(model, { params, flowParams }, CHAINS);
    const kernel = sampler(target, {}, stepSize ? { stepSize } : {});
    const xs = Object.fromEntries(Object.entries(noise).map(([name, e]) => [name.slice(NOISE.length), e]));
    const { outputs } = scan<string, string, string>({ init: kernel.init(x!), xs, length: STEPS }, (at, drawn) => {
      const { state, proposed } = kernel.step(at, drawn);
      return { state, outputs: { x: state.x!, ...(proposed ? { proposed } : {}) } };
    });
    return outputs;
  });
}

const scalar = (value: number): FloatTensor => ({ dtype: "float32", shape: [], data: Float32Array.of(value) });
const single = ({ shape, data }: FloatTensor): Tensor<Float32Array> => ({
  ...{ dtype: "float32", shape },
  data: Float32Array.from(data),
});
