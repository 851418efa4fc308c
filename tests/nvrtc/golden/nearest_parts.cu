// KMin_ArgKMin_j(SqDist(x,y))
// float, scheme parts

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
  float* out0;
  int* out1;
};

extern "C" __global__ void __launch_bounds__(256)
parts(const Arguments args) {
  __shared__ __align__(16) float tile[1024];
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = blockIdx.x / items % parts;
  const long long batch = blockIdx.x / items / parts;
  const int own = (int) blockDim.x * 4;
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
  float x0_row[4][3];
  float min0_2[4];
  float min1_3[4];
  float min2_4[4];
  int minAt0_5[4];
  int minAt1_6[4];
  int minAt2_7[4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
    const float* x0_i = x0 + (long long) i * args.x0_i;
    #pragma unroll 3
    for (int k = 0; k < 3; k++) x0_row[r][k] = x0_i[k];
    min0_2[r] = nan_float();
    min1_3[r] = nan_float();
    min2_4[r] = nan_float();
    minAt0_5[r] = (-1);
    minAt1_6[r] = (-1);
    minAt2_7[r] = (-1);
  }
  int count = 0;
  for (int q = from; q < to; q++) {
    int first = (int) (args.columns * part / args.parts);
    int last = (int) (args.columns * (part + 1) / args.parts);
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
      const int whole = n - (n - 0) % 8;
      #pragma unroll 1
      for (int g = 0; g < whole; g += 8) {
        bool any[4] = {};
        #pragma unroll
        for (int u = 0; u < 8; u++) {
          const int t = g + u;
          #pragma unroll
          for (int r = 0; r < 4; r++) {
            const float v8 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
            const float v9 = min2_4[r];
            const bool v11 = (!(v9 < v8));
            any[r] |= v11;
          }
        }
        if (any[0] || any[1] || any[2] || any[3]) {
          #pragma unroll
          for (int r = 0; r < 4; r++) {
            if (any[r]) {
              #pragma unroll 1
              for (int t = g; t < g + 8; t++) {
                const int j = j0 + t;
                const float v8 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
                const float v9 = min2_4[r];
                if ((!(v9 < v8))) {
                  const float v13 = min2_4[r];
                  if (((v8 == v8) && (!(v13 <= v8)))) {
                    const float v17 = min1_3[r];
                    const bool v19 = (!(v17 <= v8));
                    const float v20 = min2_4[r];
                    const bool v22 = (!(v20 <= v8));
                    const float v23 = min2_4[r];
                    const float v25 = min1_3[r];
                    min2_4[r] = (v19 ? v25 : (v22 ? v8 : v23));
                    const int v27 = minAt2_7[r];
                    const int v29 = minAt1_6[r];
                    minAt2_7[r] = (v19 ? v29 : (v22 ? j : v27));
                    const float v31 = min0_2[r];
                    const bool v33 = (!(v31 <= v8));
                    const float v34 = min1_3[r];
                    const bool v36 = (!(v34 <= v8));
                    const float v37 = min1_3[r];
                    const float v39 = min0_2[r];
                    min1_3[r] = (v33 ? v39 : (v36 ? v8 : v37));
                    const int v41 = minAt1_6[r];
                    const int v43 = minAt0_5[r];
                    minAt1_6[r] = (v33 ? v43 : (v36 ? j : v41));
                    const float v45 = min0_2[r];
                    const bool v47 = (!(v45 <= v8));
                    const float v48 = min0_2[r];
                    min0_2[r] = (v47 ? v8 : v48);
                    const int v50 = minAt0_5[r];
                    minAt0_5[r] = (v47 ? j : v50);
                  }
                }
              }
            }
          }
        }
      }
      #pragma unroll 1
      for (int t = whole; t < n; t++) {
        const int j = j0 + t;
        #pragma unroll
        for (int r = 0; r < 4; r++) {
          const float v8 = (square_float(x0_row[r][0] - tile[t * 4]) + square_float(x0_row[r][1] - tile[t * 4 + 1]) + square_float(x0_row[r][2] - tile[t * 4 + 2]));
          const float v9 = min2_4[r];
          if ((!(v9 < v8))) {
            const float v13 = min2_4[r];
            if (((v8 == v8) && (!(v13 <= v8)))) {
              const float v17 = min1_3[r];
              const bool v19 = (!(v17 <= v8));
              const float v20 = min2_4[r];
              const bool v22 = (!(v20 <= v8));
              const float v23 = min2_4[r];
              const float v25 = min1_3[r];
              min2_4[r] = (v19 ? v25 : (v22 ? v8 : v23));
              const int v27 = minAt2_7[r];
              const int v29 = minAt1_6[r];
              minAt2_7[r] = (v19 ? v29 : (v22 ? j : v27));
              const float v31 = min0_2[r];
              const bool v33 = (!(v31 <= v8));
              const float v34 = min1_3[r];
              const bool v36 = (!(v34 <= v8));
              const float v37 = min1_3[r];
              const float v39 = min0_2[r];
              min1_3[r] = (v33 ? v39 : (v36 ? v8 : v37));
              const int v41 = minAt1_6[r];
              const int v43 = minAt0_5[r];
              minAt1_6[r] = (v33 ? v43 : (v36 ? j : v41));
              const float v45 = min0_2[r];
              const bool v47 = (!(v45 <= v8));
              const float v48 = min0_2[r];
              min0_2[r] = (v47 ? v8 : v48);
              const int v50 = minAt0_5[r];
              minAt0_5[r] = (v47 ? j : v50);
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (begin + (int) threadIdx.x + r * (int) blockDim.x < end) {
      const int i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
      const long long point = batch * args.rows + i;
      const long long points = args.batches * args.rows;
      const long long at = part * points + point;
      args.floats[at] = min0_2[r];
      args.floats[1 * args.parts * points + at] = min1_3[r];
      args.floats[2 * args.parts * points + at] = min2_4[r];
      args.ints[at] = minAt0_5[r];
      args.ints[1 * args.parts * points + at] = minAt1_6[r];
      args.ints[2 * args.parts * points + at] = minAt2_7[r];
    }
  }
}
