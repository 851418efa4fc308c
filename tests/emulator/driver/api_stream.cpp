// Calls about streams and events.
#include <chrono>

#include "context.h"
#include "errors.h"

using namespace emu;

namespace {

double now_milliseconds() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

std::shared_ptr<Event> find_event(uintptr_t handle) {
  auto at = driver().events.find(handle);
  return at == driver().events.end() ? nullptr : at->second;
}

/** Does what has to be done before a record of the event is reached. */
int reach(Event& event, long record) {
  std::shared_ptr<Stream> stream = event.stream.lock();
  while (event.reached < record && stream != nullptr &&
         !stream->queue.empty()) {
    Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (int code = work()) {
      driver().contexts[stream->device].lost = code;
      return code;
    }
  }
  return driver().contexts[event.device].lost;
}

}  // namespace

EMU_EXPORT int cuStreamCreate(uintptr_t* handle, unsigned flags) {
  EMU_ENTER(context);
  if (handle == nullptr || flags > 1) return kInvalidValue;
  auto stream = std::make_shared<Stream>();
  stream->device = current_context()->device;
  stream->flags = flags;
  *handle = driver().new_handle();
  driver().streams[*handle] = stream;
  return kSuccess;
}

EMU_EXPORT int cuStreamCreateWithPriority(uintptr_t* handle, unsigned flags,
                                          int) {
  return cuStreamCreate(handle, flags);
}

EMU_EXPORT int cuStreamDestroy_v2(uintptr_t handle) {
  EMU_ENTER(context);
  auto at = driver().streams.find(handle);
  if (at == driver().streams.end()) return kInvalidHandle;
  // What it has to do is still done.
  int code = drain(*at->second);
  driver().streams.erase(handle);
  return code;
}

EMU_EXPORT int cuStreamSynchronize(uintptr_t handle) {
  EMU_ENTER(context);
  std::shared_ptr<Stream> stream = find_stream(handle);
  if (stream == nullptr) return kInvalidHandle;
  return drain(*stream);
}

EMU_EXPORT int cuStreamQuery(uintptr_t handle) {
  EMU_ENTER(context);
  std::shared_ptr<Stream> stream = find_stream(handle);
  if (stream == nullptr) return kInvalidHandle;
  if (stream->queue.empty()) return kSuccess;
  // Who asks again and again must see the end at last.
  Work work = std::move(stream->queue.front());
  stream->queue.pop_front();
  if (int code = work()) {
    current_context()->lost = code;
    return code;
  }
  return stream->queue.empty() ? kSuccess : kNotReady;
}

EMU_EXPORT int cuStreamWaitEvent(uintptr_t handle, uintptr_t event_handle,
                                 unsigned) {
  EMU_ENTER(context);
  std::shared_ptr<Stream> stream = find_stream(handle);
  std::shared_ptr<Event> event = find_event(event_handle);
  if (stream == nullptr || event == nullptr) return kInvalidHandle;
  long record = event->asked;
  return enqueue(stream, [event, record]() { return reach(*event, record); });
}

EMU_EXPORT int cuEventCreate(uintptr_t* handle, unsigned flags) {
  EMU_ENTER(context);
  if (handle == nullptr || flags > 7) return kInvalidValue;
  auto event = std::make_shared<Event>();
  event->device = current_context()->device;
  event->flags = flags;
  *handle = driver().new_handle();
  driver().events[*handle] = event;
  return kSuccess;
}

EMU_EXPORT int cuEventRecord(uintptr_t handle, uintptr_t stream_handle) {
  EMU_ENTER(context);
  std::shared_ptr<Event> event = find_event(handle);
  std::shared_ptr<Stream> stream = find_stream(stream_handle);
  if (event == nullptr || stream == nullptr) return kInvalidHandle;
  long record = ++event->asked;
  event->stream = stream;
  return enqueue(stream, [event, record]() -> int {
    event->reached = record;
    event->milliseconds = now_milliseconds();
    return kSuccess;
  });
}

EMU_EXPORT int cuEventSynchronize(uintptr_t handle) {
  EMU_ENTER(context);
  std::shared_ptr<Event> event = find_event(handle);
  if (event == nullptr) return kInvalidHandle;
  return reach(*event, event->asked);
}

EMU_EXPORT int cuEventQuery(uintptr_t handle) {
  EMU_ENTER(context);
  std::shared_ptr<Event> event = find_event(handle);
  if (event == nullptr) return kInvalidHandle;
  if (event->reached == event->asked) return kSuccess;
  std::shared_ptr<Stream> stream = event->stream.lock();
  if (stream != nullptr && !stream->queue.empty()) {
    Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (int code = work()) {
      current_context()->lost = code;
      return code;
    }
  }
  return event->reached == event->asked ? kSuccess : kNotReady;
}

EMU_EXPORT int cuEventElapsedTime_v2(float* milliseconds, uintptr_t from,
                                     uintptr_t to) {
  EMU_ENTER(context);
  std::shared_ptr<Event> first = find_event(from);
  std::shared_ptr<Event> second = find_event(to);
  if (milliseconds == nullptr) return kInvalidValue;
  // Flag 2 says that an event keeps no time.
  if (first == nullptr || second == nullptr || first->asked == 0 ||
      second->asked == 0 || (first->flags & 2) || (second->flags & 2)) {
    return kInvalidHandle;
  }
  if (first->reached != first->asked || second->reached != second->asked) {
    return kNotReady;
  }
  *milliseconds = (float)(second->milliseconds - first->milliseconds);
  return kSuccess;
}

EMU_EXPORT int cuEventElapsedTime(float* milliseconds, uintptr_t from,
                                  uintptr_t to) {
  return cuEventElapsedTime_v2(milliseconds, from, to);
}

EMU_EXPORT int cuEventDestroy_v2(uintptr_t handle) {
  EMU_ENTER(context);
  return driver().events.erase(handle) == 0 ? kInvalidHandle : kSuccess;
}
