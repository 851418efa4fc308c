// The functions that kernels call: barriers, exchanges in a warp, traps.
#include <chrono>
#include <cstring>

#include "errors.h"
#include "executor.h"

namespace emu {

namespace {

DeviceThread& full(Thread* thread) {
  return *static_cast<DeviceThread*>(thread);
}

/** The first of the 32 threads of a warp. */
DeviceThread* lanes_of(const DeviceThread& thread) {
  return &thread.executor->threads[thread.index / 32 * 32];
}

unsigned long reduce(WarpOp op, unsigned long a, unsigned long b) {
  switch (op) {
    case WarpOp::add:
      return (unsigned)(a + b);
    case WarpOp::min_signed:
      return (int)a < (int)b ? a : b;
    case WarpOp::max_signed:
      return (int)a > (int)b ? a : b;
    case WarpOp::min_unsigned:
      return (unsigned)a < (unsigned)b ? a : b;
    case WarpOp::max_unsigned:
      return (unsigned)a > (unsigned)b ? a : b;
    case WarpOp::bit_and:
      return a & b;
    case WarpOp::bit_or:
      return a | b;
    default:
      return a ^ b;
  }
}

/** What a lane gets, once all members have come. */
unsigned long result_for(const DeviceThread* warp, unsigned lane,
                         unsigned members) {
  const DeviceThread& thread = warp[lane];
  unsigned lanes = 0;
  unsigned long total = 0;
  bool first = true;
  switch (thread.warp_op) {
    case WarpOp::sync:
    case WarpOp::matrix:
      return 0;
    case WarpOp::shuffle:
      // Of a lane that is not there nothing is known: all ones is NaN.
      return thread.source < 32 && (members >> thread.source & 1)
                 ? warp[thread.source].value
                 : ~0ul;
    default:
      break;
  }
  for (unsigned other = 0; other < 32; other++) {
    if (!(members >> other & 1)) continue;
    unsigned long value = warp[other].value;
    bool counts = thread.warp_op == WarpOp::ballot ? value != 0
                                                   : value == thread.value;
    if (counts) lanes |= 1u << other;
    total = first ? value : reduce(thread.warp_op, total, value);
    first = false;
  }
  switch (thread.warp_op) {
    case WarpOp::ballot:
    case WarpOp::match_any:
      return lanes;
    case WarpOp::match_all:
      return lanes == members ? lanes : 0;
    default:
      return total;
  }
}

/** Lets the members go on if all of them wait for the same exchange. */
bool try_complete(DeviceThread& thread) {
  Warp& warp = thread.executor->warp_of(thread);
  unsigned members = thread.mask & warp.alive;
  if ((warp.waiting & members) != members) return false;
  DeviceThread* lanes = lanes_of(thread);
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(members >> lane & 1)) continue;
    const DeviceThread& other = lanes[lane];
    if (other.mask != thread.mask || other.warp_op != thread.warp_op ||
        other.line != thread.line) {
      return false;
    }
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(members >> lane & 1)) continue;
    lanes[lane].result = result_for(lanes, lane, members);
    lanes[lane].state = State::ready;
  }
  warp.waiting &= ~members;
  // Shuffles and votes promise no order of memory accesses.
  if (thread.warp_op == WarpOp::sync) {
    thread.executor->checker.warp_barrier(thread.index / 32, members);
  }
  return true;
}

unsigned sync_block(Thread* self, BlockOp op, int predicate, int line) {
  DeviceThread& thread = full(self);
  thread.block_op = op;
  thread.predicate = predicate;
  thread.line = line;
  thread.state = State::at_barrier;
  thread.executor->yield(thread);
  return thread.executor->barrier_result;
}

unsigned long warp_exchange(Thread* self, WarpOp op, unsigned mask,
                            unsigned long value, unsigned source, int line) {
  DeviceThread& thread = full(self);
  if (!(mask >> thread.lane & 1)) {
    thread.executor->stop(thread, kLaunchFailed,
                          "lane outside of its own mask at line " +
                              std::to_string(line));
  }
  thread.warp_op = op;
  thread.mask = mask;
  thread.value = value;
  thread.source = source;
  thread.line = line;
  thread.state = State::in_warp;
  thread.executor->warp_of(thread).waiting |= 1u << thread.lane;
  if (!try_complete(thread)) thread.executor->yield(thread);
  return thread.result;
}

const void* peer(Thread* self, unsigned lane) {
  return (const void*)lanes_of(full(self))[lane].value;
}

unsigned active_lanes(Thread* self) {
  return full(self).executor->warp_of(full(self)).alive;
}

unsigned long device_clock() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

void stop(Thread* self, Trap kind, const char* message, const char* file,
          int line) {
  DeviceThread& thread = full(self);
  thread.executor->stop(
      thread, kind == Trap::assertion ? kAssert : kLaunchFailed,
      std::string(kind == Trap::assertion ? "assertion failed: " : "") +
          message + " at " + file + ":" + std::to_string(line));
}

void access(Thread* self, const void* address, unsigned long size, Access kind,
            const void* where, bool aligned) {
  DeviceThread& thread = full(self);
  // A kernel that is to end does so here, if it gets nowhere else.
  if (thread.executor->launch->failed) thread.executor->yield(thread);
  if (!thread.executor->launch->check) return;
  thread.executor->checker.access(thread, address, size, kind, where, aligned);
}

}  // namespace

Warp& Executor::warp_of(const DeviceThread& thread) {
  return warps[thread.index / 32];
}

void Executor::finish_warp(DeviceThread& thread) {
  Warp& warp = warp_of(thread);
  warp.alive &= ~(1u << thread.lane);
  // Others may have been waiting for this lane, which does not come any more.
  DeviceThread* lanes = lanes_of(thread);
  for (unsigned lane = 0; lane < 32 && warp.waiting != 0; lane++) {
    if (warp.waiting >> lane & 1) try_complete(lanes[lane]);
  }
}

const Runtime* runtime() {
  static const Runtime table = {sync_block,   warp_exchange, peer,
                                active_lanes, device_clock,  stop,
                                access};
  return &table;
}

}  // namespace emu
