// Sum_j(Grad(Exp(-SqDist(x,y)*p)*b,x,e))
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
  const float* x3;  // one vector a row, of 1
  long long x3_i;
  const float* y4;  // one vector a column, of 1
  long long y4_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  const int i = point;
  const float* p2 = args.p2;
  const float* x3 = args.x3;
  const float p2_0 = p2[0];
  const float* x3_i = x3 + (long long) i * args.x3_i;
  float sum_2[200];
  #pragma unroll 4
  for (int k3 = 0; k3 < 200; k3++) {
    sum_2[k3] = 0.0f;
  }
  float sumLost_6[200];
  #pragma unroll 4
  for (int k7 = 0; k7 < 200; k7++) {
    sumLost_6[k7] = 0.0f;
  }
  const float v67 = ((-2.0f) * (p2_0 * x3_i[0]));
  int count = 0;
  #pragma unroll 1
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    float sumOther_34[200];
    #pragma unroll 4
    for (int k = 0; k < 200; k++) {
      sumOther_34[k] = args.floats[k * args.parts * points + at];
    }
    float sumLostOther_36[200];
    #pragma unroll 4
    for (int k = 0; k < 200; k++) {
      sumLostOther_36[k] = args.floats[(200 + k) * args.parts * points + at];
    }
    count += args.ints[at];
    #pragma unroll 4
    for (int k37 = 0; k37 < 200; k37++) {
      const float v38 = sumOther_34[k37];
      const float v40 = sumLostOther_36[k37];
      const float v42 = sum_2[k37];
      const float v43 = sumLost_6[k37];
      const float v44 = ((-v40) - v43);
      const float v45 = (v42 + v44);
      sumLost_6[k37] = (((v45 - v45) == 0.0f) ? ((v45 - v42) - v44) : 0.0f);
      sum_2[k37] = v45;
      const float v51 = sum_2[k37];
      const float v52 = sumLost_6[k37];
      const float v53 = (v38 - v52);
      const float v54 = (v51 + v53);
      sumLost_6[k37] = (((v54 - v54) == 0.0f) ? ((v54 - v51) - v53) : 0.0f);
      sum_2[k37] = v54;
    }
  }
  const bool v62 = (count == 0);
  #pragma unroll 4
  for (int k63 = 0; k63 < 200; k63++) {
    const float v64 = sum_2[k63];
    args.out0[point * 200 + k63] = (v62 ? v64 : (v67 * v64));
  }
}
