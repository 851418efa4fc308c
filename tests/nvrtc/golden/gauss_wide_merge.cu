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
  const float* y3;  // one vector a column, of 100
  long long y3_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float sum_2[100];
  #pragma unroll 4
  for (int k3 = 0; k3 < 100; k3++) {
    sum_2[k3] = 0.0f;
  }
  float sumLost_6[100];
  #pragma unroll 4
  for (int k7 = 0; k7 < 100; k7++) {
    sumLost_6[k7] = 0.0f;
  }
  #pragma unroll 1
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    float sumOther_29[100];
    #pragma unroll 4
    for (int k = 0; k < 100; k++) {
      sumOther_29[k] = args.floats[k * args.parts * points + at];
    }
    float sumLostOther_31[100];
    #pragma unroll 4
    for (int k = 0; k < 100; k++) {
      sumLostOther_31[k] = args.floats[(100 + k) * args.parts * points + at];
    }
    #pragma unroll 4
    for (int k32 = 0; k32 < 100; k32++) {
      const float v33 = sumOther_29[k32];
      const float v35 = sumLostOther_31[k32];
      const float v37 = sum_2[k32];
      const float v38 = sumLost_6[k32];
      const float v39 = ((-v35) - v38);
      const float v40 = (v37 + v39);
      sumLost_6[k32] = (((v40 - v40) == 0.0f) ? ((v40 - v37) - v39) : 0.0f);
      sum_2[k32] = v40;
      const float v46 = sum_2[k32];
      const float v47 = sumLost_6[k32];
      const float v48 = (v33 - v47);
      const float v49 = (v46 + v48);
      sumLost_6[k32] = (((v49 - v49) == 0.0f) ? ((v49 - v46) - v48) : 0.0f);
      sum_2[k32] = v49;
    }
  }
  #pragma unroll 4
  for (int k57 = 0; k57 < 100; k57++) {
    const float v58 = sum_2[k57];
    args.out0[point * 100 + k57] = v58;
  }
}
