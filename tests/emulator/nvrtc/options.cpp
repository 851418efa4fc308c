#include "options.h"

#include <cstdlib>

namespace emu {

namespace {

struct Rule {
  const char* name;
  enum Value { none, required } value;
  enum Meaning { ignore, architecture, standard, define, undefine, include,
                 pre_include, contract, device_debug, ptxas } meaning;
};

const Rule kRules[] = {
    {"--gpu-architecture", Rule::required, Rule::architecture},
    {"-arch", Rule::required, Rule::architecture},
    {"--std", Rule::required, Rule::standard},
    {"-std", Rule::required, Rule::standard},
    {"--define-macro", Rule::required, Rule::define},
    {"-D", Rule::required, Rule::define},
    {"--undefine-macro", Rule::required, Rule::undefine},
    {"-U", Rule::required, Rule::undefine},
    {"--include-path", Rule::required, Rule::include},
    {"-I", Rule::required, Rule::include},
    {"--pre-include", Rule::required, Rule::pre_include},
    {"-include", Rule::required, Rule::pre_include},
    {"--fmad", Rule::required, Rule::contract},
    {"-fmad", Rule::required, Rule::contract},
    {"--ptxas-options", Rule::required, Rule::ptxas},
    {"-Xptxas", Rule::required, Rule::ptxas},
    {"--ftz", Rule::required, Rule::ignore},
    {"-ftz", Rule::required, Rule::ignore},
    {"--prec-div", Rule::required, Rule::ignore},
    {"-prec-div", Rule::required, Rule::ignore},
    {"--prec-sqrt", Rule::required, Rule::ignore},
    {"-prec-sqrt", Rule::required, Rule::ignore},
    {"--maxrregcount", Rule::required, Rule::ignore},
    {"-maxrregcount", Rule::required, Rule::ignore},
    {"--relocatable-device-code", Rule::required, Rule::ignore},
    {"-rdc", Rule::required, Rule::ignore},
    {"--modify-stack-limit", Rule::required, Rule::ignore},
    {"--builtin-move-forward", Rule::required, Rule::ignore},
    {"--builtin-initializer-list", Rule::required, Rule::ignore},
    {"--diag-suppress", Rule::required, Rule::ignore},
    {"-diag-suppress", Rule::required, Rule::ignore},
    {"--diag-error", Rule::required, Rule::ignore},
    {"--diag-warn", Rule::required, Rule::ignore},
    {"--optimization-info", Rule::required, Rule::ignore},
    {"--split-compile", Rule::required, Rule::ignore},
    {"-split-compile", Rule::required, Rule::ignore},
    {"--use_fast_math", Rule::none, Rule::ignore},
    {"-use_fast_math", Rule::none, Rule::ignore},
    {"--extra-device-vectorization", Rule::none, Rule::ignore},
    {"-extra-device-vectorization", Rule::none, Rule::ignore},
    {"--device-debug", Rule::none, Rule::device_debug},
    {"-G", Rule::none, Rule::device_debug},
    {"--generate-line-info", Rule::none, Rule::ignore},
    {"-lineinfo", Rule::none, Rule::ignore},
    {"--restrict", Rule::none, Rule::ignore},
    {"-restrict", Rule::none, Rule::ignore},
    {"--device-as-default-execution-space", Rule::none, Rule::ignore},
    {"-default-device", Rule::none, Rule::ignore},
    {"--disable-warnings", Rule::none, Rule::ignore},
    {"-w", Rule::none, Rule::ignore},
    {"--extensible-whole-program", Rule::none, Rule::ignore},
    {"-ewp", Rule::none, Rule::ignore},
    {"--no-source-include", Rule::none, Rule::ignore},
    {"-no-source-include", Rule::none, Rule::ignore},
    {"--no-cache", Rule::none, Rule::ignore},
    {"-no-cache", Rule::none, Rule::ignore},
    {"--minimal", Rule::none, Rule::ignore},
    {"-minimal", Rule::none, Rule::ignore},
    {"--dopt=on", Rule::none, Rule::ignore},
    {"--display-error-number", Rule::none, Rule::ignore},
    {"-err-no", Rule::none, Rule::ignore},
    {"--no-display-error-number", Rule::none, Rule::ignore},
    {"-no-err-no", Rule::none, Rule::ignore},
};

bool read_architecture(const std::string& value, Options& result) {
  for (const char* prefix : {"compute_", "sm_"}) {
    std::string start = prefix;
    if (value.compare(0, start.size(), start) != 0) continue;
    char* end = nullptr;
    long number = std::strtol(value.c_str() + start.size(), &end, 10);
    // A letter may follow: sm_90a, compute_100f.
    bool whole = *end == 0 || ((*end == 'a' || *end == 'f') && end[1] == 0);
    if (!whole || number < 75 || number > 121) return false;
    result.architecture = (int)number;
    result.binary = start == "sm_";
    return true;
  }
  return false;
}

void apply(const Rule& rule, const std::string& value, Options& result) {
  std::vector<std::string>& arguments = result.arguments;
  switch (rule.meaning) {
    case Rule::ignore:
      break;
    case Rule::architecture:
      if (!read_architecture(value, result)) {
        result.error =
            "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
      }
      break;
    case Rule::standard:
      if (value != "c++11" && value != "c++14" && value != "c++17" &&
          value != "c++20" && value != "c++03") {
        result.error = "nvrtc: error: invalid value for --std (-std)\n";
      } else if (value == "c++20") {
        arguments.push_back("-std=c++20");
      }
      break;
    case Rule::define:
      arguments.push_back("-D" + value);
      break;
    case Rule::undefine:
      arguments.push_back("-U" + value);
      break;
    case Rule::include:
      arguments.push_back("-I" + value);
      break;
    case Rule::pre_include:
      arguments.push_back("-include");
      arguments.push_back(value);
      break;
    case Rule::contract:
      if (value == "false") arguments.push_back("-ffp-contract=off");
      break;
    case Rule::device_debug:
      arguments.push_back("-g");
      break;
    case Rule::ptxas:
      if (value == "-v" || value == "--verbose") result.verbose = true;
      break;
  }
}

}  // namespace

Options read_options(int count, const char* const* options) {
  Options result;
  for (int i = 0; i < count && result.error.empty(); i++) {
    std::string option = options[i];
    const Rule* found = nullptr;
    std::string value;
    for (const Rule& rule : kRules) {
      std::string name = rule.name;
      if (option == name) {
        found = &rule;
        // As in "-D", "X=1": the value is the next option.
        if (rule.value == Rule::required) {
          if (i + 1 < count) value = options[++i];
          else result.error = "nvrtc: error: option " + name +
                              " requires a value\n";
        }
        break;
      }
      if (rule.value == Rule::none) continue;
      if (option.compare(0, name.size() + 1, name + "=") == 0) {
        found = &rule;
        value = option.substr(name.size() + 1);
        break;
      }
      // -DX=1, -Ufoo, -Ipath.
      if (name.size() == 2 && option.compare(0, 2, name) == 0) {
        found = &rule;
        value = option.substr(2);
        break;
      }
    }
    if (found == nullptr) {
      result.error =
          "nvrtc: error: unrecognized option " + option + " found\n";
    } else if (result.error.empty()) {
      apply(*found, value, result);
    }
  }
  return result;
}

}  // namespace emu
