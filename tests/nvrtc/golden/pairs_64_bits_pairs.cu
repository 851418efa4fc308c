// Powf(SqDist(x,y),p)
// float, scheme pairs

__device__ inline float power_float(float a, float b) {
  const bool undecided = fabsf(a) == 1.0f && b - b != b - b;
  return b != b || undecided ? b - b : powf(a, b);
}

__device__ inline float square_float(float a) {
  return a * a;
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
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
pairs(const Arguments args) {
  const index_t pair = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (pair >= args.batches * args.rows * args.columns) return;
  const index_t columns = (index_t) args.columns;
  const index_t point = pair / columns;
  const index_t j = pair % columns;
  const index_t i = point;
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  const float* p2 = args.p2;
  const float p2_0 = p2[0];
  const float* x0_i = x0 + (long long) i * args.x0_i;
  const float* y1_j = y1 + (long long) j * args.y1_j;
  const float v2 = (square_float(x0_i[0] - y1_j[0]) + square_float(x0_i[1] - y1_j[1]) + square_float(x0_i[2] - y1_j[2]));
  args.out0[pair] = power_float(v2, p2_0);
}
