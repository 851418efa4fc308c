// The math functions of CUDA, by those of the C library. The fast forms
// (__expf, ...) are as exact as the plain ones: no test may need their errors.
#pragma once

#define EMU_UNARY(NAME)                                          \
  inline double NAME(double x) { return __builtin_##NAME(x); }   \
  inline float NAME(float x) { return __builtin_##NAME##f(x); }  \
  inline float NAME##f(float x) { return __builtin_##NAME##f(x); }

#define EMU_BINARY(NAME)                                                     \
  inline double NAME(double x, double y) { return __builtin_##NAME(x, y); }  \
  inline float NAME(float x, float y) { return __builtin_##NAME##f(x, y); }  \
  inline float NAME##f(float x, float y) { return __builtin_##NAME##f(x, y); } \
  inline double NAME(double x, float y) { return __builtin_##NAME(x, y); }   \
  inline double NAME(float x, double y) { return __builtin_##NAME(x, y); }   \
  inline double NAME(double x, int y) { return __builtin_##NAME(x, y); }     \
  inline double NAME(int x, double y) { return __builtin_##NAME(x, y); }     \
  inline float NAME(float x, int y) { return __builtin_##NAME##f(x, y); }    \
  inline float NAME(int x, float y) { return __builtin_##NAME##f(x, y); }

EMU_UNARY(sqrt) EMU_UNARY(cbrt) EMU_UNARY(exp) EMU_UNARY(exp2)
EMU_UNARY(exp10) EMU_UNARY(expm1) EMU_UNARY(log) EMU_UNARY(log2)
EMU_UNARY(log10) EMU_UNARY(log1p) EMU_UNARY(logb) EMU_UNARY(sin)
EMU_UNARY(cos) EMU_UNARY(tan) EMU_UNARY(asin) EMU_UNARY(acos)
EMU_UNARY(atan) EMU_UNARY(sinh) EMU_UNARY(cosh) EMU_UNARY(tanh)
EMU_UNARY(asinh) EMU_UNARY(acosh) EMU_UNARY(atanh) EMU_UNARY(erf)
EMU_UNARY(erfc) EMU_UNARY(tgamma) EMU_UNARY(lgamma) EMU_UNARY(floor)
EMU_UNARY(ceil) EMU_UNARY(trunc) EMU_UNARY(round) EMU_UNARY(rint)
EMU_UNARY(nearbyint) EMU_UNARY(fabs) EMU_UNARY(j0) EMU_UNARY(j1)
EMU_UNARY(y0) EMU_UNARY(y1)

EMU_BINARY(pow) EMU_BINARY(atan2) EMU_BINARY(fmod) EMU_BINARY(fmin)
EMU_BINARY(fmax) EMU_BINARY(fdim) EMU_BINARY(hypot) EMU_BINARY(copysign)
EMU_BINARY(remainder) EMU_BINARY(nextafter)

#undef EMU_UNARY
#undef EMU_BINARY

inline double fma(double x, double y, double z) {
  return __builtin_fma(x, y, z);
}
inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }

inline double rsqrt(double x) { return 1.0 / __builtin_sqrt(x); }
inline float rsqrtf(float x) { return (float)(1.0 / __builtin_sqrt(x)); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline double rcbrt(double x) { return 1.0 / __builtin_cbrt(x); }
inline float rcbrtf(float x) { return (float)(1.0 / __builtin_cbrt(x)); }
inline double rhypot(double x, double y) { return 1.0 / __builtin_hypot(x, y); }
inline float rhypotf(float x, float y) {
  return (float)(1.0 / __builtin_hypot(x, y));
}
inline double norm3d(double x, double y, double z) {
  return __builtin_hypot(__builtin_hypot(x, y), z);
}
inline float norm3df(float x, float y, float z) {
  return (float)norm3d(x, y, z);
}

namespace emu {
constexpr double pi = 3.14159265358979323846;
constexpr double sqrt_half = 0.70710678118654752440;
}  // namespace emu

// The C library has no sinpi: reduce first, so that integers give exact zeros.
inline double sinpi(double x) {
  double r = __builtin_remainder(x, 2.0);
  if (r == 0 || r == 1 || r == -1) return __builtin_copysign(0.0, x);
  return __builtin_sin(emu::pi * r);
}
inline double cospi(double x) {
  double r = __builtin_fabs(__builtin_remainder(x, 2.0));
  if (r == 0.5) return 0.0;
  return r <= 0.25   ? __builtin_cos(emu::pi * r)
         : r < 0.75  ? __builtin_sin(emu::pi * (0.5 - r))
                     : -__builtin_cos(emu::pi * (1.0 - r));
}
inline float sinpif(float x) { return (float)sinpi((double)x); }
inline float cospif(float x) { return (float)cospi((double)x); }

inline void sincos(double x, double* s, double* c) {
  *s = __builtin_sin(x);
  *c = __builtin_cos(x);
}
inline void sincosf(float x, float* s, float* c) {
  *s = __builtin_sinf(x);
  *c = __builtin_cosf(x);
}
inline void sincos(float x, float* s, float* c) { sincosf(x, s, c); }
inline void sincospi(double x, double* s, double* c) {
  *s = sinpi(x);
  *c = cospi(x);
}
inline void sincospif(float x, float* s, float* c) {
  *s = sinpif(x);
  *c = cospif(x);
}

// erfcx(x) = exp(x^2) erfc(x): the product overflows above 25, where the
// continued fraction has long converged.
inline double erfcx(double x) {
  if (x < 10) return __builtin_exp(x * x) * __builtin_erfc(x);
  double tail = 0;
  for (int k = 60; k > 0; k--) tail = k / 2.0 / (x + tail);
  return 1.0 / __builtin_sqrt(emu::pi) / (x + tail);
}
inline float erfcxf(float x) { return (float)erfcx((double)x); }
inline double normcdf(double x) {
  return 0.5 * __builtin_erfc(-x * emu::sqrt_half);
}
inline float normcdff(float x) { return (float)normcdf((double)x); }

// Inverse of erf by Newton's method from a logarithmic first guess.
inline double erfinv(double y) {
  if (!(y > -1 && y < 1)) {
    return y == 1 || y == -1 ? y * __builtin_inf() : __builtin_nan("");
  }
  double w = __builtin_log((1 - y) * (1 + y));
  double t = 2 / (emu::pi * 0.147) + w / 2;
  double x = __builtin_copysign(
      __builtin_sqrt(__builtin_sqrt(t * t - w / 0.147) - t), y);
  for (int step = 0; step < 4; step++) {
    // From the nearer tail, so that no digits cancel.
    double error = y > 0.5    ? (1 - y) - __builtin_erfc(x)
                   : y < -0.5 ? __builtin_erfc(-x) - (1 + y)
                              : __builtin_erf(x) - y;
    x -= error / (2 / __builtin_sqrt(emu::pi) * __builtin_exp(-x * x));
  }
  return x;
}
inline float erfinvf(float y) { return (float)erfinv((double)y); }

inline double ldexp(double x, int e) { return __builtin_ldexp(x, e); }
inline float ldexp(float x, int e) { return __builtin_ldexpf(x, e); }
inline float ldexpf(float x, int e) { return __builtin_ldexpf(x, e); }
inline double scalbn(double x, int e) { return __builtin_ldexp(x, e); }
inline float scalbn(float x, int e) { return __builtin_ldexpf(x, e); }
inline float scalbnf(float x, int e) { return __builtin_ldexpf(x, e); }
inline double frexp(double x, int* e) { return __builtin_frexp(x, e); }
inline float frexp(float x, int* e) { return __builtin_frexpf(x, e); }
inline float frexpf(float x, int* e) { return __builtin_frexpf(x, e); }
inline double modf(double x, double* i) { return __builtin_modf(x, i); }
inline float modf(float x, float* i) { return __builtin_modff(x, i); }
inline float modff(float x, float* i) { return __builtin_modff(x, i); }
inline int ilogb(double x) { return __builtin_ilogb(x); }
inline int ilogbf(float x) { return __builtin_ilogbf(x); }
inline long lround(double x) { return __builtin_lround(x); }
inline long lroundf(float x) { return __builtin_lroundf(x); }
inline long lrint(double x) { return __builtin_lrint(x); }
inline long lrintf(float x) { return __builtin_lrintf(x); }
inline long long llrint(double x) { return __builtin_llrint(x); }
inline long long llrintf(float x) { return __builtin_llrintf(x); }
inline long long llround(double x) { return __builtin_llround(x); }
inline double nan(const char*) { return __builtin_nan(""); }
inline float nanf(const char*) { return __builtin_nanf(""); }
inline float fdividef(float x, float y) { return x / y; }

template <class T> inline bool isnan(T x) { return __builtin_isnan(x); }
template <class T> inline bool isinf(T x) { return __builtin_isinf(x) != 0; }
template <class T> inline bool isfinite(T x) { return __builtin_isfinite(x); }
template <class T> inline bool signbit(T x) {
  return __builtin_signbit(x) != 0;
}

inline int abs(int x) { return x < 0 ? -x : x; }
inline long abs(long x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline float abs(float x) { return __builtin_fabsf(x); }
inline double abs(double x) { return __builtin_fabs(x); }
inline long labs(long x) { return abs(x); }
inline long long llabs(long long x) { return abs(x); }

#define EMU_MIN_MAX(T, MIN, MAX)                 \
  inline T min(T x, T y) { return MIN; }         \
  inline T max(T x, T y) { return MAX; }
#define EMU_INTEGER_MIN_MAX(T) EMU_MIN_MAX(T, y < x ? y : x, x < y ? y : x)
EMU_INTEGER_MIN_MAX(int)
EMU_INTEGER_MIN_MAX(unsigned)
EMU_INTEGER_MIN_MAX(long)
EMU_INTEGER_MIN_MAX(unsigned long)
EMU_INTEGER_MIN_MAX(long long)
EMU_INTEGER_MIN_MAX(unsigned long long)
// As fmin and fmax: a NaN gives way to the number.
EMU_MIN_MAX(float, __builtin_fminf(x, y), __builtin_fmaxf(x, y))
EMU_MIN_MAX(double, __builtin_fmin(x, y), __builtin_fmax(x, y))
#undef EMU_INTEGER_MIN_MAX
#undef EMU_MIN_MAX

// Fast forms.
inline float __expf(float x) { return __builtin_expf(x); }
inline float __exp10f(float x) { return __builtin_exp10f(x); }
inline float __logf(float x) { return __builtin_logf(x); }
inline float __log2f(float x) { return __builtin_log2f(x); }
inline float __log10f(float x) { return __builtin_log10f(x); }
inline float __sinf(float x) { return __builtin_sinf(x); }
inline float __cosf(float x) { return __builtin_cosf(x); }
inline float __tanf(float x) { return __builtin_tanf(x); }
inline float __powf(float x, float y) { return __builtin_powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __frsqrt_rn(float x) { return rsqrtf(x); }
inline float __fsqrt_rn(float x) { return __builtin_sqrtf(x); }
inline double __dsqrt_rn(double x) { return __builtin_sqrt(x); }
inline double __drcp_rn(double x) { return 1.0 / x; }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }
inline void __sincosf(float x, float* s, float* c) { sincosf(x, s, c); }

// Operations that must not be contracted into a fused one.
#define EMU_ROUNDED __attribute__((noinline, optimize("fp-contract=off")))
inline EMU_ROUNDED float __fadd_rn(float x, float y) { return x + y; }
inline EMU_ROUNDED float __fsub_rn(float x, float y) { return x - y; }
inline EMU_ROUNDED float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) {
  return __builtin_fmaf(x, y, z);
}
inline EMU_ROUNDED double __dadd_rn(double x, double y) { return x + y; }
inline EMU_ROUNDED double __dsub_rn(double x, double y) { return x - y; }
inline EMU_ROUNDED double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __fma_rn(double x, double y, double z) {
  return __builtin_fma(x, y, z);
}
#undef EMU_ROUNDED
