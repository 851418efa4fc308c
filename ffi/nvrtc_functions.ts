/**
 * The functions of NVRTC.
 *
 * @module
 */

/**
 * The functions of libnvrtc; handles are u64, out-parameters buffers.
 * `memmove` is within reach of every library: see `addressOf`.
 */
export const NVRTC_FUNCTIONS = {
  memmove: {
    parameters: [
      "buffer", // dest
      "buffer", // src
      "usize", // n
    ],
    result: "u64",
    optional: true,
  },
  nvrtcVersion: {
    parameters: [
      "buffer", // int* major
      "buffer", // int* minor
    ],
    result: "i32",
  },
  nvrtcGetNumSupportedArchs: {
    parameters: [
      "buffer", // int* numArchs
    ],
    result: "i32",
    optional: true,
  },
  nvrtcGetSupportedArchs: {
    parameters: [
      "buffer", // int* supportedArchs
    ],
    result: "i32",
    optional: true,
  },
  nvrtcCreateProgram: {
    parameters: [
      "buffer", // nvrtcProgram* prog
      "buffer", // const char* src
      "buffer", // const char* name
      "i32", // numHeaders
      "buffer", // const char* const* headers
      "buffer", // const char* const* includeNames
    ],
    result: "i32",
  },
  nvrtcCompileProgram: {
    parameters: [
      "u64", // prog
      "i32", // numOptions
      "buffer", // const char* const* options
    ],
    result: "i32",
  },
  nvrtcCompileProgramLater: {
    name: "nvrtcCompileProgram",
    parameters: [
      "u64", // prog
      "i32", // numOptions
      "buffer", // const char* const* options
    ],
    result: "i32",
    nonblocking: true,
  },
  nvrtcDestroyProgram: {
    parameters: [
      "buffer", // nvrtcProgram* prog
    ],
    result: "i32",
  },
  nvrtcGetProgramLogSize: {
    parameters: [
      "u64", // prog
      "buffer", // size_t* logSizeRet
    ],
    result: "i32",
  },
  nvrtcGetProgramLog: {
    parameters: [
      "u64", // prog
      "buffer", // char* log
    ],
    result: "i32",
  },
  nvrtcGetPTXSize: {
    parameters: [
      "u64", // prog
      "buffer", // size_t* ptxSizeRet
    ],
    result: "i32",
  },
  nvrtcGetPTX: {
    parameters: [
      "u64", // prog
      "buffer", // char* ptx
    ],
    result: "i32",
  },
  nvrtcGetCUBINSize: {
    parameters: [
      "u64", // prog
      "buffer", // size_t* cubinSizeRet
    ],
    result: "i32",
    optional: true,
  },
  nvrtcGetCUBIN: {
    parameters: [
      "u64", // prog
      "buffer", // char* cubin
    ],
    result: "i32",
    optional: true,
  },
} as const;

// Declarations are made file by file, so the check stands on its own.
NVRTC_FUNCTIONS satisfies Deno.ForeignLibraryInterface;
