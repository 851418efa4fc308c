// float16 and bfloat16 as bits, which is how sources without headers keep
// them. Rounding is to nearest even, done on the bits.
#pragma once

namespace emu {

inline float half_to_float(unsigned short bits) {
  unsigned sign = (unsigned)(bits & 0x8000) << 16;
  unsigned exponent = bits >> 10 & 31;
  unsigned mantissa = bits & 0x3ff;
  if (exponent == 31) {
    return __uint_as_float(sign | 0x7f800000 | mantissa << 13);
  }
  if (exponent == 0) {
    float value = (float)mantissa * 0x1p-24f;
    return sign ? -value : value;
  }
  return __uint_as_float(sign | (exponent + 112) << 23 | mantissa << 13);
}

inline unsigned short float_to_half(float value) {
  unsigned bits = __float_as_uint(value);
  unsigned short sign = (unsigned short)(bits >> 16 & 0x8000);
  unsigned magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7fff;
  // Half of the step above the largest number rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: the sum puts the last bit of the result in the last place.
    float shifted = __uint_as_float(magnitude) + 0.5f;
    return sign | (unsigned short)(__float_as_uint(shifted) - 0x3f000000);
  }
  unsigned odd = magnitude >> 13 & 1;
  return sign | (unsigned short)((magnitude + 0xfff + odd - 0x38000000) >> 13);
}

inline float bfloat_to_float(unsigned short bits) {
  return __uint_as_float((unsigned)bits << 16);
}

inline unsigned short float_to_bfloat(float value) {
  unsigned bits = __float_as_uint(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fff;
  return (unsigned short)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/** To 10 bits of mantissa, ties away from zero; kept in a float's bits. */
inline unsigned float_to_tf32(float value) {
  unsigned bits = __float_as_uint(value);
  bool finite = (bits & 0x7f800000) != 0x7f800000;
  return finite ? (bits + 0x1000) & 0xffffe000 : bits;
}

}  // namespace emu
