// ArgKMin_j(SqDist(x,y))
// float, scheme rows

__device__ inline float square_float(float a) {
  return a * a;
}

__device__ inline float nan_float() {
  return __int_as_float(0x7fc00000);
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
  int* out0;
};

extern "C" __global__ void __launch_bounds__(256)
rows(const Arguments args) {
  __shared__ __align__(16) float tile[1024];
  // Blocks of threads: all pieces of the rows, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const long long batch = blockIdx.x / items;
  const int own = (int) blockDim.x * 1;
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
  float x0_row[3];
  const int i = min(begin + (int) threadIdx.x, end - 1);
  const float* x0_i = x0 + (long long) i * args.x0_i;
  #pragma unroll 3
  for (int k = 0; k < 3; k++) x0_row[k] = x0_i[k];
  float min_2[40];
  for (int k3 = 0; k3 < 40; k3++) {
    min_2[k3] = nan_float();
  }
  int minAt_4[40];
  for (int k5 = 0; k5 < 40; k5++) {
    minAt_4[k5] = (-1);
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
      const int whole = n - (n - 0) % 32;
      #pragma unroll 1
      for (int g = 0; g < whole; g += 32) {
        bool any = false;
        #pragma unroll
        for (int u = 0; u < 32; u++) {
          const int t = g + u;
          const float v6 = (square_float(x0_row[0] - tile[t * 4]) + square_float(x0_row[1] - tile[t * 4 + 1]) + square_float(x0_row[2] - tile[t * 4 + 2]));
          const float v7 = min_2[39];
          const bool v9 = (!(v7 < v6));
          any |= v9;
        }
        if (any) {
          #pragma unroll 1
          for (int t = g; t < g + 32; t++) {
            const int j = j0 + t;
            const float v6 = (square_float(x0_row[0] - tile[t * 4]) + square_float(x0_row[1] - tile[t * 4 + 1]) + square_float(x0_row[2] - tile[t * 4 + 2]));
            const float v7 = min_2[39];
            if ((!(v7 < v6))) {
              const float v11 = min_2[39];
              if (((v6 == v6) && (!(v11 <= v6)))) {
                for (int k15 = 0; k15 < 39; k15++) {
                  const int v16 = (39 - k15);
                  const int v17 = (v16 - 1);
                  const float v18 = min_2[v17];
                  const bool v20 = (!(v18 <= v6));
                  const float v21 = min_2[v16];
                  const bool v23 = (!(v21 <= v6));
                  const float v24 = min_2[v16];
                  const float v26 = min_2[v17];
                  min_2[v16] = (v20 ? v26 : (v23 ? v6 : v24));
                  const int v28 = minAt_4[v16];
                  const int v30 = minAt_4[v17];
                  minAt_4[v16] = (v20 ? v30 : (v23 ? j : v28));
                }
                const float v32 = min_2[0];
                const bool v34 = (!(v32 <= v6));
                const float v35 = min_2[0];
                min_2[0] = (v34 ? v6 : v35);
                const int v37 = minAt_4[0];
                minAt_4[0] = (v34 ? j : v37);
              }
            }
          }
        }
      }
      #pragma unroll 1
      for (int t = whole; t < n; t++) {
        const int j = j0 + t;
        const float v6 = (square_float(x0_row[0] - tile[t * 4]) + square_float(x0_row[1] - tile[t * 4 + 1]) + square_float(x0_row[2] - tile[t * 4 + 2]));
        const float v7 = min_2[39];
        if ((!(v7 < v6))) {
          const float v11 = min_2[39];
          if (((v6 == v6) && (!(v11 <= v6)))) {
            for (int k15 = 0; k15 < 39; k15++) {
              const int v16 = (39 - k15);
              const int v17 = (v16 - 1);
              const float v18 = min_2[v17];
              const bool v20 = (!(v18 <= v6));
              const float v21 = min_2[v16];
              const bool v23 = (!(v21 <= v6));
              const float v24 = min_2[v16];
              const float v26 = min_2[v17];
              min_2[v16] = (v20 ? v26 : (v23 ? v6 : v24));
              const int v28 = minAt_4[v16];
              const int v30 = minAt_4[v17];
              minAt_4[v16] = (v20 ? v30 : (v23 ? j : v28));
            }
            const float v32 = min_2[0];
            const bool v34 = (!(v32 <= v6));
            const float v35 = min_2[0];
            min_2[0] = (v34 ? v6 : v35);
            const int v37 = minAt_4[0];
            minAt_4[0] = (v34 ? j : v37);
          }
        }
      }
    }
  }
  if (begin + (int) threadIdx.x < end) {
    const long long point = batch * args.rows + i;
    for (int k93 = 0; k93 < 40; k93++) {
      const int v94 = minAt_4[k93];
      args.out0[point * 40 + k93] = v94;
    }
  }
}
