// Atomic operations: real ones, because blocks run on several OS threads.
#pragma once

namespace emu {

/** Tells the checked mode of an access that the sanitizer must not judge. */
inline void note_atomic(const void* address, unsigned long size,
                        const void* where) {
#ifdef EMU_CHECKED
  emu_runtime->access(emu_self, address, size, Access::atomic, where, true);
#else
  (void)address, (void)size, (void)where;
#endif
}

template <unsigned long size> struct Bits;
template <> struct Bits<2> { using type = unsigned short; };
template <> struct Bits<4> { using type = unsigned; };
template <> struct Bits<8> { using type = unsigned long; };

/** old = *address; *address = change(old), with no other write between. */
template <class T, class Change>
__attribute__((noinline, no_sanitize("thread"))) T atomic_update(
    T* address, Change change) {
  note_atomic(address, sizeof(T), __builtin_return_address(0));
  using Word = typename Bits<sizeof(T)>::type;
  Word* word = (Word*)address;
  Word old_bits = __atomic_load_n(word, __ATOMIC_RELAXED);
  for (;;) {
    T old_value, new_value;
    __builtin_memcpy(&old_value, &old_bits, sizeof(T));
    new_value = change(old_value);
    Word new_bits;
    __builtin_memcpy(&new_bits, &new_value, sizeof(T));
    if (__atomic_compare_exchange_n(word, &old_bits, new_bits, false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
      return old_value;
    }
  }
}

}  // namespace emu

#define EMU_ATOMIC(NAME, T, EXPRESSION)                                  \
  inline T NAME(T* address, T value) {                                   \
    return emu::atomic_update(address,                                   \
                              [=](T old) -> T { return EXPRESSION; });   \
  }                                                                      \
  inline T NAME##_block(T* address, T value) {                           \
    return NAME(address, value);                                         \
  }                                                                      \
  inline T NAME##_system(T* address, T value) { return NAME(address, value); }

#define EMU_ATOMIC_INTEGERS(NAME, EXPRESSION)      \
  EMU_ATOMIC(NAME, int, EXPRESSION)                \
  EMU_ATOMIC(NAME, unsigned, EXPRESSION)           \
  EMU_ATOMIC(NAME, unsigned long long, EXPRESSION)

EMU_ATOMIC_INTEGERS(atomicAdd, old + value)
EMU_ATOMIC(atomicAdd, float, old + value)
EMU_ATOMIC(atomicAdd, double, old + value)
EMU_ATOMIC(atomicSub, int, old - value)
EMU_ATOMIC(atomicSub, unsigned, old - value)
EMU_ATOMIC_INTEGERS(atomicMin, value < old ? value : old)
EMU_ATOMIC(atomicMin, long long, value < old ? value : old)
EMU_ATOMIC_INTEGERS(atomicMax, value > old ? value : old)
EMU_ATOMIC(atomicMax, long long, value > old ? value : old)
EMU_ATOMIC_INTEGERS(atomicExch, ((void)old, value))
EMU_ATOMIC(atomicExch, float, ((void)old, value))
EMU_ATOMIC_INTEGERS(atomicAnd, old & value)
EMU_ATOMIC_INTEGERS(atomicOr, old | value)
EMU_ATOMIC_INTEGERS(atomicXor, old ^ value)
EMU_ATOMIC(atomicInc, unsigned, old >= value ? 0u : old + 1u)
EMU_ATOMIC(atomicDec, unsigned, old == 0 || old > value ? value : old - 1u)
#undef EMU_ATOMIC_INTEGERS
#undef EMU_ATOMIC

#define EMU_CAS(T)                                                         \
  inline T atomicCAS(T* address, T expected, T value) {                    \
    return emu::atomic_update(                                             \
        address, [=](T old) -> T { return old == expected ? value : old; }); \
  }

EMU_CAS(int)
EMU_CAS(unsigned)
EMU_CAS(unsigned short)
EMU_CAS(unsigned long long)
#undef EMU_CAS
