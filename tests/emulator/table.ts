/**
 * The calls of the stand-in libraries that its own tests make: a table apart
 * from the library's, so that a mistake in one does not hide in the other.
 * Handles are `u64`, memory that a call fills is a `buffer`.
 *
 * @module
 */

const handle = "u64";
const code = "i32";

const cudaTable = {
  allpairsEmulatorReport: { parameters: [], result: "pointer" },
  cuInit: { parameters: ["u32"], result: code },
  cuDriverGetVersion: { parameters: ["buffer"], result: code },
  cuDeviceGetCount: { parameters: ["buffer"], result: code },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: code },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: code },
  cuDeviceGetAttribute: { parameters: ["buffer", "i32", "i32"], result: code },
  cuDeviceTotalMem_v2: { parameters: ["buffer", "i32"], result: code },
  cuDevicePrimaryCtxRetain: { parameters: ["buffer", "i32"], result: code },
  cuDevicePrimaryCtxRelease_v2: { parameters: ["i32"], result: code },
  cuDevicePrimaryCtxReset_v2: { parameters: ["i32"], result: code },
  cuCtxSetCurrent: { parameters: [handle], result: code },
  cuCtxGetCurrent: { parameters: ["buffer"], result: code },
  cuCtxSynchronize: { parameters: [], result: code },
  cuMemAlloc_v2: { parameters: ["buffer", "usize"], result: code },
  cuMemFree_v2: { parameters: [handle], result: code },
  cuMemAllocHost_v2: { parameters: ["buffer", "usize"], result: code },
  cuMemFreeHost: { parameters: [handle], result: code },
  cuMemGetInfo_v2: { parameters: ["buffer", "buffer"], result: code },
  cuMemcpyHtoD_v2: { parameters: [handle, "buffer", "usize"], result: code },
  cuMemcpyDtoH_v2: { parameters: ["buffer", handle, "usize"], result: code },
  cuMemcpyDtoD_v2: { parameters: [handle, handle, "usize"], result: code },
  cuMemcpyHtoDAsync_v2: {
    parameters: [handle, "buffer", "usize", handle],
    result: code,
  },
  cuMemcpyDtoHAsync_v2: {
    parameters: [handle, handle, "usize", handle],
    result: code,
  },
  cuMemcpyDtoDAsync_v2: {
    parameters: [handle, handle, "usize", handle],
    result: code,
  },
  cuMemsetD8_v2: { parameters: [handle, "u8", "usize"], result: code },
  cuMemsetD32_v2: { parameters: [handle, "u32", "usize"], result: code },
  cuMemsetD8Async: {
    parameters: [handle, "u8", "usize", handle],
    result: code,
  },
  cuMemsetD32Async: {
    parameters: [handle, "u32", "usize", handle],
    result: code,
  },
  cuModuleLoadData: { parameters: ["buffer", "buffer"], result: code },
  cuModuleLoadDataEx: {
    parameters: ["buffer", "buffer", "u32", "pointer", "pointer"],
    result: code,
  },
  cuModuleUnload: { parameters: [handle], result: code },
  cuModuleGetFunction: {
    parameters: ["buffer", handle, "buffer"],
    result: code,
  },
  cuModuleGetGlobal_v2: {
    parameters: ["buffer", "buffer", handle, "buffer"],
    result: code,
  },
  cuFuncGetAttribute: { parameters: ["buffer", "i32", handle], result: code },
  cuFuncSetAttribute: { parameters: [handle, "i32", "i32"], result: code },
  cuOccupancyMaxActiveBlocksPerMultiprocessor: {
    parameters: ["buffer", handle, "i32", "usize"],
    result: code,
  },
  cuLaunchKernel: {
    parameters: [
      handle,
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      "u32",
      handle,
      "buffer",
      "buffer",
    ],
    result: code,
  },
  cuStreamCreate: { parameters: ["buffer", "u32"], result: code },
  cuStreamDestroy_v2: { parameters: [handle], result: code },
  cuStreamSynchronize: { parameters: [handle], result: code },
  cuStreamQuery: { parameters: [handle], result: code },
  cuStreamWaitEvent: { parameters: [handle, handle, "u32"], result: code },
  cuEventCreate: { parameters: ["buffer", "u32"], result: code },
  cuEventRecord: { parameters: [handle, handle], result: code },
  cuEventSynchronize: { parameters: [handle], result: code },
  cuEventQuery: { parameters: [handle], result: code },
  cuEventElapsedTime: { parameters: ["buffer", handle, handle], result: code },
  cuEventDestroy_v2: { parameters: [handle], result: code },
  cuGetErrorName: { parameters: ["i32", "buffer"], result: code },
  cuGetErrorString: { parameters: ["i32", "buffer"], result: code },
} as const;

const nvrtcTable = {
  nvrtcVersion: { parameters: ["buffer", "buffer"], result: code },
  nvrtcGetErrorString: { parameters: ["i32"], result: "pointer" },
  nvrtcCreateProgram: {
    parameters: ["buffer", "buffer", "buffer", "i32", "buffer", "buffer"],
    result: code,
  },
  nvrtcDestroyProgram: { parameters: ["buffer"], result: code },
  nvrtcAddNameExpression: { parameters: [handle, "buffer"], result: code },
  nvrtcCompileProgram: {
    parameters: [handle, "i32", "buffer"],
    result: code,
  },
  nvrtcGetPTXSize: { parameters: [handle, "buffer"], result: code },
  nvrtcGetPTX: { parameters: [handle, "buffer"], result: code },
  nvrtcGetCUBINSize: { parameters: [handle, "buffer"], result: code },
  nvrtcGetCUBIN: { parameters: [handle, "buffer"], result: code },
  nvrtcGetProgramLogSize: { parameters: [handle, "buffer"], result: code },
  nvrtcGetProgramLog: { parameters: [handle, "buffer"], result: code },
  nvrtcGetLoweredName: {
    parameters: [handle, "buffer", "buffer"],
    result: code,
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
