// Switching between stacks within one OS thread.
#pragma once

#include <cstddef>

#if !defined(__x86_64__) && !defined(EMU_UCONTEXT)
#define EMU_UCONTEXT 1
#endif

#ifdef EMU_UCONTEXT
#include <ucontext.h>
#endif

namespace emu {

struct Fiber {
#ifdef EMU_UCONTEXT
  ucontext_t context;
#else
  void* stack_pointer;
#endif
};

/** Makes a fiber that begins with `entry`, which must never return. */
void prepare_fiber(Fiber& fiber, char* stack, size_t size, void (*entry)());

/** Leaves `from` where it is and goes on with `to`. */
void switch_fiber(Fiber& from, Fiber& to);

}  // namespace emu
