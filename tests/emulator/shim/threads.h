// Who a device thread is, the barriers of its block, and its ways to stop.
#pragma once

// The device thread lives in a register that fiber switches save and restore
// and that no other code of a kernel uses (-ffixed-...), so that reading
// threadIdx costs next to nothing. It never changes while a kernel runs. A
// global register variable would do the same, but not in a precompiled header.
#if defined(__x86_64__)
#define EMU_SELF_READ "mov %%r15, %0"
#define EMU_SELF_WRITE "mov %0, %%r15"
#elif defined(__aarch64__)
#define EMU_SELF_READ "mov %0, x28"
#define EMU_SELF_WRITE "mov x28, %0"
#else
#error "the emulator knows x86-64 and arm64"
#endif

namespace emu {
__forceinline__ Thread* self() {
  Thread* thread;
  asm(EMU_SELF_READ : "=r"(thread));
  return thread;
}

/** From now on `thread` runs; gives the one that ran. */
__forceinline__ Thread* become(Thread* thread) {
  Thread* before;
  asm volatile(EMU_SELF_READ : "=r"(before));
  asm volatile(EMU_SELF_WRITE : : "r"(thread));
  return before;
}
}  // namespace emu

#define emu_self (emu::self())

/** Filled in by the driver when it loads the library. */
extern "C" inline const emu::Runtime* emu_runtime = nullptr;

#define threadIdx (emu_self->thread_index)
#define blockIdx (emu_self->block_index)
#define blockDim (emu_self->block_size)
#define gridDim (emu_self->grid_size)

inline void __syncthreads(int line = __builtin_LINE()) {
  emu_runtime->sync_block(emu_self, emu::BlockOp::sync, 0, line);
}

inline int __syncthreads_count(int predicate, int line = __builtin_LINE()) {
  return emu_runtime->sync_block(emu_self, emu::BlockOp::count, predicate,
                                 line);
}

inline int __syncthreads_and(int predicate, int line = __builtin_LINE()) {
  return emu_runtime->sync_block(emu_self, emu::BlockOp::all, predicate, line);
}

inline int __syncthreads_or(int predicate, int line = __builtin_LINE()) {
  return emu_runtime->sync_block(emu_self, emu::BlockOp::any, predicate, line);
}

inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_ACQ_REL); }
inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

inline void __nanosleep(unsigned) {}
inline long long clock64() { return emu_runtime->clock(); }
inline long clock() { return emu_runtime->clock(); }

[[noreturn]] inline void __trap(int line = __builtin_LINE(),
                                const char* file = __builtin_FILE()) {
  emu_runtime->stop(emu_self, emu::Trap::trap, "__trap()", file, line);
  __builtin_unreachable();
}

[[noreturn]] inline void emu_assert(const char* condition, const char* file,
                                    int line) {
  emu_runtime->stop(emu_self, emu::Trap::assertion, condition, file, line);
  __builtin_unreachable();
}

#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) \
  ((condition) ? (void)0 : emu_assert(#condition, __FILE__, __LINE__))
#endif

extern "C" int printf(const char*, ...);
extern "C" void* memcpy(void*, const void*, size_t);
extern "C" void* memset(void*, int, size_t);

/** Dynamic shared memory; the source's `extern __shared__` becomes this. */
inline char* emu_dynamic_shared() { return emu_self->dynamic_shared; }

/** The same for a declaration outside functions. */
template <class T>
struct EmuDynamicShared {
  operator T*() const { return (T*)emu_dynamic_shared(); }
  template <class U>
  explicit operator U*() const { return (U*)emu_dynamic_shared(); }
};

// Loads and stores with cache hints: the hints mean nothing here.
template <class T> __forceinline__ T __ldg(const T* p) { return *p; }
template <class T> __forceinline__ T __ldcg(const T* p) { return *p; }
template <class T> __forceinline__ T __ldca(const T* p) { return *p; }
template <class T> __forceinline__ T __ldcs(const T* p) { return *p; }
template <class T> __forceinline__ T __ldlu(const T* p) { return *p; }
template <class T> __forceinline__ T __ldcv(const T* p) { return *p; }
template <class T> __forceinline__ void __stwb(T* p, T v) { *p = v; }
template <class T> __forceinline__ void __stcg(T* p, T v) { *p = v; }
template <class T> __forceinline__ void __stcs(T* p, T v) { *p = v; }
template <class T> __forceinline__ void __stwt(T* p, T v) { *p = v; }

// All of a library's thread_local memory is shared memory of a block; this
// byte tells where it is.
static thread_local char emu_anchor;
static inline void* emu_touch_shared() { return &emu_anchor; }

// Sources keep shared addresses in 32 bits: those of dynamic memory count from
// its start, those of static memory from the anchor.
constexpr unsigned emu_static_base = 0x80000000u;
constexpr ptrdiff_t emu_most_dynamic = 1 << 20;

inline size_t __cvta_generic_to_shared(const void* p) {
  ptrdiff_t offset = (const char*)p - emu_dynamic_shared();
  if (offset >= 0 && offset < emu_most_dynamic) return (size_t)offset;
  return (unsigned)(emu_static_base + ((const char*)p - &emu_anchor));
}
inline void* __cvta_shared_to_generic(size_t address) {
  if (address < (size_t)emu_most_dynamic) return emu_dynamic_shared() + address;
  return &emu_anchor + (int)((unsigned)address - emu_static_base);
}
inline size_t __cvta_generic_to_global(const void* p) { return (size_t)p; }
inline void* __cvta_global_to_generic(size_t p) { return (void*)p; }
