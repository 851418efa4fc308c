// What the emulator has to say about mistakes, for people and for tests.
#pragma once

#include <string>

namespace emu {

/** Adds a line to the report, and prints it unless that is switched off. */
void report(const std::string& line);

}  // namespace emu
