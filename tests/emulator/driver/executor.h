// Runs one block at a time: its device threads are fibers of one OS thread.
#pragma once

#include <csetjmp>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "checker.h"
#include "fiber.h"
#include "launch.h"

namespace emu {

struct Executor;

enum class State : uint8_t { ready, at_barrier, in_warp, done };

/** A device thread: what kernels see of it, and what the scheduler needs. */
struct DeviceThread : Thread {
  Executor* executor;
  Fiber fiber;
  State state;
  unsigned index;
  /** Where it waits, and for what. */
  int line;
  BlockOp block_op;
  int predicate;
  WarpOp warp_op;
  unsigned mask;
  unsigned long value;
  unsigned source;
  unsigned long result;
};

/** Which lanes of a warp have not ended, and which wait for others of it. */
struct Warp {
  unsigned alive = 0;
  unsigned waiting = 0;
};

struct Executor {
  Executor();
  ~Executor();

  /** Runs blocks of the launch until none is left. */
  void run(Launch& launch);

  // For the functions that kernels call.
  void yield(DeviceThread& thread);
  void stop(DeviceThread& thread, int code, const std::string& message,
            std::vector<const void*> places = {});
  void finish_warp(DeviceThread& thread);
  Warp& warp_of(const DeviceThread& thread);
  std::string describe(const DeviceThread& thread) const;

  Launch* launch = nullptr;
  std::vector<DeviceThread> threads;
  std::vector<Warp> warps;
  DeviceThread* running = nullptr;
  unsigned barrier_result = 0;
  Fiber scheduler;
  /** Where a fault in a kernel goes on, outside of the fibers. */
  sigjmp_buf escape;
  Checker checker;

 private:
  void run_block(uint64_t number);
  void schedule();
  void start_threads(uint64_t number);
  bool release_barrier();
  char* stack_of(unsigned index);

  char* stacks_ = nullptr;
  unsigned stacks_ready_ = 0;
  char* shared_ = nullptr;
  std::vector<unsigned> order_;
  std::mt19937_64 random_;
};

/** The executor whose kernel code runs on this OS thread, or null. */
Executor* active_executor();
void set_active_executor(Executor* executor);

/** The functions that kernel libraries call. */
const Runtime* runtime();

constexpr size_t kStackBytes = 256 * 1024;
constexpr unsigned kMaxThreads = 1024;
/** What a block of the largest devices may use. */
constexpr unsigned kMaxSharedBytes = 227 * 1024;

}  // namespace emu
