#include "compile.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "../common/settings.h"
#include "files.h"

namespace emu {

namespace {

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == 0 ? otherwise : value;
}

/** The folder that holds this library and the shim's headers. */
std::string home() {
  Dl_info info;
  if (dladdr((void*)&home, &info) == 0) return ".";
  std::string path = info.dli_fname;
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

/** `k.cu:5:3: error: ...` in the form of NVRTC, `k.cu(5): error: ...`. */
std::string as_nvrtc(const std::string& log, const std::string& name) {
  static const std::regex place(
      R"(^(.*?):(\d+):(\d+: )?( ?)(fatal error|error|warning|note): )");
  std::stringstream lines(log);
  std::string line, text;
  int errors = 0;
  while (std::getline(lines, line)) {
    std::smatch match;
    if (std::regex_search(line, match, place)) {
      std::string kind = match[5] == "fatal error" ? "error" : match[5].str();
      if (kind == "error") errors++;
      line = match[1].str() + "(" + match[2].str() + "): " + kind + ": " +
             match.suffix().str();
    }
    text += line + "\n";
  }
  if (errors > 0) {
    text += "\n" + std::to_string(errors) +
            (errors == 1 ? " error" : " errors") +
            " detected in the compilation of \"" + name + "\".\n";
  }
  return text;
}

std::string quoted(const std::string& name) {
  std::string text;
  for (char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return "\"" + text + "\"";
}

using Strings = std::vector<std::string>;

Strings operator+(Strings all, const Strings& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/** What all kernels of a mode are compiled with, and the shim, too. */
Strings usual_arguments() {
  Strings arguments = {
      "-std=c++17", "-Og", "-g1", "-fPIC", "-nostdinc", "-nostdinc++",
      // Kernels reinterpret memory, never throw, and run where errno is not.
      "-fno-strict-aliasing", "-fno-exceptions", "-fno-rtti",
      "-fno-math-errno", "-fno-trapping-math", "-fno-gnu-unique",
      "-fno-threadsafe-statics", "-ffp-contract=fast", "-fmax-errors=20",
      "-fno-diagnostics-show-caret", "-fdiagnostics-color=never",
      "-fno-diagnostics-show-option", "-Wno-unknown-pragmas"};
#if defined(__x86_64__)
  arguments.push_back("-ffixed-r15");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    arguments.push_back("-march=x86-64-v3");
  }
#elif defined(__aarch64__)
  arguments.push_back("-ffixed-x28");
#endif
  if (settings().check) {
    for (const char* option :
         {"-DEMU_CHECKED", "-fsanitize=thread", "-fsanitize=bounds",
          "-fsanitize-undefined-trap-on-error",
          "--param=tsan-instrument-func-entry-exit=0",
          // Or a float4 would be told of as four accesses.
          "-fno-tree-sra", "-fno-ipa-sra"}) {
      arguments.push_back(option);
    }
  }
  return arguments;
}

/** A folder that has the shim precompiled, if the compiler can do that. */
Strings precompiled(const std::string& cache, const std::string& compiler,
                    const Strings& arguments) {
  Strings command = Strings{compiler} + arguments;
  command = command + Strings{"-w", "-x", "c++-header",
                              home() + "/shim/cuda_shim.h", "-o"};
  std::string key;
  for (const std::string& part : command) key += part + '\0';
  std::string folder = cache + "/shim-" + hash_of(key);
  std::string header = folder + "/cuda_shim.h.gch";
  if (!exists(header)) {
    Turn turn(folder + ".turn");
    mkdir(folder.c_str(), 0777);
    std::string mine = folder + "/" + std::to_string(getpid());
    if (!exists(header) && run(command + Strings{mine}, mine + ".log") == 0) {
      std::rename(mine.c_str(), header.c_str());
    }
    unlink((mine + ".log").c_str());
  }
  return exists(header) ? Strings{"-I" + folder} : Strings{};
}

/** Whether a source moves several numbers by one instruction. */
bool has_vectors(const std::string& text) {
  static const std::regex vectors(
      R"(\b(u?(char|short|int|long|longlong)|float|double)[24]\b)");
  return std::regex_search(text, vectors);
}

/** All that is said to the compiler, but of files to read and to make. */
Strings compiler_command(const std::string& cache, const std::string& text,
                         const Options& options, const std::string& headers) {
  std::string compiler = environment("ALLPAIRS_EMULATOR_CXX", "g++");
  Strings own = options.arguments;
  // No optimisation may hide that a vector is not aligned; in the checked
  // mode the hooks see to that.
  if (!settings().check && has_vectors(text)) {
    own = own + Strings{"-fsanitize=alignment",
                        "-fsanitize-undefined-trap-on-error"};
  }
  if (!headers.empty()) own.push_back("-I" + headers);
  Strings usual = usual_arguments();
  // A header is precompiled for one set of options.
  if (own.empty()) own = precompiled(cache, compiler, usual);
  return Strings{compiler} + usual + own +
         Strings{"-D__CUDA_ARCH__=" + std::to_string(options.architecture * 10),
                 "-I" + home() + "/shim", "-include", "cuda_shim.h"};
}

/** Writes a program's own headers into a folder named by their content. */
std::string write_headers(const std::string& cache,
                          const std::vector<Header>& headers) {
  if (headers.empty()) return "";
  std::string all;
  for (const Header& header : headers) {
    all += header.name + '\0' + header.text + '\0';
  }
  std::string folder = cache + "/" + hash_of(all);
  mkdir(folder.c_str(), 0777);
  for (const Header& header : headers) {
    // Folders within the header's name.
    for (size_t at = header.name.find('/'); at != std::string::npos;
         at = header.name.find('/', at + 1)) {
      mkdir((folder + "/" + header.name.substr(0, at)).c_str(), 0777);
    }
    write_file(folder + "/" + header.name, header.text);
  }
  return folder;
}

/** Takes the precompiled shim out of a command; whether it was there. */
bool without_precompiled(Strings& command) {
  for (size_t i = 0; i < command.size(); i++) {
    if (command[i].find("/shim-") == std::string::npos) continue;
    command.erase(command.begin() + i);
    return true;
  }
  return false;
}

/**
 * Makes a kernel library of a source, and its log; gives the log. What fails is
 * tried without the precompiled shim, which not every system can map.
 */
std::string make_library(const Strings& command, const std::string& source,
                         const std::string& name, const std::string& stem) {
  std::string mine = stem + "." + std::to_string(getpid());
  write_file(mine + ".cpp", source);
  // Without the usual libraries: of the sanitizers', the hooks are ours, and
  // to link the others takes as long as to compile a kernel.
  Strings whole = command + Strings{"-shared", "-nostdlib", mine + ".cpp"};
  if (settings().check) whole.push_back(home() + "/check_hooks.o");
  whole = whole + Strings{"-o", mine + ".so", "-lm", "-lgcc"};
  int status = run(whole, mine + ".log");
  if (status != 0 && without_precompiled(whole)) {
    unlink((mine + ".log").c_str());
    status = run(whole, mine + ".log");
  }
  std::string log = as_nvrtc(read_file(mine + ".log"), name);
  if (status == 0) {
    write_file(mine + ".txt", log);
    std::rename((mine + ".txt").c_str(), (stem + ".log").c_str());
    std::rename((mine + ".so").c_str(), (stem + ".so").c_str());
  }
  for (const char* ending : {".cpp", ".log"}) unlink((mine + ending).c_str());
  return log;
}

}  // namespace

Compiled compile(const std::string& name, const std::string& text,
                 const std::string& table, const Options& options,
                 const std::vector<Header>& headers) {
  std::string cache =
      environment("ALLPAIRS_EMULATOR_CACHE", home() + "/kernels");
  mkdir(cache.c_str(), 0777);
  Strings command =
      compiler_command(cache, text, options, write_headers(cache, headers));
  std::string source = "#line 1 " + quoted(name) + "\n" + text + table;
  std::string key = source;
  for (const std::string& part : command) key += '\0' + part;

  Compiled result;
  std::string stem = cache + "/" + hash_of(key);
  result.path = stem + ".so";
  if (!exists(result.path)) {
    Turn turn(stem + ".turn");
    if (!exists(result.path)) {
      result.log = make_library(command, source, name, stem);
      result.done = exists(result.path);
      return result;
    }
  }
  result.done = true;
  result.log = read_file(stem + ".log");
  return result;
}

}  // namespace emu
