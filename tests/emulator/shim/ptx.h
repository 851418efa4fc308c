// PTX instructions as functions. The stand-in NVRTC turns each statement
// `asm("ex2.approx.f32 %0, %1;" : "=f"(y) : "f"(x))` into a call of the
// function with the instruction's name: emu_ptx::ex2_approx_f32(y, x).
#pragma once

namespace emu_ptx {

#define EMU_PTX_UNARY(NAME, EXPRESSION)                       \
  inline void NAME##_approx_f32(float& y, float x) {          \
    y = EXPRESSION;                                           \
  }                                                           \
  inline void NAME##_approx_ftz_f32(float& y, float x) { y = EXPRESSION; }
EMU_PTX_UNARY(ex2, __builtin_exp2f(x))
EMU_PTX_UNARY(lg2, __builtin_log2f(x))
EMU_PTX_UNARY(rcp, 1.0f / x)
EMU_PTX_UNARY(sqrt, __builtin_sqrtf(x))
EMU_PTX_UNARY(rsqrt, rsqrtf(x))
EMU_PTX_UNARY(sin, __builtin_sinf(x))
EMU_PTX_UNARY(cos, __builtin_cosf(x))
EMU_PTX_UNARY(tanh, __builtin_tanhf(x))
#undef EMU_PTX_UNARY

inline void rsqrt_approx_ftz_f64(double& y, double x) { y = rsqrt(x); }
inline void rcp_approx_ftz_f64(double& y, double x) { y = 1.0 / x; }

inline void fma_rn_f32(float& d, float a, float b, float c) {
  d = __builtin_fmaf(a, b, c);
}
inline void fma_rn_ftz_f32(float& d, float a, float b, float c) {
  d = __builtin_fmaf(a, b, c);
}
inline void fma_rn_f64(double& d, double a, double b, double c) {
  d = __builtin_fma(a, b, c);
}

// Without .NaN, a NaN gives way to the number.
inline void min_f32(float& d, float a, float b) { d = __builtin_fminf(a, b); }
inline void max_f32(float& d, float a, float b) { d = __builtin_fmaxf(a, b); }
inline void min_NaN_f32(float& d, float a, float b) {
  d = a != a || b != b ? __int_as_float(0x7fffffff) : __builtin_fminf(a, b);
}
inline void max_NaN_f32(float& d, float a, float b) {
  d = a != a || b != b ? __int_as_float(0x7fffffff) : __builtin_fmaxf(a, b);
}

// Conversions. Halves are bits in 16-bit registers.
inline void cvt_f32_f16(float& y, unsigned short x) {
  y = emu::half_to_float(x);
}
inline void cvt_rn_f16_f32(unsigned short& y, float x) {
  y = emu::float_to_half(x);
}
inline void cvt_f32_bf16(float& y, unsigned short x) {
  y = emu::bfloat_to_float(x);
}
inline void cvt_rn_bf16_f32(unsigned short& y, float x) {
  y = emu::float_to_bfloat(x);
}
inline void cvt_f64_f16(double& y, unsigned short x) {
  y = emu::half_to_float(x);
}
// The first source goes into the upper half.
inline void cvt_rn_f16x2_f32(unsigned& y, float high, float low) {
  y = (unsigned)emu::float_to_half(high) << 16 | emu::float_to_half(low);
}
inline void cvt_rn_bf16x2_f32(unsigned& y, float high, float low) {
  y = (unsigned)emu::float_to_bfloat(high) << 16 | emu::float_to_bfloat(low);
}
template <class Bits>
inline void cvt_rna_tf32_f32(Bits& y, float x) {
  unsigned bits = emu::float_to_tf32(x);
  __builtin_memcpy(&y, &bits, sizeof bits);
}

