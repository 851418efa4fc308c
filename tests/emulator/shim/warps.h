// Exchanges between the lanes of a warp. Each lane hands its value to the
// driver and goes on when all lanes of the mask have come.
#pragma once

inline void __syncwarp(unsigned mask = 0xffffffffu,
                       int line = __builtin_LINE()) {
  emu_runtime->warp(emu_self, emu::WarpOp::sync, mask, 0, 0, line);
}

inline unsigned __activemask() { return emu_runtime->active_lanes(emu_self); }

inline unsigned __ballot_sync(unsigned mask, int predicate,
                              int line = __builtin_LINE()) {
  return emu_runtime->warp(emu_self, emu::WarpOp::ballot, mask, predicate != 0,
                           0, line);
}

inline int __any_sync(unsigned mask, int predicate,
                      int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, line) != 0;
}

inline int __all_sync(unsigned mask, int predicate,
                      int line = __builtin_LINE()) {
  // A lane that exited takes no part, so ask for one that says no.
  return __ballot_sync(mask, !predicate, line) == 0;
}

inline int __uni_sync(unsigned mask, int predicate,
                      int line = __builtin_LINE()) {
  unsigned yes = __ballot_sync(mask, predicate, line);
  return yes == 0 || yes == mask;
}

namespace emu {

template <class T>
inline T shuffle(unsigned mask, T value, unsigned source, int line) {
  static_assert(sizeof(T) <= sizeof(unsigned long), "shuffle of a large type");
  unsigned long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  bits = emu_runtime->warp(emu_self, WarpOp::shuffle, mask, bits, source, line);
  __builtin_memcpy(&value, &bits, sizeof(T));
  return value;
}

/** First lane of the segment of `width` lanes that this lane is in. */
inline unsigned segment(int width) { return emu_self->lane & ~(width - 1u); }

inline unsigned source_at(int lane, int width) {
  return segment(width) | (lane & (width - 1));
}

inline unsigned source_up(unsigned delta, int width) {
  unsigned lane = emu_self->lane;
  return lane < segment(width) + delta ? lane : lane - delta;
}

inline unsigned source_down(unsigned delta, int width) {
  unsigned lane = emu_self->lane;
  return (lane & (width - 1)) + delta >= (unsigned)width ? lane : lane + delta;
}

inline unsigned source_xor(int lane_mask, int width) {
  unsigned source = emu_self->lane ^ lane_mask;
  return source >= segment(width) + width ? emu_self->lane : source;
}

}  // namespace emu

#define EMU_SHUFFLES(T)                                                      \
  inline T __shfl_sync(unsigned mask, T value, int lane, int width = 32,     \
                       int line = __builtin_LINE()) {                        \
    return emu::shuffle(mask, value, emu::source_at(lane, width), line);     \
  }                                                                          \
  inline T __shfl_up_sync(unsigned mask, T value, unsigned delta,            \
                          int width = 32, int line = __builtin_LINE()) {     \
    return emu::shuffle(mask, value, emu::source_up(delta, width), line);    \
  }                                                                          \
  inline T __shfl_down_sync(unsigned mask, T value, unsigned delta,          \
                            int width = 32, int line = __builtin_LINE()) {   \
    return emu::shuffle(mask, value, emu::source_down(delta, width), line);  \
  }                                                                          \
  inline T __shfl_xor_sync(unsigned mask, T value, int lane_mask,            \
                           int width = 32, int line = __builtin_LINE()) {    \
    return emu::shuffle(mask, value, emu::source_xor(lane_mask, width),      \
                        line);                                               \
  }

EMU_SHUFFLES(int)
EMU_SHUFFLES(unsigned)
EMU_SHUFFLES(long)
EMU_SHUFFLES(unsigned long)
EMU_SHUFFLES(long long)
EMU_SHUFFLES(unsigned long long)
EMU_SHUFFLES(float)
EMU_SHUFFLES(double)
#undef EMU_SHUFFLES

#define EMU_REDUCE(NAME, T, OP)                                     \
  inline T NAME(unsigned mask, T value, int line = __builtin_LINE()) { \
    return (T)emu_runtime->warp(emu_self, emu::WarpOp::OP, mask,    \
                                (unsigned long)value, 0, line);     \
  }

EMU_REDUCE(__reduce_add_sync, int, add)
EMU_REDUCE(__reduce_add_sync, unsigned, add)
EMU_REDUCE(__reduce_min_sync, int, min_signed)
EMU_REDUCE(__reduce_min_sync, unsigned, min_unsigned)
EMU_REDUCE(__reduce_max_sync, int, max_signed)
EMU_REDUCE(__reduce_max_sync, unsigned, max_unsigned)
EMU_REDUCE(__reduce_and_sync, unsigned, bit_and)
EMU_REDUCE(__reduce_or_sync, unsigned, bit_or)
EMU_REDUCE(__reduce_xor_sync, unsigned, bit_xor)
#undef EMU_REDUCE

template <class T>
inline unsigned __match_any_sync(unsigned mask, T value,
                                 int line = __builtin_LINE()) {
  unsigned long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  return emu_runtime->warp(emu_self, emu::WarpOp::match_any, mask, bits, 0,
                           line);
}

template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* predicate,
                                 int line = __builtin_LINE()) {
  unsigned long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  unsigned lanes = emu_runtime->warp(emu_self, emu::WarpOp::match_all, mask,
                                     bits, 0, line);
  *predicate = lanes != 0;
  return lanes;
}
