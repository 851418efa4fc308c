/**
 * The calls of the stand-in libraries that its own tests make: a table apart
 * from the library's, so that a mistake in one does not hide in the other.
 * Handles are `u64`, memory that a call fills is a `buffer`.
 *
 * @module
 */

const cudaTable = {
  allpairsEmulatorReport: { parameters: [], result: "pointer" },
  allpairsEmulatorBankConflicts: { parameters: [], result: "pointer" },
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDeviceGetAttribute: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDeviceTotalMem_v2: { parameters: ["buffer", "i32"], result: "i32" },
  cuDevicePrimaryCtxRetain: { parameters: ["buffer", "i32"], result: "i32" },
  cuDevicePrimaryCtxRelease_v2: { parameters: ["i32"], result: "i32" },
  cuDevicePrimaryCtxReset_v2: { parameters: ["i32"], result: "i32" },
  cuCtxSetCurrent: { parameters: ["u64"], result: "i32" },
  cuCtxGetCurrent: { parameters: ["buffer"], result: "i32" },
  cuCtxSynchronize: { parameters: [], result: "i32" },
  cuMemAlloc_v2: { parameters: ["buffer", "usize"], result: "i32" },
  cuMemFree_v2: { parameters: ["u64"], result: "i32" },
  cuMemAllocHost_v2: { parameters: ["buffer", "usize"], result: "i32" },
  cuMemFreeHost: { parameters: ["u64"], result: "i32" },
  cuMemGetInfo_v2: { parameters: ["buffer", "buffer"], result: "i32" },
  cuMemcpyHtoD_v2: { parameters: ["u64", "buffer", "usize"], result: "i32" },
  cuMemcpyDtoH_v2: { parameters: ["buffer", "u64", "usize"], result: "i32" },
  cuMemcpyDtoD_v2: { parameters: ["u64", "u64", "usize"], result: "i32" },
  cuMemcpyHtoDAsync_v2: {
    parameters: ["u64", "buffer", "usize", "u64"],
    result: "i32",
  },
  cuMemcpyDtoHAsync_v2: {
    parameters: ["u64", "u64", "usize", "u64"],
    result: "i32",
  },
  cuMemcpyDtoDAsync_v2: {
    parameters: ["u64", "u64", "usize", "u64"],
    result: "i32",
  },
  cuMemsetD8_v2: { parameters: ["u64", "u8", "usize"], result: "i32" },
  cuMemsetD32_v2: { parameters: ["u64", "u32", "usize"], result: "i32" },
  cuMemsetD8Async: {
    parameters: ["u64", "u8", "usize", "u64"],
    result: "i32",
  },
  cuMemsetD32Async: {
    parameters: ["u64", "u32", "usize", "u64"],
    result: "i32",
  },
  cuModuleLoadData: { parameters: ["buffer", "buffer"], result: "i32" },
  cuModuleLoadDataEx: {
    parameters: ["buffer", "buffer", "u32", "pointer", "pointer"],
    result: "i32",
  },
  cuModuleUnload: { parameters: ["u64"], result: "i32" },
  cuModuleGetFunction: {
    parameters: ["buffer", "u64", "buffer"],
    result: "i32",
  },
  cuModuleGetGlobal_v2: {
    parameters: ["buffer", "buffer", "u64", "buffer"],
    result: "i32",
  },
  cuFuncGetAttribute: { parameters: ["buffer", "i32", "u64"], result: "i32" },
  cuFuncSetAttribute: { parameters: ["u64", "i32", "i32"], result: "i32" },
  cuOccupancyMaxActiveBlocksPerMultiprocessor: {
    parameters: ["buffer", "u64", "i32", "usize"],
    result: "i32",
  },
  cuLaunchKernel: {
    parameters: [
      "u64",
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      "u64",
      "buffer",
      "buffer",
    ],
    result: "i32",
  },
  cuStreamCreate: { parameters: ["buffer", "u32"], result: "i32" },
  cuStreamDestroy_v2: { parameters: ["u64"], result: "i32" },
  cuStreamSynchronize: { parameters: ["u64"], result: "i32" },
  cuStreamQuery: { parameters: ["u64"], result: "i32" },
  cuStreamWaitEvent: { parameters: ["u64", "u64", "u32"], result: "i32" },
  cuEventCreate: { parameters: ["buffer", "u32"], result: "i32" },
  cuEventRecord: { parameters: ["u64", "u64"], result: "i32" },
  cuEventSynchronize: { parameters: ["u64"], result: "i32" },
  cuEventQuery: { parameters: ["u64"], result: "i32" },
  cuEventElapsedTime: { parameters: ["buffer", "u64", "u64"], result: "i32" },
  cuEventDestroy_v2: { parameters: ["u64"], result: "i32" },
  cuGetErrorName: { parameters: ["i32", "buffer"], result: "i32" },
  cuGetErrorString: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

const nvrtcTable = {
  nvrtcVersion: { parameters: ["buffer", "buffer"], result: "i32" },
  nvrtcGetErrorString: { parameters: ["i32"], result: "pointer" },
  nvrtcCreateProgram: {
    parameters: ["buffer", "buffer", "buffer", "i32", "buffer", "buffer"],
    result: "i32",
  },
  nvrtcDestroyProgram: { parameters: ["buffer"], result: "i32" },
  nvrtcAddNameExpression: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcCompileProgram: {
    parameters: ["u64", "i32", "buffer"],
    result: "i32",
  },
  nvrtcGetPTXSize: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetPTX: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetCUBINSize: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetCUBIN: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetProgramLogSize: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetProgramLog: { parameters: ["u64", "buffer"], result: "i32" },
  nvrtcGetLoweredName: {
    parameters: ["u64", "buffer", "buffer"],
    result: "i32",
  },
} as const;

export type Cuda = Deno.DynamicLibrary<typeof cudaTable>["symbols"];
export type Nvrtc = Deno.DynamicLibrary<typeof nvrtcTable>["symbols"];

/** Opens both libraries; they stay open for the life of the process. */
export function openLibraries(
  paths: { cuda: string; nvrtc: string },
): { cuda: Cuda; nvrtc: Nvrtc } {
  return {
    cuda: Deno.dlopen(paths.cuda, cudaTable).symbols,
    nvrtc: Deno.dlopen(paths.nvrtc, nvrtcTable).symbols,
  };
}

/** Text as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text + "\0");
}

/** Text that C gave. */
export function readCString(pointer: Deno.PointerValue): string {
  return pointer === null
    ? ""
    : new Deno.UnsafePointerView(pointer).getCString();
}

/** The address of memory that JavaScript holds. */
export function addressOf(memory: ArrayBufferView<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory));
}
