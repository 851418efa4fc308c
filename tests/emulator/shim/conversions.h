// Bit casts, rounding conversions and integer intrinsics.
#pragma once

namespace emu {
template <class To, class From>
inline To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From), "sizes differ");
  To to;
  __builtin_memcpy(&to, &from, sizeof(To));
  return to;
}

/** Conversions to integers stop at the ends, and a NaN gives zero. */
template <class To, class From>
inline To saturate(From x) {
  constexpr bool is_signed = (To)-1 < 0;
  constexpr int bits = sizeof(To) * 8;
  constexpr unsigned long long top =
      is_signed ? (1ull << (bits - 1)) - 1 : ~0ull >> (64 - bits);
  if (__builtin_isnan(x)) return 0;
  if (x >= (From)top) return (To)top;
  if (is_signed && x <= -(From)top) return (To)(-(long long)top - 1);
  if (!is_signed && x <= 0) return 0;
  return (To)x;
}
}  // namespace emu

inline int __float_as_int(float x) { return emu::bit_cast<int>(x); }
inline unsigned __float_as_uint(float x) { return emu::bit_cast<unsigned>(x); }
inline float __int_as_float(int x) { return emu::bit_cast<float>(x); }
inline float __uint_as_float(unsigned x) { return emu::bit_cast<float>(x); }
inline long long __double_as_longlong(double x) {
  return emu::bit_cast<long long>(x);
}
inline double __longlong_as_double(long long x) {
  return emu::bit_cast<double>(x);
}
inline int __double2hiint(double x) {
  return (int)(__double_as_longlong(x) >> 32);
}
inline int __double2loint(double x) { return (int)__double_as_longlong(x); }
inline double __hiloint2double(int high, int low) {
  return __longlong_as_double((long long)((unsigned long long)(unsigned)high
                                              << 32 |
                                          (unsigned)low));
}

#define EMU_TO_INTEGER(FROM, NAME, TO, LETTER)                             \
  inline TO NAME##_rn(FROM x) {                                            \
    return emu::saturate<TO>(__builtin_rint##LETTER(x));                   \
  }                                                                        \
  inline TO NAME##_rz(FROM x) {                                            \
    return emu::saturate<TO>(__builtin_trunc##LETTER(x));                  \
  }                                                                        \
  inline TO NAME##_rd(FROM x) {                                            \
    return emu::saturate<TO>(__builtin_floor##LETTER(x));                  \
  }                                                                        \
  inline TO NAME##_ru(FROM x) {                                            \
    return emu::saturate<TO>(__builtin_ceil##LETTER(x));                   \
  }
EMU_TO_INTEGER(float, __float2int, int, f)
EMU_TO_INTEGER(float, __float2uint, unsigned, f)
EMU_TO_INTEGER(float, __float2ll, long long, f)
EMU_TO_INTEGER(float, __float2ull, unsigned long long, f)
EMU_TO_INTEGER(double, __double2int, int, )
EMU_TO_INTEGER(double, __double2uint, unsigned, )
EMU_TO_INTEGER(double, __double2ll, long long, )
EMU_TO_INTEGER(double, __double2ull, unsigned long long, )
#undef EMU_TO_INTEGER

inline float __int2float_rn(int x) { return (float)x; }
inline float __uint2float_rn(unsigned x) { return (float)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline float __ull2float_rn(unsigned long long x) { return (float)x; }
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned x) { return x; }
inline double __ll2double_rn(long long x) { return (double)x; }
inline float __double2float_rn(double x) { return (float)x; }

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
inline int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline int __mulhi(int x, int y) { return (int)((long long)x * y >> 32); }
inline unsigned __umulhi(unsigned x, unsigned y) {
  return (unsigned)((unsigned long long)x * y >> 32);
}
inline unsigned long long __umul64hi(unsigned long long x,
                                     unsigned long long y) {
  return (unsigned long long)((unsigned __int128)x * y >> 64);
}
inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int i = 0; i < 32; i++) reversed |= (x >> i & 1u) << (31 - i);
  return reversed;
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  unsigned long long bytes = (unsigned long long)y << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) {
    unsigned choice = selector >> (4 * i);
    unsigned byte = bytes >> (8 * (choice & 7)) & 0xff;
    if (choice & 8) byte = byte & 0x80 ? 0xff : 0;
    result |= byte << (8 * i);
  }
  return result;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  unsigned long long both = (unsigned long long)high << 32 | low;
  return (unsigned)(both << (shift & 31) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  unsigned long long both = (unsigned long long)high << 32 | low;
  return (unsigned)(both >> (shift & 31));
}
