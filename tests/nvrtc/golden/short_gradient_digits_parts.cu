// Sum_j(Grad(Exp(-SqDist(x,y)*p)*b,x,e))
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
  const float* x0;  // one vector a row, of 16
  long long x0_i;
  const float* y1;  // one vector a column, of 16
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* x3;  // one vector a row, of 1
  long long x3_i;
  const float* y4;  // one vector a column, of 1
  long long y4_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(128)
parts(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][128 * 64];
  __shared__ __align__(16) float4 norms[2][128];
  __shared__ __align__(16) float tiles[2][2560];
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * 16;
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = blockIdx.x / items % parts;
  const long long batch = blockIdx.x / items / parts;
  const int own = 64;
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
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  const float* p2 = args.p2;
  const float* y4 = args.y4;
  const float p2_0 = p2[0];
  const float v814 = (p2_0 * (-1.4426950216293335f));
  const float v819 = ((fabsf(p2_0) == infinity_float()) ? v814 : maximum_float(minimum_float(v814, 3.4028235e38f), (-3.4028235e38f)));
  const float* facts = args.facts + batch * 28;
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * 4;
  const int4* columnNorms = args.columnNorms + batch * args.columns;
  const float scale = facts[0] * facts[1] * -33554432.0f * v819;
  float sum0_2[2];
  float sum1_3[2];
  float sum2_4[2];
  float sum3_5[2];
  float sum4_6[2];
  float sum5_7[2];
  float sum6_8[2];
  float sum7_9[2];
  float sum8_10[2];
  float sum9_11[2];
  float sum10_12[2];
  float sum11_13[2];
  float sum12_14[2];
  float sum13_15[2];
  float sum14_16[2];
  float sum15_17[2];
  float sumBlock0_18[2];
  float sumBlock1_19[2];
  float sumBlock2_20[2];
  float sumBlock3_21[2];
  float sumBlock4_22[2];
  float sumBlock5_23[2];
  float sumBlock6_24[2];
  float sumBlock7_25[2];
  float sumBlock8_26[2];
  float sumBlock9_27[2];
  float sumBlock10_28[2];
  float sumBlock11_29[2];
  float sumBlock12_30[2];
  float sumBlock13_31[2];
  float sumBlock14_32[2];
  float sumBlock15_33[2];
  float sumLost0_34[2];
  float sumLost1_35[2];
  float sumLost2_36[2];
  float sumLost3_37[2];
  float sumLost4_38[2];
  float sumLost5_39[2];
  float sumLost6_40[2];
  float sumLost7_41[2];
  float sumLost8_42[2];
  float sumLost9_43[2];
  float sumLost10_44[2];
  float sumLost11_45[2];
  float sumLost12_46[2];
  float sumLost13_47[2];
  float sumLost14_48[2];
  float sumLost15_49[2];
  float x0_0[2];
  float x0_1[2];
  float x0_2[2];
  float x0_3[2];
  float x0_4[2];
  float x0_5[2];
  float x0_6[2];
  float x0_7[2];
  float x0_8[2];
  float x0_9[2];
  float x0_10[2];
  float x0_11[2];
  float x0_12[2];
  float x0_13[2];
  float x0_14[2];
  float x0_15[2];
  // These bits are those of the float 3 * 2^22, plus an integer.
  int start[3][2][2];
  int4 own_half[2];
  #pragma unroll
  for (int r = 0; r < 2; r++) {
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
    const float* x0_i = x0 + (long long) i * args.x0_i;
    sum0_2[r] = 0.0f;
    sum1_3[r] = 0.0f;
    sum2_4[r] = 0.0f;
    sum3_5[r] = 0.0f;
    sum4_6[r] = 0.0f;
    sum5_7[r] = 0.0f;
    sum6_8[r] = 0.0f;
    sum7_9[r] = 0.0f;
    sum8_10[r] = 0.0f;
    sum9_11[r] = 0.0f;
    sum10_12[r] = 0.0f;
    sum11_13[r] = 0.0f;
    sum12_14[r] = 0.0f;
    sum13_15[r] = 0.0f;
    sum14_16[r] = 0.0f;
    sum15_17[r] = 0.0f;
    sumBlock0_18[r] = 0.0f;
    sumBlock1_19[r] = 0.0f;
    sumBlock2_20[r] = 0.0f;
    sumBlock3_21[r] = 0.0f;
    sumBlock4_22[r] = 0.0f;
    sumBlock5_23[r] = 0.0f;
    sumBlock6_24[r] = 0.0f;
    sumBlock7_25[r] = 0.0f;
    sumBlock8_26[r] = 0.0f;
    sumBlock9_27[r] = 0.0f;
    sumBlock10_28[r] = 0.0f;
    sumBlock11_29[r] = 0.0f;
    sumBlock12_30[r] = 0.0f;
    sumBlock13_31[r] = 0.0f;
    sumBlock14_32[r] = 0.0f;
    sumBlock15_33[r] = 0.0f;
    sumLost0_34[r] = 0.0f;
    sumLost1_35[r] = 0.0f;
    sumLost2_36[r] = 0.0f;
    sumLost3_37[r] = 0.0f;
    sumLost4_38[r] = 0.0f;
    sumLost5_39[r] = 0.0f;
    sumLost6_40[r] = 0.0f;
    sumLost7_41[r] = 0.0f;
    sumLost8_42[r] = 0.0f;
    sumLost9_43[r] = 0.0f;
    sumLost10_44[r] = 0.0f;
    sumLost11_45[r] = 0.0f;
    sumLost12_46[r] = 0.0f;
    sumLost13_47[r] = 0.0f;
    sumLost14_48[r] = 0.0f;
    sumLost15_49[r] = 0.0f;
    x0_0[r] = x0_i[0];
    x0_1[r] = x0_i[1];
    x0_2[r] = x0_i[2];
    x0_3[r] = x0_i[3];
    x0_4[r] = x0_i[4];
    x0_5[r] = x0_i[5];
    x0_6[r] = x0_i[6];
    x0_7[r] = x0_i[7];
    x0_8[r] = x0_i[8];
    x0_9[r] = x0_i[9];
    x0_10[r] = x0_i[10];
    x0_11[r] = x0_i[11];
    x0_12[r] = x0_i[12];
    x0_13[r] = x0_i[13];
    x0_14[r] = x0_i[14];
    x0_15[r] = x0_i[15];
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
        tile[t * 20] = y4[(long long) (j0 + t) * args.y4_j];
      }
      for (int t = threadIdx.x; t < n * 16; t += blockDim.x) {
        tile[(t / 16) * 20 + 1 + t % 16] = y1[(long long) (j0 + (t / 16)) * args.y1_j + t % 16];
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
          tile[t * 20] = y4[(long long) (j0 + t) * args.y4_j];
        }
        for (int t = threadIdx.x; t < n * 16; t += blockDim.x) {
          tile[(t / 16) * 20 + 1 + t % 16] = y1[(long long) (j0 + (t / 16)) * args.y1_j + t % 16];
        }
      }
      const signed char* at = digits[turn] + down * 64;
      const float4* others = norms[turn];
      const float* tile = tiles[turn];
      #pragma unroll 1
      for (int t0 = 0; t0 < 128; t0 += 16) {
        int sums[4][1][2][4];
        #pragma unroll
        for (int c = 0; c < 2; c++) {
          #pragma unroll
          for (int r = 0; r < 1; r++) {
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
          for (int r = 0; r < 1; r++) {
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
            for (int r = 0; r < 2; r++) {
              const float v820 = weigh_four(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], sums[3][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
              const float v57 = (power_of_2(v820) * tile[t * 20]);
              const float v63 = sumBlock0_18[r];
              sumBlock0_18[r] = (v63 + (v57 * (x0_0[r] - tile[t * 20 + 1])));
              const float v70 = sumBlock1_19[r];
              sumBlock1_19[r] = (v70 + (v57 * (x0_1[r] - tile[t * 20 + 2])));
              const float v77 = sumBlock2_20[r];
              sumBlock2_20[r] = (v77 + (v57 * (x0_2[r] - tile[t * 20 + 3])));
              const float v84 = sumBlock3_21[r];
              sumBlock3_21[r] = (v84 + (v57 * (x0_3[r] - tile[t * 20 + 4])));
              const float v91 = sumBlock4_22[r];
              sumBlock4_22[r] = (v91 + (v57 * (x0_4[r] - tile[t * 20 + 5])));
              const float v98 = sumBlock5_23[r];
              sumBlock5_23[r] = (v98 + (v57 * (x0_5[r] - tile[t * 20 + 6])));
              const float v105 = sumBlock6_24[r];
              sumBlock6_24[r] = (v105 + (v57 * (x0_6[r] - tile[t * 20 + 7])));
              const float v112 = sumBlock7_25[r];
              sumBlock7_25[r] = (v112 + (v57 * (x0_7[r] - tile[t * 20 + 8])));
              const float v119 = sumBlock8_26[r];
              sumBlock8_26[r] = (v119 + (v57 * (x0_8[r] - tile[t * 20 + 9])));
              const float v126 = sumBlock9_27[r];
              sumBlock9_27[r] = (v126 + (v57 * (x0_9[r] - tile[t * 20 + 10])));
              const float v133 = sumBlock10_28[r];
              sumBlock10_28[r] = (v133 + (v57 * (x0_10[r] - tile[t * 20 + 11])));
              const float v140 = sumBlock11_29[r];
              sumBlock11_29[r] = (v140 + (v57 * (x0_11[r] - tile[t * 20 + 12])));
              const float v147 = sumBlock12_30[r];
              sumBlock12_30[r] = (v147 + (v57 * (x0_12[r] - tile[t * 20 + 13])));
              const float v154 = sumBlock13_31[r];
              sumBlock13_31[r] = (v154 + (v57 * (x0_13[r] - tile[t * 20 + 14])));
              const float v161 = sumBlock14_32[r];
              sumBlock14_32[r] = (v161 + (v57 * (x0_14[r] - tile[t * 20 + 15])));
              const float v168 = sumBlock15_33[r];
              sumBlock15_33[r] = (v168 + (v57 * (x0_15[r] - tile[t * 20 + 16])));
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
              for (int r = 0; r < 2; r++) {
                const float v820 = weigh_four(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2], sums[3][r / 2][c / 2][r % 2 * 2 + c % 2], less, scale);
                const float v57 = (power_of_2(v820) * tile[t * 20]);
                const float v63 = sumBlock0_18[r];
                sumBlock0_18[r] = (v63 + (v57 * (x0_0[r] - tile[t * 20 + 1])));
                const float v70 = sumBlock1_19[r];
                sumBlock1_19[r] = (v70 + (v57 * (x0_1[r] - tile[t * 20 + 2])));
                const float v77 = sumBlock2_20[r];
                sumBlock2_20[r] = (v77 + (v57 * (x0_2[r] - tile[t * 20 + 3])));
                const float v84 = sumBlock3_21[r];
                sumBlock3_21[r] = (v84 + (v57 * (x0_3[r] - tile[t * 20 + 4])));
                const float v91 = sumBlock4_22[r];
                sumBlock4_22[r] = (v91 + (v57 * (x0_4[r] - tile[t * 20 + 5])));
                const float v98 = sumBlock5_23[r];
                sumBlock5_23[r] = (v98 + (v57 * (x0_5[r] - tile[t * 20 + 6])));
                const float v105 = sumBlock6_24[r];
                sumBlock6_24[r] = (v105 + (v57 * (x0_6[r] - tile[t * 20 + 7])));
                const float v112 = sumBlock7_25[r];
                sumBlock7_25[r] = (v112 + (v57 * (x0_7[r] - tile[t * 20 + 8])));
                const float v119 = sumBlock8_26[r];
                sumBlock8_26[r] = (v119 + (v57 * (x0_8[r] - tile[t * 20 + 9])));
                const float v126 = sumBlock9_27[r];
                sumBlock9_27[r] = (v126 + (v57 * (x0_9[r] - tile[t * 20 + 10])));
                const float v133 = sumBlock10_28[r];
                sumBlock10_28[r] = (v133 + (v57 * (x0_10[r] - tile[t * 20 + 11])));
                const float v140 = sumBlock11_29[r];
                sumBlock11_29[r] = (v140 + (v57 * (x0_11[r] - tile[t * 20 + 12])));
                const float v147 = sumBlock12_30[r];
                sumBlock12_30[r] = (v147 + (v57 * (x0_12[r] - tile[t * 20 + 13])));
                const float v154 = sumBlock13_31[r];
                sumBlock13_31[r] = (v154 + (v57 * (x0_13[r] - tile[t * 20 + 14])));
                const float v161 = sumBlock14_32[r];
                sumBlock14_32[r] = (v161 + (v57 * (x0_14[r] - tile[t * 20 + 15])));
                const float v168 = sumBlock15_33[r];
                sumBlock15_33[r] = (v168 + (v57 * (x0_15[r] - tile[t * 20 + 16])));
              }
            }
          }
        }
      }
      if (++pending == 2) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 2; r++) {
          const float v170 = sumBlock0_18[r];
          const float v171 = sum0_2[r];
          const float v172 = sumLost0_34[r];
          const float v173 = (v170 - v172);
          const float v174 = (v171 + v173);
          sumLost0_34[r] = (((v174 - v174) == 0.0f) ? ((v174 - v171) - v173) : 0.0f);
          sum0_2[r] = v174;
          sumBlock0_18[r] = 0.0f;
          const float v180 = sumBlock1_19[r];
          const float v181 = sum1_3[r];
          const float v182 = sumLost1_35[r];
          const float v183 = (v180 - v182);
          const float v184 = (v181 + v183);
          sumLost1_35[r] = (((v184 - v184) == 0.0f) ? ((v184 - v181) - v183) : 0.0f);
          sum1_3[r] = v184;
          sumBlock1_19[r] = 0.0f;
          const float v190 = sumBlock2_20[r];
          const float v191 = sum2_4[r];
          const float v192 = sumLost2_36[r];
          const float v193 = (v190 - v192);
          const float v194 = (v191 + v193);
          sumLost2_36[r] = (((v194 - v194) == 0.0f) ? ((v194 - v191) - v193) : 0.0f);
          sum2_4[r] = v194;
          sumBlock2_20[r] = 0.0f;
          const float v200 = sumBlock3_21[r];
          const float v201 = sum3_5[r];
          const float v202 = sumLost3_37[r];
          const float v203 = (v200 - v202);
          const float v204 = (v201 + v203);
          sumLost3_37[r] = (((v204 - v204) == 0.0f) ? ((v204 - v201) - v203) : 0.0f);
          sum3_5[r] = v204;
          sumBlock3_21[r] = 0.0f;
          const float v210 = sumBlock4_22[r];
          const float v211 = sum4_6[r];
          const float v212 = sumLost4_38[r];
          const float v213 = (v210 - v212);
          const float v214 = (v211 + v213);
          sumLost4_38[r] = (((v214 - v214) == 0.0f) ? ((v214 - v211) - v213) : 0.0f);
          sum4_6[r] = v214;
          sumBlock4_22[r] = 0.0f;
          const float v220 = sumBlock5_23[r];
          const float v221 = sum5_7[r];
          const float v222 = sumLost5_39[r];
          const float v223 = (v220 - v222);
          const float v224 = (v221 + v223);
          sumLost5_39[r] = (((v224 - v224) == 0.0f) ? ((v224 - v221) - v223) : 0.0f);
          sum5_7[r] = v224;
          sumBlock5_23[r] = 0.0f;
          const float v230 = sumBlock6_24[r];
          const float v231 = sum6_8[r];
          const float v232 = sumLost6_40[r];
          const float v233 = (v230 - v232);
          const float v234 = (v231 + v233);
          sumLost6_40[r] = (((v234 - v234) == 0.0f) ? ((v234 - v231) - v233) : 0.0f);
          sum6_8[r] = v234;
          sumBlock6_24[r] = 0.0f;
          const float v240 = sumBlock7_25[r];
          const float v241 = sum7_9[r];
          const float v242 = sumLost7_41[r];
          const float v243 = (v240 - v242);
          const float v244 = (v241 + v243);
          sumLost7_41[r] = (((v244 - v244) == 0.0f) ? ((v244 - v241) - v243) : 0.0f);
          sum7_9[r] = v244;
          sumBlock7_25[r] = 0.0f;
          const float v250 = sumBlock8_26[r];
          const float v251 = sum8_10[r];
          const float v252 = sumLost8_42[r];
          const float v253 = (v250 - v252);
          const float v254 = (v251 + v253);
          sumLost8_42[r] = (((v254 - v254) == 0.0f) ? ((v254 - v251) - v253) : 0.0f);
          sum8_10[r] = v254;
          sumBlock8_26[r] = 0.0f;
          const float v260 = sumBlock9_27[r];
          const float v261 = sum9_11[r];
          const float v262 = sumLost9_43[r];
          const float v263 = (v260 - v262);
          const float v264 = (v261 + v263);
          sumLost9_43[r] = (((v264 - v264) == 0.0f) ? ((v264 - v261) - v263) : 0.0f);
          sum9_11[r] = v264;
          sumBlock9_27[r] = 0.0f;
          const float v270 = sumBlock10_28[r];
          const float v271 = sum10_12[r];
          const float v272 = sumLost10_44[r];
          const float v273 = (v270 - v272);
          const float v274 = (v271 + v273);
          sumLost10_44[r] = (((v274 - v274) == 0.0f) ? ((v274 - v271) - v273) : 0.0f);
          sum10_12[r] = v274;
          sumBlock10_28[r] = 0.0f;
          const float v280 = sumBlock11_29[r];
          const float v281 = sum11_13[r];
          const float v282 = sumLost11_45[r];
          const float v283 = (v280 - v282);
          const float v284 = (v281 + v283);
          sumLost11_45[r] = (((v284 - v284) == 0.0f) ? ((v284 - v281) - v283) : 0.0f);
          sum11_13[r] = v284;
          sumBlock11_29[r] = 0.0f;
          const float v290 = sumBlock12_30[r];
          const float v291 = sum12_14[r];
          const float v292 = sumLost12_46[r];
          const float v293 = (v290 - v292);
          const float v294 = (v291 + v293);
          sumLost12_46[r] = (((v294 - v294) == 0.0f) ? ((v294 - v291) - v293) : 0.0f);
          sum12_14[r] = v294;
          sumBlock12_30[r] = 0.0f;
          const float v300 = sumBlock13_31[r];
          const float v301 = sum13_15[r];
          const float v302 = sumLost13_47[r];
          const float v303 = (v300 - v302);
          const float v304 = (v301 + v303);
          sumLost13_47[r] = (((v304 - v304) == 0.0f) ? ((v304 - v301) - v303) : 0.0f);
          sum13_15[r] = v304;
          sumBlock13_31[r] = 0.0f;
          const float v310 = sumBlock14_32[r];
          const float v311 = sum14_16[r];
          const float v312 = sumLost14_48[r];
          const float v313 = (v310 - v312);
          const float v314 = (v311 + v313);
          sumLost14_48[r] = (((v314 - v314) == 0.0f) ? ((v314 - v311) - v313) : 0.0f);
          sum14_16[r] = v314;
          sumBlock14_32[r] = 0.0f;
          const float v320 = sumBlock15_33[r];
          const float v321 = sum15_17[r];
          const float v322 = sumLost15_49[r];
          const float v323 = (v320 - v322);
          const float v324 = (v321 + v323);
          sumLost15_49[r] = (((v324 - v324) == 0.0f) ? ((v324 - v321) - v323) : 0.0f);
          sum15_17[r] = v324;
          sumBlock15_33[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    const float v170 = sumBlock0_18[r];
    const float v171 = sum0_2[r];
    const float v172 = sumLost0_34[r];
    const float v173 = (v170 - v172);
    const float v174 = (v171 + v173);
    sumLost0_34[r] = (((v174 - v174) == 0.0f) ? ((v174 - v171) - v173) : 0.0f);
    sum0_2[r] = v174;
    sumBlock0_18[r] = 0.0f;
    const float v180 = sumBlock1_19[r];
    const float v181 = sum1_3[r];
    const float v182 = sumLost1_35[r];
    const float v183 = (v180 - v182);
    const float v184 = (v181 + v183);
    sumLost1_35[r] = (((v184 - v184) == 0.0f) ? ((v184 - v181) - v183) : 0.0f);
    sum1_3[r] = v184;
    sumBlock1_19[r] = 0.0f;
    const float v190 = sumBlock2_20[r];
    const float v191 = sum2_4[r];
    const float v192 = sumLost2_36[r];
    const float v193 = (v190 - v192);
    const float v194 = (v191 + v193);
    sumLost2_36[r] = (((v194 - v194) == 0.0f) ? ((v194 - v191) - v193) : 0.0f);
    sum2_4[r] = v194;
    sumBlock2_20[r] = 0.0f;
    const float v200 = sumBlock3_21[r];
    const float v201 = sum3_5[r];
    const float v202 = sumLost3_37[r];
    const float v203 = (v200 - v202);
    const float v204 = (v201 + v203);
    sumLost3_37[r] = (((v204 - v204) == 0.0f) ? ((v204 - v201) - v203) : 0.0f);
    sum3_5[r] = v204;
    sumBlock3_21[r] = 0.0f;
    const float v210 = sumBlock4_22[r];
    const float v211 = sum4_6[r];
    const float v212 = sumLost4_38[r];
    const float v213 = (v210 - v212);
    const float v214 = (v211 + v213);
    sumLost4_38[r] = (((v214 - v214) == 0.0f) ? ((v214 - v211) - v213) : 0.0f);
    sum4_6[r] = v214;
    sumBlock4_22[r] = 0.0f;
    const float v220 = sumBlock5_23[r];
    const float v221 = sum5_7[r];
    const float v222 = sumLost5_39[r];
    const float v223 = (v220 - v222);
    const float v224 = (v221 + v223);
    sumLost5_39[r] = (((v224 - v224) == 0.0f) ? ((v224 - v221) - v223) : 0.0f);
    sum5_7[r] = v224;
    sumBlock5_23[r] = 0.0f;
    const float v230 = sumBlock6_24[r];
    const float v231 = sum6_8[r];
    const float v232 = sumLost6_40[r];
    const float v233 = (v230 - v232);
    const float v234 = (v231 + v233);
    sumLost6_40[r] = (((v234 - v234) == 0.0f) ? ((v234 - v231) - v233) : 0.0f);
    sum6_8[r] = v234;
    sumBlock6_24[r] = 0.0f;
    const float v240 = sumBlock7_25[r];
    const float v241 = sum7_9[r];
    const float v242 = sumLost7_41[r];
    const float v243 = (v240 - v242);
    const float v244 = (v241 + v243);
    sumLost7_41[r] = (((v244 - v244) == 0.0f) ? ((v244 - v241) - v243) : 0.0f);
    sum7_9[r] = v244;
    sumBlock7_25[r] = 0.0f;
    const float v250 = sumBlock8_26[r];
    const float v251 = sum8_10[r];
    const float v252 = sumLost8_42[r];
    const float v253 = (v250 - v252);
    const float v254 = (v251 + v253);
    sumLost8_42[r] = (((v254 - v254) == 0.0f) ? ((v254 - v251) - v253) : 0.0f);
    sum8_10[r] = v254;
    sumBlock8_26[r] = 0.0f;
    const float v260 = sumBlock9_27[r];
    const float v261 = sum9_11[r];
    const float v262 = sumLost9_43[r];
    const float v263 = (v260 - v262);
    const float v264 = (v261 + v263);
    sumLost9_43[r] = (((v264 - v264) == 0.0f) ? ((v264 - v261) - v263) : 0.0f);
    sum9_11[r] = v264;
    sumBlock9_27[r] = 0.0f;
    const float v270 = sumBlock10_28[r];
    const float v271 = sum10_12[r];
    const float v272 = sumLost10_44[r];
    const float v273 = (v270 - v272);
    const float v274 = (v271 + v273);
    sumLost10_44[r] = (((v274 - v274) == 0.0f) ? ((v274 - v271) - v273) : 0.0f);
    sum10_12[r] = v274;
    sumBlock10_28[r] = 0.0f;
    const float v280 = sumBlock11_29[r];
    const float v281 = sum11_13[r];
    const float v282 = sumLost11_45[r];
    const float v283 = (v280 - v282);
    const float v284 = (v281 + v283);
    sumLost11_45[r] = (((v284 - v284) == 0.0f) ? ((v284 - v281) - v283) : 0.0f);
    sum11_13[r] = v284;
    sumBlock11_29[r] = 0.0f;
    const float v290 = sumBlock12_30[r];
    const float v291 = sum12_14[r];
    const float v292 = sumLost12_46[r];
    const float v293 = (v290 - v292);
    const float v294 = (v291 + v293);
    sumLost12_46[r] = (((v294 - v294) == 0.0f) ? ((v294 - v291) - v293) : 0.0f);
    sum12_14[r] = v294;
    sumBlock12_30[r] = 0.0f;
    const float v300 = sumBlock13_31[r];
    const float v301 = sum13_15[r];
    const float v302 = sumLost13_47[r];
    const float v303 = (v300 - v302);
    const float v304 = (v301 + v303);
    sumLost13_47[r] = (((v304 - v304) == 0.0f) ? ((v304 - v301) - v303) : 0.0f);
    sum13_15[r] = v304;
    sumBlock13_31[r] = 0.0f;
    const float v310 = sumBlock14_32[r];
    const float v311 = sum14_16[r];
    const float v312 = sumLost14_48[r];
    const float v313 = (v310 - v312);
    const float v314 = (v311 + v313);
    sumLost14_48[r] = (((v314 - v314) == 0.0f) ? ((v314 - v311) - v313) : 0.0f);
    sum14_16[r] = v314;
    sumBlock14_32[r] = 0.0f;
    const float v320 = sumBlock15_33[r];
    const float v321 = sum15_17[r];
    const float v322 = sumLost15_49[r];
    const float v323 = (v320 - v322);
    const float v324 = (v321 + v323);
    sumLost15_49[r] = (((v324 - v324) == 0.0f) ? ((v324 - v321) - v323) : 0.0f);
    sum15_17[r] = v324;
    sumBlock15_33[r] = 0.0f;
  }
  for (int apart = 2; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 2; r++) {
      const float sum0Other_330 = __shfl_xor_sync(0xffffffffu, sum0_2[r], apart, 16);
      const float sum1Other_331 = __shfl_xor_sync(0xffffffffu, sum1_3[r], apart, 16);
      const float sum2Other_332 = __shfl_xor_sync(0xffffffffu, sum2_4[r], apart, 16);
      const float sum3Other_333 = __shfl_xor_sync(0xffffffffu, sum3_5[r], apart, 16);
      const float sum4Other_334 = __shfl_xor_sync(0xffffffffu, sum4_6[r], apart, 16);
      const float sum5Other_335 = __shfl_xor_sync(0xffffffffu, sum5_7[r], apart, 16);
      const float sum6Other_336 = __shfl_xor_sync(0xffffffffu, sum6_8[r], apart, 16);
      const float sum7Other_337 = __shfl_xor_sync(0xffffffffu, sum7_9[r], apart, 16);
      const float sum8Other_338 = __shfl_xor_sync(0xffffffffu, sum8_10[r], apart, 16);
      const float sum9Other_339 = __shfl_xor_sync(0xffffffffu, sum9_11[r], apart, 16);
      const float sum10Other_340 = __shfl_xor_sync(0xffffffffu, sum10_12[r], apart, 16);
      const float sum11Other_341 = __shfl_xor_sync(0xffffffffu, sum11_13[r], apart, 16);
      const float sum12Other_342 = __shfl_xor_sync(0xffffffffu, sum12_14[r], apart, 16);
      const float sum13Other_343 = __shfl_xor_sync(0xffffffffu, sum13_15[r], apart, 16);
      const float sum14Other_344 = __shfl_xor_sync(0xffffffffu, sum14_16[r], apart, 16);
      const float sum15Other_345 = __shfl_xor_sync(0xffffffffu, sum15_17[r], apart, 16);
      const float sumBlock0Other_346 = __shfl_xor_sync(0xffffffffu, sumBlock0_18[r], apart, 16);
      const float sumBlock1Other_347 = __shfl_xor_sync(0xffffffffu, sumBlock1_19[r], apart, 16);
      const float sumBlock2Other_348 = __shfl_xor_sync(0xffffffffu, sumBlock2_20[r], apart, 16);
      const float sumBlock3Other_349 = __shfl_xor_sync(0xffffffffu, sumBlock3_21[r], apart, 16);
      const float sumBlock4Other_350 = __shfl_xor_sync(0xffffffffu, sumBlock4_22[r], apart, 16);
      const float sumBlock5Other_351 = __shfl_xor_sync(0xffffffffu, sumBlock5_23[r], apart, 16);
      const float sumBlock6Other_352 = __shfl_xor_sync(0xffffffffu, sumBlock6_24[r], apart, 16);
      const float sumBlock7Other_353 = __shfl_xor_sync(0xffffffffu, sumBlock7_25[r], apart, 16);
      const float sumBlock8Other_354 = __shfl_xor_sync(0xffffffffu, sumBlock8_26[r], apart, 16);
      const float sumBlock9Other_355 = __shfl_xor_sync(0xffffffffu, sumBlock9_27[r], apart, 16);
      const float sumBlock10Other_356 = __shfl_xor_sync(0xffffffffu, sumBlock10_28[r], apart, 16);
      const float sumBlock11Other_357 = __shfl_xor_sync(0xffffffffu, sumBlock11_29[r], apart, 16);
      const float sumBlock12Other_358 = __shfl_xor_sync(0xffffffffu, sumBlock12_30[r], apart, 16);
      const float sumBlock13Other_359 = __shfl_xor_sync(0xffffffffu, sumBlock13_31[r], apart, 16);
      const float sumBlock14Other_360 = __shfl_xor_sync(0xffffffffu, sumBlock14_32[r], apart, 16);
      const float sumBlock15Other_361 = __shfl_xor_sync(0xffffffffu, sumBlock15_33[r], apart, 16);
      const float sumLost0Other_362 = __shfl_xor_sync(0xffffffffu, sumLost0_34[r], apart, 16);
      const float sumLost1Other_363 = __shfl_xor_sync(0xffffffffu, sumLost1_35[r], apart, 16);
      const float sumLost2Other_364 = __shfl_xor_sync(0xffffffffu, sumLost2_36[r], apart, 16);
      const float sumLost3Other_365 = __shfl_xor_sync(0xffffffffu, sumLost3_37[r], apart, 16);
      const float sumLost4Other_366 = __shfl_xor_sync(0xffffffffu, sumLost4_38[r], apart, 16);
      const float sumLost5Other_367 = __shfl_xor_sync(0xffffffffu, sumLost5_39[r], apart, 16);
      const float sumLost6Other_368 = __shfl_xor_sync(0xffffffffu, sumLost6_40[r], apart, 16);
      const float sumLost7Other_369 = __shfl_xor_sync(0xffffffffu, sumLost7_41[r], apart, 16);
      const float sumLost8Other_370 = __shfl_xor_sync(0xffffffffu, sumLost8_42[r], apart, 16);
      const float sumLost9Other_371 = __shfl_xor_sync(0xffffffffu, sumLost9_43[r], apart, 16);
      const float sumLost10Other_372 = __shfl_xor_sync(0xffffffffu, sumLost10_44[r], apart, 16);
      const float sumLost11Other_373 = __shfl_xor_sync(0xffffffffu, sumLost11_45[r], apart, 16);
      const float sumLost12Other_374 = __shfl_xor_sync(0xffffffffu, sumLost12_46[r], apart, 16);
      const float sumLost13Other_375 = __shfl_xor_sync(0xffffffffu, sumLost13_47[r], apart, 16);
      const float sumLost14Other_376 = __shfl_xor_sync(0xffffffffu, sumLost14_48[r], apart, 16);
      const float sumLost15Other_377 = __shfl_xor_sync(0xffffffffu, sumLost15_49[r], apart, 16);
      const float v378 = sum0Other_330;
      const float v379 = sumBlock0Other_346;
      const float v380 = sumLost0Other_362;
      const float v382 = sum0_2[r];
      const float v383 = sumLost0_34[r];
      const float v384 = ((-v380) - v383);
      const float v385 = (v382 + v384);
      sumLost0_34[r] = (((v385 - v385) == 0.0f) ? ((v385 - v382) - v384) : 0.0f);
      sum0_2[r] = v385;
      const float v391 = sum0_2[r];
      const float v392 = sumLost0_34[r];
      const float v393 = (v378 - v392);
      const float v394 = (v391 + v393);
      sumLost0_34[r] = (((v394 - v394) == 0.0f) ? ((v394 - v391) - v393) : 0.0f);
      sum0_2[r] = v394;
      const float v400 = sumBlock0_18[r];
      sumBlock0_18[r] = (v400 + v379);
      const float v402 = sum1Other_331;
      const float v403 = sumBlock1Other_347;
      const float v404 = sumLost1Other_363;
      const float v406 = sum1_3[r];
      const float v407 = sumLost1_35[r];
      const float v408 = ((-v404) - v407);
      const float v409 = (v406 + v408);
      sumLost1_35[r] = (((v409 - v409) == 0.0f) ? ((v409 - v406) - v408) : 0.0f);
      sum1_3[r] = v409;
      const float v415 = sum1_3[r];
      const float v416 = sumLost1_35[r];
      const float v417 = (v402 - v416);
      const float v418 = (v415 + v417);
      sumLost1_35[r] = (((v418 - v418) == 0.0f) ? ((v418 - v415) - v417) : 0.0f);
      sum1_3[r] = v418;
      const float v424 = sumBlock1_19[r];
      sumBlock1_19[r] = (v424 + v403);
      const float v426 = sum2Other_332;
      const float v427 = sumBlock2Other_348;
      const float v428 = sumLost2Other_364;
      const float v430 = sum2_4[r];
      const float v431 = sumLost2_36[r];
      const float v432 = ((-v428) - v431);
      const float v433 = (v430 + v432);
      sumLost2_36[r] = (((v433 - v433) == 0.0f) ? ((v433 - v430) - v432) : 0.0f);
      sum2_4[r] = v433;
      const float v439 = sum2_4[r];
      const float v440 = sumLost2_36[r];
      const float v441 = (v426 - v440);
      const float v442 = (v439 + v441);
      sumLost2_36[r] = (((v442 - v442) == 0.0f) ? ((v442 - v439) - v441) : 0.0f);
      sum2_4[r] = v442;
      const float v448 = sumBlock2_20[r];
      sumBlock2_20[r] = (v448 + v427);
      const float v450 = sum3Other_333;
      const float v451 = sumBlock3Other_349;
      const float v452 = sumLost3Other_365;
      const float v454 = sum3_5[r];
      const float v455 = sumLost3_37[r];
      const float v456 = ((-v452) - v455);
      const float v457 = (v454 + v456);
      sumLost3_37[r] = (((v457 - v457) == 0.0f) ? ((v457 - v454) - v456) : 0.0f);
      sum3_5[r] = v457;
      const float v463 = sum3_5[r];
      const float v464 = sumLost3_37[r];
      const float v465 = (v450 - v464);
      const float v466 = (v463 + v465);
      sumLost3_37[r] = (((v466 - v466) == 0.0f) ? ((v466 - v463) - v465) : 0.0f);
      sum3_5[r] = v466;
      const float v472 = sumBlock3_21[r];
      sumBlock3_21[r] = (v472 + v451);
      const float v474 = sum4Other_334;
      const float v475 = sumBlock4Other_350;
      const float v476 = sumLost4Other_366;
      const float v478 = sum4_6[r];
      const float v479 = sumLost4_38[r];
      const float v480 = ((-v476) - v479);
      const float v481 = (v478 + v480);
      sumLost4_38[r] = (((v481 - v481) == 0.0f) ? ((v481 - v478) - v480) : 0.0f);
      sum4_6[r] = v481;
      const float v487 = sum4_6[r];
      const float v488 = sumLost4_38[r];
      const float v489 = (v474 - v488);
      const float v490 = (v487 + v489);
      sumLost4_38[r] = (((v490 - v490) == 0.0f) ? ((v490 - v487) - v489) : 0.0f);
      sum4_6[r] = v490;
      const float v496 = sumBlock4_22[r];
      sumBlock4_22[r] = (v496 + v475);
      const float v498 = sum5Other_335;
      const float v499 = sumBlock5Other_351;
      const float v500 = sumLost5Other_367;
      const float v502 = sum5_7[r];
      const float v503 = sumLost5_39[r];
      const float v504 = ((-v500) - v503);
      const float v505 = (v502 + v504);
      sumLost5_39[r] = (((v505 - v505) == 0.0f) ? ((v505 - v502) - v504) : 0.0f);
      sum5_7[r] = v505;
      const float v511 = sum5_7[r];
      const float v512 = sumLost5_39[r];
      const float v513 = (v498 - v512);
      const float v514 = (v511 + v513);
      sumLost5_39[r] = (((v514 - v514) == 0.0f) ? ((v514 - v511) - v513) : 0.0f);
      sum5_7[r] = v514;
      const float v520 = sumBlock5_23[r];
      sumBlock5_23[r] = (v520 + v499);
      const float v522 = sum6Other_336;
      const float v523 = sumBlock6Other_352;
      const float v524 = sumLost6Other_368;
      const float v526 = sum6_8[r];
      const float v527 = sumLost6_40[r];
      const float v528 = ((-v524) - v527);
      const float v529 = (v526 + v528);
      sumLost6_40[r] = (((v529 - v529) == 0.0f) ? ((v529 - v526) - v528) : 0.0f);
      sum6_8[r] = v529;
      const float v535 = sum6_8[r];
      const float v536 = sumLost6_40[r];
      const float v537 = (v522 - v536);
      const float v538 = (v535 + v537);
      sumLost6_40[r] = (((v538 - v538) == 0.0f) ? ((v538 - v535) - v537) : 0.0f);
      sum6_8[r] = v538;
      const float v544 = sumBlock6_24[r];
      sumBlock6_24[r] = (v544 + v523);
      const float v546 = sum7Other_337;
      const float v547 = sumBlock7Other_353;
      const float v548 = sumLost7Other_369;
      const float v550 = sum7_9[r];
      const float v551 = sumLost7_41[r];
      const float v552 = ((-v548) - v551);
      const float v553 = (v550 + v552);
      sumLost7_41[r] = (((v553 - v553) == 0.0f) ? ((v553 - v550) - v552) : 0.0f);
      sum7_9[r] = v553;
      const float v559 = sum7_9[r];
      const float v560 = sumLost7_41[r];
      const float v561 = (v546 - v560);
      const float v562 = (v559 + v561);
      sumLost7_41[r] = (((v562 - v562) == 0.0f) ? ((v562 - v559) - v561) : 0.0f);
      sum7_9[r] = v562;
      const float v568 = sumBlock7_25[r];
      sumBlock7_25[r] = (v568 + v547);
      const float v570 = sum8Other_338;
      const float v571 = sumBlock8Other_354;
      const float v572 = sumLost8Other_370;
      const float v574 = sum8_10[r];
      const float v575 = sumLost8_42[r];
      const float v576 = ((-v572) - v575);
      const float v577 = (v574 + v576);
      sumLost8_42[r] = (((v577 - v577) == 0.0f) ? ((v577 - v574) - v576) : 0.0f);
      sum8_10[r] = v577;
      const float v583 = sum8_10[r];
      const float v584 = sumLost8_42[r];
      const float v585 = (v570 - v584);
      const float v586 = (v583 + v585);
      sumLost8_42[r] = (((v586 - v586) == 0.0f) ? ((v586 - v583) - v585) : 0.0f);
      sum8_10[r] = v586;
      const float v592 = sumBlock8_26[r];
      sumBlock8_26[r] = (v592 + v571);
      const float v594 = sum9Other_339;
      const float v595 = sumBlock9Other_355;
      const float v596 = sumLost9Other_371;
      const float v598 = sum9_11[r];
      const float v599 = sumLost9_43[r];
      const float v600 = ((-v596) - v599);
      const float v601 = (v598 + v600);
      sumLost9_43[r] = (((v601 - v601) == 0.0f) ? ((v601 - v598) - v600) : 0.0f);
      sum9_11[r] = v601;
      const float v607 = sum9_11[r];
      const float v608 = sumLost9_43[r];
      const float v609 = (v594 - v608);
      const float v610 = (v607 + v609);
      sumLost9_43[r] = (((v610 - v610) == 0.0f) ? ((v610 - v607) - v609) : 0.0f);
      sum9_11[r] = v610;
      const float v616 = sumBlock9_27[r];
      sumBlock9_27[r] = (v616 + v595);
      const float v618 = sum10Other_340;
      const float v619 = sumBlock10Other_356;
      const float v620 = sumLost10Other_372;
      const float v622 = sum10_12[r];
      const float v623 = sumLost10_44[r];
      const float v624 = ((-v620) - v623);
      const float v625 = (v622 + v624);
      sumLost10_44[r] = (((v625 - v625) == 0.0f) ? ((v625 - v622) - v624) : 0.0f);
      sum10_12[r] = v625;
      const float v631 = sum10_12[r];
      const float v632 = sumLost10_44[r];
      const float v633 = (v618 - v632);
      const float v634 = (v631 + v633);
      sumLost10_44[r] = (((v634 - v634) == 0.0f) ? ((v634 - v631) - v633) : 0.0f);
      sum10_12[r] = v634;
      const float v640 = sumBlock10_28[r];
      sumBlock10_28[r] = (v640 + v619);
      const float v642 = sum11Other_341;
      const float v643 = sumBlock11Other_357;
      const float v644 = sumLost11Other_373;
      const float v646 = sum11_13[r];
      const float v647 = sumLost11_45[r];
      const float v648 = ((-v644) - v647);
      const float v649 = (v646 + v648);
      sumLost11_45[r] = (((v649 - v649) == 0.0f) ? ((v649 - v646) - v648) : 0.0f);
      sum11_13[r] = v649;
      const float v655 = sum11_13[r];
      const float v656 = sumLost11_45[r];
      const float v657 = (v642 - v656);
      const float v658 = (v655 + v657);
      sumLost11_45[r] = (((v658 - v658) == 0.0f) ? ((v658 - v655) - v657) : 0.0f);
      sum11_13[r] = v658;
      const float v664 = sumBlock11_29[r];
      sumBlock11_29[r] = (v664 + v643);
      const float v666 = sum12Other_342;
      const float v667 = sumBlock12Other_358;
      const float v668 = sumLost12Other_374;
      const float v670 = sum12_14[r];
      const float v671 = sumLost12_46[r];
      const float v672 = ((-v668) - v671);
      const float v673 = (v670 + v672);
      sumLost12_46[r] = (((v673 - v673) == 0.0f) ? ((v673 - v670) - v672) : 0.0f);
      sum12_14[r] = v673;
      const float v679 = sum12_14[r];
      const float v680 = sumLost12_46[r];
      const float v681 = (v666 - v680);
      const float v682 = (v679 + v681);
      sumLost12_46[r] = (((v682 - v682) == 0.0f) ? ((v682 - v679) - v681) : 0.0f);
      sum12_14[r] = v682;
      const float v688 = sumBlock12_30[r];
      sumBlock12_30[r] = (v688 + v667);
      const float v690 = sum13Other_343;
      const float v691 = sumBlock13Other_359;
      const float v692 = sumLost13Other_375;
      const float v694 = sum13_15[r];
      const float v695 = sumLost13_47[r];
      const float v696 = ((-v692) - v695);
      const float v697 = (v694 + v696);
      sumLost13_47[r] = (((v697 - v697) == 0.0f) ? ((v697 - v694) - v696) : 0.0f);
      sum13_15[r] = v697;
      const float v703 = sum13_15[r];
      const float v704 = sumLost13_47[r];
      const float v705 = (v690 - v704);
      const float v706 = (v703 + v705);
      sumLost13_47[r] = (((v706 - v706) == 0.0f) ? ((v706 - v703) - v705) : 0.0f);
      sum13_15[r] = v706;
      const float v712 = sumBlock13_31[r];
      sumBlock13_31[r] = (v712 + v691);
      const float v714 = sum14Other_344;
      const float v715 = sumBlock14Other_360;
      const float v716 = sumLost14Other_376;
      const float v718 = sum14_16[r];
      const float v719 = sumLost14_48[r];
      const float v720 = ((-v716) - v719);
      const float v721 = (v718 + v720);
      sumLost14_48[r] = (((v721 - v721) == 0.0f) ? ((v721 - v718) - v720) : 0.0f);
      sum14_16[r] = v721;
      const float v727 = sum14_16[r];
      const float v728 = sumLost14_48[r];
      const float v729 = (v714 - v728);
      const float v730 = (v727 + v729);
      sumLost14_48[r] = (((v730 - v730) == 0.0f) ? ((v730 - v727) - v729) : 0.0f);
      sum14_16[r] = v730;
      const float v736 = sumBlock14_32[r];
      sumBlock14_32[r] = (v736 + v715);
      const float v738 = sum15Other_345;
      const float v739 = sumBlock15Other_361;
      const float v740 = sumLost15Other_377;
      const float v742 = sum15_17[r];
      const float v743 = sumLost15_49[r];
      const float v744 = ((-v740) - v743);
      const float v745 = (v742 + v744);
      sumLost15_49[r] = (((v745 - v745) == 0.0f) ? ((v745 - v742) - v744) : 0.0f);
      sum15_17[r] = v745;
      const float v751 = sum15_17[r];
      const float v752 = sumLost15_49[r];
      const float v753 = (v738 - v752);
      const float v754 = (v751 + v753);
      sumLost15_49[r] = (((v754 - v754) == 0.0f) ? ((v754 - v751) - v753) : 0.0f);
      sum15_17[r] = v754;
      const float v760 = sumBlock15_33[r];
      sumBlock15_33[r] = (v760 + v739);
    }
  }
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    if (across == 0 && begin + high + r * 8 + down < end) {
      const int i = min(begin + high + r * 8 + down, end - 1);
      const long long point = batch * args.rows + i;
      const long long points = args.batches * args.rows;
      const long long at = part * points + point;
      args.floats[at] = sum0_2[r];
      args.floats[1 * args.parts * points + at] = sum1_3[r];
      args.floats[2 * args.parts * points + at] = sum2_4[r];
      args.floats[3 * args.parts * points + at] = sum3_5[r];
      args.floats[4 * args.parts * points + at] = sum4_6[r];
      args.floats[5 * args.parts * points + at] = sum5_7[r];
      args.floats[6 * args.parts * points + at] = sum6_8[r];
      args.floats[7 * args.parts * points + at] = sum7_9[r];
      args.floats[8 * args.parts * points + at] = sum8_10[r];
      args.floats[9 * args.parts * points + at] = sum9_11[r];
      args.floats[10 * args.parts * points + at] = sum10_12[r];
      args.floats[11 * args.parts * points + at] = sum11_13[r];
      args.floats[12 * args.parts * points + at] = sum12_14[r];
      args.floats[13 * args.parts * points + at] = sum13_15[r];
      args.floats[14 * args.parts * points + at] = sum14_16[r];
      args.floats[15 * args.parts * points + at] = sum15_17[r];
      args.floats[16 * args.parts * points + at] = sumLost0_34[r];
      args.floats[17 * args.parts * points + at] = sumLost1_35[r];
      args.floats[18 * args.parts * points + at] = sumLost2_36[r];
      args.floats[19 * args.parts * points + at] = sumLost3_37[r];
      args.floats[20 * args.parts * points + at] = sumLost4_38[r];
      args.floats[21 * args.parts * points + at] = sumLost5_39[r];
      args.floats[22 * args.parts * points + at] = sumLost6_40[r];
      args.floats[23 * args.parts * points + at] = sumLost7_41[r];
      args.floats[24 * args.parts * points + at] = sumLost8_42[r];
      args.floats[25 * args.parts * points + at] = sumLost9_43[r];
      args.floats[26 * args.parts * points + at] = sumLost10_44[r];
      args.floats[27 * args.parts * points + at] = sumLost11_45[r];
      args.floats[28 * args.parts * points + at] = sumLost12_46[r];
      args.floats[29 * args.parts * points + at] = sumLost13_47[r];
      args.floats[30 * args.parts * points + at] = sumLost14_48[r];
      args.floats[31 * args.parts * points + at] = sumLost15_49[r];
      args.ints[at] = count;
    }
  }
}
