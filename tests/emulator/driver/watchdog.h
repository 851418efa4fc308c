// Ends kernels that run for longer than ALLPAIRS_EMULATOR_TIMEOUT seconds.
#pragma once

#include "launch.h"

namespace emu {

/** The calling OS thread runs blocks of a launch, for a scope. */
struct Watched {
  explicit Watched(Launch& launch);
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
};

/** The signal that makes an OS thread leave its kernel. */
int watchdog_signal();

}  // namespace emu
