#include "executor.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>

#include "errors.h"
#include "module.h"

namespace emu {

namespace {

// Read by the signal handler: this model needs no allocation on first use.
__attribute__((tls_model("initial-exec"))) thread_local Executor* active =
    nullptr;

constexpr size_t kPage = 4096;
constexpr size_t kSharedMapping = (kMaxSharedBytes + kPage - 1) / kPage * kPage;

char* map(size_t bytes, int protection) {
  void* address = mmap(nullptr, bytes, protection,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) throw std::bad_alloc();
  return (char*)address;
}

/** Where every fiber begins. */
void enter_fiber() {
  Executor* executor = active;
  DeviceThread* thread = executor->running;
  Launch& launch = *executor->launch;
  launch.kernel->run(thread, launch.kernel->function,
                     launch.parameters.data());
  thread->state = State::done;
  executor->finish_warp(*thread);
  switch_fiber(thread->fiber, executor->scheduler);
  std::abort();
}

/** The n-th block to run: an arbitrary but complete order of the grid. */
uint64_t block_at(const Launch& launch, uint64_t n) {
  uint64_t count = launch.block_count;
  if (launch.order == Order::reverse) return count - 1 - n;
  if (launch.order == Order::forward || count < 2) return n;
  uint64_t step = (launch.seed * 2654435761u + 12345) % count;
  while (std::gcd(step, count) != 1) step = (step + 1) % count;
  return (uint64_t)(((unsigned __int128)n * step + launch.seed) % count);
}

}  // namespace

Executor* active_executor() { return active; }
void set_active_executor(Executor* executor) { active = executor; }

Executor::Executor() : threads(kMaxThreads), warps(kMaxThreads / 32) {
  // Stacks take memory only where they are used.
  stacks_ = map(kStackBytes * kMaxThreads, PROT_READ | PROT_WRITE);
  shared_ = map(kSharedMapping + kPage, PROT_READ | PROT_WRITE);
  mprotect(shared_ + kSharedMapping, kPage, PROT_NONE);
}

Executor::~Executor() {
  munmap(stacks_, kStackBytes * kMaxThreads);
  munmap(shared_, kSharedMapping + kPage);
}

char* Executor::stack_of(unsigned index) {
  for (; stacks_ready_ <= index; stacks_ready_++) {
    mprotect(stacks_ + stacks_ready_ * kStackBytes, kPage, PROT_NONE);
  }
  return stacks_ + index * kStackBytes;
}

void Executor::run(Launch& to_run) {
  launch = &to_run;
  random_.seed(to_run.seed + 1);
  for (;;) {
    uint64_t n = to_run.next_block++;
    if (n >= to_run.block_count) break;
    // After trouble the rest of the blocks is only counted.
    if (!to_run.failed) run_block(to_run.first_block + block_at(to_run, n));
    to_run.blocks_done++;
  }
  launch = nullptr;
}

void Executor::start_threads(uint64_t number) {
  Launch& l = *launch;
  uint3 block = {(unsigned)(number % l.grid.x),
                 (unsigned)(number / l.grid.x % l.grid.y),
                 (unsigned)(number / l.grid.x / l.grid.y)};
  unsigned count = l.block.x * l.block.y * l.block.z;
  char* dynamic = shared_ + kSharedMapping - (l.shared_bytes + 15) / 16 * 16;
  // Shared memory is not zero on a device either: all ones is NaN.
  std::memset(dynamic, 0xff, (l.shared_bytes + 15) / 16 * 16);
  std::memset(l.module->shared_memory(), 0xff, l.module->shared_bytes);
  checker.begin_block(l, dynamic);
  for (unsigned i = 0; i < count; i++) {
    DeviceThread& thread = threads[i];
    thread.thread_index = {i % l.block.x, i / l.block.x % l.block.y,
                           i / l.block.x / l.block.y};
    thread.block_index = block;
    thread.block_size = l.block;
    thread.grid_size = l.grid;
    thread.lane = i % 32;
    thread.dynamic_shared = dynamic;
    thread.executor = this;
    thread.state = State::ready;
    thread.index = i;
    // Tops of stacks differ in their low bits, or they would all fall into
    // the same lines of the cache.
    prepare_fiber(thread.fiber, stack_of(i), kStackBytes - i % 31 * 128,
                  enter_fiber);
  }
  for (unsigned first = 0; first < count; first += 32) {
    unsigned lanes = std::min(count - first, 32u);
    warps[first / 32] = {lanes == 32 ? ~0u : (1u << lanes) - 1, 0};
  }
  order_.resize(count);
  std::iota(order_.begin(), order_.end(), 0u);
  if (l.order == Order::reverse) std::reverse(order_.begin(), order_.end());
}

void Executor::run_block(uint64_t number) {
  start_threads(number);
  active = this;
  // A fault or the watchdog comes back here; the fibers are then abandoned.
  if (sigsetjmp(escape, 0) == 0) schedule();
  active = nullptr;
  if (!launch->failed) checker.end_block();
  running = nullptr;
}

void Executor::schedule() {
  size_t alive = order_.size();
  while (alive > 0) {
    if (launch->order == Order::random) {
      std::shuffle(order_.begin(), order_.end(), random_);
    }
    bool progress = false;
    for (unsigned index : order_) {
      DeviceThread& thread = threads[index];
      if (thread.state != State::ready) continue;
      progress = true;
      running = &thread;
      switch_fiber(scheduler, thread.fiber);
      if (launch->failed) return;
      if (thread.state == State::done) alive--;
    }
    if (!progress && !release_barrier()) return;
  }
}

bool Executor::release_barrier() {
  const DeviceThread* first = nullptr;
  const DeviceThread* other = nullptr;
  const DeviceThread* in_warp = nullptr;
  unsigned yes = 0, all = 0;
  for (unsigned index = 0; index < order_.size(); index++) {
    const DeviceThread& thread = threads[index];
    if (thread.state == State::done) continue;
    if (thread.state == State::in_warp) {
      if (in_warp == nullptr) in_warp = &thread;
      continue;
    }
    if (first == nullptr) first = &thread;
    if (thread.line != first->line || thread.block_op != first->block_op) {
      if (other == nullptr) other = &thread;
    }
    yes += thread.predicate != 0;
    all++;
  }
  if (in_warp != nullptr) {
    std::string text = "deadlock: " + describe(*in_warp);
    const DeviceThread* against = first;
    for (unsigned index = 0; against == nullptr && index < order_.size();
         index++) {
      const DeviceThread& thread = threads[index];
      bool differs = thread.line != in_warp->line ||
                     thread.mask != in_warp->mask;
      if (thread.state == State::in_warp && differs) against = &thread;
    }
    if (against != nullptr) text += ", but " + describe(*against);
    launch->fail(kLaunchTimeout, text);
    return false;
  }
  if (other != nullptr) {
    launch->fail(kLaunchFailed, "divergent __syncthreads: " +
                                    describe(*first) + ", but " +
                                    describe(*other));
    return false;
  }
  switch (first->block_op) {
    case BlockOp::sync:
      break;
    case BlockOp::count:
      barrier_result = yes;
      break;
    case BlockOp::all:
      barrier_result = yes == all;
      break;
    case BlockOp::any:
      barrier_result = yes != 0;
      break;
  }
  checker.barrier();
  for (unsigned index = 0; index < order_.size(); index++) {
    if (threads[index].state == State::at_barrier) {
      threads[index].state = State::ready;
    }
  }
  return true;
}

void Executor::yield(DeviceThread& thread) {
  switch_fiber(thread.fiber, scheduler);
}

void Executor::stop(DeviceThread& thread, int code, const std::string& message,
                    std::vector<const void*> places) {
  launch->fail(code, message + " in " + describe(thread), std::move(places));
  switch_fiber(thread.fiber, scheduler);
}

std::string Executor::describe(const DeviceThread& thread) const {
  auto triple = [](uint3 v) {
    return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," +
           std::to_string(v.z) + ")";
  };
  std::string text = "block " + triple(thread.block_index) + " thread " +
                     triple(thread.thread_index);
  if (thread.state == State::at_barrier) {
    text += " is at the barrier of line " + std::to_string(thread.line);
  } else if (thread.state == State::in_warp) {
    text += " waits for its warp at line " + std::to_string(thread.line);
  }
  return text;
}

}  // namespace emu
