// Sum_j(Exp(-SqDist(x,y)*p)*b)
// float, scheme merge

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
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 1
  long long y3_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float sum_2 = 0.0f;
  float sumLost_4 = 0.0f;
  #pragma unroll 4
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float sumOther_25 = args.floats[at];
    const float sumLostOther_27 = args.floats[1 * args.parts * points + at];
    const float v28 = sumOther_25;
    const float v30 = sumLostOther_27;
    const float v32 = sum_2;
    const float v33 = sumLost_4;
    const float v34 = ((-v30) - v33);
    const float v35 = (v32 + v34);
    sumLost_4 = (((v35 - v35) == 0.0f) ? ((v35 - v32) - v34) : 0.0f);
    sum_2 = v35;
    const float v41 = sum_2;
    const float v42 = sumLost_4;
    const float v43 = (v28 - v42);
    const float v44 = (v41 + v43);
    sumLost_4 = (((v44 - v44) == 0.0f) ? ((v44 - v41) - v43) : 0.0f);
    sum_2 = v44;
  }
  const float v52 = sum_2;
  args.out0[point] = v52;
}