// Moves: plain, packing two registers into one, and taking it apart.
template <class To, class From>
inline void mov_b32(To& y, From x) {
  static_assert(sizeof(To) == 4 && sizeof(From) == 4, "mov.b32");
  __builtin_memcpy(&y, &x, 4);
}
template <class T> inline void mov_u32(T& y, unsigned x) { y = x; }
template <class T> inline void mov_s32(T& y, int x) { y = x; }
template <class T> inline void mov_u64(T& y, unsigned long x) { y = x; }
template <class A, class B, class C>
inline void mov_b64(A&& a, B&& b, C&& c) {
  if constexpr (sizeof(A) == 8) {
    __builtin_memcpy(&a, &b, 4);
    __builtin_memcpy((char*)&a + 4, &c, 4);
  } else {
    __builtin_memcpy(&a, &c, 4);
    __builtin_memcpy(&b, (const char*)&c + 4, 4);
  }
}
template <class A, class B, class C>
inline void mov_b32(A&& a, B&& b, C&& c) {
  if constexpr (sizeof(A) == 4) {
    __builtin_memcpy(&a, &b, 2);
    __builtin_memcpy((char*)&a + 2, &c, 2);
  } else {
    __builtin_memcpy(&a, &c, 2);
    __builtin_memcpy(&b, (const char*)&c + 2, 2);
  }
}

// Two floats in one 64-bit register (compute capability 10).
#define EMU_PTX_PAIR(NAME, PARAMETERS, EXPRESSION)                    \
  template <class T>                                                  \
  inline void NAME PARAMETERS {                                       \
    auto one = [](float a, float b, float c) { return EXPRESSION; };  \
    float2 x, y, z, result;                                           \
    __builtin_memcpy(&x, &a, 8);                                      \
    __builtin_memcpy(&y, &b, 8);                                      \
    __builtin_memcpy(&z, &c, 8);                                      \
    result.x = one(x.x, y.x, z.x);                                    \
    result.y = one(x.y, y.y, z.y);                                    \
    __builtin_memcpy(&d, &result, 8);                                 \
  }
EMU_PTX_PAIR(fma_rn_f32x2, (T & d, T a, T b, T c), __builtin_fmaf(a, b, c))
EMU_PTX_PAIR(add_rn_f32x2, (T & d, T a, T b, T c = T()),
             ((void)c, __fadd_rn(a, b)))
EMU_PTX_PAIR(mul_rn_f32x2, (T & d, T a, T b, T c = T()),
             ((void)c, __fmul_rn(a, b)))
#undef EMU_PTX_PAIR

// Copies into shared memory that run beside the arithmetic: here they are
// done at once, which is one of the allowed orders.
inline void copy_to_shared(unsigned to, const void* from, int bytes, int given) {
  char* target = (char*)__cvta_shared_to_generic(to);
  for (int i = 0; i < bytes; i += 4) {
    *(unsigned*)(target + i) =
        i < given ? *(const unsigned*)((const char*)from + i) : 0u;
  }
}
template <class P>
inline void cp_async_ca_shared_global(unsigned to, P from, int bytes,
                                      int given = 16) {
  copy_to_shared(to, (const void*)from, bytes, given);
}
template <class P>
inline void cp_async_cg_shared_global(unsigned to, P from, int bytes,
                                      int given = 16) {
  copy_to_shared(to, (const void*)from, bytes, given);
}
inline void cp_async_commit_group() {}
inline void cp_async_wait_group(int) {}
inline void cp_async_wait_all() {}

inline void bar_sync(int) { __syncthreads(0); }
inline void bar_warp_sync(unsigned mask) { __syncwarp(mask, 0); }
inline void membar_cta() {}
inline void membar_gl() { __threadfence(); }
inline void fence_acq_rel_gpu() { __threadfence(); }

// Registers that tell where a thread is; %%name in the source.
inline unsigned special_laneid() { return emu_self->lane; }
inline unsigned long special_clock64() { return emu_runtime->clock(); }
inline unsigned long special_globaltimer() { return emu_runtime->clock(); }

}  // namespace emu_ptx
