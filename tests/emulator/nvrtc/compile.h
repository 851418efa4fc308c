// Runs the C++ compiler and keeps what it made.
#pragma once

#include <string>
#include <vector>

#include "options.h"

namespace emu {

struct Header {
  std::string name;
  std::string text;
};

struct Compiled {
  bool done = false;
  /** The kernel library. */
  std::string path;
  std::string log;
};

/** Compiles a translated source; `name` is what errors call it. */
Compiled compile(const std::string& name, const std::string& text,
                 const std::string& table, const Options& options,
                 const std::vector<Header>& headers);

}  // namespace emu
