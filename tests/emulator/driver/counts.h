// Counts of calls, for tests.
#pragma once

namespace emu {

/** One more call of a function; the driver's lock is held. */
void count_call(const char* call);

}  // namespace emu
