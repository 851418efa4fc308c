#include "report.h"

#include <cstdio>
#include <mutex>

#include "../common/settings.h"

namespace emu {

namespace {

std::mutex& mutex = *new std::mutex();
std::string& lines = *new std::string();
std::string& taken = *new std::string();
constexpr size_t kMaxBytes = 1 << 16;

}  // namespace

void report(const std::string& line) {
  std::lock_guard<std::mutex> lock(mutex);
  if (lines.size() < kMaxBytes) lines += line + "\n";
  if (!settings().quiet) {
    std::fprintf(stderr, "allpairs emulator: %s\n", line.c_str());
  }
}

}  // namespace emu

/** The report since the last call, which stays valid until the next. */
extern "C" __attribute__((visibility("default"))) const char*
allpairsEmulatorReport() {
  std::lock_guard<std::mutex> lock(emu::mutex);
  emu::taken.swap(emu::lines);
  emu::lines.clear();
  return emu::taken.c_str();
}
