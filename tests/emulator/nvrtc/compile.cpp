#include "compile.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "../common/settings.h"

extern char** environ;

namespace emu {

namespace {

/** The folder that holds this library and the shim's headers. */
std::string home() {
  Dl_info info;
  if (dladdr((void*)&home, &info) == 0) return ".";
  std::string path = info.dli_fname;
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == 0 ? otherwise : value;
}

/** 128 bits of FNV-1a: names files by their content. */
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

/** Runs a program; its output goes to a file. */
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

std::vector<std::string> compiler_arguments(const Options& options,
                                            const std::string& headers) {
  std::vector<std::string> arguments = {
      "-std=c++17", "-O2", "-g1", "-fPIC", "-nostdinc", "-nostdinc++",
      // Kernels reinterpret memory, never throw, and run where errno is not.
      "-fno-strict-aliasing", "-fno-exceptions", "-fno-rtti",
      "-fno-math-errno", "-fno-trapping-math", "-fno-gnu-unique",
      "-fno-threadsafe-statics", "-ffp-contract=fast", "-fmax-errors=20",
      "-fno-diagnostics-show-caret", "-fdiagnostics-color=never",
      "-fno-diagnostics-show-option", "-Wno-unknown-pragmas",
      "-D__CUDA_ARCH__=" + std::to_string(options.architecture * 10)};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    arguments.push_back("-march=x86-64-v3");
  }
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
  arguments.push_back("-I" + home() + "/shim");
  if (!headers.empty()) arguments.push_back("-I" + headers);
  for (const std::string& argument : options.arguments) {
    arguments.push_back(argument);
  }
  arguments.push_back("-include");
  arguments.push_back("cuda_shim.h");
  return arguments;
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

}  // namespace

Compiled compile(const std::string& name, const std::string& text,
                 const std::string& table, const Options& options,
                 const std::vector<Header>& headers) {
  static std::atomic<int> serial{0};
  std::string cache =
      environment("ALLPAIRS_EMULATOR_CACHE", home() + "/kernels");
  mkdir(cache.c_str(), 0777);
  std::string compiler = environment("ALLPAIRS_EMULATOR_CXX", "g++");
  std::vector<std::string> command = {compiler};
  for (const std::string& argument :
       compiler_arguments(options, write_headers(cache, headers))) {
    command.push_back(argument);
  }
  std::string source = "#line 1 " + quoted(name) + "\n" + text + table;
  std::string key = source;
  for (const std::string& part : command) key += '\0' + part;

  Compiled result;
  std::string stem = cache + "/" + hash_of(key);
  result.path = stem + ".so";
  if (exists(result.path)) {
    result.done = true;
    result.log = read_file(stem + ".log");
    return result;
  }
  // Others may compile the same: each works on files of its own.
  std::string mine =
      stem + "." + std::to_string(getpid()) + "." + std::to_string(serial++);
  write_file(mine + ".cpp", source);
  std::vector<std::string> to_object = command;
  for (const std::string& part :
       {std::string("-c"), mine + ".cpp", std::string("-o"), mine + ".o"}) {
    to_object.push_back(part);
  }
  int status = run(to_object, mine + ".log");
  if (status == 0) {
    // Linked apart from the sanitizer's own library: its hooks are ours.
    std::vector<std::string> to_library = {compiler, "-shared", mine + ".o"};
    if (settings().check) to_library.push_back(home() + "/check_hooks.o");
    for (const std::string& part :
         {std::string("-o"), mine + ".so", std::string("-lm")}) {
      to_library.push_back(part);
    }
    status = run(to_library, mine + ".log");
  }
  result.log = as_nvrtc(read_file(mine + ".log"), name);
  if (status == 0) {
    write_file(mine + ".txt", result.log);
    std::rename((mine + ".txt").c_str(), (stem + ".log").c_str());
    result.done =
        std::rename((mine + ".so").c_str(), result.path.c_str()) == 0;
  }
  for (const char* ending : {".cpp", ".o", ".log"}) {
    unlink((mine + ending).c_str());
  }
  return result;
}

}  // namespace emu
