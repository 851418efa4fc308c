// The options of NVRTC, and what they mean for the C++ compiler.
#pragma once

#include <string>
#include <vector>

namespace emu {

struct Options {
  /** For the C++ compiler. */
  std::vector<std::string> arguments;
  int architecture = 75;
  /** sm_XX asks for a cubin, compute_XX for PTX only. */
  bool binary = false;
  /** --ptxas-options=-v. */
  bool verbose = false;
  /** Why the options are refused; empty if they are not. */
  std::string error;
};

Options read_options(int count, const char* const* options);

}  // namespace emu
