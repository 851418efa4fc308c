// Devices with their primary contexts, and all handles that live in them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <deque>

#include "launch.h"
#include "module.h"

namespace emu {

struct Context {
  int device = 0;
  int retained = 0;
  unsigned flags = 0;
  /** The error after which nothing works any more, or 0. */
  int lost = 0;
};

struct Function {
  std::shared_ptr<Module> module;
  const Kernel* kernel = nullptr;
  int max_dynamic_shared = 48 * 1024;
};

/** Work that a stream does when its turn comes; gives a code. */
using Work = std::function<int()>;

struct Stream {
  int device = 0;
  unsigned flags = 0;
  std::deque<Work> queue;
};

struct Event {
  int device = 0;
  unsigned flags = 0;
  bool recorded = false;
  /** Records that have been asked for and that have been done. */
  long asked = 0;
  long reached = 0;
  double milliseconds = 0;
  std::weak_ptr<Stream> stream;
};

/** Everything that the driver knows; every call holds the lock. */
struct Driver {
  std::recursive_mutex mutex;
  bool initialised = false;
  std::map<int, Context> contexts;
  // Handles are numbers that are never used again, so that a stale one is
  // noticed.
  uintptr_t next_handle = 0x10000;
  std::map<uintptr_t, std::shared_ptr<Module>> modules;
  std::map<uintptr_t, std::shared_ptr<Function>> functions;
  std::map<uintptr_t, std::shared_ptr<Stream>> streams;
  std::map<uintptr_t, std::shared_ptr<Event>> events;
  std::map<char*, size_t> pinned;
  /** The stream that handle 0 means, for each device. */
  std::map<int, std::shared_ptr<Stream>> default_streams;

  uintptr_t new_handle() { return next_handle += 16; }
};

Driver& driver();

/** The context that is current on this OS thread, or null. */
Context* current_context();
void set_current_context(Context* context);

/** Whether a pointer is one of the contexts. */
bool is_context(const Context* context);

/** Null if there is no such stream; 0 is the default one. */
std::shared_ptr<Stream> find_stream(uintptr_t handle);

/** Does the work now, or when the stream is waited for. */
int enqueue(const std::shared_ptr<Stream>& stream, Work work);

/** Does all that a stream still has to do. */
int drain(Stream& stream);

/** The same for all streams of a device. */
int drain_device(int device);

/** Drops all that lives in a context, as its reset does. */
void destroy_context(Context& context);

/** What each call does first: 0, or the code that it has to return. */
enum class Needs { nothing, initialised, context };
int enter(const char* call, Needs needs);

}  // namespace emu

/** Begins a function of the API: takes the lock and checks what it needs. */
#define EMU_ENTER(needs)                                                  \
  std::lock_guard<std::recursive_mutex> lock(emu::driver().mutex);        \
  if (int refused = emu::enter(__func__, emu::Needs::needs)) return refused

#define EMU_EXPORT extern "C" __attribute__((visibility("default")))
