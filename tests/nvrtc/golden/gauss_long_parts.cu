// Sum_j(Exp(-SqDist(x,Sin(y)))*b)
// float, scheme parts

__device__ inline float square_float(float a) {
  return a * a;
}

__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
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
  const float* x0;  // one vector a row, of 100
  long long x0_i;
  const float* y1;  // one vector a column, of 100
  long long y1_j;
  const float* y2;  // one vector a column, of 1
  long long y2_j;
  float* t3;  // one vector a column, of 100
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
parts(const Arguments args) {
  __shared__ __align__(16) float tile[3328];
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = blockIdx.x / items % parts;
  const long long batch = blockIdx.x / items / parts;
  const int own = (int) blockDim.x * 1;
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
  const float* y2 = args.y2;
  float* t3 = args.t3 + batch * args.columns * 100;
  float x0_row[100];
  const int i = min(begin + (int) threadIdx.x, end - 1);
  const float* x0_i = x0 + (long long) i * args.x0_i;
  #pragma unroll 100
  for (int k = 0; k < 100; k++) x0_row[k] = x0_i[k];
  float sum_2 = 0.0f;
  float sumBlock_3 = 0.0f;
  float sumLost_4 = 0.0f;
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
      const int n = last - j0 < 32 ? last - j0 : 32;
      __syncthreads();
      for (int t = threadIdx.x; t < n; t += blockDim.x) {
        tile[t * 104] = y2[(long long) (j0 + t) * args.y2_j];
      }
      for (int t = threadIdx.x; t < n * 100; t += blockDim.x) {
        tile[(t / 100) * 104 + 1 + t % 100] = t3[(long long) (j0 + (t / 100)) * 100 + t % 100];
      }
      __syncthreads();
      #pragma unroll 1
      for (int t = 0; t < n; t++) {
        float v8 = 0.0f;
        #pragma unroll 100
        for (int k = 0; k < 100; k++) {
          v8 += square_float(x0_row[k] - tile[t * 104 + 1 + k]);
        }
        const float v14 = sumBlock_3;
        sumBlock_3 = (v14 + (power_of_2((v8 * (-1.4426950216293335f))) * tile[t * 104]));
      }
      pending += n;
      if (pending >= 64) {
        pending = 0;
        const float v16 = sumBlock_3;
        const float v17 = sum_2;
        const float v18 = sumLost_4;
        const float v19 = (v16 - v18);
        const float v20 = (v17 + v19);
        sumLost_4 = (((v20 - v20) == 0.0f) ? ((v20 - v17) - v19) : 0.0f);
        sum_2 = v20;
        sumBlock_3 = 0.0f;
      }
    }
  }
  const float v16 = sumBlock_3;
  const float v17 = sum_2;
  const float v18 = sumLost_4;
  const float v19 = (v16 - v18);
  const float v20 = (v17 + v19);
  sumLost_4 = (((v20 - v20) == 0.0f) ? ((v20 - v17) - v19) : 0.0f);
  sum_2 = v20;
  sumBlock_3 = 0.0f;
  if (begin + (int) threadIdx.x < end) {
    const long long point = batch * args.rows + i;
    const long long points = args.batches * args.rows;
    const long long at = part * points + point;
    args.floats[at] = sum_2;
    args.floats[1 * args.parts * points + at] = sumLost_4;
  }
}
