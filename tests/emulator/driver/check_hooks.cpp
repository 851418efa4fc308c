// Linked into kernel libraries of the checked mode: the functions that code
// compiled with -fsanitize=thread calls for each memory access.
#include "../shim/runtime_abi.h"

extern "C" const emu::Runtime* emu_runtime;

#if defined(__x86_64__)
register emu::Thread* emu_self asm("r15");
#elif defined(__aarch64__)
register emu::Thread* emu_self asm("x28");
#endif

namespace {

inline void tell(const void* address, unsigned long size, emu::Access kind,
                 const void* where, bool aligned) {
  // While the library is being loaded there is no device thread yet.
  if (emu_runtime == nullptr) return;
  emu_runtime->access(emu_self, address, size, kind, where, aligned);
}

}  // namespace

#define EMU_HOOK(NAME, SIZE, KIND, ALIGNED)          \
  extern "C" void NAME(const void* address) {        \
    tell(address, SIZE, emu::Access::KIND,           \
         __builtin_return_address(0), ALIGNED);      \
  }

EMU_HOOK(__tsan_read1, 1, read, true)
EMU_HOOK(__tsan_read2, 2, read, true)
EMU_HOOK(__tsan_read4, 4, read, true)
EMU_HOOK(__tsan_read8, 8, read, true)
EMU_HOOK(__tsan_read16, 16, read, true)
EMU_HOOK(__tsan_write1, 1, write, true)
EMU_HOOK(__tsan_write2, 2, write, true)
EMU_HOOK(__tsan_write4, 4, write, true)
EMU_HOOK(__tsan_write8, 8, write, true)
EMU_HOOK(__tsan_write16, 16, write, true)
EMU_HOOK(__tsan_unaligned_read2, 2, read, false)
EMU_HOOK(__tsan_unaligned_read4, 4, read, false)
EMU_HOOK(__tsan_unaligned_read8, 8, read, false)
EMU_HOOK(__tsan_unaligned_read16, 16, read, false)
EMU_HOOK(__tsan_unaligned_write2, 2, write, false)
EMU_HOOK(__tsan_unaligned_write4, 4, write, false)
EMU_HOOK(__tsan_unaligned_write8, 8, write, false)
EMU_HOOK(__tsan_unaligned_write16, 16, write, false)
EMU_HOOK(__tsan_volatile_read1, 1, read, true)
EMU_HOOK(__tsan_volatile_read2, 2, read, true)
EMU_HOOK(__tsan_volatile_read4, 4, read, true)
EMU_HOOK(__tsan_volatile_read8, 8, read, true)
EMU_HOOK(__tsan_volatile_read16, 16, read, true)
EMU_HOOK(__tsan_volatile_write1, 1, write, true)
EMU_HOOK(__tsan_volatile_write2, 2, write, true)
EMU_HOOK(__tsan_volatile_write4, 4, write, true)
EMU_HOOK(__tsan_volatile_write8, 8, write, true)
EMU_HOOK(__tsan_volatile_write16, 16, write, true)

extern "C" void __tsan_read_range(const void* address, unsigned long size) {
  tell(address, size, emu::Access::read, __builtin_return_address(0), true);
}

extern "C" void __tsan_write_range(const void* address, unsigned long size) {
  tell(address, size, emu::Access::write, __builtin_return_address(0), true);
}

extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(const void*) {}
extern "C" void __tsan_func_exit() {}
// Fences need nothing: the device threads of a block share one OS thread.
extern "C" void __tsan_atomic_thread_fence(int) {}
extern "C" void __tsan_atomic_signal_fence(int) {}
