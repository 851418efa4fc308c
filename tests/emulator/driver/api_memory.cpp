// Calls about memory: allocations, copies, fills.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "context.h"
#include "errors.h"
#include "memory.h"

using namespace emu;

namespace {

/** Whether a host address lies in memory of cuMemAllocHost. */
bool is_pinned(const void* address) {
  std::map<char*, size_t>& pinned = driver().pinned;
  auto after = pinned.upper_bound((char*)address);
  if (after == pinned.begin()) return false;
  auto at = std::prev(after);
  return (const char*)address < at->first + at->second;
}

enum class Direction { to_device, to_host, on_device };

/** Null pointers and ranges that are not device memory are refused. */
int check_copy(const void* to, const void* from, size_t bytes,
               Direction direction) {
  if (bytes == 0) return kSuccess;
  if (to == nullptr || from == nullptr) return kInvalidValue;
  if (direction != Direction::to_host && !is_device_range(to, bytes)) {
    return kInvalidValue;
  }
  if (direction != Direction::to_device && !is_device_range(from, bytes)) {
    return kInvalidValue;
  }
  return kSuccess;
}

int copy_now(void* to, const void* from, size_t bytes, Direction direction) {
  // A copy that is not asynchronous waits for what the device has to do.
  if (int lost = drain_device(current_context()->device)) return lost;
  if (int refused = check_copy(to, from, bytes, direction)) return refused;
  std::memmove(to, from, bytes);
  return kSuccess;
}

int copy_later(void* to, const void* from, size_t bytes, Direction direction,
               uintptr_t handle) {
  if (int refused = check_copy(to, from, bytes, direction)) return refused;
  std::shared_ptr<Stream> stream = find_stream(handle);
  if (stream == nullptr) return kInvalidHandle;
  const void* host = direction == Direction::to_host ? to : from;
  Work work = [=]() -> int {
    // The memory may have been freed since.
    if (check_copy(to, from, bytes, direction)) return kIllegalAddress;
    std::memmove(to, from, bytes);
    return kSuccess;
  };
  int code = enqueue(stream, work);
  // Host memory that is not pinned has been read or written on return.
  if (direction != Direction::on_device && !is_pinned(host)) {
    return drain(*stream);
  }
  return code;
}

template <class T>
int fill(char* start, T value, size_t count, uintptr_t handle) {
  if (count == 0) return kSuccess;
  if ((uintptr_t)start % sizeof(T) != 0 || count > SIZE_MAX / sizeof(T) ||
      !is_device_range(start, count * sizeof(T))) {
    return kInvalidValue;
  }
  std::shared_ptr<Stream> stream = find_stream(handle);
  if (stream == nullptr) return kInvalidHandle;
  return enqueue(stream, [=]() -> int {
    if (!is_device_range(start, count * sizeof(T))) return kIllegalAddress;
    for (size_t i = 0; i < count; i++) {
      std::memcpy(start + i * sizeof(T), &value, sizeof(T));
    }
    return kSuccess;
  });
}

int fill_now(int code) {
  return code != kSuccess ? code : drain_device(current_context()->device);
}

}  // namespace

EMU_EXPORT int cuMemAlloc_v2(char** start, size_t bytes) {
  EMU_ENTER(context);
  if (start == nullptr) return kInvalidValue;
  return allocate(current_context()->device, bytes, *start);
}

EMU_EXPORT int cuMemFree_v2(char* start) {
  EMU_ENTER(context);
  // Freeing waits for the device: work that was asked for may still use it.
  if (int lost = drain_device(current_context()->device)) return lost;
  return release(start);
}

EMU_EXPORT int cuMemGetInfo_v2(size_t* free, size_t* total) {
  EMU_ENTER(context);
  if (free == nullptr || total == nullptr) return kInvalidValue;
  memory_info(current_context()->device, *free, *total);
  return kSuccess;
}

