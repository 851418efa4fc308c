#include "banks.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "module.h"

namespace emu {

namespace {

struct Conflict {
  unsigned ways = 0;
  long count = 0;
};

std::mutex& mutex = *new std::mutex();
/** By kernel and source line. */
std::map<std::string, Conflict>& conflicts =
    *new std::map<std::string, Conflict>();
/** Looking up a source line runs a program, so each is looked up once. */
std::map<std::pair<std::string, size_t>, std::string>& lines =
    *new std::map<std::pair<std::string, size_t>, std::string>();
std::string& taken = *new std::string();

}  // namespace

unsigned conflict_ways(const uint64_t* addresses, uint32_t lanes,
                       uint32_t size) {
  // Wide accesses go by half or quarter warps, 128 bytes at a time.
  unsigned group = size <= 4 ? 32 : size <= 8 ? 16 : 8;
  unsigned worst = 0;
  for (unsigned first = 0; first < 32; first += group) {
    std::set<uint64_t> words[32];
    for (unsigned lane = first; lane < first + group; lane++) {
      if (!(lanes >> lane & 1)) continue;
      for (uint64_t at = addresses[lane] / 4 * 4; at < addresses[lane] + size;
           at += 4) {
        words[at / 4 % 32].insert(at);
      }
    }
    for (const std::set<uint64_t>& bank : words) {
      worst = std::max(worst, (unsigned)bank.size());
    }
  }
  return worst;
}

void note_conflict(const Launch& launch, const void* where, unsigned ways) {
  std::lock_guard<std::mutex> lock(mutex);
  const Module& module = *launch.module;
  std::string& line =
      lines[{module.path, (size_t)((const char*)where - module.base)}];
  if (line.empty()) line = module.source_line(where);
  Conflict& conflict =
      conflicts[std::string(launch.kernel->name) + " " + line];
  conflict.ways = std::max(conflict.ways, ways);
  conflict.count++;
}

}  // namespace emu

/** The conflicts since the last call, a line each: kernel, place, ways. */
extern "C" __attribute__((visibility("default"))) const char*
allpairsEmulatorBankConflicts() {
  std::lock_guard<std::mutex> lock(emu::mutex);
  emu::taken.clear();
  for (const auto& entry : emu::conflicts) {
    emu::taken += entry.first + " " + std::to_string(entry.second.ways) +
                  "-way " + std::to_string(entry.second.count) + "\n";
  }
  emu::conflicts.clear();
  return emu::taken.c_str();
}
