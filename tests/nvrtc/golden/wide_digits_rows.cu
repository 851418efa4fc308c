// Sum_j(Exp(-SqDist(x,y)*p)*b)
// float, scheme rows

__device__ inline float minimum_float(float a, float b) {
  return a != a || b != b ? a + b : fminf(a, b);
}

__device__ inline float maximum_float(float a, float b) {
  return a != a || b != b ? a + b : fmaxf(a, b);
}

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
  const float* x0;  // one vector a row, of 20
  long long x0_i;
  const float* y1;  // one vector a column, of 20
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 100
  long long y3_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(128)
rows(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][64 * 96];
  __shared__ __align__(16) float4 norms[2][64];
  __shared__ __align__(16) float y3_tiles[2][64][64];
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * 16;
  const int chunk = blockIdx.x % 2;
  const long long block = blockIdx.x / 2;
  // Blocks of threads: all pieces of the rows, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = block % items;
  const long long batch = block / items;
  const int own = 64;
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
  const float* p2 = args.p2;
  const float* y3 = args.y3;
  const float p2_0 = p2[0];
  const float v59 = (p2_0 * (-1.4426950216293335f));
  const float v64 = ((fabsf(p2_0) == infinity_float()) ? v59 : maximum_float(minimum_float(v59, 3.4028235e38f), (-3.4028235e38f)));
  const float* facts = args.facts + batch * 32;
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * 6;
  const int4* columnNorms = args.columnNorms + batch * args.columns;
  const float scale = facts[0] * facts[1] * -33554432.0f * v64;
  float sum_2[2][16];
  float sumBlock_4[2][16];
  float sumLost_6[2][16];
  // These bits are those of the float 3 * 2^22, plus an integer.
  int start[3][2];
  int2 own_digits[1][3][2];
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    const int i = min(begin + high + r * 8 + down, end - 1);
    const int4 norm = args.rowNorms[batch * args.rows + i];
    start[0][r] = 0x4b400000 - norm.x;
    start[1][r] = 0x4b400000 - norm.y;
    start[2][r] = 0x4b400000 - norm.z;
    const signed char* point = args.rowDigits + (batch * args.rows + i) * 96;
    #pragma unroll
    for (int q = 0; q < 3; q++) {
      own_digits[q / 3][q % 3][r] = ((const int2*) point)[q * 4 + across];
    }
    #pragma unroll
    for (int e = 0; e < 16; e++) {
      sum_2[r][e] = 0.0f;
    }
    #pragma unroll
    for (int e = 0; e < 16; e++) {
      sumBlock_4[r][e] = 0.0f;
    }
    #pragma unroll
    for (int e = 0; e < 16; e++) {
      sumLost_6[r][e] = 0.0f;
    }
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
      const int4* from = columnDigits + (long long) j0 * 6;
      for (int s = threadIdx.x; s < n * 6; s += 128) {
        copy_later(to + s * 16, from + s);
      }
      if (threadIdx.x < n) {
        const int4 norm = columnNorms[j0 + threadIdx.x];
        norms[0][threadIdx.x] = make_float4(12582912.0f + (float) norm.x, 12582912.0f + (float) norm.y, fmaf((float) norm.z, 0.00390625f, 49152.0f) * -scale, 0.0f);
      }
      float (*y3_tile)[64] = y3_tiles[0];
      {
        const int t = threadIdx.x / 64;
        const int c = threadIdx.x % 64;
        const int k = chunk * 64 + c;
        // Beyond the last column or component there are zeros.
        const int left = k < 100 ? last - j0 - t : 0;
        const float* from = y3 + (long long) (j0 + t) * args.y3_j + k;
        #pragma unroll 16
        for (int s = 0; s < 32; s++) {
          y3_tile[t + s * 2][c] = s * 2 < left ? *from : (float) 0;
          from += 2 * args.y3_j;
        }
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
        const int4* from = columnDigits + (long long) j0 * 6;
        for (int s = threadIdx.x; s < n * 6; s += 128) {
          copy_later(to + s * 16, from + s);
        }
        if (threadIdx.x < n) {
          const int4 norm = columnNorms[j0 + threadIdx.x];
          norms[turn ^ 1][threadIdx.x] = make_float4(12582912.0f + (float) norm.x, 12582912.0f + (float) norm.y, fmaf((float) norm.z, 0.00390625f, 49152.0f) * -scale, 0.0f);
        }
        float (*y3_tile)[64] = y3_tiles[turn ^ 1];
        {
          const int t = threadIdx.x / 64;
          const int c = threadIdx.x % 64;
          const int k = chunk * 64 + c;
          // Beyond the last column or component there are zeros.
          const int left = k < 100 ? last - j0 - t : 0;
          const float* from = y3 + (long long) (j0 + t) * args.y3_j + k;
          #pragma unroll 16
          for (int s = 0; s < 32; s++) {
            y3_tile[t + s * 2][c] = s * 2 < left ? *from : (float) 0;
            from += 2 * args.y3_j;
          }
        }
      }
      const signed char* at = digits[turn] + down * 96;
      const float4* others = norms[turn];
      float (*y3_tile)[64] = y3_tiles[turn];
      #pragma unroll 1
      for (int t0 = 0; t0 < 64; t0 += 16) {
        int sums[3][1][2][4];
        #pragma unroll
        for (int c = 0; c < 2; c++) {
          #pragma unroll
          for (int r = 0; r < 1; r++) {
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              sums[0][r][c][s] = start[0][2 * r + s / 2];
              sums[1][r][c][s] = start[1][2 * r + s / 2];
              sums[2][r][c][s] = start[2][2 * r + s / 2];
            }
          }
          const signed char* column = at + (t0 + c * 8) * 96;
          #pragma unroll
          for (int q = 0; q < 1; q++) {
            int2 b[3];
            #pragma unroll
            for (int piece = 0; piece < 3; piece++) {
              b[piece] = ((const int2*) column)[(q * 3 + piece) * 4 + across];
            }
            #pragma unroll
            for (int r = 0; r < 1; r++) {
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
        }
        float pairs0[4][2];
        #pragma unroll
        for (int c = 0; c < 4; c++) {
          const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
          const int j = j0 + t;
          if (j < last) {
            const float4 less = others[t];
            #pragma unroll
            for (int r = 0; r < 2; r++) {
              const float v65 = weigh_three(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
              const float v13 = power_of_2(v65);
              pairs0[c][r] = v13;
            }
          }
        }
        #pragma unroll 1
        for (int other = 0; other < 4; other++) {
          #pragma unroll
          for (int c = 0; c < 4; c++) {
            const int t = t0 + c / 2 * 8 + other * 2 + c % 2;
            const int j = j0 + t;
            if (j < last) {
              #pragma unroll
              for (int r = 0; r < 2; r++) {
                const float pair0 = __shfl_sync(0xffffffffu, pairs0[c][r], other, 4);
                #pragma unroll
                for (int e = 0; e < 16; e++) {
                  const float v16 = sumBlock_4[r][e];
                  sumBlock_4[r][e] = (v16 + (pair0 * y3_tile[t][across * 4 + e % 4 + e / 4 * 16]));
                }
              }
            }
          }
        }
      }
      if (++pending == 1) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 2; r++) {
          #pragma unroll
          for (int e = 0; e < 16; e++) {
            const float v19 = sumBlock_4[r][e];
            const float v20 = sum_2[r][e];
            const float v21 = sumLost_6[r][e];
            const float v22 = (v19 - v21);
            const float v23 = (v20 + v22);
            sumLost_6[r][e] = (((v23 - v23) == 0.0f) ? ((v23 - v20) - v22) : 0.0f);
            sum_2[r][e] = v23;
            sumBlock_4[r][e] = 0.0f;
          }
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    #pragma unroll
    for (int e = 0; e < 16; e++) {
      const float v19 = sumBlock_4[r][e];
      const float v20 = sum_2[r][e];
      const float v21 = sumLost_6[r][e];
      const float v22 = (v19 - v21);
      const float v23 = (v20 + v22);
      sumLost_6[r][e] = (((v23 - v23) == 0.0f) ? ((v23 - v20) - v22) : 0.0f);
      sum_2[r][e] = v23;
      sumBlock_4[r][e] = 0.0f;
    }
  }
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    if (begin + high + r * 8 + down < end) {
      const int i = min(begin + high + r * 8 + down, end - 1);
      const long long point = batch * args.rows + i;
      #pragma unroll
      for (int e = 0; e < 16; e++) {
        const int k57 = chunk * 64 + across * 4 + e % 4 + e / 4 * 16;
        if (k57 < 100) {
          const float v58 = sum_2[r][e];
          args.out0[point * 100 + k57] = v58;
        }
      }
    }
  }
}
