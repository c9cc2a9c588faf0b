export { grad, hvp, jvp, rowJacobian, rowTrace, rowTraceEstimate, vjp } from "./grad.js";
