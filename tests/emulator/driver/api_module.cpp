// Calls about modules, functions and launches.
#include <algorithm>
#include <cstring>

#include "context.h"
#include "errors.h"
#include "executor.h"
#include "memory.h"

using namespace emu;

namespace {

constexpr int kDefaultShared = 48 * 1024;

std::shared_ptr<Function> find_function(uintptr_t handle) {
  auto at = driver().functions.find(handle);
  return at == driver().functions.end() ? nullptr : at->second;
}

int max_threads(const Function& function) {
  unsigned bound = function.kernel->max_threads;
  return bound == 0 || bound > kMaxThreads ? kMaxThreads : bound;
}

/** Copies arguments given as an array of addresses. */
void copy_arguments(Launch& launch, void** parameters) {
  const Kernel& kernel = *launch.kernel;
  size_t words = 0;
  for (unsigned i = 0; i < kernel.parameter_count; i++) {
    words += kernel.parameter_sizes[i] / 8 + 3;
  }
  launch.arguments.resize(words + 2);
  char* at = (char*)launch.arguments.data();
  for (unsigned i = 0; i < kernel.parameter_count; i++) {
    unsigned alignment = kernel.parameter_alignments[i];
    at = (char*)(((uintptr_t)at + alignment - 1) / alignment * alignment);
    std::memcpy(at, parameters[i], kernel.parameter_sizes[i]);
    launch.parameters.push_back(at);
    at += kernel.parameter_sizes[i];
  }
}

/** Finds the arguments in a buffer that is laid out like a struct. */
bool unpack_buffer(const Kernel& kernel, void** extra,
                   std::vector<void*>& parameters) {
  char* buffer = nullptr;
  size_t bytes = 0;
  for (void** entry = extra; *entry != nullptr; entry += 2) {
    if ((uintptr_t)entry[0] == 1) buffer = (char*)entry[1];
    else if ((uintptr_t)entry[0] == 2) bytes = *(size_t*)entry[1];
    else return false;
  }
  size_t offset = 0;
  for (unsigned i = 0; i < kernel.parameter_count; i++) {
    size_t alignment = kernel.parameter_alignments[i];
    offset = (offset + alignment - 1) / alignment * alignment;
    parameters.push_back(buffer + offset);
    offset += kernel.parameter_sizes[i];
  }
  return buffer != nullptr && offset <= bytes;
}

}  // namespace

EMU_EXPORT int cuModuleLoadData(uintptr_t* handle, const char* image) {
  EMU_ENTER(context);
  if (handle == nullptr || image == nullptr) return kInvalidValue;
  std::shared_ptr<Module> module;
  // An image of a real compiler is binary: its first bytes say enough.
  size_t length = strnlen(image, 1 << 16);
  if (int code = load_module(std::string(image, length), module)) return code;
  module->device = current_context()->device;
  *handle = driver().new_handle();
  driver().modules[*handle] = module;
  return kSuccess;
}

EMU_EXPORT int cuModuleLoadDataEx(uintptr_t* handle, const char* image,
                                  unsigned, int*, void**) {
  return cuModuleLoadData(handle, image);
}

EMU_EXPORT int cuModuleUnload(uintptr_t handle) {
  EMU_ENTER(context);
  Driver& d = driver();
  auto at = d.modules.find(handle);
  if (at == d.modules.end()) return kInvalidHandle;
  if (int lost = drain_device(current_context()->device)) return lost;
  for (auto it = d.functions.begin(); it != d.functions.end();) {
    auto here = it++;
    if (here->second->module == at->second) d.functions.erase(here);
  }
  d.modules.erase(at);
  return kSuccess;
}

EMU_EXPORT int cuModuleGetFunction(uintptr_t* handle, uintptr_t module,
                                   const char* name) {
  EMU_ENTER(context);
  if (handle == nullptr || name == nullptr) return kInvalidValue;
  Driver& d = driver();
  auto at = d.modules.find(module);
  if (at == d.modules.end()) return kInvalidHandle;
  const Kernel* kernel = at->second->find(name);
  if (kernel == nullptr) return kNotFound;
  // A kernel has one handle however often it is asked for.
  for (auto& entry : d.functions) {
    if (entry.second->kernel == kernel) {
      *handle = entry.first;
      return kSuccess;
    }
  }
  auto function = std::make_shared<Function>();
  function->module = at->second;
  function->kernel = kernel;
  *handle = d.new_handle();
  d.functions[*handle] = function;
  return kSuccess;
}

EMU_EXPORT int cuModuleGetGlobal_v2(char** start, size_t* bytes,
                                    uintptr_t module, const char* name) {
  EMU_ENTER(context);
  if (name == nullptr) return kInvalidValue;
  auto at = driver().modules.find(module);
  if (at == driver().modules.end()) return kInvalidHandle;
  size_t size = 0;
  char* address = (char*)at->second->find_variable(name, size);
  if (address == nullptr) return kNotFound;
  at->second->add_variable(address, size);
  if (start != nullptr) *start = address;
  if (bytes != nullptr) *bytes = size;
  return kSuccess;
}

