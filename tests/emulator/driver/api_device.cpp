// Calls about the driver, devices and contexts.
#include <cstring>

#include "context.h"
#include "errors.h"
#include "executor.h"
#include "fault.h"
#include "memory.h"

using namespace emu;

namespace {

bool is_device(int device) {
  return device >= 0 && device < settings().devices;
}

/** Values of attributes, those of a large device of the named capability. */
int attribute_of(int attribute) {
  for (const std::pair<int, int>& entry : settings().attributes) {
    if (entry.first == attribute) return entry.second;
  }
  switch (attribute) {
    case 1: return 1024;                // threads per block
    case 2: case 3: return 1024;        // block x, y
    case 4: return 64;                  // block z
    case 5: return 2147483647;          // grid x
    case 6: case 7: return 65535;       // grid y, z
    case 8: return 48 * 1024;           // shared memory per block
    case 9: return 64 * 1024;           // constant memory
    case 10: return 32;                 // warp size
    case 11: return 2147483647;         // pitch
    case 12: return 65536;              // registers per block
    case 13: return 1980000;            // clock, kHz
    case 14: return 512;                // texture alignment
    case 15: return 1;                  // overlap
    case 16: return 132;                // multiprocessors
    case 17: case 18: return 0;         // time limit, integrated
    case 19: return 1;                  // can map host memory
    case 20: return 0;                  // compute mode
    case 31: return 1;                  // concurrent kernels
    case 32: return 1;                  // error correction
    case 33: case 34: return 0;         // bus, device
    case 36: return 3201000;            // memory clock, kHz
    case 37: return 6144;               // bus width
    case 38: return 50 << 20;           // L2 cache
    case 39: return 2048;               // threads per multiprocessor
    case 40: return 3;                  // copy engines
    case 41: return 1;                  // unified addressing
    case 75: return settings().capability / 10;
    case 76: return settings().capability % 10;
    case 78: return 1;                  // stream priorities
    case 81: return 228 * 1024;         // shared memory per multiprocessor
    case 82: return 65536;              // registers per multiprocessor
    case 97: return kMaxSharedBytes;    // shared memory on request
    case 106: return 32;                // blocks per multiprocessor
    case 111: return 1024;              // shared memory kept by the driver
    default: return 0;
  }
}

Context& context_of(int device) {
  Context& context = driver().contexts[device];
  context.device = device;
  return context;
}

}  // namespace

EMU_EXPORT int cuInit(unsigned flags) {
  refresh_settings();
  EMU_ENTER(nothing);
  if (flags != 0) return kInvalidValue;
  if (settings().devices < 1) return kNoDevice;
  install_fault_handler();
  driver().initialised = true;
  return kSuccess;
}

EMU_EXPORT int cuDriverGetVersion(int* version) {
  EMU_ENTER(nothing);
  if (version == nullptr) return kInvalidValue;
  *version = settings().driver_version;
  return kSuccess;
}

EMU_EXPORT int cuDeviceGetCount(int* count) {
  EMU_ENTER(initialised);
  if (count == nullptr) return kInvalidValue;
  *count = settings().devices;
  return kSuccess;
}

EMU_EXPORT int cuDeviceGet(int* device, int ordinal) {
  EMU_ENTER(initialised);
  if (device == nullptr) return kInvalidValue;
  if (!is_device(ordinal)) return kInvalidDevice;
  *device = ordinal;
  return kSuccess;
}

EMU_EXPORT int cuDeviceGetName(char* name, int length, int device) {
  EMU_ENTER(initialised);
  if (name == nullptr || length < 1) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  std::strncpy(name, "allpairs emulator", length);
  name[length - 1] = 0;
  return kSuccess;
}

EMU_EXPORT int cuDeviceGetAttribute(int* value, int attribute, int device) {
  EMU_ENTER(initialised);
  if (value == nullptr || attribute < 1 || attribute > 200) {
    return kInvalidValue;
  }
  if (!is_device(device)) return kInvalidDevice;
  *value = attribute_of(attribute);
  return kSuccess;
}

EMU_EXPORT int cuDeviceComputeCapability(int* major, int* minor, int device) {
  EMU_ENTER(initialised);
  if (major == nullptr || minor == nullptr) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  *major = attribute_of(75);
  *minor = attribute_of(76);
  return kSuccess;
}

EMU_EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  EMU_ENTER(initialised);
  if (bytes == nullptr) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  *bytes = settings().memory;
  return kSuccess;
}

EMU_EXPORT int cuDeviceGetUuid_v2(char* uuid, int device) {
  EMU_ENTER(initialised);
  if (uuid == nullptr) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  std::memcpy(uuid, "allpairs emulat", 15);
  uuid[15] = (char)device;
  return kSuccess;
}

EMU_EXPORT int cuDevicePrimaryCtxRetain(Context** context, int device) {
  EMU_ENTER(initialised);
  if (context == nullptr) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  *context = &context_of(device);
  (*context)->retained++;
  return kSuccess;
}

EMU_EXPORT int cuDevicePrimaryCtxRelease_v2(int device) {
  EMU_ENTER(initialised);
  if (!is_device(device)) return kInvalidDevice;
  Context& context = context_of(device);
  if (context.retained == 0) return kInvalidContext;
  if (context.retained == 1) destroy_context(context);
  else context.retained--;
  return kSuccess;
}

EMU_EXPORT int cuDevicePrimaryCtxReset_v2(int device) {
  EMU_ENTER(initialised);
  if (!is_device(device)) return kInvalidDevice;
  destroy_context(context_of(device));
  return kSuccess;
}

EMU_EXPORT int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
  EMU_ENTER(initialised);
  if (!is_device(device)) return kInvalidDevice;
  context_of(device).flags = flags;
  return kSuccess;
}

EMU_EXPORT int cuDevicePrimaryCtxGetState(int device, unsigned* flags,
                                          int* active) {
  EMU_ENTER(initialised);
  if (flags == nullptr || active == nullptr) return kInvalidValue;
  if (!is_device(device)) return kInvalidDevice;
  *flags = context_of(device).flags;
  *active = context_of(device).retained > 0;
  return kSuccess;
}

EMU_EXPORT int cuCtxSetCurrent(Context* context) {
  EMU_ENTER(initialised);
  if (context != nullptr && !is_context(context)) return kInvalidContext;
  set_current_context(context);
  return kSuccess;
}

EMU_EXPORT int cuCtxGetCurrent(Context** context) {
  EMU_ENTER(initialised);
  if (context == nullptr) return kInvalidValue;
  *context = current_context();
  return kSuccess;
}

EMU_EXPORT int cuCtxGetDevice(int* device) {
  EMU_ENTER(context);
  if (device == nullptr) return kInvalidValue;
  *device = current_context()->device;
  return kSuccess;
}

EMU_EXPORT int cuCtxSynchronize() {
  EMU_ENTER(context);
  return drain_device(current_context()->device);
}

EMU_EXPORT int cuGetErrorName(int code, const char** name) {
  if (name == nullptr) return kInvalidValue;
  *name = name_of(code);
  return *name == nullptr ? kInvalidValue : kSuccess;
}

EMU_EXPORT int cuGetErrorString(int code, const char** message) {
  if (message == nullptr) return kInvalidValue;
  *message = message_of(code);
  return *message == nullptr ? kInvalidValue : kSuccess;
}
