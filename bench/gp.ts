/**
 * Gaussian processes on roads: beside scikit-learn's exact one on 2,000 points
 * (`peers/gp_reference.py`), and on 20,000 of them: bench/results/gp.json.
 *
 * Run it with `deno run --allow-sys=cpus --allow-read --allow-write bench/gp.ts
 * [data | subset | profile | variances | within | fit | likelihood] [points]
 * [device] [tolerance]`; `likelihood` runs only where it is named.
 * `fit 278319 cuda` (with `--allow-all`) is the size of the data set "3D Road
 * Network", on a GPU; with a tolerance, products are computed within it.
 *
 * @module
 */

import {
  type ConditionedProcess,
  type Device,
  gaussianKernel,
  gaussianProcess,
  grad,
  type PredictOptions,
  type Tensor,
  tensor,
} from "../mod.ts";
import { cholesky, dot, solveFactored } from "../src/solve/small.ts";
import reference from "./peers/gp_reference.json" with { type: "json" };
import { keepPart, seconds } from "./results_file.ts";
import { everyOther, type Roads, roads, TRUTH } from "./road.ts";

/** The points that scikit-learn's come from, and those to predict at. */
const [KNOWN, UNSEEN] = [20000, 5000];

/** Of the preconditioner for all points: the roads are rough. */
const RANK = 400;
/** Of more points than that. */
const LARGE_RANK = 600;

const start = () => gaussianKernel({ lengthScale: [1, 1, 1] });

function rmse(process: ConditionedProcess, test: Roads): number {
  const off = process.meanAt(test.x).sub(test.truth);
  return Math.sqrt(off.square().mean().item());
}

/** Whether these are the points that scikit-learn had. */
function data(all: Roads): object {
  const first = Array.from(all.x.slice([0], [1]).dataSync());
  const last = all.y.slice([-1]).item();
  const off = first.map((v, d) => Math.abs(v - reference.firstPoint[d]));
  return {
    difference: Math.max(...off, Math.abs(last - reference.lastObservation)),
  };
}

/** The same 2,000 points, with scikit-learn's parameters and with our own. */
function subset(all: Roads): object {
  const train = everyOther(all, 0, 10, 2000);
  const test = everyOther(all, 5, 10, 2000);
  const given = gaussianProcess({
    kernel: gaussianKernel({
      lengthScale: reference.lengthScale,
      variance: reference.variance,
    }),
    noise: reference.noise,
    exactBelow: 2001,
  }).condition(train.x, train.y);
  const likelihood = seconds(() => given.logMarginalLikelihood().value.item());
  const estimate = seconds(() => {
    const { value, error } = given.logMarginalLikelihood({ exactBelow: 1 });
    return { value: value.item(), error };
  });
  const some = given.predict(test.x.slice([0], [200])).variance.mean().item();
  const own = seconds(() =>
    gaussianProcess({ kernel: start(), noise: 0.1 })
      .fit(train.x, train.y)
  );
  return {
    scikitLearn: reference,
    atItsParameters: {
      logMarginalLikelihood: likelihood.result,
      seconds: likelihood.time,
      estimate: { ...estimate.result, seconds: estimate.time },
      rmse: rmse(given, test),
      meanVarianceOf200: some,
    },
    fitted: {
      parameters: own.result.parameters,
      seconds: own.time,
      rmse: rmse(own.result, test),
    },
  };
}

/**
 * Variances in float32 by block conjugate gradients, on the same 2,000 points,
 * beside those of a dense factorisation in float64.
 */