EMU_EXPORT int cuFuncGetAttribute(int* value, int attribute,
                                  uintptr_t handle) {
  EMU_ENTER(context);
  std::shared_ptr<Function> function = find_function(handle);
  if (function == nullptr) return kInvalidHandle;
  if (value == nullptr) return kInvalidValue;
  switch (attribute) {
    case 0:
      *value = max_threads(*function);
      return kSuccess;
    case 1:
      // Of all kernels of the module: more is not known of one.
      *value = (int)function->module->static_shared_bytes();
      return kSuccess;
    case 2: case 3: case 7: case 9:
      *value = 0;
      return kSuccess;
    case 4:
      *value = 32;
      return kSuccess;
    case 5: case 6:
      *value = settings().capability;
      return kSuccess;
    case 8:
      *value = function->max_dynamic_shared;
      return kSuccess;
    default:
      return kInvalidValue;
  }
}

EMU_EXPORT int cuFuncSetAttribute(uintptr_t handle, int attribute, int value) {
  EMU_ENTER(context);
  std::shared_ptr<Function> function = find_function(handle);
  if (function == nullptr) return kInvalidHandle;
  if (attribute == 9) return kSuccess;
  if (attribute != 8 || value < 0 || value > (int)kMaxSharedBytes) {
    return kInvalidValue;
  }
  function->max_dynamic_shared = value;
  return kSuccess;
}

EMU_EXPORT int cuFuncSetCacheConfig(uintptr_t handle, int) {
  EMU_ENTER(context);
  return find_function(handle) == nullptr ? kInvalidHandle : kSuccess;
}

EMU_EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks,
                                                           uintptr_t handle,
                                                           int threads,
                                                           size_t shared) {
  EMU_ENTER(context);
  std::shared_ptr<Function> function = find_function(handle);
  if (function == nullptr) return kInvalidHandle;
  if (blocks == nullptr || threads < 1) return kInvalidValue;
  int by_threads = 2048 / ((threads + 31) / 32 * 32);
  size_t bytes = shared + function->module->static_shared_bytes() + 1024;
  int by_shared = (int)(228 * 1024 / bytes);
  *blocks = by_threads < by_shared ? by_threads : by_shared;
  if (*blocks > 32) *blocks = 32;
  if (threads > max_threads(*function)) *blocks = 0;
  return kSuccess;
}

EMU_EXPORT int cuLaunchKernel(uintptr_t handle, unsigned grid_x,
                              unsigned grid_y, unsigned grid_z,
                              unsigned block_x, unsigned block_y,
                              unsigned block_z, unsigned shared_bytes,
                              uintptr_t stream_handle, void** parameters,
                              void** extra) {
  EMU_ENTER(context);
  std::shared_ptr<Function> function = find_function(handle);
  std::shared_ptr<Stream> stream = find_stream(stream_handle);
  if (function == nullptr || stream == nullptr) return kInvalidHandle;
  bool grid_fits = grid_x > 0 && grid_y > 0 && grid_z > 0 &&
                   grid_x <= 2147483647u && grid_y <= 65535 &&
                   grid_z <= 65535;
  bool block_fits = block_x > 0 && block_y > 0 && block_z > 0 &&
                    block_x <= 1024 && block_y <= 1024 && block_z <= 64 &&
                    (uint64_t)block_x * block_y * block_z <=
                        (uint64_t)max_threads(*function);
  if (!grid_fits || !block_fits ||
      shared_bytes > (unsigned)function->max_dynamic_shared) {
    return kInvalidValue;
  }
  std::vector<void*> unpacked;
  const Kernel& kernel = *function->kernel;
  if (parameters == nullptr && kernel.parameter_count > 0) {
    if (extra == nullptr || !unpack_buffer(kernel, extra, unpacked)) {
      return kInvalidValue;
    }
    parameters = unpacked.data();
  }
  if (settings().idle) return kSuccess;
  auto launch = std::make_shared<Launch>();
  launch->kernel = function->kernel;
  launch->module = function->module;
  launch->grid = {grid_x, grid_y, grid_z};
  launch->block = {block_x, block_y, block_z};
  launch->shared_bytes = shared_bytes;
  launch->order = settings().order;
  launch->seed = settings().seed;
  launch->check = settings().check;
  launch->block_count = (uint64_t)grid_x * grid_y * grid_z;
  const Settings& now = settings();
  if (now.some_blocks > 0 && now.first_block < launch->block_count) {
    launch->first_block = now.first_block;
    launch->block_count =
        std::min(now.some_blocks, launch->block_count - now.first_block);
  }
  copy_arguments(*launch, parameters);
  return enqueue(stream, [launch]() { return run_launch(launch); });
}
