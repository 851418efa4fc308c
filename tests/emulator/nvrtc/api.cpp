// The functions that libnvrtc exports.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "../common/settings.h"
#include "../shim/runtime_abi.h"
#include "compile.h"
#include "source.h"

namespace {

enum Result : int {
  kSuccess = 0,
  kProgramCreationFailure = 2,
  kInvalidInput = 3,
  kInvalidProgram = 4,
  kInvalidOption = 5,
  kCompilation = 6,
  kNamesAfterCompilation = 8,
  kNamesBeforeCompilation = 9,
  kNameNotValid = 10,
};

const char* const kResultNames[] = {
    "NVRTC_SUCCESS",
    "NVRTC_ERROR_OUT_OF_MEMORY",
    "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
    "NVRTC_ERROR_INVALID_INPUT",
    "NVRTC_ERROR_INVALID_PROGRAM",
    "NVRTC_ERROR_INVALID_OPTION",
    "NVRTC_ERROR_COMPILATION",
    "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
    "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
    "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
    "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
    "NVRTC_ERROR_INTERNAL_ERROR",
    "NVRTC_ERROR_TIME_FILE_WRITE_FAILED",
};

struct Program {
  std::string name;
  std::string source;
  std::vector<emu::Header> headers;
  std::vector<std::string> expressions;
  std::map<std::string, std::string> lowered;
  bool tried = false;
  std::string log;
  std::string ptx;
  std::string cubin;
};

// Never destroyed: a compilation may still run while the process exits.
std::mutex& programs_mutex = *new std::mutex();
std::set<Program*>& programs = *new std::set<Program*>();

bool known(Program* program) {
  std::lock_guard<std::mutex> lock(programs_mutex);
  return programs.count(program) != 0;
}

/** What every call does first: settings, and a planted failure. */
int enter(const char* call) {
  emu::refresh_settings();
  return emu::planted_failure(call);
}

#define ENTER() \
  if (int planted = enter(__func__)) return planted

#define ENTER_PROGRAM(program) \
  ENTER();                     \
  if (!known(program)) return kInvalidProgram

/** `&name` and `name` are one expression. */
std::string without_ampersand(const std::string& expression) {
  size_t start = expression.find_first_not_of(" &");
  return start == std::string::npos ? "" : expression.substr(start);
}

/** Asks the library for the symbol names of the expressions. */
bool find_lowered_names(Program& program, const std::string& path) {
  if (program.expressions.empty()) return true;
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return false;
  auto* library = (const emu::Library*)dlsym(handle, "emu_library");
  for (unsigned i = 0; i < library->name_count; i++) {
    Dl_info info;
    const emu::NamedAddress& entry = library->names[i];
    if (dladdr(entry.address, &info) == 0 || info.dli_sname == nullptr) {
      continue;
    }
    for (const std::string& expression : program.expressions) {
      if (without_ampersand(expression) == entry.expression) {
        program.lowered[expression] = info.dli_sname;
      }
    }
  }
  dlclose(handle);
  return true;
}

/** Text that stands for a compiled program: it names the library. */
std::string image(const char* kind, int architecture,
                  const std::string& path) {
  return "//ALLPAIRS-EMULATOR " + std::to_string(emu::kAbiVersion) + " " +
         kind + " " + std::to_string(architecture) + " " + path + "\n";
}

/** The log of ptxas -v, with the figures of no device. */
std::string resource_log(const std::vector<emu::KernelName>& kernels,
                         int architecture) {
  std::string text = "ptxas info    : 0 bytes gmem\n";
  for (const emu::KernelName& kernel : kernels) {
    text += "ptxas info    : Compiling entry function '" + kernel.name +
            "' for 'sm_" + std::to_string(architecture) + "'\n" +
            "ptxas info    : Function properties for " + kernel.name + "\n" +
            "ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 "
            "bytes spill loads\nptxas info    : Used 32 registers, used 1 "
            "barriers\n";
  }
  return text;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int nvrtcVersion(int* major, int* minor) {
  ENTER();
  if (major == nullptr || minor == nullptr) return kInvalidInput;
  *major = emu::settings().nvrtc_version / 1000;
  *minor = emu::settings().nvrtc_version % 1000 / 10;
  return kSuccess;
}

const char* nvrtcGetErrorString(int result) {
  if (result < 0 || result >= (int)(sizeof kResultNames / sizeof(char*))) {
    return "NVRTC_ERROR unknown";
  }
  return kResultNames[result];
}

int nvrtcGetNumSupportedArchs(int* count) {
  ENTER();
  if (count == nullptr) return kInvalidInput;
  *count = 8;
  return kSuccess;
}

int nvrtcGetSupportedArchs(int* architectures) {
  ENTER();
  if (architectures == nullptr) return kInvalidInput;
  const int all[] = {75, 80, 86, 87, 89, 90, 100, 120};
  std::memcpy(architectures, all, sizeof all);
  return kSuccess;
}

int nvrtcCreateProgram(Program** program, const char* source, const char* name,
                       int header_count, const char* const* headers,
                       const char* const* header_names) {
  ENTER();
  if (program == nullptr || source == nullptr || header_count < 0) {
    return kInvalidInput;
  }
  auto* made = new Program();
  made->source = source;
  made->name = name == nullptr || *name == 0 ? "default_program" : name;
  for (int i = 0; i < header_count; i++) {
    made->headers.push_back({header_names[i], headers[i]});
  }
  std::lock_guard<std::mutex> lock(programs_mutex);
  programs.insert(made);
  *program = made;
  return kSuccess;
}

int nvrtcDestroyProgram(Program** program) {
  ENTER();
  if (program == nullptr || !known(*program)) return kInvalidProgram;
  std::lock_guard<std::mutex> lock(programs_mutex);
  programs.erase(*program);
  delete *program;
  *program = nullptr;
  return kSuccess;
}

int nvrtcAddNameExpression(Program* program, const char* expression) {
  ENTER_PROGRAM(program);
  if (program->tried) return kNamesAfterCompilation;
  if (expression == nullptr) return kInvalidInput;
  program->expressions.push_back(expression);
  return kSuccess;
}

int nvrtcCompileProgram(Program* program, int option_count,
                        const char* const* options) {
  ENTER_PROGRAM(program);
  program->tried = true;
  program->log.clear();
  emu::Options read = emu::read_options(option_count, options);
  if (!read.error.empty()) {
    program->log = read.error;
    return kInvalidOption;
  }
  emu::Translation translation = emu::translate(program->source);
  std::vector<std::string> expressions;
  for (const std::string& expression : program->expressions) {
    expressions.push_back(without_ampersand(expression));
  }
  emu::Compiled compiled =
      emu::compile(program->name, translation.text,
                   emu::library_table(translation.kernels, expressions), read,
                   program->headers);
  program->log = compiled.log;
  if (!compiled.done || !find_lowered_names(*program, compiled.path)) {
    return kCompilation;
  }
  if (read.verbose && read.binary) {
    program->log += resource_log(translation.kernels, read.architecture);
  }
  program->ptx = image("ptx", read.architecture, compiled.path);
  program->cubin =
      read.binary ? image("cubin", read.architecture, compiled.path) : "";
  return kSuccess;
}

int nvrtcGetPTXSize(Program* program, size_t* size) {
  ENTER_PROGRAM(program);
  if (size == nullptr) return kInvalidInput;
  *size = program->ptx.size() + 1;
  return kSuccess;
}

int nvrtcGetPTX(Program* program, char* text) {
  ENTER_PROGRAM(program);
  if (text == nullptr) return kInvalidInput;
  std::memcpy(text, program->ptx.c_str(), program->ptx.size() + 1);
  return kSuccess;
}

int nvrtcGetCUBINSize(Program* program, size_t* size) {
  ENTER_PROGRAM(program);
  if (size == nullptr) return kInvalidInput;
  *size = program->cubin.empty() ? 0 : program->cubin.size() + 1;
  return kSuccess;
}

int nvrtcGetCUBIN(Program* program, char* text) {
  ENTER_PROGRAM(program);
  if (text == nullptr || program->cubin.empty()) return kInvalidInput;
  std::memcpy(text, program->cubin.c_str(), program->cubin.size() + 1);
  return kSuccess;
}

int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  ENTER_PROGRAM(program);
  if (size == nullptr) return kInvalidInput;
  *size = program->log.size() + 1;
  return kSuccess;
}

int nvrtcGetProgramLog(Program* program, char* text) {
  ENTER_PROGRAM(program);
  if (text == nullptr) return kInvalidInput;
  std::memcpy(text, program->log.c_str(), program->log.size() + 1);
  return kSuccess;
}

int nvrtcGetLoweredName(Program* program, const char* expression,
                        const char** name) {
  ENTER_PROGRAM(program);
  if (!program->tried) return kNamesBeforeCompilation;
  if (expression == nullptr || name == nullptr) return kInvalidInput;
  auto found = program->lowered.find(expression);
  if (found == program->lowered.end()) return kNameNotValid;
  *name = found->second.c_str();
  return kSuccess;
}

}  // extern "C"
#pragma GCC visibility pop
