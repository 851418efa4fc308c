/**
 * Parameters of Gaussian processes, by name and as one vector of logarithms.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType } from "../dtypes.ts";
import { ArgumentError } from "../errors.ts";
import { memoryOf } from "../tensor/base.ts";
import { tensor } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { PositiveParameter } from "./kernels.ts";

/** Tensors by name. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** Values by name, as people read them. */
export type ParameterValues = Readonly<Record<string, number | number[]>>;

/** Parameters as tensors; throws where one is not positive. */
export function asTensors(
  given: Readonly<Record<string, PositiveParameter>>,
  dtype: DType,
  device: Device,
): Parameters {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const t = value instanceof Tensor
        ? value
        : tensor(value as number | number[], undefined, { dtype, device });
      if (t.dtype !== dtype) {
        throw new ArgumentError(
          `Cannot use ${name} of ${t.dtype} with points of ${dtype}: convert one of them`,
        );
      }
      if (memoryOf(t).data.every((x) => x > 0 && x < Infinity)) {
        return [name, t];
      }
      throw new ArgumentError(
        `Cannot use ${name} = ${
          JSON.stringify(t.arraySync())
        } of a Gaussian process: positive numbers are wanted`,
      );
    }),
  );
}

/** Parameters as numbers. */
export function asValues(parameters: Parameters): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, t]) => {
      const values = Array.from(t.dataSync());
      return [name, t.ndim === 0 ? values[0] : values];
    }),
  );
}

/** The logarithms of some parameters, one after the other. */
export function packed(
  parameters: Parameters,
  names: readonly string[],
): Tensor {
  return concat(
    names.map((name) =>
      parameters[name].log().reshape([parameters[name].size])
    ),
  );
}

/** Parameters with some of them from a vector of logarithms. */
export function unpacked(
  parameters: Parameters,
  names: readonly string[],
  logarithms: Tensor,
): Parameters {
  let next = 0;
  const changed = names.map((name): [string, Tensor] => {
    const { size, shape } = parameters[name];
    const part = logarithms.slice([next], [next += size]);
    return [name, part.exp().reshape([...shape])];
  });
  return { ...parameters, ...Object.fromEntries(changed) };
}
