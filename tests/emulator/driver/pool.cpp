// Spreads the blocks of a launch over OS threads.
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <thread>

#include "errors.h"
#include "executor.h"
#include "fault.h"
#include "launch.h"
#include "module.h"
#include "report.h"
#include "watchdog.h"

namespace emu {

namespace {

// Executors are lent to OS threads, so that callers on many threads do not
// each hold stacks. Nothing here is ever destroyed: workers outlive main().
struct Pool {
  std::mutex mutex;
  std::condition_variable work;
  std::condition_variable done;
  std::deque<std::shared_ptr<Launch>> offers;
  std::vector<Executor*> idle;
  int workers = 0;
};

Pool& pool() {
  static Pool& instance = *new Pool();
  return instance;
}

Executor* borrow() {
  Pool& p = pool();
  std::lock_guard<std::mutex> lock(p.mutex);
  if (p.idle.empty()) return new Executor();
  Executor* executor = p.idle.back();
  p.idle.pop_back();
  return executor;
}

void give_back(Executor* executor) {
  Pool& p = pool();
  std::lock_guard<std::mutex> lock(p.mutex);
  p.idle.push_back(executor);
}

void take_part(Launch& launch) {
  SignalStack stack;
  Watched watched(launch);
  Executor* executor = borrow();
  executor->run(launch);
  give_back(executor);
}

void work_forever() {
  Pool& p = pool();
  for (;;) {
    std::shared_ptr<Launch> launch;
    {
      std::unique_lock<std::mutex> lock(p.mutex);
      p.work.wait(lock, [&] { return !p.offers.empty(); });
      launch = p.offers.front();
      p.offers.pop_front();
    }
    take_part(*launch);
    std::lock_guard<std::mutex> lock(p.mutex);
    p.done.notify_all();
  }
}

/** Asks up to `count` other threads for help. */
void offer(const std::shared_ptr<Launch>& launch, int count) {
  Pool& p = pool();
  std::lock_guard<std::mutex> lock(p.mutex);
  for (; p.workers < count; p.workers++) std::thread(work_forever).detach();
  for (int i = 0; i < count; i++) {
    p.offers.push_back(launch);
    p.work.notify_one();
  }
}

}  // namespace

void Launch::fail(int code, const std::string& message,
                  std::vector<const void*> places) {
  std::lock_guard<std::mutex> lock(mutex);
  if (failed) return;
  trouble = {code, message, std::move(places)};
  failed = true;
}

int run_launch(const std::shared_ptr<Launch>& launch) {
  int helpers = settings().threads - 1;
  if ((uint64_t)helpers > launch->block_count - 1) {
    helpers = (int)(launch->block_count - 1);
  }
  if (helpers > 0) offer(launch, helpers);
  take_part(*launch);
  if (helpers > 0) {
    Pool& p = pool();
    std::unique_lock<std::mutex> lock(p.mutex);
    p.done.wait(lock,
                [&] { return launch->blocks_done == launch->block_count; });
  }
  if (!launch->failed) return kSuccess;
  std::string text = launch->trouble.message;
  const char* joint = " at ";
  for (const void* place : launch->trouble.places) {
    text += joint + launch->module->source_line(place);
    joint = " and ";
  }
  report(std::string(launch->kernel->name) + ": " + text);
  return launch->trouble.code;
}

}  // namespace emu
