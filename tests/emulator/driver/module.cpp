#include "module.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "../common/settings.h"
#include "errors.h"
#include "executor.h"
#include "memory.h"

namespace emu {

namespace {

struct Search {
  Module* module;
  char* anchor;
};

/** Finds the code and the thread-local memory of the module's library. */
int find_parts(dl_phdr_info* info, size_t, void* data) {
  auto* search = (Search*)data;
  if ((char*)info->dlpi_addr != search->module->base) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type == PT_LOAD && (part.p_flags & PF_X)) {
      search->module->code_bytes = part.p_vaddr + part.p_memsz;
    }
    if (part.p_type != PT_TLS) continue;
    search->module->shared_bytes = part.p_memsz;
    search->module->anchor_offset =
        search->anchor - (char*)info->dlpi_tls_data;
  }
  return 1;
}

/** A copy without a name: each load has variables of its own. */
int private_copy(const std::string& path) {
  int source = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return -1;
  struct stat info;
  fstat(source, &info);
  int copy = memfd_create("kernels", MFD_CLOEXEC);
  off_t offset = 0;
  while (copy >= 0 && offset < info.st_size) {
    if (sendfile(copy, source, &offset, info.st_size - offset) <= 0) break;
  }
  close(source);
  return copy;
}

}  // namespace

Module::~Module() {
  for (char* variable : variables) remove_variable(variable);
  if (handle != nullptr) dlclose(handle);
  if (file >= 0) close(file);
}

char* Module::shared_memory() const {
  return (char*)library->touch_shared() - anchor_offset;
}

const Kernel* Module::find(const std::string& name) const {
  void* symbol = dlsym(handle, name.c_str());
  if (symbol == nullptr) return nullptr;
  for (unsigned i = 0; i < library->kernel_count; i++) {
    const Kernel& kernel = library->kernels[i];
    if (kernel.function == symbol) return &kernel;
  }
  return nullptr;
}

void* Module::find_variable(const std::string& name, size_t& size) const {
  void* symbol = dlsym(handle, name.c_str());
  Dl_info info;
  ElfW(Sym)* entry = nullptr;
  if (symbol == nullptr ||
      dladdr1(symbol, &info, (void**)&entry, RTLD_DL_SYMENT) == 0 ||
      entry == nullptr || ELF64_ST_TYPE(entry->st_info) != STT_OBJECT) {
    return nullptr;
  }
  size = entry->st_size;
  return symbol;
}

void Module::add_variable(char* address, size_t bytes) {
  if (std::find(variables.begin(), variables.end(), address) !=
      variables.end()) {
    return;
  }
  variables.push_back(address);
  emu::add_variable(address, bytes, device);
}

size_t Module::static_shared_bytes() const {
  // Without the one byte that marks the place.
  return shared_bytes - 1;
}

std::string Module::source_line(const void* place) const {
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%zx", (char*)place - base);
  // Only after something went wrong, so the time does not matter. Inlined
  // functions give a line each, innermost first.
  std::string command =
      "addr2line -i -s -e '" + path + "' " + offset + " 2>/dev/null";
  std::string line;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
      std::string place = buffer;
      place = place.substr(0, place.find_first_of(" \n"));
      // The functions of the shim's headers are not where mistakes are.
      bool in_shim = place.find(".h:") != std::string::npos;
      if (line.empty() && !in_shim) line = place;
    }
    pclose(pipe);
  }
  return line.empty() || line[0] == '?' ? offset : line;
}

int load_module(const std::string& image, std::shared_ptr<Module>& module) {
  std::stringstream text(image);
  std::string mark, kind, path;
  unsigned version = 0;
  int architecture = 0;
  text >> mark >> version >> kind >> architecture;
  text.get();
  std::getline(text, path);
  if (mark != "//ALLPAIRS-EMULATOR") {
    bool is_ptx = image.find(".version") != std::string::npos;
    return is_ptx ? kInvalidPtx : kInvalidImage;
  }
  if (version != kAbiVersion) return kNoBinaryForGpu;
  // PTX runs on what is newer, a cubin on its own generation only.
  int capability = settings().capability;
  bool fits = kind == "ptx" ? architecture <= capability
                            : architecture / 10 == capability / 10 &&
                                  architecture <= capability;
  if (!fits) return kind == "ptx" ? kInvalidPtx : kNoBinaryForGpu;

  auto loaded = std::make_shared<Module>();
  loaded->path = path;
  loaded->file = private_copy(path);
  if (loaded->file < 0) return kInvalidImage;
  std::string name = "/proc/self/fd/" + std::to_string(loaded->file);
  loaded->handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded->handle == nullptr) {
    std::fprintf(stderr, "allpairs emulator: %s\n", dlerror());
    return kSharedObjectInitFailed;
  }
  loaded->library = (const Library*)dlsym(loaded->handle, "emu_library");
  if (loaded->library == nullptr ||
      loaded->library->abi_version != kAbiVersion) {
    return kNoBinaryForGpu;
  }
  *loaded->library->runtime = runtime();
  Dl_info info;
  dladdr(loaded->library, &info);
  loaded->base = (char*)info.dli_fbase;
  Search search = {loaded.get(), (char*)loaded->library->touch_shared()};
  dl_iterate_phdr(find_parts, &search);
  module = loaded;
  return kSuccess;
}

}  // namespace emu
