#include "watchdog.h"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <list>
#include <thread>

#include "errors.h"

namespace emu {

namespace {

using Clock = std::chrono::steady_clock;

struct Entry {
  pthread_t thread;
  Launch* launch;
  Clock::time_point deadline;
};

std::mutex& mutex = *new std::mutex();
std::list<Entry>& entries = *new std::list<Entry>();
bool started = false;

void watch_forever() {
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::lock_guard<std::mutex> lock(mutex);
    for (const Entry& entry : entries) {
      if (Clock::now() < entry.deadline) continue;
      entry.launch->fail(kLaunchTimeout, "the kernel did not end in time");
      // Again and again until the signal comes at a good moment.
      pthread_kill(entry.thread, watchdog_signal());
    }
  }
}

}  // namespace

int watchdog_signal() { return SIGRTMIN + 3; }

Watched::Watched(Launch& launch) {
  double seconds = settings().timeout_seconds;
  auto length = std::chrono::duration<double>(seconds > 0 ? seconds : 1e9);
  std::lock_guard<std::mutex> lock(mutex);
  entries.push_front(
      {pthread_self(), &launch,
       Clock::now() + std::chrono::duration_cast<Clock::duration>(length)});
  if (!started && seconds > 0) {
    started = true;
    std::thread(watch_forever).detach();
  }
}

Watched::~Watched() {
  std::lock_guard<std::mutex> lock(mutex);
  for (auto at = entries.begin(); at != entries.end(); ++at) {
    if (!pthread_equal(at->thread, pthread_self())) continue;
    entries.erase(at);
    return;
  }
}

}  // namespace emu
