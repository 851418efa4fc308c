// LogSumExp_j(-SqDist(x,y))
// float, scheme merge

__device__ inline float infinity_float() {
  return __int_as_float(0x7f800000);
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
  const float* x0;  // one vector a row, of 3
  long long x0_i;
  const float* y1;  // one vector a column, of 3
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float m_2 = (-3.4028235e38f);
  float s_3 = 0.0f;
  float sLost_5 = 0.0f;
  #pragma unroll 4
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float mOther_38 = args.floats[at];
    const float sOther_39 = args.floats[1 * args.parts * points + at];
    const float sLostOther_41 = args.floats[2 * args.parts * points + at];
    const float v42 = m_2;
    const float v43 = mOther_38;
    const float v45 = ((v42 < v43) ? v43 : v42);
    const float v47 = expf((v42 - v45));
    const float v49 = expf((v43 - v45));
    m_2 = v45;
    const float v50 = s_3;
    s_3 = (v50 * v47);
    const float v54 = sLost_5;
    sLost_5 = (v54 * v47);
    const float v56 = sOther_39;
    const float v60 = sLostOther_41;
    const float v63 = s_3;
    const float v64 = sLost_5;
    const float v65 = ((-(v60 * v49)) - v64);
    const float v66 = (v63 + v65);
    sLost_5 = (((v66 - v66) == 0.0f) ? ((v66 - v63) - v65) : 0.0f);
    s_3 = v66;
    const float v72 = s_3;
    const float v73 = sLost_5;
    const float v74 = ((v56 * v49) - v73);
    const float v75 = (v72 + v74);
    sLost_5 = (((v75 - v75) == 0.0f) ? ((v75 - v72) - v74) : 0.0f);
    s_3 = v75;
  }
  const float v83 = m_2;
  const float v88 = s_3;
  args.out0[point] = (((v83 == (-3.4028235e38f)) ? (-infinity_float()) : ((v83 == 3.4028235e38f) ? infinity_float() : v83)) + logf(v88));
}
