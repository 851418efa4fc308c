/**
 * The names of status codes.
 *
 * @module
 */

/** The status codes of the driver that matter here. */
export const CUDA_STATUS: Readonly<Record<number, string>> = {
  1: "CUDA_ERROR_INVALID_VALUE",
  2: "CUDA_ERROR_OUT_OF_MEMORY",
  3: "CUDA_ERROR_NOT_INITIALIZED",
  4: "CUDA_ERROR_DEINITIALIZED",
  34: "CUDA_ERROR_STUB_LIBRARY",
  46: "CUDA_ERROR_DEVICE_UNAVAILABLE",
  100: "CUDA_ERROR_NO_DEVICE",
  101: "CUDA_ERROR_INVALID_DEVICE",
  200: "CUDA_ERROR_INVALID_IMAGE",
  201: "CUDA_ERROR_INVALID_CONTEXT",
  209: "CUDA_ERROR_NO_BINARY_FOR_GPU",
  214: "CUDA_ERROR_ECC_UNCORRECTABLE",
  218: "CUDA_ERROR_INVALID_PTX",
  220: "CUDA_ERROR_NVLINK_UNCORRECTABLE",
  222: "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
  300: "CUDA_ERROR_INVALID_SOURCE",
  301: "CUDA_ERROR_FILE_NOT_FOUND",
  304: "CUDA_ERROR_OPERATING_SYSTEM",
  400: "CUDA_ERROR_INVALID_HANDLE",
  500: "CUDA_ERROR_NOT_FOUND",
  600: "CUDA_ERROR_NOT_READY",
  700: "CUDA_ERROR_ILLEGAL_ADDRESS",
  701: "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
  702: "CUDA_ERROR_LAUNCH_TIMEOUT",
  709: "CUDA_ERROR_CONTEXT_IS_DESTROYED",
  710: "CUDA_ERROR_ASSERT",
  714: "CUDA_ERROR_HARDWARE_STACK_ERROR",
  715: "CUDA_ERROR_ILLEGAL_INSTRUCTION",
  716: "CUDA_ERROR_MISALIGNED_ADDRESS",
  717: "CUDA_ERROR_INVALID_ADDRESS_SPACE",
  718: "CUDA_ERROR_INVALID_PC",
  719: "CUDA_ERROR_LAUNCH_FAILED",
  800: "CUDA_ERROR_NOT_PERMITTED",
  801: "CUDA_ERROR_NOT_SUPPORTED",
  802: "CUDA_ERROR_SYSTEM_NOT_READY",
  803: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
  804: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
  999: "CUDA_ERROR_UNKNOWN",
};

/** The status codes of the compiler. */
export const NVRTC_STATUS: Readonly<Record<number, string>> = {
  1: "NVRTC_ERROR_OUT_OF_MEMORY",
  2: "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
  3: "NVRTC_ERROR_INVALID_INPUT",
  4: "NVRTC_ERROR_INVALID_PROGRAM",
  5: "NVRTC_ERROR_INVALID_OPTION",
  6: "NVRTC_ERROR_COMPILATION",
  7: "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
  8: "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
  9: "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
  10: "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
  11: "NVRTC_ERROR_INTERNAL_ERROR",
  12: "NVRTC_ERROR_TIME_FILE_WRITE_FAILED",
};

/** What some status codes mean for the user. */
export const CUDA_HINTS: Readonly<Record<number, string>> = {
  2: "the device has too little memory left: who else uses it?",
  34: "the library is the toolkit's stub: the driver's own libcuda is wanted",
  46: "another process has it to itself",
  100: "the driver is there, but no GPU",
  201: "another thread lost the device: what was on it is gone",
  214: "the memory of the device failed: nvidia-smi -q tells more",
  222: "the driver is older than NVRTC: update it, or use an older NVRTC",
  700: "a kernel read or wrote outside its arrays",
  701: "a block has too many threads, registers or bytes of shared memory",
  702: "a kernel took longer than the system allows",
  709: "another thread lost the device: what was on it is gone",
  716: "a kernel read or wrote at an address that is no multiple of the size",
  802: "the system is still starting: is nvidia-fabricmanager running?",
  803: "the driver's library and its kernel module differ: restart the machine",
  804:
    "the compatibility package of CUDA does not support this device: remove it",
};
