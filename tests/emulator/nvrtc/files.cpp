#include "files.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>

extern char** environ;

namespace emu {

std::string hash_of(const std::string& text) {
  unsigned __int128 hash =
      (unsigned __int128)0x6c62272e07bb0142ull << 64 | 0x62b821756295c58dull;
  const unsigned __int128 prime = ((unsigned __int128)1 << 88) + 0x13b;
  for (unsigned char c : text) hash = (hash ^ c) * prime;
  char digits[33];
  std::snprintf(digits, sizeof digits, "%016llx%016llx",
                (unsigned long long)(hash >> 64), (unsigned long long)hash);
  return digits;
}

bool exists(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

int run(const std::vector<std::string>& command, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& part : command) {
    arguments.push_back(const_cast<char*>(part.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0666);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr,
                            arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    write_file(output, "nvrtc: error: cannot run " + command[0] + "\n");
    return 127;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

Turn::Turn(const std::string& path)
    : path_(path),
      file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  while (file_ >= 0 && flock(file_, LOCK_EX) < 0 && errno == EINTR) {
  }
}

Turn::~Turn() {
  // Who waits for this file gets it all the same, and finds what was made.
  unlink(path_.c_str());
  if (file_ >= 0) close(file_);
}

}  // namespace emu
