#include "memory.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "../common/settings.h"
#include "errors.h"
#include "report.h"

namespace emu {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAlignment = 256;
constexpr size_t kArena = (size_t)1 << 42;
/** Larger allocations are not filled: it would touch all their pages. */
constexpr size_t kMaxPoison = (size_t)64 << 20;
constexpr unsigned char kSlackByte = 0xa5;

struct Allocation {
  size_t bytes;
  int device;
  /** Null for a variable of a module. */
  char* first_page;
  size_t page_bytes;
};

struct State {
  std::shared_mutex mutex;
  char* arena = nullptr;
  char* next = nullptr;
  std::map<char*, Allocation> allocations;
  std::map<int, size_t> used;
  std::atomic<uint64_t> generation{1};
};

State& state() {
  static State& instance = *new State();
  return instance;
}

size_t round_up(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

/** Addresses are not used again until all have been: stale ones then fault. */
char* reserve(State& s, size_t bytes) {
  if (s.arena == nullptr) {
    void* arena = mmap(nullptr, kArena, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena == MAP_FAILED) return nullptr;
    s.arena = s.next = (char*)arena;
  }
  for (int round = 0; round < 2; round++) {
    char* at = s.next;
    while (at + bytes <= s.arena + kArena) {
      // Past any allocation that is in the way.
      auto after = s.allocations.lower_bound(at);
      char* clash = nullptr;
      if (after != s.allocations.begin()) {
        const Allocation& before = std::prev(after)->second;
        char* end = before.first_page + before.page_bytes;
        if (before.first_page != nullptr && end > at) clash = end;
      }
      if (clash == nullptr && after != s.allocations.end() &&
          after->second.first_page != nullptr &&
          after->second.first_page < at + bytes) {
        clash = after->second.first_page + after->second.page_bytes;
      }
      if (clash == nullptr) {
        s.next = at + bytes;
        return at;
      }
      at = clash + kPage;
    }
    s.next = s.arena;
  }
  return nullptr;
}

/** Whether something was written past the end, where no page can tell. */
void check_slack(char* start, const Allocation& allocation) {
  char* end = allocation.first_page + allocation.page_bytes;
  for (char* p = start + allocation.bytes; p < end; p++) {
    if ((unsigned char)*p == kSlackByte) continue;
    char text[128];
    std::snprintf(text, sizeof text,
                  "written %zu bytes past the end of an allocation of %zu",
                  (size_t)(p - start) - allocation.bytes, allocation.bytes);
    report(text);
    return;
  }
}

void drop(State& s, std::map<char*, Allocation>::iterator at) {
  const Allocation& allocation = at->second;
  if (allocation.first_page != nullptr) {
    check_slack(at->first, allocation);
    mmap(allocation.first_page, allocation.page_bytes, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    s.used[allocation.device] -= round_up(allocation.bytes, kAlignment);
  }
  s.allocations.erase(at);
  s.generation++;
}

}  // namespace

int allocate(int device, size_t bytes, char*& start) {
  if (bytes == 0) return kInvalidValue;
  State& s = state();
  std::unique_lock<std::shared_mutex> lock(s.mutex);
  size_t rounded = round_up(bytes, kAlignment);
  if (bytes > kArena / 2 || s.used[device] + rounded > settings().memory) {
    return kOutOfMemory;
  }
  size_t page_bytes = round_up(rounded, kPage);
  char* area = reserve(s, page_bytes + 2 * kPage);
  if (area == nullptr) return kOutOfMemory;
  char* first_page = area + kPage;
  if (mprotect(first_page, page_bytes, PROT_READ | PROT_WRITE) != 0) {
    return kOutOfMemory;
  }
  start = first_page + page_bytes - rounded;
  // Device memory is not zero either: all ones is NaN.
  if (page_bytes <= kMaxPoison) std::memset(first_page, 0xff, page_bytes);
  std::memset(start + bytes, kSlackByte, rounded - bytes);
  s.allocations[start] = {bytes, device, first_page, page_bytes};
  s.used[device] += rounded;
  s.generation++;
  return kSuccess;
}

int release(char* start) {
  if (start == nullptr) return kSuccess;
  State& s = state();
  std::unique_lock<std::shared_mutex> lock(s.mutex);
  auto at = s.allocations.find(start);
  if (at == s.allocations.end() || at->second.first_page == nullptr) {
    return kInvalidValue;
  }
  drop(s, at);
  return kSuccess;
}

void release_all(int device) {
  State& s = state();
  std::unique_lock<std::shared_mutex> lock(s.mutex);
  for (auto at = s.allocations.begin(); at != s.allocations.end();) {
    auto here = at++;
    if (here->second.device == device) drop(s, here);
  }
}

void add_variable(char* start, size_t bytes, int device) {
  State& s = state();
  std::unique_lock<std::shared_mutex> lock(s.mutex);
  s.allocations[start] = {bytes, device, nullptr, 0};
  s.generation++;
}

void remove_variable(char* start) {
  State& s = state();
  std::unique_lock<std::shared_mutex> lock(s.mutex);
  s.allocations.erase(start);
  s.generation++;
}

Region region_before(const void* address) {
  State& s = state();
  std::shared_lock<std::shared_mutex> lock(s.mutex);
  auto after = s.allocations.upper_bound((char*)address);
  if (after == s.allocations.begin()) return {};
  auto at = std::prev(after);
  return {at->first, at->second.bytes};
}

Region region_of(const void* address) {
  Region region = region_before(address);
  bool inside = (const char*)address < region.start + region.bytes;
  return inside ? region : Region();
}

bool is_device_range(const void* address, size_t bytes) {
  Region region = region_of(address);
  size_t offset = (const char*)address - region.start;
  return region.bytes != 0 && bytes <= region.bytes - offset;
}

uint64_t memory_generation() { return state().generation; }

bool in_arena(const void* address) {
  const State& s = state();
  return s.arena != nullptr && (const char*)address >= s.arena &&
         (const char*)address < s.arena + kArena;
}

size_t allocation_count() {
  State& s = state();
  std::shared_lock<std::shared_mutex> lock(s.mutex);
  size_t count = 0;
  for (const auto& entry : s.allocations) {
    count += entry.second.first_page != nullptr;
  }
  return count;
}

void memory_info(int device, size_t& free, size_t& total) {
  State& s = state();
  std::shared_lock<std::shared_mutex> lock(s.mutex);
  total = settings().memory;
  auto at = s.used.find(device);
  size_t used = at == s.used.end() ? 0 : at->second;
  free = used > total ? 0 : total - used;
}

const char* describe_address(const void* address) {
  if ((uintptr_t)address < kPage) return "a null pointer";
  return in_arena(address) ? "outside of every allocation"
                           : "not device memory";
}

}  // namespace emu