EMU_EXPORT int cuMemGetAddressRange_v2(char** start, size_t* bytes,
                                       const char* address) {
  EMU_ENTER(context);
  Region region = region_of(address);
  if (region.bytes == 0) return kNotFound;
  if (start != nullptr) *start = region.start;
  if (bytes != nullptr) *bytes = region.bytes;
  return kSuccess;
}

EMU_EXPORT int cuMemAllocHost_v2(char** start, size_t bytes) {
  EMU_ENTER(context);
  if (start == nullptr || bytes == 0) return kInvalidValue;
  void* memory = nullptr;
  if (posix_memalign(&memory, 4096, bytes) != 0) return kOutOfMemory;
  std::memset(memory, 0xff, bytes < 65536 ? bytes : 65536);
  *start = (char*)memory;
  driver().pinned[*start] = bytes;
  return kSuccess;
}

EMU_EXPORT int cuMemHostAlloc(char** start, size_t bytes, unsigned) {
  return cuMemAllocHost_v2(start, bytes);
}

EMU_EXPORT int cuMemFreeHost(char* start) {
  EMU_ENTER(context);
  if (driver().pinned.count(start) == 0) return kInvalidValue;
  if (int lost = drain_device(current_context()->device)) return lost;
  driver().pinned.erase(start);
  std::free(start);
  return kSuccess;
}

EMU_EXPORT int cuMemcpyHtoD_v2(void* to, const void* from, size_t bytes) {
  EMU_ENTER(context);
  return copy_now(to, from, bytes, Direction::to_device);
}

EMU_EXPORT int cuMemcpyDtoH_v2(void* to, const void* from, size_t bytes) {
  EMU_ENTER(context);
  return copy_now(to, from, bytes, Direction::to_host);
}

EMU_EXPORT int cuMemcpyDtoD_v2(void* to, const void* from, size_t bytes) {
  EMU_ENTER(context);
  return copy_now(to, from, bytes, Direction::on_device);
}

EMU_EXPORT int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes,
                                    uintptr_t stream) {
  EMU_ENTER(context);
  return copy_later(to, from, bytes, Direction::to_device, stream);
}

EMU_EXPORT int cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes,
                                    uintptr_t stream) {
  EMU_ENTER(context);
  return copy_later(to, from, bytes, Direction::to_host, stream);
}

EMU_EXPORT int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes,
                                    uintptr_t stream) {
  EMU_ENTER(context);
  return copy_later(to, from, bytes, Direction::on_device, stream);
}

EMU_EXPORT int cuMemcpyPeer(void* to, Context*, const void* from, Context*,
                            size_t bytes) {
  EMU_ENTER(context);
  return copy_now(to, from, bytes, Direction::on_device);
}

EMU_EXPORT int cuMemcpyPeerAsync(void* to, Context*, const void* from,
                                 Context*, size_t bytes, uintptr_t stream) {
  EMU_ENTER(context);
  return copy_later(to, from, bytes, Direction::on_device, stream);
}

EMU_EXPORT int cuMemsetD8_v2(char* start, unsigned char value, size_t count) {
  EMU_ENTER(context);
  return fill_now(fill(start, value, count, 0));
}

EMU_EXPORT int cuMemsetD16_v2(char* start, unsigned short value,
                              size_t count) {
  EMU_ENTER(context);
  return fill_now(fill(start, value, count, 0));
}

EMU_EXPORT int cuMemsetD32_v2(char* start, unsigned value, size_t count) {
  EMU_ENTER(context);
  return fill_now(fill(start, value, count, 0));
}

EMU_EXPORT int cuMemsetD8Async(char* start, unsigned char value, size_t count,
                               uintptr_t stream) {
  EMU_ENTER(context);
  return fill(start, value, count, stream);
}

EMU_EXPORT int cuMemsetD16Async(char* start, unsigned short value,
                                size_t count, uintptr_t stream) {
  EMU_ENTER(context);
  return fill(start, value, count, stream);
}

EMU_EXPORT int cuMemsetD32Async(char* start, unsigned value, size_t count,
                                uintptr_t stream) {
  EMU_ENTER(context);
  return fill(start, value, count, stream);
}
