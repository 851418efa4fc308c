#include "source.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include "ptx.h"

namespace emu {

namespace {

/** Same text with comments, strings and directives blanked out. */
std::string blank_out(const std::string& source) {
  std::string text = source;
  size_t i = 0;
  auto blank_until = [&](size_t end) {
    for (; i < end && i < text.size(); i++) {
      if (text[i] != '\n') text[i] = ' ';
    }
  };
  auto after = [&](const char* mark, size_t from) {
    size_t at = source.find(mark, from);
    return at == std::string::npos ? source.size()
                                   : at + std::string(mark).size();
  };
  bool line_start = true;
  while (i < text.size()) {
    char c = source[i];
    if (source.compare(i, 2, "//") == 0) {
      blank_until(std::min(source.find('\n', i), source.size()));
    } else if (source.compare(i, 2, "/*") == 0) {
      blank_until(after("*/", i + 2));
    } else if (source.compare(i, 3, "R\"(") == 0) {
      blank_until(after(")\"", i));
    } else if (c == '"' || (c == '\'' && (i == 0 || !isalnum(source[i - 1])))) {
      size_t end = i + 1;
      while (end < source.size() && source[end] != c && source[end] != '\n') {
        end += source[end] == '\\' ? 2 : 1;
      }
      blank_until(end + 1);
      line_start = false;
    } else if (c == '#' && line_start) {
      size_t end = i;
      do {
        end = std::min(source.find('\n', end + 1), source.size());
      } while (end < source.size() && source[end - 1] == '\\');
      blank_until(end);
    } else {
      if (c == '\n') line_start = true;
      else if (!isspace((unsigned char)c)) line_start = false;
      i++;
    }
  }
  return text;
}

/** The words before an opening brace or a kernel: from the last ; { or }. */
std::string before(const std::string& text, size_t at) {
  size_t start = text.find_last_of(";{}", at == 0 ? 0 : at - 1);
  start = start == std::string::npos ? 0 : start + 1;
  return start < at ? text.substr(start, at - start) : "";
}

/** Which namespaces and functions a place is in. */
struct Scopes {
  struct Scope {
    bool is_function;
    std::string name;
  };
  std::vector<Scope> open;

  void enter(const std::string& words) {
    static const std::regex is_namespace(R"(\bnamespace\s*([\w:]*)\s*$)");
    static const std::regex is_linkage(R"(\bextern\s*$)");
    std::smatch match;
    if (std::regex_search(words, match, is_namespace)) {
      open.push_back({false, match[1]});
    } else {
      open.push_back({!std::regex_search(words, is_linkage), ""});
    }
  }
  bool in_function() const {
    for (const Scope& scope : open) {
      if (scope.is_function) return true;
    }
    return false;
  }
  std::string prefix() const {
    std::string text;
    for (const Scope& scope : open) {
      if (!scope.name.empty()) text += scope.name + "::";
    }
    return text;
  }
};

/** Index after the bracket that closes the one at `open`. */
size_t close_of(const std::string& text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); i++) {
    if (text[i] == '(') depth++;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return text.size();
}

/** Reads from `__global__` to the kernel's name; false if it is a template. */
bool read_kernel(const std::string& text, size_t at, KernelName& kernel) {
  static const std::regex is_template(R"(\btemplate\s*<)");
  if (std::regex_search(before(text, at), is_template)) return false;
  std::string word;
  for (size_t i = at; i < text.size();) {
    char c = text[i];
    if (isalnum((unsigned char)c) || c == '_') {
      size_t end = i;
      while (end < text.size() &&
             (isalnum((unsigned char)text[end]) || text[end] == '_')) {
        end++;
      }
      word = text.substr(i, end - i);
      i = end;
    } else if (c == '(') {
      size_t end = close_of(text, i);
      if (word == "__launch_bounds__") {
        kernel.bounds = text.substr(i + 1, end - i - 2);
      } else if (word != "__attribute__" && word != "__maxnreg__" &&
                 word != "__cluster_dims__") {
        kernel.name = word;
        return true;
      }
      i = end;
    } else if (c == ';' || c == '{') {
      return false;
    } else {
      i++;
    }
  }
  return false;
}

/** `extern __shared__ T name[];` as a pointer to the block's memory. */
std::string dynamic_shared(const std::string& declaration, bool in_function) {
  static const std::regex parts(
      R"(^\s*((?:[^\[])*?)\b(\w+)\s*\[\s*\]\s*$)");
  static const std::regex attributes(
      R"(__align__\s*\([^()]*\)|alignas\s*\([^()]*\)|__attribute__\s*\(\(.*?\)\)|\bvolatile\b)");
  std::string plain = std::regex_replace(declaration, attributes, " ");
  std::smatch match;
  if (!std::regex_match(plain, match, parts)) return "";
  std::string type = match[1], name = match[2];
  if (in_function) {
    return type + "* const " + name + " = (" + type +
           "*)emu_dynamic_shared();";
  }
  return "static const EmuDynamicShared<" + type + "> " + name + "{};";
}

bool is_word(const std::string& text, size_t at, const std::string& word) {
  if (text.compare(at, word.size(), word) != 0) return false;
  auto inside = [&](size_t i) {
    return i < text.size() &&
           (isalnum((unsigned char)text[i]) || text[i] == '_');
  };
  return !(at > 0 && inside(at - 1)) && !inside(at + word.size());
}

}  // namespace

