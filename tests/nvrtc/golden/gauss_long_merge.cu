// Sum_j(Exp(-SqDist(x,Sin(y)))*b)
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
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float sum_2 = 0.0f;
  float sumLost_4 = 0.0f;
  #pragma unroll 4
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float sumOther_26 = args.floats[at];
    const float sumLostOther_28 = args.floats[1 * args.parts * points + at];
    const float v29 = sumOther_26;
    const float v31 = sumLostOther_28;
    const float v33 = sum_2;
    const float v34 = sumLost_4;
    const float v35 = ((-v31) - v34);
    const float v36 = (v33 + v35);
    sumLost_4 = (((v36 - v36) == 0.0f) ? ((v36 - v33) - v35) : 0.0f);
    sum_2 = v36;
    const float v42 = sum_2;
    const float v43 = sumLost_4;
    const float v44 = (v29 - v43);
    const float v45 = (v42 + v44);
    sumLost_4 = (((v45 - v45) == 0.0f) ? ((v45 - v42) - v44) : 0.0f);
    sum_2 = v45;
  }
  const float v53 = sum_2;
  args.out0[point] = v53;
}
