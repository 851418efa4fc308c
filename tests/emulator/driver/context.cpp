#include "context.h"

#include "counts.h"
#include "errors.h"
#include "fault.h"
#include "memory.h"

namespace emu {

namespace {

thread_local Context* current = nullptr;

void lose_context(int code) {
  if (current != nullptr && is_sticky(code) && current->lost == 0) {
    current->lost = code;
  }
}

template <class T>
void drop_device(std::map<uintptr_t, std::shared_ptr<T>>& handles,
                 int device) {
  for (auto at = handles.begin(); at != handles.end();) {
    auto here = at++;
    if (here->second->device == device) handles.erase(here);
  }
}

}  // namespace

Driver& driver() {
  static Driver& instance = *new Driver();
  return instance;
}

Context* current_context() { return current; }
void set_current_context(Context* context) { current = context; }

bool is_context(const Context* context) {
  for (const auto& entry : driver().contexts) {
    if (&entry.second == context) return true;
  }
  return false;
}

std::shared_ptr<Stream> find_stream(uintptr_t handle) {
  Driver& d = driver();
  // 0, CU_STREAM_LEGACY and CU_STREAM_PER_THREAD.
  if (handle <= 2) {
    std::shared_ptr<Stream>& stream = d.default_streams[current->device];
    if (stream == nullptr) stream = std::make_shared<Stream>();
    stream->device = current->device;
    return stream;
  }
  auto at = d.streams.find(handle);
  return at == d.streams.end() ? nullptr : at->second;
}

int enqueue(const std::shared_ptr<Stream>& stream, Work work) {
  if (settings().lazy_streams) {
    stream->queue.push_back(std::move(work));
    return kSuccess;
  }
  int code = work();
  // As on a device, later calls tell of it: at the time of this one nobody
  // can know yet.
  if (code != kSuccess) driver().contexts[stream->device].lost = code;
  return kSuccess;
}

int drain(Stream& stream) {
  Context& context = driver().contexts[stream.device];
  while (!stream.queue.empty() && context.lost == 0) {
    Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    int code = work();
    if (code != kSuccess) context.lost = code;
  }
  if (context.lost != 0) stream.queue.clear();
  return context.lost;
}

int drain_device(int device) {
  Driver& d = driver();
  auto at = d.default_streams.find(device);
  if (at != d.default_streams.end()) drain(*at->second);
  for (auto& entry : d.streams) {
    if (entry.second->device == device) drain(*entry.second);
  }
  return d.contexts[device].lost;
}

void destroy_context(Context& context) {
  Driver& d = driver();
  int device = context.device;
  drain_device(device);
  for (auto at = d.functions.begin(); at != d.functions.end();) {
    auto here = at++;
    if (here->second->module->device == device) d.functions.erase(here);
  }
  drop_device(d.modules, device);
  drop_device(d.streams, device);
  drop_device(d.events, device);
  d.default_streams.erase(device);
  release_all(device);
  context.lost = 0;
  context.retained = 0;
}

int enter(const char* call, Needs needs) {
  count_call(call);
  int code = planted_failure(call);
  if (code != 0) {
    lose_context(code);
    return code;
  }
  if (needs == Needs::nothing) return kSuccess;
  if (!driver().initialised) return kNotInitialized;
  if (needs == Needs::initialised) return kSuccess;
  if (current == nullptr) return kInvalidContext;
  if (current->retained == 0) return kContextIsDestroyed;
  return current->lost;
}

}  // namespace emu