function variances(all: Roads): object {
  const [train, test] = [0, 5].map((from) => everyOther(all, from, 10, 2000));
  const { noise, ...rest } = TRUTH;
  const kernel = gaussianKernel(rest);
  const { tensors } = gaussianProcess({ kernel, noise })
    .condition(train.x, train.y);
  const points = test.x.slice([0], [64]);
  const covariance = kernel.covariance(train.x, train.x, tensors).dense();
  const entries = covariance.dataSync();
  const [n] = train.x.shape;
  const factor = cholesky(Array.from({ length: n }, (_, i) => {
    const row = Float64Array.from(entries.subarray(i * n, (i + 1) * n));
    row[i] += noise;
    return row;
  }));
  if (factor.pivot !== undefined) throw new Error(`Pivot ${factor.pivot}`);
  const cross = kernel.covariance(points, train.x, tensors).dense().dataSync();
  const exact = Array.from({ length: points.shape[0] }, (_, k) => {
    const b = Float64Array.from(cross.subarray(k * n, (k + 1) * n));
    const x = b.slice();
    solveFactored(factor.lower, x);
    return rest.variance - dot(b, x);
  });
  const process = gaussianProcess({ kernel, noise })
    .condition(train.x.to("float32"), train.y.to("float32"));
  const off = (options: PredictOptions) => {
    const { variance } = process.predict(points.to("float32"), options);
    const found = variance.dataSync();
    return Math.max(...exact.map((v, k) => Math.abs(found[k] - v) / v));
  };
  return {
    variances: exact.length,
    smallest: Math.min(...exact),
    largest: Math.max(...exact),
    relativeError: off({}),
    relativeErrorOfEps1e2: off({ eps: 1e-2 }),
  };
}

/** Variances at all unseen points within 1 %, beside solved ones at 64 of them. */
function within(all: Roads): object {
  const tol = 0.01;
  const [train, test] = [
    part(all, 0, KNOWN, "cpu"),
    part(all, KNOWN, KNOWN + UNSEEN, "cpu"),
  ];
  const { noise, ...rest } = TRUTH;
  const process = gaussianProcess({
    kernel: gaussianKernel(rest),
    noise,
    rank: RANK,
  }).condition(train.x, train.y);
  const some = test.x.slice([0], [64]);
  // The mean, the preconditioner: what later calls have.
  process.predict(test.x.slice([64], [128]));
  const timed = (points: Tensor, options: PredictOptions) =>
    seconds(() => {
      const { variance, varianceError } = process.predict(points, options);
      variance.dataSync();
      return { variance, varianceError };
    });
  const solved = timed(some, {});
  const first = timed(some, { tol });
  const whole = timed(test.x, { tol });
  const off = whole.result.variance.slice([0], [64])
    .div(solved.result.variance).sub(1).abs().max().item();
  const { variance, varianceError } = whole.result;
  const bounds = varianceError?.div(variance).max().item();
  return {
    points: KNOWN,
    tolerance: tol,
    solved: some.shape[0],
    secondsOfSolved: solved.time,
    secondsOfFirst: first.time,
    variances: UNSEEN,
    seconds: whole.time,
    largestBound: bounds,
    largestDifferenceFromSolved: off,
  };
}

/**
 * How likely variances of the process are on the same 2,000 points, with the
 * other parameters as they truly are. A domain of few length scales holds few
 * independent values of the process, which tell its variance only roughly:
 * those within 1.92 of the largest are the interval of 95 %.
 */
function profile(all: Roads): object {
  const { x, y } = everyOther(all, 0, 10, 2000);
  const { noise, lengthScale } = TRUTH;
  const rows = [0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.5].map((variance) => {
    const kernel = gaussianKernel({ lengthScale, variance });
    const { value } = gaussianProcess({ kernel, noise, exactBelow: 2001 })
      .condition(x, y).logMarginalLikelihood();
    return { variance, logMarginalLikelihood: value.item() };
  });
  const values = rows.map((row) => row.logMarginalLikelihood);
  const least = Math.max(...values) - 1.92;
  const likely = rows.filter((row) => row.logMarginalLikelihood >= least)
    .map((row) => row.variance);
  return {
    meanSquareOfSignal: all.truth.square().mean().item(),
    rows,
    likelyFrom: Math.min(...likely),
    likelyTo: Math.max(...likely),
    truth: TRUTH.variance,
  };
}

/**
 * All points in float32: parameters from a subset, steps with all points, and
 * predictions on roads that were not seen.
 */
