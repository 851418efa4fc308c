// LogSumExp_j(-SqDist(x,y))
// float, scheme rows

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
  const float* x0;  // one vector a row, of 3
  long long x0_i;
  const float* y1;  // one vector a column, of 3
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
rows(const Arguments args) {
  __shared__ __align__(16) float tile[1024];
  // Blocks of threads: all pieces of the rows, for each batch.
  const long long item = blockIdx.x % args.items;
  const long long batch = blockIdx.x / args.items;
  const int own = (int) blockDim.x * 2;
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
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  float x0_row[2][3];
  float m_2[2];
  float s_3[2];
  float sBlock_4[2];
  float sLost_5[2];
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
    const float* x0_i = x0 + (long long) i * args.x0_i;
    #pragma unroll 3
    for (int k = 0; k < 3; k++) x0_row[r][k] = x0_i[k];
    m_2[r] = (-3.4028235e38f);
    s_3[r] = 0.0f;
    sBlock_4[r] = 0.0f;
    sLost_5[r] = 0.0f;
  }
  int count = 0;
  for (int q = from; q < to; q++) {
    int first = (int) (0);
    int last = (int) (args.columns);
    if (args.work != nullptr) {
      first = args.intervals[2 * q];
      last = args.intervals[2 * q + 1];
    }
    count += last - first;
    for (int j0 = first; j0 < last; j0 += 256) {
      const int n = last - j0 < 256 ? last - j0 : 256;
      __syncthreads();
      for (int t = threadIdx.x; t < n * 3; t += blockDim.x) {
        tile[(t / 3) * 4 + t % 3] = y1[(long long) (j0 + (t / 3)) * args.y1_j + t % 3];
      }
      __syncthreads();
      for (int t0 = 0; t0 < n; t0 += 64) {
        const int stop = n - t0 < 64 ? n : t0 + 64;
        for (int g = t0; g < stop; g += 8) {
          float kept0[8][2];
          bool any = g + 8 > stop;
          if (!any) {
            #pragma unroll
            for (int u = 0; u < 8; u++) {
              const int t = g + u;
              #pragma unroll
              for (int r = 0; r < 2; r++) {
                const float v6 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
                const float v7 = (-v6);
                const float v8 = m_2[r];
                const bool v9 = (v8 < v7);
                kept0[u][r] = v7;
                any |= v9;
              }
            }
          }
          if (any) {
            #pragma unroll 1
            for (int t = g; t < stop && t < g + 8; t++) {
              #pragma unroll
              for (int r = 0; r < 2; r++) {
                const float v6 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
                const float v7 = (-v6);
                const float v8 = m_2[r];
                if ((v8 < v7)) {
                  const float v10 = (v7 + 2.75f);
                  const float v12 = ((v10 < 3.4028235e38f) ? v10 : 3.4028235e38f);
                  const float v14 = expf((v8 - v12));
                  const float v15 = s_3[r];
                  s_3[r] = (v15 * v14);
                  const float v17 = sBlock_4[r];
                  sBlock_4[r] = (v17 * v14);
                  const float v19 = sLost_5[r];
                  sLost_5[r] = (v19 * v14);
                  m_2[r] = v12;
                }
                const float v21 = m_2[r];
                const float v22 = (v7 - v21);
                const float v26 = sBlock_4[r];
                sBlock_4[r] = (v26 + power_of_2((((0.0f < v22) ? 0.0f : v22) * 1.4426950216293335f)));
              }
            }
          } else {
            #pragma unroll
            for (int u = 0; u < 8; u++) {
              #pragma unroll
              for (int r = 0; r < 2; r++) {
                const float v21 = m_2[r];
                const float v22 = (kept0[u][r] - v21);
                const float v26 = sBlock_4[r];
                sBlock_4[r] = (v26 + power_of_2((((0.0f < v22) ? 0.0f : v22) * 1.4426950216293335f)));
              }
            }
          }
        }
        #pragma unroll
        for (int r = 0; r < 2; r++) {
          const float v28 = sBlock_4[r];
          const float v29 = s_3[r];
          const float v30 = sLost_5[r];
          const float v31 = (v28 - v30);
          const float v32 = (v29 + v31);
          sLost_5[r] = (((v32 - v32) == 0.0f) ? ((v32 - v29) - v31) : 0.0f);
          s_3[r] = v32;
          sBlock_4[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 2; r++) {
    if (begin + (int) threadIdx.x + r * (int) blockDim.x < end) {
      const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
      const long long point = batch * args.rows + i;
      const float v83 = m_2[r];
      const float v88 = s_3[r];
      args.out0[point] = (((v83 == (-3.4028235e38f)) ? (-infinity_float()) : ((v83 == 3.4028235e38f) ? infinity_float() : v83)) + logf(v88));
    }
  }
}
