// The few edits that CUDA C++ needs before a C++ compiler takes it.
#pragma once

#include <string>
#include <vector>

namespace emu {

struct KernelName {
  /** With its namespaces. */
  std::string name;
  /** What stands between the brackets of __launch_bounds__, if anything. */
  std::string bounds;
};

struct Translation {
  std::string text;
  std::vector<KernelName> kernels;
};

/**
 * Replaces the declarations of dynamic shared memory and finds the kernels.
 * Line numbers stay as they are.
 */
Translation translate(const std::string& source);

/** The table of kernels and names that follows the source. */
std::string library_table(const std::vector<KernelName>& kernels,
                          const std::vector<std::string>& expressions);

}  // namespace emu
