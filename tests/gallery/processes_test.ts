/**
 * Gaussian processes as scikit-learn has them.
 */

import { learned } from "../../examples/gaussian_process.ts";
import {
  type CovarianceKernel,
  gaussianKernel,
  gaussianProcess,
  maternKernel,
  type StationaryOptions,
} from "../../mod.ts";
import { assert, assertAllClose } from "../assert.ts";
import { referenceOf } from "./reference.ts";

const { inputs, answer } = referenceOf("gaussian_process");
const { x, y, at, points, heights, places } = inputs;

const KERNELS: Readonly<
  Record<string, (options: StationaryOptions) => CovarianceKernel>
> = {
  "gaussian": gaussianKernel,
  "matern 0.5": (o) => maternKernel({ ...o, smoothness: 0.5 }),
  "matern 1.5": (o) => maternKernel({ ...o, smoothness: 1.5 }),
  "matern 2.5": (o) => maternKernel({ ...o, smoothness: 2.5 }),
  "landscape": gaussianKernel,
};

for (const [name, kernel] of Object.entries(KERNELS)) {
  Deno.test(`a process with the kernel ${name} is that of scikit-learn`, () => {
    const land = name === "landscape";
    const [seen, values, asked] = land ? [points, heights, places] : [x, y, at];
    const lengths = answer(`${name} length`);
    const [variance] = answer(`${name} variance`);
    const [noise] = answer(`${name} noise`);
    const lengthScale = land ? lengths : lengths[0];
    const given = gaussianProcess({
      kernel: kernel({ lengthScale, variance }),
      noise,
    }).condition(seen, values);
    const [likelihood] = answer(`${name} likelihood`);
    const { value } = given.logMarginalLikelihood();
    assertAllClose([value.item()], [likelihood], 1e-9);
    const found = given.predict(asked, { eps: 1e-8 });
    assertAllClose(found.mean.dataSync(), answer(`${name} mean`), 1e-5);
    assertAllClose(found.variance.dataSync(), answer(`${name} bars`), 1e-7);

    // Started elsewhere, the fit comes to the same place.
    const start = kernel({ lengthScale: land ? [0.5, 0.5] : 1 });
    const own = learned({ x: seen, y: values }, start);
    const best = own.logMarginalLikelihood().value.item();
    assert(best > likelihood - 1e-3, `${best}, and not ${likelihood}`);
    assertAllClose(
      [own.parameters.lengthScale].flat(),
      lengths,
      0.02,
    );
    assertAllClose([own.parameters.noise as number], [noise], 0.02);
  });
}