function fit(count: number, device: Device, tol?: number): object {
  const everything = roads(count + UNSEEN);
  const [train, test] = [[0, count], [count, count + UNSEEN]]
    .map(([from, to]) => part(everything, from, to, device));
  const how = { rank: RANK, products: { tol } };
  const process = gaussianProcess({ kernel: start(), noise: 0.1, ...how });
  const starts = performance.now();
  const steps: number[] = [];
  const found = process.fit(train.x, train.y, {
    onStep: () => {
      steps.push(Math.round((performance.now() - starts) / 100) / 10);
    },
  });
  const predicted = seconds(() => rmse(found, test));
  const { noise, ...rest } = TRUTH;
  const truly = gaussianProcess({
    kernel: gaussianKernel(rest),
    noise,
    ...how,
  }).condition(train.x, train.y);
  // The same random vectors: errors of the difference are smaller than these.
  const [atTruth, atFound] = [truly, found].map((process) => {
    const { value, error } = process.logMarginalLikelihood();
    return { perPoint: value.item() / count, error: error / count };
  });
  const some = test.x.slice([0], [64]);
  const bars = seconds(() => {
    const { variance } = found.predict(some);
    variance.dataSync();
    return variance;
  });
  return {
    points: count,
    device,
    tolerance: tol,
    rank: RANK,
    dtype: train.x.dtype,
    truth: TRUTH,
    parameters: found.parameters,
    secondsAtSteps: steps,
    logLikelihoodPerPoint: found.history,
    logLikelihoodAtTruth: atTruth,
    logLikelihoodAtFound: atFound,
    predictions: UNSEEN,
    secondsOfPredictions: predicted.time,
    rmse: predicted.result,
    noiseDeviation: Math.sqrt(TRUTH.noise),
    variancesOf: some.shape[0],
    secondsOfVariances: bars.time,
    meanVariance: bars.result.mean().item(),
  };
}

/** One likelihood with its gradient, at the truth: a fit takes about six. */
function likelihood(count: number, device: Device): object {
  const { x, y } = part(roads(count), 0, count, device);
  const { noise, ...rest } = TRUTH;
  const given = [rest.lengthScale, rest.variance, noise].map((v) =>
    tensor(v as number | number[], undefined, { device }).requiresGrad()
  );
  const [lengthScale, variance, alpha] = given;
  const process = gaussianProcess({
    kernel: gaussianKernel({ lengthScale, variance }),
    noise: alpha,
    rank: LARGE_RANK,
  }).condition(x, y);
  const value = seconds(() => {
    const { value, error } = process.logMarginalLikelihood();
    return { value, perPoint: value.item() / count, error: error / count };
  });
  const slopes = seconds(() =>
    grad(value.result.value, given).flatMap((g) => Array.from(g.dataSync()))
  );
  return {
    points: count,
    device,
    rank: LARGE_RANK,
    secondsOfLikelihood: value.time,
    secondsOfGradient: slopes.time,
    perPoint: value.result.perPoint,
    error: value.result.error,
    gradient: slopes.result,
  };
}

/** Some of the points, in float32, on a device. */
function part(all: Roads, from: number, to: number, device: Device): Roads {
  const own = (t: Tensor) => t.slice([from], [to]).to("float32").to(device);
  return { x: own(all.x), truth: own(all.truth), y: own(all.y) };
}

if (import.meta.main) {
  const [only, points = "20000", device = "cpu", tol] = Deno.args;
  const parts: Readonly<Record<string, () => object>> = {
    data: () => data(roads(KNOWN)),
    subset: () => subset(roads(KNOWN)),
    profile: () => profile(roads(KNOWN)),
    variances: () => variances(roads(KNOWN)),
    within: () => within(roads(KNOWN + UNSEEN)),
    fit: () =>
      fit(Number(points), device as Device, tol ? Number(tol) : undefined),
    likelihood: () => likelihood(Number(points), device as Device),
  };
  const all = Object.keys(parts).filter((name) => name !== "likelihood");
  for (const name of only ? [only] : all) {
    const where = [
      name,
      points === "20000" ? "" : ` of ${points}`,
      device === "cpu" ? "" : ` on ${device}`,
      tol ? ` within ${tol}` : "",
    ];
    keepPart("gp", where.join(""), parts[name]());
  }
}
