// Sum_j(Exp(-SqDist(x,Sin(y))*p)*b)
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
  const float* x0;  // one vector a row, of 200
  long long x0_i;
  const float* y1;  // one vector a column, of 200
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* y3;  // one vector a column, of 1
  long long y3_j;
  float* t4;  // one vector a column, of 200
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
    const float sumOther_28 = args.floats[at];
    const float sumLostOther_30 = args.floats[1 * args.parts * points + at];
    const float v31 = sumOther_28;
    const float v33 = sumLostOther_30;
    const float v35 = sum_2;
    const float v36 = sumLost_4;
    const float v37 = ((-v33) - v36);
    const float v38 = (v35 + v37);
    sumLost_4 = (((v38 - v38) == 0.0f) ? ((v38 - v35) - v37) : 0.0f);
    sum_2 = v38;
    const float v44 = sum_2;
    const float v45 = sumLost_4;
    const float v46 = (v31 - v45);
    const float v47 = (v44 + v46);
    sumLost_4 = (((v47 - v47) == 0.0f) ? ((v47 - v44) - v46) : 0.0f);
    sum_2 = v47;
  }
  const float v55 = sum_2;
  args.out0[point] = v55;
}
