// What tests ask of the emulator beyond CUDA: what is alive, what was called.
#include <map>
#include <string>

#include "context.h"
#include "counts.h"
#include "memory.h"

using namespace emu;

namespace emu {

namespace {

std::map<std::string, long>& calls() {
  static auto& all = *new std::map<std::string, long>();
  return all;
}

}  // namespace

void count_call(const char* call) { calls()[call]++; }

}  // namespace emu

/** How often a function was called, by its name with the version. */
EMU_EXPORT long allpairsEmulatorCalls(const char* call) {
  std::lock_guard<std::recursive_mutex> lock(driver().mutex);
  auto at = calls().find(call);
  return at == calls().end() ? 0 : at->second;
}

/**
 * What is alive: bytes of device memory, allocations, streams, events,
 * modules, pieces of pinned host memory, contexts.
 */
EMU_EXPORT void allpairsEmulatorAlive(long* counts) {
  Driver& d = driver();
  std::lock_guard<std::recursive_mutex> lock(d.mutex);
  long bytes = 0, contexts = 0;
  for (const auto& entry : d.contexts) {
    size_t free = 0, total = 0;
    memory_info(entry.first, free, total);
    bytes += (long)(total - free);
    contexts += entry.second.retained > 0;
  }
  const long all[] = {bytes,
                      (long)allocation_count(),
                      (long)d.streams.size(),
                      (long)d.events.size(),
                      (long)d.modules.size(),
                      (long)d.pinned.size(),
                      contexts};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) counts[k] = all[k];
}
