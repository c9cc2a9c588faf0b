/** What is true of a model and of its chains: pure functions of arrays, each with its uncertainty. */

export type { Autocorrelation } from "./chains/autocorrelation.js";
export { type Chains, chainsOf } from "./chains/chains.js";
export { coordinateNames } from "./chains/coordinate-names.js";
export { type Divergences, divergences } from "./chains/divergences.js";
export type { EnergyInformation } from "./chains/ebfmi.js";
export { essBulk, essMean, essQuantile, essTail } from "./chains/effective-sample-size.js";
export { type Cost, type Efficiency, efficiency } from "./chains/efficiency.js";
export { expectedJumpRate } from "./chains/expected-jump-rate.js";
export type { ChainFinding, CoordinateReport, JudgedChains } from "./chains/judged-chains.js";
export type { ModeJumps } from "./chains/mode-jumps.js";
export { rankCounts } from "./chains/rank-counts.js";
export { renderSummary, type SummaryRow, summarize, summaryColumns } from "./chains/summary.js";
export { type ChainVerdict, judgeChains } from "./chains/verdict.js";
export type { Calibration } from "./goodness/calibration.js";
export type { Classification, JudgedClasses } from "./goodness/classification.js";
export type { ClassifierTwoSample } from "./goodness/classifier-two-sample.js";
export type { CoveredRegion, DensityCoverage } from "./goodness/density-coverage.js";
export { fitGaussian, type Gaussian, gaussianLogDensity } from "./goodness/gaussian-fit.js";
export { type GoodnessRow, goodnessTable } from "./goodness/goodness-table.js";
export { type Box, type Grid2d, type GridDensity, grid2d } from "./goodness/grid.js";
export type { GridPair } from "./goodness/grid-compare.js";
export type { KernelSteinDiscrepancy } from "./goodness/kernel-stein-discrepancy.js";
export { labelFrequencies } from "./goodness/label-frequencies.js";
export { lineDensity } from "./goodness/line-density.js";
export type { LogLikelihood } from "./goodness/log-likelihood.js";
export type { MaximumMeanDiscrepancy } from "./goodness/maximum-mean-discrepancy.js";
export type { ModeCoverage } from "./goodness/mode-coverage.js";
export type { ModeWeights } from "./goodness/mode-weights.js";
export type { TwoScores } from "./goodness/roc-area.js";
export type { SlicedWasserstein } from "./goodness/sliced-wasserstein.js";
export type { TotalVariation } from "./goodness/total-variation.js";
export type { TwoSamples, TwoSampleTest } from "./goodness/two-sample.js";
export type { ComparedMode, WeightsAgree } from "./goodness/weights-agree.js";
export { benjaminiHochberg, callable, conformalPValues } from "./intervals/conformal.js";
export {
  type CrossFit,
  type CrossPValues,
  type CrossScores,
  crossConformalPValues,
} from "./intervals/cross-conformal.js";
export { type Count, fisherExact } from "./intervals/fisher.js";
export {
  meanEstimate,
  medianEstimate,
  normalEstimate,
  proportionEstimate,
  studentEstimate,
} from "./intervals/interval.js";
export { type OutlierShare, outlierShare } from "./intervals/outlier-share.js";
export { type TailPValues, tailInterval, tailPValues } from "./intervals/tail-p-values.js";
export type { Agreement, Bounds, Disagreement, Opinion } from "./log-z/agreement.js";
export type { Bridge, BridgeInput } from "./log-z/bridge.js";
export { countStates, enumeration, MOST_STATES, statesOf } from "./log-z/enumeration.js";
export type { WeightQuality } from "./log-z/importance.js";
export { markovBound } from "./log-z/markov-bound.js";
export type { ParetoK } from "./log-z/pareto-k.js";
export {
  type GridIntegral,
  type PointFunction,
  type QuadratureOptions,
  quadrature,
  type Span,
} from "./log-z/quadrature.js";
export { roundingOf } from "./log-z/rounding.js";
export type { Path } from "./log-z/thermodynamic-integration.js";
export * from "./members.js";
export { type Estimate, type Metric, type MetricDeclaration, type MetricKind, metric } from "./metric.js";
