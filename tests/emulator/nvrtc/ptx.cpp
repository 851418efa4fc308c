#include "ptx.h"

#include <cctype>
#include <vector>

namespace emu {

namespace {

/** Index after a string literal that begins at `at`. */
size_t after_string(const std::string& text, size_t at) {
  for (at++; at < text.size() && text[at] != '"'; at++) {
    if (text[at] == '\\') at++;
  }
  return at + 1;
}

/** Parts between separators that are in no brackets and no string. */
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    char c = text[i];
    if (c == '"') end = after_string(text, i);
    if (c == '(' || c == '[' || c == '{') depth++;
    if (c == ')' || c == ']' || c == '}') depth--;
    if (c == separator && depth == 0) parts.emplace_back();
    else parts.back() += text.substr(i, end - i);
    i = end;
  }
  return parts;
}

std::string trimmed(const std::string& text) {
  size_t start = text.find_first_not_of(" \t\n\r");
  if (start == std::string::npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\n\r") - start + 1);
}

/** The contents of all string literals, joined; line ends become spaces. */
std::string literal_text(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '"') continue;
    size_t end = after_string(text, i);
    for (size_t k = i + 1; k + 1 < end; k++) {
      if (text[k] == '\\') {
        result += ' ';
        k++;
      } else {
        result += text[k];
      }
    }
    i = end - 1;
  }
  return result;
}

/** From `"=f"(y), "f"(x)` the expressions in brackets. */
void add_operands(const std::string& text, std::vector<std::string>& operands) {
  for (const std::string& part : split(text, ',')) {
    size_t open = part.find('(');
    if (open == std::string::npos) continue;
    operands.push_back(part.substr(open, part.rfind(')') - open + 1));
  }
}

/** Puts expressions in the place of %0, %1, ... */
std::string argument(const std::string& text,
                     const std::vector<std::string>& operands) {
  std::string result;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '{' || c == '}' || c == '[' || c == ']') continue;
    if (c != '%') {
      result += c;
      continue;
    }
    if (text.compare(i, 2, "%%") == 0) {
      size_t end = i + 2;
      while (end < text.size() && isalnum((unsigned char)text[end])) end++;
      result += "emu_ptx::special_" + text.substr(i + 2, end - i - 2) + "()";
      i = end - 1;
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && isdigit((unsigned char)text[end])) end++;
    size_t index = std::stoul("0" + text.substr(i + 1, end - i - 1));
    result += index < operands.size() ? operands[index] : "emu_no_operand";
    i = end - 1;
  }
  return trimmed(result);
}

std::string call(const std::string& instruction,
                 const std::vector<std::string>& operands) {
  size_t space = instruction.find_first_of(" \t");
  std::string name = instruction.substr(0, space);
  for (char& c : name) {
    if (!isalnum((unsigned char)c)) c = '_';
  }
  std::string arguments;
  if (space != std::string::npos) {
    // Groups in braces are several operands: their commas count too.
    std::string rest;
    for (char c : instruction.substr(space)) {
      if (c != '{' && c != '}') rest += c;
    }
    for (const std::string& part : split(rest, ',')) {
      if (trimmed(part).empty()) continue;
      if (!arguments.empty()) arguments += ", ";
      arguments += argument(part, operands);
    }
  }
  return "emu_ptx::" + name + "(" + arguments + ")";
}

}  // namespace

std::string translate_asm(const std::string& inside) {
  std::vector<std::string> parts = split(inside, ':');
  std::vector<std::string> operands;
  for (size_t i = 1; i < parts.size() && i < 3; i++) {
    add_operands(parts[i], operands);
  }
  std::string text = literal_text(parts[0]);
  // Braces around the whole only open a scope.
  text = trimmed(text);
  if (!text.empty() && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  std::string result;
  for (const std::string& part : split(text, ';')) {
    std::string instruction = trimmed(part);
    if (instruction.empty()) continue;
    if (!result.empty()) result += ", ";
    result += call(instruction, operands);
  }
  return result.empty() ? "((void)0)" : "(" + result + ")";
}

}  // namespace emu
