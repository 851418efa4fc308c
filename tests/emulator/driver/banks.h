// Bank conflicts: lanes of a warp that want different words of one bank of
// shared memory have to wait for each other.
#pragma once

#include <cstdint>

#include "launch.h"

namespace emu {

/** How many turns the lanes need beyond what their width makes necessary. */
unsigned conflict_ways(const uint64_t* addresses, uint32_t lanes,
                       uint32_t size);

/** Counts a conflict at a place of the code. */
void note_conflict(const Launch& launch, const void* where, unsigned ways);

}  // namespace emu
