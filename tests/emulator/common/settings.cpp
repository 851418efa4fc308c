#include "settings.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "../driver/errors.h"

namespace emu {

namespace {

// Replaced as a whole and never freed: other threads may be reading it, and
// may still run while the process exits.
std::atomic<const Settings*> current{nullptr};
std::mutex& mutex = *new std::mutex();
std::string& last_environment = *new std::string();
std::map<std::string, long>& calls_seen = *new std::map<std::string, long>();

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

double number(const char* name, double otherwise) {
  std::string text = variable(name);
  return text.empty() ? otherwise : std::strtod(text.c_str(), nullptr);
}

bool flag(const char* name) {
  std::string text = variable(name);
  return !text.empty() && text != "0";
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  std::string part;
  while (std::getline(stream, part, separator)) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

void read_order(Settings& s) {
  std::vector<std::string> parts =
      split(variable("ALLPAIRS_EMULATOR_ORDER"), ':');
  if (parts.empty()) return;
  if (parts[0] == "reverse") s.order = Order::reverse;
  if (parts[0] == "random") s.order = Order::random;
  if (parts.size() > 1) s.seed = std::strtoull(parts[1].c_str(), nullptr, 10);
}

void read_failures(Settings& s) {
  for (const std::string& item :
       split(variable("ALLPAIRS_EMULATOR_FAIL"), ',')) {
    std::vector<std::string> parts = split(item, ':');
    if (parts.size() < 2) continue;
    long nth = parts.size() > 2 ? std::atol(parts[2].c_str()) : 0;
    s.failures.push_back({parts[0], code_of(parts[1]), nth});
  }
}

void read_attributes(Settings& s) {
  for (const std::string& item :
       split(variable("ALLPAIRS_EMULATOR_ATTRIBUTES"), ',')) {
    std::vector<std::string> parts = split(item, ':');
    if (parts.size() == 2) {
      s.attributes.emplace_back(std::atoi(parts[0].c_str()),
                                std::atoi(parts[1].c_str()));
    }
  }
}

int default_threads() {
  int cores = (int)std::thread::hardware_concurrency();
  return cores < 1 ? 1 : cores > 8 ? 8 : cores;
}

/** cuMemAlloc_v2 and cuMemAlloc are one call. */
bool same_call(const char* call, const std::string& name) {
  size_t length = std::strlen(call);
  const char* suffix = std::strstr(call, "_v");
  if (suffix != nullptr && name.find("_v") == std::string::npos) {
    length = suffix - call;
  }
  return name.size() == length && name.compare(0, length, call, length) == 0;
}

void read_blocks(Settings& s) {
  std::vector<std::string> parts =
      split(variable("ALLPAIRS_EMULATOR_BLOCKS"), ':');
  if (parts.size() != 2) return;
  s.first_block = std::strtoull(parts[0].c_str(), nullptr, 10);
  s.some_blocks = std::strtoull(parts[1].c_str(), nullptr, 10);
}

/** All that the environment says to the emulator. */
std::string environment_text() {
  std::string text = "set:";
  for (char** entry = environ; *entry != nullptr; entry++) {
    if (std::strncmp(*entry, "ALLPAIRS_EMULATOR_", 18) == 0) {
      text += std::string(*entry) + "\n";
    }
  }
  return text;
}

Settings read_environment() {
  Settings s;
  read_order(s);
  s.check = flag("ALLPAIRS_EMULATOR_CHECK");
  s.lazy_streams = variable("ALLPAIRS_EMULATOR_STREAMS") == "lazy";
  s.quiet = flag("ALLPAIRS_EMULATOR_QUIET");
  s.idle = flag("ALLPAIRS_EMULATOR_IDLE");
  s.memory = (size_t)number("ALLPAIRS_EMULATOR_MEMORY", 16e9);
  s.devices = (int)number("ALLPAIRS_EMULATOR_DEVICES", 1);
  s.driver_version = (int)number("ALLPAIRS_EMULATOR_DRIVER_VERSION", 13000);
  s.nvrtc_version = (int)number("ALLPAIRS_EMULATOR_NVRTC_VERSION", 13000);
  s.capability = (int)number("ALLPAIRS_EMULATOR_CAPABILITY", 90);
  s.threads = (int)number("ALLPAIRS_EMULATOR_THREADS", default_threads());
  s.timeout_seconds = number("ALLPAIRS_EMULATOR_TIMEOUT", 60);
  read_attributes(s);
  read_failures(s);
  read_blocks(s);
  return s;
}

}  // namespace

const Settings& settings() {
  if (current.load() == nullptr) refresh_settings();
  return *current.load();
}

void refresh_settings() {
  std::lock_guard<std::mutex> lock(mutex);
  std::string text = environment_text();
  if (text == last_environment) return;
  last_environment = text;
  calls_seen.clear();
  current = new Settings(read_environment());
}

int planted_failure(const char* call) {
  const Settings& now = settings();
  if (now.failures.empty()) return 0;
  std::lock_guard<std::mutex> lock(mutex);
  bool counted = false;
  for (const Failure& failure : now.failures) {
    if (!same_call(call, failure.call)) continue;
    if (!counted) calls_seen[failure.call]++;
    counted = true;
    if (failure.nth == 0 || failure.nth == calls_seen[failure.call]) {
      return failure.code;
    }
  }
  return 0;
}

}  // namespace emu
