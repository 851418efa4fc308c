// Sum_j(Grad(Exp(-SqDist(x,y)*p)*b,x,e))
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
  const float* x3;  // one vector a row, of 1
  long long x3_i;
  const float* y4;  // one vector a column, of 1
  long long y4_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
parts(const Arguments args) {
  __shared__ __align__(16) float rowTerms[2][16][68];
  __shared__ __align__(16) float columnTerms[2][16][36];
  __shared__ __align__(16) float y1_tile[32][128];
  __shared__ __align__(16) float pairs0[32][68];
  // A thread has a few rows and a few columns of each tile.
  const int across = threadIdx.x % 16;
  const int down = threadIdx.x / 16;
  const int chunk = blockIdx.x % 2;
  const long long block = blockIdx.x / 2;
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = block % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = block / items % parts;
  const long long batch = block / items / parts;
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
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  const float* p2 = args.p2;
  const float* y4 = args.y4;
  const float p2_0 = p2[0];
  const float v70 = (p2_0 * (-1.4426950216293335f));
  const float v75 = ((fabsf(p2_0) == infinity_float()) ? v70 : maximum_float(minimum_float(v70, 3.4028235e38f), (-3.4028235e38f)));
  float x0_own[4][8];
  float sum_2[4][8];
  float sumBlock_4[4][8];
  float sumLost_6[4][8];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + down * 4 + r, end - 1);
    const float* x0_i = x0 + (long long) i * args.x0_i;
    #pragma unroll
    for (int e = 0; e < 8; e++) {
      const int k = chunk * 128 + across * 4 + e % 4 + e / 4 * 64;
      x0_own[r][e] = k < 200 ? x0_i[k] : (float) 0;
    }
    #pragma unroll
    for (int e = 0; e < 8; e++) {
      sum_2[r][e] = 0.0f;
    }
    #pragma unroll
    for (int e = 0; e < 8; e++) {
      sumBlock_4[r][e] = 0.0f;
    }
    #pragma unroll
    for (int e = 0; e < 8; e++) {
      sumLost_6[r][e] = 0.0f;
    }
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
    for (int j0 = first; j0 < last; j0 += 32) {
      __syncthreads();
      {
        const int t = threadIdx.x / 128;
        const int c = threadIdx.x % 128;
        const int k = chunk * 128 + c;
        // Beyond the last column or component there are zeros.
        const int left = k < 200 ? last - j0 - t : 0;
        const float* from = y1 + (long long) (j0 + t) * args.y1_j + k;
        #pragma unroll 16
        for (int s = 0; s < 16; s++) {
          y1_tile[t + s * 2][c] = s * 2 < left ? *from : (float) 0;
          from += 2 * args.y1_j;
        }
      }
      float v8[4][2];
      {
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          #pragma unroll
          for (int c = 0; c < 2; c++) v8[r][c] = 0;
        }
        const float* rowsFrom = x0 + (long long) (begin + (int) threadIdx.x / 16) * args.x0_i + (int) threadIdx.x % 16;
        const float* columnsFrom = y1 + (long long) (j0 + (int) threadIdx.x / 16) * args.y1_j + (int) threadIdx.x % 16;
        for (int k0 = 0, turn = 0; k0 < 216; k0 += 16, turn ^= 1) {
          float nextRows[4];
          float nextColumns[2];
          if (k0 < 200) {
            const int k = k0 + (int) threadIdx.x % 16;
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 200 ? end - begin - (int) threadIdx.x / 16 : 0;
              const float* at = rowsFrom;
              #pragma unroll
              for (int s = 0; s < 4; s++) {
                nextRows[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * args.x0_i;
              }
              rowsFrom += 16;
            }
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 200 ? last - j0 - (int) threadIdx.x / 16 : 0;
              const float* at = columnsFrom;
              #pragma unroll
              for (int s = 0; s < 2; s++) {
                nextColumns[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * args.y1_j;
              }
              columnsFrom += 16;
            }
          }
          if (k0 > 0) {
            #pragma unroll
            for (int t = 0; t < 16; t++) {
              float a[4];
              float b[2];
              #pragma unroll
              for (int r = 0; r < 4; r++) a[r] = rowTerms[turn ^ 1][t][down * 4 + r];
              #pragma unroll
              for (int c = 0; c < 2; c++) b[c] = columnTerms[turn ^ 1][t][across * 2 + c];
              #pragma unroll
              for (int r = 0; r < 4; r++) {
                #pragma unroll
                for (int c = 0; c < 2; c++) {
                  v8[r][c] += square_float(a[r] - b[c]);
                }
              }
            }
          }
          if (k0 < 200) {
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              rowTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextRows[s];
            }
            #pragma unroll
            for (int s = 0; s < 2; s++) {
              columnTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextColumns[s];
            }
          }
          __syncthreads();
        }
      }
      #pragma unroll
      for (int c = 0; c < 2; c++) {
        const int t = across * 2 + c;
        const int j = j0 + t;
        if (j < last) {
          const float* y4_j = y4 + (long long) j * args.y4_j;
          #pragma unroll
          for (int r = 0; r < 4; r++) {
            const float v16 = (power_of_2((v8[r][c] * v75)) * y4_j[0]);
            pairs0[t][down * 4 + r] = v16;
          }
        }
      }
      __syncthreads();
      const int n = last - j0 < 32 ? last - j0 : 32;
      #pragma unroll 4
      for (int t = 0; t < n; t++) {
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          #pragma unroll
          for (int e = 0; e < 8; e++) {
            const float v21 = sumBlock_4[r][e];
            sumBlock_4[r][e] = (v21 + (pairs0[t][down * 4 + r] * (x0_own[r][e] - y1_tile[t][across * 4 + e % 4 + e / 4 * 64])));
          }
        }
      }
      if (++pending == 2) {
        pending = 0;
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          #pragma unroll
          for (int e = 0; e < 8; e++) {
            const float v24 = sumBlock_4[r][e];
            const float v25 = sum_2[r][e];
            const float v26 = sumLost_6[r][e];
            const float v27 = (v24 - v26);
            const float v28 = (v25 + v27);
            sumLost_6[r][e] = (((v28 - v28) == 0.0f) ? ((v28 - v25) - v27) : 0.0f);
            sum_2[r][e] = v28;
            sumBlock_4[r][e] = 0.0f;
          }
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    #pragma unroll
    for (int e = 0; e < 8; e++) {
      const float v24 = sumBlock_4[r][e];
      const float v25 = sum_2[r][e];
      const float v26 = sumLost_6[r][e];
      const float v27 = (v24 - v26);
      const float v28 = (v25 + v27);
      sumLost_6[r][e] = (((v28 - v28) == 0.0f) ? ((v28 - v25) - v27) : 0.0f);
      sum_2[r][e] = v28;
      sumBlock_4[r][e] = 0.0f;
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (begin + down * 4 + r < end) {
      const int i = min(begin + down * 4 + r, end - 1);
      const long long point = batch * args.rows + i;
      const long long points = args.batches * args.rows;
      const long long at = part * points + point;
      #pragma unroll
      for (int e = 0; e < 8; e++) {
        const int k = chunk * 128 + across * 4 + e % 4 + e / 4 * 64;
        if (k < 200) args.floats[k * args.parts * points + at] = sum_2[r][e];
      }
      #pragma unroll
      for (int e = 0; e < 8; e++) {
        const int k = chunk * 128 + across * 4 + e % 4 + e / 4 * 64;
        if (k < 200) args.floats[(200 + k) * args.parts * points + at] = sumLost_6[r][e];
      }
      if (across == 0 && chunk == 0) args.ints[at] = count;
    }
  }
}
