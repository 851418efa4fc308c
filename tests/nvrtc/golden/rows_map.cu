// Sin(x)*p
// float, scheme map

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
  const float* p1;  // a parameter of 1
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
map(const Arguments args) {
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= args.batches * args.rows) return;
  const int i = point;
  const float* x0 = args.x0;
  const float* p1 = args.p1;
  const float p1_0 = p1[0];
  const float* x0_i = x0 + (long long) i * args.x0_i;
  const float v5 = (sinf(x0_i[0]) * p1_0);
  const float v8 = (sinf(x0_i[1]) * p1_0);
  const float v11 = (sinf(x0_i[2]) * p1_0);
  args.out0[point * 3 + 0] = v5;
  args.out0[point * 3 + 1] = v8;
  args.out0[point * 3 + 2] = v11;
}