Translation translate(const std::string& source) {
  static const std::regex shared(R"(^extern\s+__shared__\s)");
  std::string blank = blank_out(source);
  Translation result;
  Scopes scopes;
  size_t copied = 0;
  for (size_t i = 0; i < blank.size(); i++) {
    char c = blank[i];
    if (c == '{') {
      scopes.enter(before(blank, i));
    } else if (c == '}') {
      if (!scopes.open.empty()) scopes.open.pop_back();
    } else if (c == '_' && is_word(blank, i, "__global__")) {
      KernelName kernel;
      if (read_kernel(blank, i + 10, kernel)) {
        kernel.name = scopes.prefix() + kernel.name;
        bool known = false;
        for (const KernelName& other : result.kernels) {
          known = known || other.name == kernel.name;
        }
        if (!known) result.kernels.push_back(kernel);
      }
    } else if (is_word(blank, i, "asm") || is_word(blank, i, "__asm__")) {
      size_t open = blank.find('(', i);
      if (open == std::string::npos) continue;
      size_t end = close_of(blank, open);
      std::string inside = source.substr(open + 1, end - open - 2);
      result.text += source.substr(copied, i - copied) + translate_asm(inside);
      // Later lines keep their numbers.
      result.text += std::string(
          std::count(source.begin() + i, source.begin() + end, '\n'), '\n');
      copied = end;
      i = end - 1;
    } else if (c == 'e' && is_word(blank, i, "extern")) {
      std::smatch match;
      std::string rest = blank.substr(i, blank.find(';', i) - i);
      if (!std::regex_search(rest, match, shared)) continue;
      std::string declaration = dynamic_shared(rest.substr(match.length()),
                                               scopes.in_function());
      if (declaration.empty()) continue;
      result.text += source.substr(copied, i - copied) + declaration;
      copied = i + rest.size() + 1;
      i = copied - 1;
    }
  }
  result.text += source.substr(copied);
  return result;
}

std::string library_table(const std::vector<KernelName>& kernels,
                          const std::vector<std::string>& expressions) {
  std::string text = "\n#line 1 \"emulator\"\n";
  text += "static const emu::Kernel emu_kernels[] = {\n";
  for (const KernelName& kernel : kernels) {
    text += "emu::describe(\"" + kernel.name + "\", &::" + kernel.name +
            ", emu::first_bound(" + kernel.bounds + ")),\n";
  }
  size_t count = kernels.size();
  for (const std::string& expression : expressions) {
    text += "emu::describe_if_kernel(\"" + expression + "\", &(" + expression +
            ")),\n";
    count++;
  }
  text += "{}};\nstatic const emu::NamedAddress emu_names[] = {\n";
  for (const std::string& expression : expressions) {
    text += "{\"" + expression + "\", emu::address_of(&(" + expression +
            "))},\n";
  }
  text += "{}};\nextern \"C\" const emu::Library emu_library = {";
  text += "emu::kAbiVersion, &emu_runtime, emu_kernels, " +
          std::to_string(count) + ", emu_names, " +
          std::to_string(expressions.size()) + ", emu_touch_shared};\n";
  return text;
}

}  // namespace emu
