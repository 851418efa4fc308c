// The matrix instructions of a warp, mma.sync: every lane gives fragments and
// computes its own part of the product from those of the others.
#pragma once

namespace emu {

/** Tells all lanes of the warp where this lane's fragments are. */
inline void meet(const void* fragments) {
  emu_runtime->warp(emu_self, WarpOp::matrix, 0xffffffffu,
                    (unsigned long)fragments, 0, 0);
}

template <class Reg>
inline unsigned register_bits(const Reg& value) {
  static_assert(sizeof(Reg) == 4, "matrix fragments are 32-bit registers");
  unsigned bits;
  __builtin_memcpy(&bits, &value, 4);
  return bits;
}

struct Fragments {
  unsigned a[4];
  unsigned b[2];
};

/** One number per register; the hardware ignores the low bits. */
struct Tf32 {
  static constexpr int per_register = 1;
  static float at(unsigned bits, int) {
    return __uint_as_float(bits & 0xffffe000);
  }
};
struct Half {
  static constexpr int per_register = 2;
  static float at(unsigned bits, int i) {
    return half_to_float((unsigned short)(bits >> (16 * i)));
  }
};
struct Bfloat {
  static constexpr int per_register = 2;
  static float at(unsigned bits, int i) {
    return bfloat_to_float((unsigned short)(bits >> (16 * i)));
  }
};

/** D = A B + C with A of 16 x K, B of K x 8; each lane has four of D. */
template <class Type, int K>
inline void multiply(float (&d)[4], const Fragments& mine, const float (&c)[4]) {
  constexpr int step = 4 * Type::per_register;
  meet(&mine);
  for (int part = 0; part < 4; part++) {
    int row = emu_self->lane / 4;
    int column = emu_self->lane % 4 * 2 + part % 2;
    double sum = c[part];
    for (int k = 0; k < K; k++) {
      // Lanes take the numbers of a row in turn, a register's worth each.
      int lane_in_row = k % step / Type::per_register;
      int half = k % Type::per_register;
      auto* a = (const Fragments*)emu_runtime->peer(emu_self,
                                                    row * 4 + lane_in_row);
      auto* b = (const Fragments*)emu_runtime->peer(emu_self,
                                                    column * 4 + lane_in_row);
      sum += (double)Type::at(a->a[k / step * 2 + part / 2], half) *
             Type::at(b->b[k / step], half);
    }
    d[part] = (float)sum;
  }
  // The fragments are on each lane's stack until all have read them.
  meet(&mine);
}

/** The same of 8-bit integers, four a register; sums wrap around. */
template <int K>
inline void multiply_integers(int (&d)[4], const Fragments& mine,
                              const int (&c)[4]) {
  meet(&mine);
  for (int part = 0; part < 4; part++) {
    int row = emu_self->lane / 4;
    int column = emu_self->lane % 4 * 2 + part % 2;
    unsigned sum = (unsigned)c[part];
    for (int word = 0; word < K / 4; word++) {
      auto* a = (const Fragments*)emu_runtime->peer(emu_self,
                                                    row * 4 + word % 4);
      auto* b = (const Fragments*)emu_runtime->peer(emu_self,
                                                    column * 4 + word % 4);
      for (int byte = 0; byte < 4; byte++) {
        int x = (signed char)(a->a[word / 4 * 2 + part / 2] >> (8 * byte));
        int y = (signed char)(b->b[word / 4] >> (8 * byte));
        sum += (unsigned)(x * y);
      }
    }
    d[part] = (int)sum;
  }
  meet(&mine);
}

}  // namespace emu

namespace emu_ptx {

template <class A, class B>
inline void mma_sync_aligned_m16n8k32_row_col_s32_s8_s8_s32(
    int& d0, int& d1, int& d2, int& d3, A a0, A a1, A a2, A a3, B b0, B b1,
    int c0, int c1, int c2, int c3) {
  emu::Fragments mine = {
      {emu::register_bits(a0), emu::register_bits(a1), emu::register_bits(a2),
       emu::register_bits(a3)},
      {emu::register_bits(b0), emu::register_bits(b1)}};
  int d[4];
  emu::multiply_integers<32>(d, mine, {c0, c1, c2, c3});
  d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3];
}

template <class A, class B>
inline void mma_sync_aligned_m16n8k16_row_col_s32_s8_s8_s32(
    int& d0, int& d1, int& d2, int& d3, A a0, A a1, B b0, int c0, int c1,
    int c2, int c3) {
  emu::Fragments mine = {{emu::register_bits(a0), emu::register_bits(a1), 0, 0},
                         {emu::register_bits(b0), 0}};
  int d[4];
  emu::multiply_integers<16>(d, mine, {c0, c1, c2, c3});
  d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3];
}

#define EMU_MMA_WIDE(NAME, TYPE, K)                                           \
  template <class A, class B>                                                 \
  inline void NAME(float& d0, float& d1, float& d2, float& d3, A a0, A a1,    \
                   A a2, A a3, B b0, B b1, float c0, float c1, float c2,      \
                   float c3) {                                                \
    emu::Fragments mine = {                                                   \
        {emu::register_bits(a0), emu::register_bits(a1),                      \
         emu::register_bits(a2), emu::register_bits(a3)},                     \
        {emu::register_bits(b0), emu::register_bits(b1)}};                    \
    float d[4];                                                               \
    emu::multiply<emu::TYPE, K>(d, mine, {c0, c1, c2, c3});                   \
    d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3];                               \
  }

#define EMU_MMA_NARROW(NAME, TYPE, K)                                         \
  template <class A, class B>                                                 \
  inline void NAME(float& d0, float& d1, float& d2, float& d3, A a0, A a1,    \
                   B b0, float c0, float c1, float c2, float c3) {            \
    emu::Fragments mine = {                                                   \
        {emu::register_bits(a0), emu::register_bits(a1), 0, 0},               \
        {emu::register_bits(b0), 0}};                                         \
    float d[4];                                                               \
    emu::multiply<emu::TYPE, K>(d, mine, {c0, c1, c2, c3});                   \
    d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3];                               \
  }

EMU_MMA_NARROW(mma_sync_aligned_m16n8k4_row_col_f32_tf32_tf32_f32, Tf32, 4)
EMU_MMA_WIDE(mma_sync_aligned_m16n8k8_row_col_f32_tf32_tf32_f32, Tf32, 8)
EMU_MMA_NARROW(mma_sync_aligned_m16n8k8_row_col_f32_f16_f16_f32, Half, 8)
EMU_MMA_WIDE(mma_sync_aligned_m16n8k16_row_col_f32_f16_f16_f32, Half, 16)
EMU_MMA_NARROW(mma_sync_aligned_m16n8k8_row_col_f32_bf16_bf16_f32, Bfloat, 8)
EMU_MMA_WIDE(mma_sync_aligned_m16n8k16_row_col_f32_bf16_bf16_f32, Bfloat, 16)

#undef EMU_MMA_WIDE
#undef EMU_MMA_NARROW

}  // namespace emu_ptx
