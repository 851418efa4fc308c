// Sum_j(Exp(-SqDist(x,y)*p)*b)
// float, scheme parts

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

__device__ inline void multiply_add_half(int (&sums)[4], int top, int bottom, int column) {
  asm("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(top), "r"(bottom), "r"(column));
}

__device__ inline float weigh_four(int first, int second, int third, int fourth, float4 less, float scale) {
  const float least = fmaf(__int_as_float(fourth), 0.0000152587890625f * scale, less.z);
  const float small = fmaf(__int_as_float(third), 0.00390625f * scale, least);
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
  const float* x0;  // one vector a row, of 10
  long long x0_i;
  const float* y1;  // one vector a column, of 10
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 1
  long long y3_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(128, 3)
parts(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][128 * 64];
  __shared__ __align__(16) float4 norms[2][128];
  __shared__ __align__(16) float tiles[2][128];
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * 32;
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = blockIdx.x / items % parts;
  const long long batch = blockIdx.x / items / parts;
  const int own = 128;
  int begin = (int) (item * own);
  int end = args.rows - begin < own ? (int) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const int* piece = args.work + 4 * (part * args.items + item);
    begin = piece[0];
    end = piece[1];
    from = piece[2];
    to = piece[3];
  }
  if (args.verdicts[batch] == 0) return;
  const float* p2 = args.p2;
  const float* y3 = args.y3;
  const float p2_0 = p2[0];
  const float v53 = (p2_0 * (-1.4426950216293335f));
  const float v58 = ((fabsf(p2_0) == infinity_float()) ? v53 : maximum_float(minimum_float(v53, 3.4028235e38f), (-3.4028235e38f)));
  const float* facts = args.facts + batch * 22;
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * 4;
  const int4* columnNorms = args.columnNorms + batch * args.columns;
  const float scale = facts[0] * facts[1] * -33554432.0f * v58;
  float sum_2[4];
  float sumBlock_3[4];
  float sumLost_4[4];
  // These bits are those of the float 3 * 2^22, plus an integer.
  int start[3][4][2];
  int4 own_half[4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + high + r * 8 + down, end - 1);
    const int4 norm = args.rowNorms[batch * args.rows + i];
    start[0][r][0] = 0x4b400000 - norm.x;
    start[0][r][1] = start[0][r][0] + norm.w;
    start[1][r][0] = 0x4b400000 - norm.y;
    start[1][r][1] = start[1][r][0] + norm.w;
    start[2][r][0] = 0x4b400000 - norm.z;
    start[2][r][1] = start[2][r][0] + norm.w;
    const signed char* point = args.rowDigits + (batch * args.rows + i) * 64;
    own_half[r] = ((const int4*) (point + 0))[across];
    sum_2[r] = 0.0f;
    sumBlock_3[r] = 0.0f;
    sumLost_4[r] = 0.0f;
  }
  int count = 0;
  int pending = 0;
  for (int q = from; q < to; q++) {
    int first = (int) (args.columns * part / args.parts);
    int last = (int) (args.columns * (part + 1) / args.parts);
    if (args.work != nullptr) {
      first = args.intervals[2 * q];
      last = args.intervals[2 * q + 1];
    }
    count += last - first;
    __syncthreads();
    int turn = 0;
    {
      const int j0 = first;
      const int n = last - j0 < 128 ? last - j0 : 128;
      signed char* to = digits[0];
      const int4* from = columnDigits + (long long) j0 * 4;
      #pragma unroll
      for (int k = 0; k < 4; k++) {
        const int s = threadIdx.x + k * 128;
        if (s < n * 4) copy_later(to + s * 16, from + s);
      }
      if (threadIdx.x < n) {
        const int4 norm = columnNorms[j0 + threadIdx.x];
        norms[0][threadIdx.x] = make_float4(12582912.0f + (float) norm.x, 12582912.0f + (float) norm.y, fmaf((float) norm.z, 0.00390625f, 49344.0f) * -scale, 0.0f);
      }
      float* tile = tiles[0];
      for (int t = threadIdx.x; t < n; t += blockDim.x) {
        tile[t] = y3[(long long) (j0 + t) * args.y3_j];
      }
    }
    for (int j0 = first; j0 < last; j0 += 128, turn ^= 1) {
      wait_for_copies();
      __syncthreads();
      const int next = j0 + 128;
      if (next < last)
      {
        const int j0 = next;
        const int n = last - j0 < 128 ? last - j0 : 128;
        signed char* to = digits[turn ^ 1];
        const int4* from = columnDigits + (long long) j0 * 4;
        #pragma unroll
        for (int k = 0; k < 4; k++) {
          const int s = threadIdx.x + k * 128;
          if (s < n * 4) copy_later(to + s * 16, from + s);
        }
        if (threadIdx.x < n) {
          const int4 norm = columnNorms[j0 + threadIdx.x];
          norms[turn ^ 1][threadIdx.x] = make_float4(12582912.0f + (float) norm.x, 12582912.0f + (float) norm.y, fmaf((float) norm.z, 0.00390625f, 49344.0f) * -scale, 0.0f);
        }
        float* tile = tiles[turn ^ 1];
        for (int t = threadIdx.x; t < n; t += blockDim.x) {
          tile[t] = y3[(long long) (j0 + t) * args.y3_j];
        }
      }
      const signed char* at = digits[turn] + down * 64;
      const float4* others = norms[turn];
      const float* tile = tiles[turn];
      #pragma unroll 1
      for (int t0 = 0; t0 < 128; t0 += 16) {
        int sums[4][2][2][4];
        #pragma unroll
        for (int c = 0; c < 2; c++) {
          #pragma unroll
          for (int r = 0; r < 2; r++) {
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              sums[0][r][c][s] = start[0][2 * r + s / 2][s % 2];
              sums[1][r][c][s] = start[1][2 * r + s / 2][s % 2];
              sums[2][r][c][s] = start[2][2 * r + s / 2][s % 2];
              sums[3][r][c][s] = 0x4b400000;
            }
          }
          const signed char* column = at + (t0 + c * 8) * 64;
          const int4 half = ((const int4*) (column + 0))[across];
          #pragma unroll
          for (int r = 0; r < 2; r++) {
            const int4 top = own_half[2 * r];
            const int4 bottom = own_half[2 * r + 1];
            multiply_add_half(sums[0][r][c], top.x, bottom.x, half.w);
            multiply_add(sums[1][r][c], make_int2(top.x, top.y), make_int2(bottom.x, bottom.y), make_int2(half.z, half.w));
            multiply_add(sums[2][r][c], make_int2(top.x, top.y), make_int2(bottom.x, bottom.y), make_int2(half.x, half.y));
            multiply_add_half(sums[2][r][c], top.w, bottom.w, half.w);
            multiply_add(sums[3][r][c], make_int2(top.z, top.w), make_int2(bottom.z, bottom.w), make_int2(half.x, half.y));
          }
        }
        if (j0 + t0 + 16 <= last) {
          #pragma unroll
          for (int c = 0; c < 4; c++) {
            const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
            const float4 less = others[t];
            #pragma unroll
            for (int r = 0; r < 4; r++) {
              const float v59 = weigh_four(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], sums[3][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
              const float v13 = sumBlock_3[r];
              sumBlock_3[r] = (v13 + (power_of_2(v59) * tile[t]));
            }
          }
        } else {
          #pragma unroll
          for (int c = 0; c < 4; c++) {
            const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
            const int j = j0 + t;
            if (j < last) {
              const float4 less = others[t];
              #pragma unroll
              for (int r = 0; r < 4; r++) {
                const float v59 = weigh_four(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], sums[3][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
                const float v13 = sumBlock_3[r];
                sumBlock_3[r] = (v13 + (power_of_2(v59) * tile[t]));
              }
            }
          }
        }
      }
      if (++pending == 2) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          const float v15 = sumBlock_3[r];
          const float v16 = sum_2[r];
          const float v17 = sumLost_4[r];
          const float v18 = (v15 - v17);
          const float v19 = (v16 + v18);
          sumLost_4[r] = (((v19 - v19) == 0.0f) ? ((v19 - v16) - v18) : 0.0f);
          sum_2[r] = v19;
          sumBlock_3[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const float v15 = sumBlock_3[r];
    const float v16 = sum_2[r];
    const float v17 = sumLost_4[r];
    const float v18 = (v15 - v17);
    const float v19 = (v16 + v18);
    sumLost_4[r] = (((v19 - v19) == 0.0f) ? ((v19 - v16) - v18) : 0.0f);
    sum_2[r] = v19;
    sumBlock_3[r] = 0.0f;
  }
  for (int apart = 2; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 4; r++) {
      const float sumOther_25 = __shfl_xor_sync(0xffffffffu, sum_2[r], apart, 16);
      const float sumBlockOther_26 = __shfl_xor_sync(0xffffffffu, sumBlock_3[r], apart, 16);
      const float sumLostOther_27 = __shfl_xor_sync(0xffffffffu, sumLost_4[r], apart, 16);
      const float v28 = sumOther_25;
      const float v29 = sumBlockOther_26;
      const float v30 = sumLostOther_27;
      const float v32 = sum_2[r];
      const float v33 = sumLost_4[r];
      const float v34 = ((-v30) - v33);
      const float v35 = (v32 + v34);
      sumLost_4[r] = (((v35 - v35) == 0.0f) ? ((v35 - v32) - v34) : 0.0f);
      sum_2[r] = v35;
      const float v41 = sum_2[r];
      const float v42 = sumLost_4[r];
      const float v43 = (v28 - v42);
      const float v44 = (v41 + v43);
      sumLost_4[r] = (((v44 - v44) == 0.0f) ? ((v44 - v41) - v43) : 0.0f);
      sum_2[r] = v44;
      const float v50 = sumBlock_3[r];
      sumBlock_3[r] = (v50 + v29);
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (across == 0 && begin + high + r * 8 + down < end) {
      const int i = min(begin + high + r * 8 + down, end - 1);
      const long long point = batch * args.rows + i;
      const long long points = args.batches * args.rows;
      const long long at = part * points + point;
      args.floats[at] = sum_2[r];
      args.floats[1 * args.parts * points + at] = sumLost_4[r];
    }
  }
}
