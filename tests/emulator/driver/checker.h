// Judges each memory access of a block in the checked mode.
#pragma once

#include "launch.h"

namespace emu {

struct DeviceThread;

struct Checker {
  void begin_block(const Launch&, char*) {}
  void barrier() {}
  void warp_barrier(unsigned, unsigned) {}
  void access(DeviceThread&, const void*, unsigned long, Access, const void*,
              bool) {}
};

}  // namespace emu
