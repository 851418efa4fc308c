/**
 * The functions of the CUDA driver.
 *
 * @module
 */

/**
 * The functions of libcuda; handles are u64, out-parameters buffers.
 * `memmove` is within reach of every library: see `addressOf`.
 */
export const CUDA_FUNCTIONS = {
  memmove: {
    parameters: [
      "buffer", // dest
      "buffer", // src
      "usize", // n
    ],
    result: "u64",
    optional: true,
  },
  copyToHost: {
    name: "memmove",
    parameters: [
      "u64", // dest
      "buffer", // src
      "usize", // n
    ],
    result: "void",
    optional: true,
  },
  copyFromHost: {
    name: "memmove",
    parameters: [
      "buffer", // dest
      "u64", // src
      "usize", // n
    ],
    result: "void",
    optional: true,
  },
  cuInit: {
    parameters: [
      "u32", // Flags
    ],
    result: "i32",
  },
  cuDriverGetVersion: {
    parameters: [
      "buffer", // int* driverVersion
    ],
    result: "i32",
  },
  cuDeviceGetCount: {
    parameters: [
      "buffer", // int* count
    ],
    result: "i32",
  },
  cuDeviceGet: {
    parameters: [
      "buffer", // CUdevice* device
      "i32", // ordinal
    ],
    result: "i32",
  },
  cuDeviceGetName: {
    parameters: [
      "buffer", // char* name
      "i32", // len
      "i32", // dev
    ],
    result: "i32",
  },
  cuDeviceGetAttribute: {
    parameters: [
      "buffer", // int* pi
      "i32", // attrib
      "i32", // dev
    ],
    result: "i32",
  },
  cuDevicePrimaryCtxRetain: {
    parameters: [
      "buffer", // CUcontext* pctx
      "i32", // dev
    ],
    result: "i32",
  },
  cuDevicePrimaryCtxReset_v2: {
    parameters: [
      "i32", // dev
    ],
    result: "i32",
    optional: true,
  },
  cuCtxSetCurrent: {
    parameters: [
      "u64", // ctx
    ],
    result: "i32",
  },
  cuStreamCreate: {
    parameters: [
      "buffer", // CUstream* phStream
      "u32", // Flags
    ],
    result: "i32",
  },
  cuStreamSynchronize: {
    parameters: [
      "u64", // hStream
    ],
    result: "i32",
  },
  cuMemAlloc_v2: {
    parameters: [
      "buffer", // CUdeviceptr* dptr
      "usize", // bytesize
    ],
    result: "i32",
  },
  cuMemFree_v2: {
    parameters: [
      "u64", // dptr
    ],
    result: "i32",
  },
  cuMemGetInfo_v2: {
    parameters: [
      "buffer", // size_t* free
      "buffer", // size_t* total
    ],
    result: "i32",
  },
  cuMemAllocHost_v2: {
    parameters: [
      "buffer", // void** pp
      "usize", // bytesize
    ],
    result: "i32",
  },
  cuMemFreeHost: {
    parameters: [
      "u64", // p
    ],
    result: "i32",
  },
  cuMemcpyHtoDAsync_v2: {
    parameters: [
      "u64", // dstDevice
      "u64", // const void* srcHost
      "usize", // ByteCount
      "u64", // hStream
    ],
    result: "i32",
  },
  cuMemcpyDtoHAsync_v2: {
    parameters: [
      "u64", // void* dstHost
      "u64", // srcDevice
      "usize", // ByteCount
      "u64", // hStream
    ],
    result: "i32",
  },
  cuMemcpyDtoDAsync_v2: {
    parameters: [
      "u64", // dstDevice
      "u64", // srcDevice
      "usize", // ByteCount
      "u64", // hStream
    ],
    result: "i32",
  },
  cuMemcpyPeerAsync: {
    parameters: [
      "u64", // dstDevice
      "u64", // dstContext
      "u64", // srcDevice
      "u64", // srcContext
      "usize", // ByteCount
      "u64", // hStream
    ],
    result: "i32",
  },
  cuMemsetD8Async: {
    parameters: [
      "u64", // dstDevice
      "u8", // uc
      "usize", // N
      "u64", // hStream
    ],
    result: "i32",
  },
  cuModuleLoadData: {
    parameters: [
      "buffer", // CUmodule* module
      "buffer", // const void* image
    ],
    result: "i32",
  },
  cuModuleGetFunction: {
    parameters: [
      "buffer", // CUfunction* hfunc
      "u64", // hmod
      "buffer", // const char* name
    ],
    result: "i32",
  },
  cuModuleUnload: {
    parameters: [
      "u64", // hmod
    ],
    result: "i32",
  },
  cuFuncSetAttribute: {
    parameters: [
      "u64", // hfunc
      "i32", // attrib
      "i32", // value
    ],
    result: "i32",
  },
  cuLaunchKernel: {
    parameters: [
      "u64", // f
      "u32", // gridDimX
      "u32", // gridDimY
      "u32", // gridDimZ
      "u32", // blockDimX
      "u32", // blockDimY
      "u32", // blockDimZ
      "u32", // sharedMemBytes
      "u64", // hStream
      "buffer", // void** kernelParams
      "buffer", // void** extra
    ],
    result: "i32",
  },
  cuEventCreate: {
    parameters: [
      "buffer", // CUevent* phEvent
      "u32", // Flags
    ],
    result: "i32",
  },
  cuEventRecord: {
    parameters: [
      "u64", // hEvent
      "u64", // hStream
    ],
    result: "i32",
  },
  cuEventQuery: {
    parameters: [
      "u64", // hEvent
    ],
    result: "i32",
  },
  cuStreamWaitEvent: {
    parameters: [
      "u64", // hStream
      "u64", // hEvent
      "u32", // Flags
    ],
    result: "i32",
  },
  cuEventSynchronize: {
    parameters: [
      "u64", // hEvent
    ],
    result: "i32",
  },
  cuEventElapsedTime: {
    parameters: [
      "buffer", // float* pMilliseconds
      "u64", // hStart
      "u64", // hEnd
    ],
    result: "i32",
  },
} as const;

// Declarations are made file by file, so the check stands on its own.
CUDA_FUNCTIONS satisfies Deno.ForeignLibraryInterface;
