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
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const long long batch = blockIdx.x / items;
  const int own = (int) blockDim.x * 4;
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
  float x0_row[4][3];
  float m_2[4];
  float scaled_3[4];
  float s_4[4];
  float sBlock_5[4];
  float sLost_6[4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
    const float* x0_i = x0 + (long long) i * args.x0_i;
    #pragma unroll 3
    for (int k = 0; k < 3; k++) x0_row[r][k] = x0_i[k];
    m_2[r] = (-3.4028235e38f);
    scaled_3[r] = (-infinity_float());
    s_4[r] = 0.0f;
    sBlock_5[r] = 0.0f;
    sLost_6[r] = 0.0f;
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
        const int whole = stop - (stop - t0) % 8;
        #pragma unroll 1
        for (int g = t0; g < whole; g += 8) {
          float kept0[8][4];
          bool any = false;
          #pragma unroll
          for (int u = 0; u < 8; u++) {
            const int t = g + u;
            #pragma unroll
            for (int r = 0; r < 4; r++) {
              const float v7 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
              const float v9 = (v7 * (-1.4426950216293335f));
              const float v10 = scaled_3[r];
              float power_12 = (v9 - v10);
              const float v13 = power_12;
              const bool v15 = (!(v13 <= 0.0f));
              kept0[u][r] = (v9 - v10);
              any |= v15;
            }
          }
          if (any) {
            #pragma unroll 1
            for (int t = g; t < g + 8; t++) {
              #pragma unroll
              for (int r = 0; r < 4; r++) {
                const float v7 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
                const float v9 = (v7 * (-1.4426950216293335f));
                const float v10 = scaled_3[r];
                float power_12 = (v9 - v10);
                const float v13 = power_12;
                if ((!(v13 <= 0.0f))) {
                  const float v8 = (-v7);
                  const float v16 = m_2[r];
                  const float v17 = scaled_3[r];
                  if ((v16 < v8)) {
                    const float v19 = (v8 + 2.75f);
                    const float v21 = ((v19 < 3.4028235e38f) ? v19 : 3.4028235e38f);
                    const float v22 = (v21 * 1.4426950216293335f);
                    const float v25 = ((v22 < (v22 + 16.0f)) ? v22 : (-infinity_float()));
                    const float v28 = (v17 - v25);
                    const float v32 = ((fabsf(v28) < infinity_float()) ? power_of_2(v28) : expf((v16 - v21)));
                    const float v33 = s_4[r];
                    s_4[r] = (v33 * v32);
                    const float v35 = sBlock_5[r];
                    sBlock_5[r] = (v35 * v32);
                    const float v37 = sLost_6[r];
                    sLost_6[r] = (v37 * v32);
                    m_2[r] = v21;
                    scaled_3[r] = v25;
                  }
                  const float v39 = scaled_3[r];
                  const float v40 = (v9 - v39);
                  const float v42 = m_2[r];
                  const float v43 = (v8 - v42);
                  power_12 = ((v40 <= 0.0f) ? v40 : (((0.0f < v43) ? 0.0f : v43) * 1.4426950216293335f));
                }
                const float v48 = power_12;
                const float v50 = sBlock_5[r];
                sBlock_5[r] = (v50 + power_of_2(v48));
              }
            }
          } else {
            #pragma unroll
            for (int u = 0; u < 8; u++) {
              #pragma unroll
              for (int r = 0; r < 4; r++) {
                const float v50 = sBlock_5[r];
                sBlock_5[r] = (v50 + power_of_2(kept0[u][r]));
              }
            }
          }
        }
        #pragma unroll 1
        for (int t = whole; t < stop; t++) {
          #pragma unroll
          for (int r = 0; r < 4; r++) {
            const float v7 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
            const float v9 = (v7 * (-1.4426950216293335f));
            const float v10 = scaled_3[r];
            float power_12 = (v9 - v10);
            const float v13 = power_12;
            if ((!(v13 <= 0.0f))) {
              const float v8 = (-v7);
              const float v16 = m_2[r];
              const float v17 = scaled_3[r];
              if ((v16 < v8)) {
                const float v19 = (v8 + 2.75f);
                const float v21 = ((v19 < 3.4028235e38f) ? v19 : 3.4028235e38f);
                const float v22 = (v21 * 1.4426950216293335f);
                const float v25 = ((v22 < (v22 + 16.0f)) ? v22 : (-infinity_float()));
                const float v28 = (v17 - v25);
                const float v32 = ((fabsf(v28) < infinity_float()) ? power_of_2(v28) : expf((v16 - v21)));
                const float v33 = s_4[r];
                s_4[r] = (v33 * v32);
                const float v35 = sBlock_5[r];
                sBlock_5[r] = (v35 * v32);
                const float v37 = sLost_6[r];
                sLost_6[r] = (v37 * v32);
                m_2[r] = v21;
                scaled_3[r] = v25;
              }
              const float v39 = scaled_3[r];
              const float v40 = (v9 - v39);
              const float v42 = m_2[r];
              const float v43 = (v8 - v42);
              power_12 = ((v40 <= 0.0f) ? v40 : (((0.0f < v43) ? 0.0f : v43) * 1.4426950216293335f));
            }
            const float v48 = power_12;
            const float v50 = sBlock_5[r];
            sBlock_5[r] = (v50 + power_of_2(v48));
          }
        }
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          const float v52 = sBlock_5[r];
          const float v53 = s_4[r];
          const float v54 = sLost_6[r];
          const float v55 = (v52 - v54);
          const float v56 = (v53 + v55);
          sLost_6[r] = (((v56 - v56) == 0.0f) ? ((v56 - v53) - v55) : 0.0f);
          s_4[r] = v56;
          sBlock_5[r] = 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (begin + (int) threadIdx.x + r * (int) blockDim.x < end) {
      const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
      const long long point = batch * args.rows + i;
      const float v121 = m_2[r];
      const float v126 = s_4[r];
      args.out0[point] = (((v121 == (-3.4028235e38f)) ? (-infinity_float()) : ((v121 == 3.4028235e38f) ? infinity_float() : v121)) + logf(v126));
    }
  }
}
