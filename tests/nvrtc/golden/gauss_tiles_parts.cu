// Sum_j(Exp(-SqDist(x,Sin(y))*p)*b)
// float, scheme parts

__device__ inline float minimum_float(float a, float b) {
  return a != a || b != b ? a + b : fminf(a, b);
}

__device__ inline float maximum_float(float a, float b) {
  return a != a || b != b ? a + b : fmaxf(a, b);
}

__device__ inline float square_float(float a) {
  return a * a;
}

__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
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
  const float* x0;  // one vector a row, of 200
  long long x0_i;
  const float* y1;  // one vector a column, of 200
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 1
  long long y3_j;
  float* t4;  // one vector a column, of 200
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
parts(const Arguments args) {
  __shared__ __align__(16) float rowTerms[2][16][132];
  __shared__ __align__(16) float columnTerms[2][16][68];
  // A thread has a few rows and a few columns of each tile.
  const int across = threadIdx.x % 16;
  const int down = threadIdx.x / 16;
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
  const float* x0 = args.x0;
  const float* p2 = args.p2;
  const float* y3 = args.y3;
  float* t4 = args.t4 + batch * args.columns * 200;
  const float p2_0 = p2[0];
  const float v56 = (p2_0 * (-1.4426950216293335f));
  const float v61 = ((fabsf(p2_0) == infinity_float()) ? v56 : maximum_float(minimum_float(v56, 3.4028235e38f), (-3.4028235e38f)));
  float sum_2[8];
  float sumBlock_3[8];
  float sumLost_4[8];
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    const int i = min(begin + down * 4 + r % 4 + r / 4 * 64, end - 1);
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
    for (int j0 = first; j0 < last; j0 += 64) {
      float v8[8][4];
      {
        #pragma unroll
        for (int r = 0; r < 8; r++) {
          #pragma unroll
          for (int c = 0; c < 4; c++) v8[r][c] = 0;
        }
        const float* rowsFrom = x0 + (long long) (begin + (int) threadIdx.x / 16) * args.x0_i + (int) threadIdx.x % 16;
        float* columnsFrom = t4 + (long long) (j0 + (int) threadIdx.x / 16) * 200 + (int) threadIdx.x % 16;
        for (int k0 = 0, turn = 0; k0 < 216; k0 += 16, turn ^= 1) {
          float nextRows[8];
          float nextColumns[4];
          if (k0 < 200) {
            const int k = k0 + (int) threadIdx.x % 16;
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 200 ? end - begin - (int) threadIdx.x / 16 : 0;
              const float* at = rowsFrom;
              #pragma unroll
              for (int s = 0; s < 8; s++) {
                nextRows[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * args.x0_i;
              }
              rowsFrom += 16;
            }
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 200 ? last - j0 - (int) threadIdx.x / 16 : 0;
              float* at = columnsFrom;
              #pragma unroll
              for (int s = 0; s < 4; s++) {
                nextColumns[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * 200;
              }
              columnsFrom += 16;
            }
          }
          if (k0 > 0) {
            #pragma unroll
            for (int t = 0; t < 16; t++) {
              float a[8];
              float b[4];
              #pragma unroll
              for (int r = 0; r < 8; r++) a[r] = rowTerms[turn ^ 1][t][down * 4 + r % 4 + r / 4 * 64];
              #pragma unroll
              for (int c = 0; c < 4; c++) b[c] = columnTerms[turn ^ 1][t][across * 4 + c];
              #pragma unroll
              for (int r = 0; r < 8; r++) {
                #pragma unroll
                for (int c = 0; c < 4; c++) {
                  v8[r][c] += square_float(a[r] - b[c]);
                }
              }
            }
          }
          if (k0 < 200) {
            #pragma unroll
            for (int s = 0; s < 8; s++) {
              rowTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextRows[s];
            }
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              columnTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextColumns[s];
            }
          }
          __syncthreads();
        }
      }
      #pragma unroll
      for (int c = 0; c < 4; c++) {
        const int t = across * 4 + c;
        const int j = j0 + t;
        if (j < last) {
          const float* y3_j = y3 + (long long) j * args.y3_j;
          #pragma unroll
          for (int r = 0; r < 8; r++) {
            const float v16 = sumBlock_3[r];
            sumBlock_3[r] = (v16 + (power_of_2((v8[r][c] * v61)) * y3_j[0]));
          }
        }
      }
      if (++pending == 16) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 8; r++) {
          const float v18 = sumBlock_3[r];
          const float v19 = sum_2[r];
          const float v20 = sumLost_4[r];
          const float v21 = (v18 - v20);
          const float v22 = (v19 + v21);
          sumLost_4[r] = (((v22 - v22) == 0.0f) ? ((v22 - v19) - v21) : 0.0f);
          sum_2[r] = v22;
          sumBlock_3[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    const float v18 = sumBlock_3[r];
    const float v19 = sum_2[r];
    const float v20 = sumLost_4[r];
    const float v21 = (v18 - v20);
    const float v22 = (v19 + v21);
    sumLost_4[r] = (((v22 - v22) == 0.0f) ? ((v22 - v19) - v21) : 0.0f);
    sum_2[r] = v22;
    sumBlock_3[r] = 0.0f;
  }
  for (int apart = 8; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 8; r++) {
      const float sumOther_28 = __shfl_xor_sync(0xffffffffu, sum_2[r], apart, 16);
      const float sumBlockOther_29 = __shfl_xor_sync(0xffffffffu, sumBlock_3[r], apart, 16);
      const float sumLostOther_30 = __shfl_xor_sync(0xffffffffu, sumLost_4[r], apart, 16);
      const float v31 = sumOther_28;
      const float v32 = sumBlockOther_29;
      const float v33 = sumLostOther_30;
      const float v35 = sum_2[r];
      const float v36 = sumLost_4[r];
      const float v37 = ((-v33) - v36);
      const float v38 = (v35 + v37);
      sumLost_4[r] = (((v38 - v38) == 0.0f) ? ((v38 - v35) - v37) : 0.0f);
      sum_2[r] = v38;
      const float v44 = sum_2[r];
      const float v45 = sumLost_4[r];
      const float v46 = (v31 - v45);
      const float v47 = (v44 + v46);
      sumLost_4[r] = (((v47 - v47) == 0.0f) ? ((v47 - v44) - v46) : 0.0f);
      sum_2[r] = v47;
      const float v53 = sumBlock_3[r];
      sumBlock_3[r] = (v53 + v32);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    if (begin + down * 4 + r % 4 + r / 4 * 64 < end) {
      const int i = min(begin + down * 4 + r % 4 + r / 4 * 64, end - 1);
      if (across == 0) {
        const long long point = batch * args.rows + i;
        const long long points = args.batches * args.rows;
        const long long at = part * points + point;
        args.floats[at] = sum_2[r];
        args.floats[1 * args.parts * points + at] = sumLost_4[r];
      }
    }
  }
}
