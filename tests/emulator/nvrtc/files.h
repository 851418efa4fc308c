// Files named by their content, programs that make them, and turns.
#pragma once

#include <string>
#include <vector>

namespace emu {

/** 128 bits of FNV-1a: names files by their content. */
std::string hash_of(const std::string& text);

bool exists(const std::string& path);
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

/** Runs a program; its output goes to a file. */
int run(const std::vector<std::string>& command, const std::string& output);

/**
 * While it lives, no other thread or process has a turn of the same path: what
 * several want is made once.
 */
class Turn {
 public:
  explicit Turn(const std::string& path);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::string path_;
  int file_;
};

}  // namespace emu
