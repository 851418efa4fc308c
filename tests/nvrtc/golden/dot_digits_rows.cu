// LogSumExp_j((x|y))
// float, scheme rows

__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
}

__device__ inline void multiply_add(int (&sums)[4], const int (&rows)[4], int2 columns) {
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]), "r"(columns.x), "r"(columns.y));
}

__device__ inline float whole_sum(int high, int middle, int low) {
  const float small = fmaf(__int_as_float(low), 0.00390625f, -49152.0f);
  const float rest = (__int_as_float(middle) - 12582912.0f) + small;
  return fmaf(__int_as_float(high) - 12582912.0f, 256.0f, rest);
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
  const float* rowNorms;
  const float* columnNorms;
  const float* x0;  // one vector a row, of 100
  long long x0_i;
  const float* y1;  // one vector a column, of 100
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(128)
rows(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][32 * 416];
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * 32;
  // Blocks of threads: all pieces of the rows, for each batch.
  const long long item = blockIdx.x % args.items;
  const long long batch = blockIdx.x / args.items;
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
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * 24;
  const float scale = 1.0f * facts[0] * facts[1] * 16777216.0f;
  float m_2[4];
  float s_3[4];
  float sBlock_4[4];
  float sLost_5[4];
  int2 own_digits[4][3][4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + high + r * 8 + down, end - 1);
    #pragma unroll
    for (int q = 0; q < 12; q++) {
      own_digits[q / 3][q % 3][r] = ((const int2*) args.rowDigits)[((batch * args.rows + i) * 12 + q) * 4 + across];
    }
    m_2[r] = (-3.4028235e38f);
    s_3[r] = 0.0f;
    sBlock_4[r] = 0.0f;
    sLost_5[r] = 0.0f;
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
      const int n = last - j0 < 32 ? last - j0 : 32;
      signed char* to = digits[0];
      const int4* from = columnDigits + (long long) j0 * 24;
      for (int s = threadIdx.x; s < n * 24; s += 128) {
        copy_later(to + s / 24 * 416 + s % 24 * 16, from + s);
      }
    }
    for (int j0 = first; j0 < last; j0 += 32, turn ^= 1) {
      wait_for_copies();
      __syncthreads();
      const int next = j0 + 32;
      if (next < last)
      {
        const int j0 = next;
        const int n = last - j0 < 32 ? last - j0 : 32;
        signed char* to = digits[turn ^ 1];
        const int4* from = columnDigits + (long long) j0 * 24;
        for (int s = threadIdx.x; s < n * 24; s += 128) {
          copy_later(to + s / 24 * 416 + s % 24 * 16, from + s);
        }
      }
      const signed char* at = digits[turn] + down * 416 + across * 8;
      #pragma unroll 1
      for (int t0 = 0; t0 < 32; t0 += 16) {
        // These bits are those of the float 3 * 2^22, plus the integer.
        int sums[3][2][2][4];
        #pragma unroll
        for (int s = 0; s < 48; s++) {
          sums[s / 16][s / 8 % 2][s / 4 % 2][s % 4] = 0x4b400000;
        }
        #pragma unroll
        for (int q = 0; q < 4; q++) {
          #pragma unroll
          for (int c = 0; c < 2; c++) {
            int2 b[3];
            #pragma unroll
            for (int piece = 0; piece < 3; piece++) {
              b[piece] = *(const int2*) (at + (t0 + c * 8) * 416 + (q * 3 + piece) * 32);
            }
            #pragma unroll
            for (int r = 0; r < 2; r++) {
              #pragma unroll
              for (int piece = 0; piece < 3; piece++) {
                const int2 top = own_digits[q][piece][2 * r];
                const int2 bottom = own_digits[q][piece][2 * r + 1];
                const int a[4] = {top.x, bottom.x, top.y, bottom.y};
                // What is left out is smaller by 2^24 than the largest product.
                #pragma unroll
                for (int other = 0; other < 3 - piece; other++) {
                  multiply_add(sums[piece + other][r][c], a, b[other]);
                }
              }
            }
          }
        }
        #pragma unroll
        for (int c = 0; c < 4; c++) {
          const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
          const int j = j0 + t;
          if (j < last) {
            #pragma unroll
            for (int r = 0; r < 4; r++) {
              const float product = whole_sum(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2]);
              const float v6 = product * scale;
              const float v7 = m_2[r];
              if ((v7 < v6)) {
                const float v9 = (v6 + 2.75f);
                const float v11 = ((v9 < 3.4028235e38f) ? v9 : 3.4028235e38f);
                const float v13 = expf((v7 - v11));
                const float v14 = s_3[r];
                s_3[r] = (v14 * v13);
                const float v16 = sBlock_4[r];
                sBlock_4[r] = (v16 * v13);
                const float v18 = sLost_5[r];
                sLost_5[r] = (v18 * v13);
                m_2[r] = v11;
              }
              const float v20 = m_2[r];
              const float v21 = (v6 - v20);
              const float v25 = sBlock_4[r];
              sBlock_4[r] = (v25 + power_of_2((((0.0f < v21) ? 0.0f : v21) * 1.4426950216293335f)));
            }
          }
        }
      }
      if (++pending == 8) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          const float v27 = sBlock_4[r];
          const float v28 = s_3[r];
          const float v29 = sLost_5[r];
          const float v30 = (v27 - v29);
          const float v31 = (v28 + v30);
          sLost_5[r] = (((v31 - v31) == 0.0f) ? ((v31 - v28) - v30) : 0.0f);
          s_3[r] = v31;
          sBlock_4[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const float v27 = sBlock_4[r];
    const float v28 = s_3[r];
    const float v29 = sLost_5[r];
    const float v30 = (v27 - v29);
    const float v31 = (v28 + v30);
    sLost_5[r] = (((v31 - v31) == 0.0f) ? ((v31 - v28) - v30) : 0.0f);
    s_3[r] = v31;
    sBlock_4[r] = 0.0f;
  }
  for (int apart = 2; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 4; r++) {
      const float mOther_37 = __shfl_xor_sync(0xffffffffu, m_2[r], apart, 16);
      const float sOther_38 = __shfl_xor_sync(0xffffffffu, s_3[r], apart, 16);
      const float sBlockOther_39 = __shfl_xor_sync(0xffffffffu, sBlock_4[r], apart, 16);
      const float sLostOther_40 = __shfl_xor_sync(0xffffffffu, sLost_5[r], apart, 16);
      const float v41 = m_2[r];
      const float v42 = mOther_37;
      const float v44 = ((v41 < v42) ? v42 : v41);
      const float v46 = expf((v41 - v44));
      const float v48 = expf((v42 - v44));
      m_2[r] = v44;
      const float v49 = s_3[r];
      s_3[r] = (v49 * v46);
      const float v51 = sBlock_4[r];
      sBlock_4[r] = (v51 * v46);
      const float v53 = sLost_5[r];
      sLost_5[r] = (v53 * v46);
      const float v55 = sOther_38;
      const float v57 = sBlockOther_39;
      const float v59 = sLostOther_40;
      const float v62 = s_3[r];
      const float v63 = sLost_5[r];
      const float v64 = ((-(v59 * v48)) - v63);
      const float v65 = (v62 + v64);
      sLost_5[r] = (((v65 - v65) == 0.0f) ? ((v65 - v62) - v64) : 0.0f);
      s_3[r] = v65;
      const float v71 = s_3[r];
      const float v72 = sLost_5[r];
      const float v73 = ((v55 * v48) - v72);
      const float v74 = (v71 + v73);
      sLost_5[r] = (((v74 - v74) == 0.0f) ? ((v74 - v71) - v73) : 0.0f);
      s_3[r] = v74;
      const float v80 = sBlock_4[r];
      sBlock_4[r] = (v80 + (v57 * v48));
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (across == 0 && begin + high + r * 8 + down < end) {
      const int i = min(begin + high + r * 8 + down, end - 1);
      const long long point = batch * args.rows + i;
      const float v82 = m_2[r];
      const float v87 = s_3[r];
      args.out0[point] = (((v82 == (-3.4028235e38f)) ? (-infinity_float()) : ((v82 == 3.4028235e38f) ? infinity_float() : v82)) + logf(v87));
    }
  }
}
