// A loaded kernel library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../shim/runtime_abi.h"

namespace emu {

struct Module {
  ~Module();
  /** Static shared memory of the calling OS thread. */
  char* shared_memory() const;
  /** Null if there is no such kernel. */
  const Kernel* find(const std::string& name) const;
  /** Address and size of a variable; null if there is none. */
  void* find_variable(const std::string& name, size_t& size) const;
  /** Makes a variable known as device memory for as long as this lives. */
  void add_variable(char* address, size_t bytes);
  size_t static_shared_bytes() const;
  /** "k.cu:12", for a place in the code. */
  std::string source_line(const void* place) const;

  int device = 0;
  std::string path;
  int file = -1;
  void* handle = nullptr;
  const Library* library = nullptr;
  char* base = nullptr;
  size_t code_bytes = 0;
  size_t shared_bytes = 0;
  /** From the start of the static shared memory to what marks it. */
  size_t anchor_offset = 0;
  std::vector<char*> variables;
};

/** Loads what the stand-in NVRTC made; gives a code of the driver API. */
int load_module(const std::string& image, std::shared_ptr<Module>& module);

}  // namespace emu
