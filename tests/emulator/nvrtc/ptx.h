// Inline PTX as calls of functions.
#pragma once

#include <string>

namespace emu {

/**
 * Reads the inside of the brackets of an `asm` statement and gives a C++
 * expression: one call per instruction.
 */
std::string translate_asm(const std::string& inside);

}  // namespace emu
