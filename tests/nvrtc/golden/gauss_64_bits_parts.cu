// Sum_j(Exp(-SqDist(x,y)*p)*b)
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

typedef long long index_t;

struct Arguments {
  long long rows;
  long long columns;
  long long batches;
  long long items;  // pieces of the rows, one a block of threads
  long long parts;  // parts of the columns
  const index_t* work;  // begin, end, first and last interval of each piece; or none
  const index_t* intervals;  // begin and end
  float* floats;  // states of parts
  int* ints;
  const float* x0;  // one vector a row, of 3
  long long x0_i;
  const float* y1;  // one vector a column, of 3
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 1
  long long y3_j;
  float* out0;
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
  index_t begin = (index_t) (item * own);
  index_t end = args.rows - begin < own ? (index_t) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const index_t* piece = args.work + 4 * (part * args.items + item);
    begin = piece[0];
    end = piece[1];
    from = piece[2];
    to = piece[3];
  }
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  const float* p2 = args.p2;
  const float* y3 = args.y3;
  const float p2_0 = p2[0];
  const float v53 = (p2_0 * (-1.4426950216293335f));
  const float v58 = ((fabsf(p2_0) == infinity_float()) ? v53 : maximum_float(minimum_float(v53, 3.4028235e38f), (-3.4028235e38f)));
  float x0_row[4][3];
  float sum_2[4];
  float sumBlock_3[4];
  float sumLost_4[4];
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    const index_t i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
    const float* x0_i = x0 + (long long) i * args.x0_i;
    #pragma unroll 3
    for (int k = 0; k < 3; k++) x0_row[r][k] = x0_i[k];
    sum_2[r] = 0.0f;
    sumBlock_3[r] = 0.0f;
    sumLost_4[r] = 0.0f;
  }
  index_t count = 0;
  for (int q = from; q < to; q++) {
    index_t first = (index_t) (args.columns * part / args.parts);
    index_t last = (index_t) (args.columns * (part + 1) / args.parts);
    if (args.work != nullptr) {
      first = args.intervals[2 * q];
      last = args.intervals[2 * q + 1];
    }
    count += last - first;
    for (index_t j0 = first; j0 < last; j0 += 256) {
      const int n = last - j0 < 256 ? last - j0 : 256;
      __syncthreads();
      for (int t = threadIdx.x; t < n; t += blockDim.x) {
        tile[t * 4] = y3[(long long) (j0 + t) * args.y3_j];
      }
      for (int t = threadIdx.x; t < n * 3; t += blockDim.x) {
        tile[(t / 3) * 4 + 1 + t % 3] = y1[(long long) (j0 + (t / 3)) * args.y1_j + t % 3];
      }
      __syncthreads();
      for (int t0 = 0; t0 < n; t0 += 64) {
        const int stop = n - t0 < 64 ? n : t0 + 64;
        #pragma unroll 4
        for (int t = t0; t < stop; t++) {
          #pragma unroll
          for (int r = 0; r < 4; r++) {
            const float v5 = (square_float(x0_row[r][0] - tile[t * 4 + 1]) + square_float(x0_row[r][1] - tile[t * 4 + 2]) + square_float(x0_row[r][2] - tile[t * 4 + 3]));
            const float v13 = sumBlock_3[r];
            sumBlock_3[r] = (v13 + (power_of_2((v5 * v58)) * tile[t * 4]));
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
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 4; r++) {
    if (begin + (int) threadIdx.x + r * (int) blockDim.x < end) {
      const index_t i = min(begin + (int) threadIdx.x + r * (int) blockDim.x, end - 1);
      const long long point = batch * args.rows + i;
      const long long points = args.batches * args.rows;
      const long long at = part * points + point;
      args.floats[at] = sum_2[r];
      args.floats[1 * args.parts * points + at] = sumLost_4[r];
    }
  }
}
