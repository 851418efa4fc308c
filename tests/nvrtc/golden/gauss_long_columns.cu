// Sum_j(Exp(-SqDist(x,Sin(y)))*b)
// float, scheme columns

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
columns(const Arguments args) {
  const int place = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.batches * args.columns) return;
  const int batch = 0;
  const int j = place;
  const float* y1 = args.y1;
  float* t3 = args.t3 + batch * args.columns * 100;
  const float* y1_j = y1 + (long long) j * args.y1_j;
  float* t3_j = t3 + (long long) j * 100;
  #pragma unroll 4
  for (int k5 = 0; k5 < 100; k5++) {
    t3_j[k5] = sinf(y1_j[k5]);
  }
}
