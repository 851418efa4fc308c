// A kernel launch and what can go wrong in it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "../common/settings.h"
#include "../shim/runtime_abi.h"

namespace emu {

struct Module;

/** The first thing that went wrong in a launch. */
struct Trouble {
  int code = 0;
  std::string message;
  /** Places in the kernel library, to be turned into source lines. */
  std::vector<const void*> places;
};

struct Launch {
  const Kernel* kernel;
  std::shared_ptr<Module> module;
  dim3 grid, block;
  unsigned shared_bytes;
  /** Copies of the arguments, and where each begins. */
  std::vector<unsigned long> arguments;
  std::vector<void*> parameters;

  Order order;
  uint64_t seed;
  bool check;
  /** Taken by the block that counts bank conflicts. */
  std::atomic<bool> watch_banks{true};

  /** Blocks that run, from one on: all of the grid, unless settings say. */
  uint64_t first_block = 0;
  uint64_t block_count;
  std::atomic<uint64_t> next_block{0};
  std::atomic<uint64_t> blocks_done{0};
  /** Checked by every executor: after trouble no new block begins. */
  std::atomic<bool> failed{false};
  std::mutex mutex;
  Trouble trouble;

  void fail(int code, const std::string& message,
            std::vector<const void*> places = {});
};

/** Runs all blocks; gives the code, and reports trouble. */
int run_launch(const std::shared_ptr<Launch>& launch);

}  // namespace emu
