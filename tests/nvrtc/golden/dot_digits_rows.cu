// LogSumExp_j((x|y))
// float, scheme rows

__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
}

__device__ inline void multiply_add(int (&sums)[4], int2 top, int2 bottom, int2 column) {
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(top.x), "r"(bottom.x), "r"(top.y), "r"(bottom.y), "r"(column.x), "r"(column.y));
}

__device__ inline void multiply_add_half(int (&sums)[4], int top, int bottom, int column) {
  asm("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(top), "r"(bottom), "r"(column));
}

__device__ inline float weigh_three(int first, int second, int third, float4 less, float scale) {
  const float small = fmaf(__int_as_float(third), 0.00390625f * scale, less.z);
  const float rest = fmaf(__int_as_float(second) - less.y, scale, small);
  return fmaf(__int_as_float(first) - less.x, 256.0f * scale, rest);
}

__device__ inline void copy_later(void* to, const void* from) {
  const unsigned place = (unsigned) __cvta_generic_to_shared(to);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(place), "l"(from) : "memory");
}

__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_all;" ::: "memory");
}

__device__ inline float infinity_float() {
  return __int_as_float(0x7f800000);
}

struct Arguments {
  long long rows;
  long long columns;
  long long batches;
  long long items;  // pieces of the rows, one a block of threads
  long long parts;  // parts of the columns
  const int* work;  // begin, end, first and last interval of each piece; or none
  const int* intervals;  // begin and end
  float* floats;  // states of parts
  int* ints;
  int* verdicts;  // whether digits do, for each entry of the batch
  float* facts;  // what is known of the digits
  const signed char* rowDigits;
  const signed char* columnDigits;
  const int4* rowNorms;
  const int4* columnNorms;
  const float* x0;  // one vector a row, of 100
  long long x0_i;
  const float* y1;  // one vector a column, of 100
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(128)
rows(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][64 * 352];
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * 32;
  // Blocks of threads: all pieces of the rows, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const long long batch = blockIdx.x / items;
  const int own = 128;
  int begin = (int) (item * own);
  int end = args.rows - begin < own ? (int) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const int* piece = args.work + 4 * item;
    begin = piece[0];
    end = piece[1];
    from = piece[2];
    to = piece[3];
  }
  if (args.verdicts[batch] == 0) return;
  const float* facts = args.facts + batch * 112;
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * 22;
  const float scale = facts[0] * facts[1] * 16777216.0f;
  const float4 less = make_float4(12582912.0f, 12582912.0f, 49152.0f * -scale, 0.0f);
  float m_2[4];
  float scaled_3[4];
  float s_4[4];
  float sBlock_5[4];
  float sLost_6[4];
  // These bits are those of the float 3 * 2^22, plus an integer.
  int none[4];
  int2 own_digits[3][3][4];
  int4 own_half[4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + high + r * 8 + down, end - 1);
    none[0] = 0x4b400000 + 0 * __float_as_int(facts[12]);
    none[1] = 0x4b400000 + 1 * __float_as_int(facts[12]);
    none[2] = 0x4b400000 + 2 * __float_as_int(facts[12]);
    none[3] = 0x4b400000 + 3 * __float_as_int(facts[12]);
    const signed char* point = args.rowDigits + (batch * args.rows + i) * 352;
    #pragma unroll
    for (int q = 0; q < 9; q++) {
      own_digits[q / 3][q % 3][r] = ((const int2*) point)[q * 4 + across];
    }
    own_half[r] = ((const int4*) (point + 288))[across];
    m_2[r] = (-3.4028235e38f);
    scaled_3[r] = (-infinity_float());
    s_4[r] = 0.0f;
    sBlock_5[r] = 0.0f;
    sLost_6[r] = 0.0f;
  }
  int count = 0;
  int pending = 0;
  for (int q = from; q < to; q++) {
    int first = (int) (0);
    int last = (int) (args.columns);
    if (args.work != nullptr) {
      first = args.intervals[2 * q];
      last = args.intervals[2 * q + 1];
    }
    count += last - first;
    __syncthreads();
    int turn = 0;
    {
      const int j0 = first;
      const int n = last - j0 < 64 ? last - j0 : 64;
      signed char* to = digits[0];
      const int4* from = columnDigits + (long long) j0 * 22;
      #pragma unroll
      for (int k = 0; k < 11; k++) {
        const int s = threadIdx.x + k * 128;
        if (s < n * 22) copy_later(to + s * 16, from + s);
      }
    }
    for (int j0 = first; j0 < last; j0 += 64, turn ^= 1) {
      wait_for_copies();
      __syncthreads();
      const int next = j0 + 64;
      if (next < last)
      {
        const int j0 = next;
        const int n = last - j0 < 64 ? last - j0 : 64;
        signed char* to = digits[turn ^ 1];
        const int4* from = columnDigits + (long long) j0 * 22;
        #pragma unroll
        for (int k = 0; k < 11; k++) {
          const int s = threadIdx.x + k * 128;
          if (s < n * 22) copy_later(to + s * 16, from + s);
        }
      }
      const signed char* at = digits[turn] + down * 352;
      #pragma unroll 1
      for (int t0 = 0; t0 < 64; t0 += 16) {
        int sums[3][2][2][4];
        #pragma unroll
        for (int c = 0; c < 2; c++) {
          #pragma unroll
          for (int r = 0; r < 2; r++) {
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              sums[0][r][c][s] = none[s];
              sums[1][r][c][s] = none[s];
              sums[2][r][c][s] = none[s];
            }
          }
          const signed char* column = at + (t0 + c * 8) * 352;
          #pragma unroll
          for (int q = 0; q < 3; q++) {
            int2 b[3];
            #pragma unroll
            for (int piece = 0; piece < 3; piece++) {
              b[piece] = ((const int2*) column)[(q * 3 + piece) * 4 + across];
            }
            #pragma unroll
            for (int r = 0; r < 2; r++) {
              #pragma unroll
              for (int piece = 0; piece < 3; piece++) {
                // What is left out is smaller by 2^24 than the largest product.
                #pragma unroll
                for (int other = 0; other < 3 - piece; other++) {
                  multiply_add(sums[piece + other][r][c], own_digits[q][piece][2 * r], own_digits[q][piece][2 * r + 1], b[other]);
                }
              }
            }
          }
          const int4 half = ((const int4*) (column + 288))[across];
          #pragma unroll
          for (int r = 0; r < 2; r++) {
            const int4 top = own_half[2 * r];
            const int4 bottom = own_half[2 * r + 1];
            multiply_add_half(sums[0][r][c], top.x, bottom.x, half.w);
            multiply_add(sums[1][r][c], make_int2(top.x, top.y), make_int2(bottom.x, bottom.y), make_int2(half.z, half.w));
            multiply_add(sums[2][r][c], make_int2(top.x, top.y), make_int2(bottom.x, bottom.y), make_int2(half.x, half.y));
            multiply_add_half(sums[2][r][c], top.w, bottom.w, half.w);
          }
        }
        if (j0 + t0 + 16 <= last) {
          #pragma unroll
          for (int c = 0; c < 4; c++) {
            #pragma unroll
            for (int r = 0; r < 4; r++) {
              const float v7 = weigh_three(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
              const float v8 = (v7 * 1.4426950216293335f);
              const float v9 = scaled_3[r];
              float power_11 = (v8 - v9);
              const float v12 = power_11;
              if ((!(v12 <= 0.0f))) {
                const float v15 = m_2[r];
                const float v16 = scaled_3[r];
                if ((v15 < v7)) {
                  const float v18 = (v7 + 2.75f);
                  const float v20 = ((v18 < 3.4028235e38f) ? v18 : 3.4028235e38f);
                  const float v21 = (v20 * 1.4426950216293335f);
                  const float v24 = ((v21 < (v21 + 16.0f)) ? v21 : (-infinity_float()));
                  const float v27 = (v16 - v24);
                  const float v31 = ((fabsf(v27) < infinity_float()) ? power_of_2(v27) : expf((v15 - v20)));
                  const float v32 = s_4[r];
                  s_4[r] = (v32 * v31);
                  const float v34 = sBlock_5[r];
                  sBlock_5[r] = (v34 * v31);
                  const float v36 = sLost_6[r];
                  sLost_6[r] = (v36 * v31);
                  m_2[r] = v20;
                  scaled_3[r] = v24;
                }
                const float v38 = scaled_3[r];
                const float v39 = (v8 - v38);
                const float v41 = m_2[r];
                const float v42 = (v7 - v41);
                power_11 = ((v39 <= 0.0f) ? v39 : (((0.0f < v42) ? 0.0f : v42) * 1.4426950216293335f));
              }
              const float v47 = power_11;
              const float v49 = sBlock_5[r];
              sBlock_5[r] = (v49 + power_of_2(v47));
            }
          }
        } else {
          #pragma unroll
          for (int c = 0; c < 4; c++) {
            const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
            const int j = j0 + t;
            if (j < last) {
              #pragma unroll
              for (int r = 0; r < 4; r++) {
                const float v7 = weigh_three(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
                const float v8 = (v7 * 1.4426950216293335f);
                const float v9 = scaled_3[r];
                float power_11 = (v8 - v9);
                const float v12 = power_11;
                if ((!(v12 <= 0.0f))) {
                  const float v15 = m_2[r];
                  const float v16 = scaled_3[r];
                  if ((v15 < v7)) {
                    const float v18 = (v7 + 2.75f);
                    const float v20 = ((v18 < 3.4028235e38f) ? v18 : 3.4028235e38f);
                    const float v21 = (v20 * 1.4426950216293335f);
                    const float v24 = ((v21 < (v21 + 16.0f)) ? v21 : (-infinity_float()));
                    const float v27 = (v16 - v24);
                    const float v31 = ((fabsf(v27) < infinity_float()) ? power_of_2(v27) : expf((v15 - v20)));
                    const float v32 = s_4[r];
                    s_4[r] = (v32 * v31);
                    const float v34 = sBlock_5[r];
                    sBlock_5[r] = (v34 * v31);
                    const float v36 = sLost_6[r];
                    sLost_6[r] = (v36 * v31);
                    m_2[r] = v20;
                    scaled_3[r] = v24;
                  }
                  const float v38 = scaled_3[r];
                  const float v39 = (v8 - v38);
                  const float v41 = m_2[r];
                  const float v42 = (v7 - v41);
                  power_11 = ((v39 <= 0.0f) ? v39 : (((0.0f < v42) ? 0.0f : v42) * 1.4426950216293335f));
                }
                const float v47 = power_11;
                const float v49 = sBlock_5[r];
                sBlock_5[r] = (v49 + power_of_2(v47));
              }
            }
          }
        }
      }
      if (++pending == 4) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          const float v51 = sBlock_5[r];
          const float v52 = s_4[r];
          const float v53 = sLost_6[r];
          const float v54 = (v51 - v53);
          const float v55 = (v52 + v54);
          sLost_6[r] = (((v55 - v55) == 0.0f) ? ((v55 - v52) - v54) : 0.0f);
          s_4[r] = v55;
          sBlock_5[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const float v51 = sBlock_5[r];
    const float v52 = s_4[r];
    const float v53 = sLost_6[r];
    const float v54 = (v51 - v53);
    const float v55 = (v52 + v54);
    sLost_6[r] = (((v55 - v55) == 0.0f) ? ((v55 - v52) - v54) : 0.0f);
    s_4[r] = v55;
    sBlock_5[r] = 0.0f;
  }
  for (int apart = 2; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 4; r++) {
      const float mOther_61 = __shfl_xor_sync(0xffffffffu, m_2[r], apart, 16);
      const float scaledOther_62 = __shfl_xor_sync(0xffffffffu, scaled_3[r], apart, 16);
      const float sOther_63 = __shfl_xor_sync(0xffffffffu, s_4[r], apart, 16);
      const float sBlockOther_64 = __shfl_xor_sync(0xffffffffu, sBlock_5[r], apart, 16);
      const float sLostOther_65 = __shfl_xor_sync(0xffffffffu, sLost_6[r], apart, 16);
      const float v66 = m_2[r];
      const float v67 = scaled_3[r];
      const float v68 = mOther_61;
      const float v69 = scaledOther_62;
      const bool v70 = (v66 < v68);
      const float v71 = (v70 ? v68 : v66);
      const float v72 = (v70 ? v69 : v67);
      const float v75 = (v67 - v72);
      const float v79 = ((fabsf(v75) < infinity_float()) ? power_of_2(v75) : expf((v66 - v71)));
      const float v82 = (v69 - v72);
      const float v86 = ((fabsf(v82) < infinity_float()) ? power_of_2(v82) : expf((v68 - v71)));
      m_2[r] = v71;
      scaled_3[r] = v72;
      const float v87 = s_4[r];
      s_4[r] = (v87 * v79);
      const float v89 = sBlock_5[r];
      sBlock_5[r] = (v89 * v79);
      const float v91 = sLost_6[r];
      sLost_6[r] = (v91 * v79);
      const float v93 = sOther_63;
      const float v95 = sBlockOther_64;
      const float v97 = sLostOther_65;
      const float v100 = s_4[r];
      const float v101 = sLost_6[r];
      const float v102 = ((-(v97 * v86)) - v101);
      const float v103 = (v100 + v102);
      sLost_6[r] = (((v103 - v103) == 0.0f) ? ((v103 - v100) - v102) : 0.0f);
      s_4[r] = v103;
      const float v109 = s_4[r];
      const float v110 = sLost_6[r];
      const float v111 = ((v93 * v86) - v110);
      const float v112 = (v109 + v111);
      sLost_6[r] = (((v112 - v112) == 0.0f) ? ((v112 - v109) - v111) : 0.0f);
      s_4[r] = v112;
      const float v118 = sBlock_5[r];
      sBlock_5[r] = (v118 + (v95 * v86));
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (across == 0 && begin + high + r * 8 + down < end) {
      const int i = min(begin + high + r * 8 + down, end - 1);
      const long long point = batch * args.rows + i;
      const float v120 = m_2[r];
      const float v125 = s_4[r];
      args.out0[point] = (((v120 == (-3.4028235e38f)) ? (-infinity_float()) : ((v120 == 3.4028235e38f) ? infinity_float() : v120)) + logf(v125));
    }
  }
}
