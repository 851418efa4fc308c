/**
 * What this platform's WebAssembly can do.
 *
 * @module
 */

import { Code } from "./code.ts";
import { encodeModule } from "./encode.ts";
import { SIMD } from "./opcodes.ts";

/** Whether a function of lanes with this body is valid. */
function accepts(write: (code: Code) => void): boolean {
  const code = new Code(1);
  write(code);
  const signature = { takes: ["v128"], gives: ["v128"] } as const;
  return WebAssembly.validate(
    encodeModule({
      shared: false,
      imports: [],
      functions: [{ ...signature, body: code.body() }],
    }),
  );
}

/** Whether memory can be shared with other threads. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === "function";
}

let vectors: boolean | undefined;
let relaxed: boolean | undefined;

/** Whether there are vector instructions. */
export function hasVectors(): boolean {
  vectors ??= typeof WebAssembly === "object" && accepts((code) => {
    code.get(0);
    code.simd(SIMD.f32Neg);
  });
  return vectors;
}

/** Whether there are relaxed vector instructions. */
export function hasRelaxed(): boolean {
  relaxed ??= typeof WebAssembly === "object" && accepts((code) => {
    for (let k = 0; k < 3; k++) code.get(0);
    code.simd(SIMD.f32RelaxedMadd);
  });
  return relaxed;
}
