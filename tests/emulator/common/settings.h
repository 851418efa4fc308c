// What the environment asks of the emulator; both libraries read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace emu {

enum class Order { forward, reverse, random };

/** A call that must fail: ALLPAIRS_EMULATOR_FAIL=call:code[:nth]. */
struct Failure {
  std::string call;
  int code;
  /** Which call of that name, from 1; 0 means every one. */
  long nth;
};

struct Settings {
  Order order = Order::forward;
  uint64_t seed = 0;
  bool check = false;
  bool lazy_streams = false;
  bool quiet = false;
  /** Kernels are not run: what remains is the time of the host. */
  bool idle = false;
  size_t memory = 0;
  int devices = 1;
  int driver_version = 0;
  int nvrtc_version = 0;
  int capability = 0;
  int threads = 0;
  double timeout_seconds = 0;
  /** Only these blocks run, of grids that have them; all if there are none. */
  uint64_t first_block = 0;
  uint64_t some_blocks = 0;
  /** Pairs of device attribute and value that replace the usual ones. */
  std::vector<std::pair<int, int>> attributes;
  std::vector<Failure> failures;
};

/** The settings in force. */
const Settings& settings();

/** Reads the environment if it changed since; counts of calls start anew. */
void refresh_settings();

/** The code that the call with this name has to fail with, or 0. */
int planted_failure(const char* call);

}  // namespace emu
