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
  const long long point = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float m_2 = (-infinity_float());
  float s_3 = 0.0f;
  float sLost_5 = 0.0f;
  #pragma unroll 4
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float mOther_35 = args.floats[at];
    const float sOther_36 = args.floats[1 * args.parts * points + at];
    const float sLostOther_38 = args.floats[2 * args.parts * points + at];
    const float v39 = m_2;
    const float v40 = mOther_35;
    const float v42 = ((v39 < v40) ? v40 : v39);
    const float v46 = ((v39 == v42) ? 1.0f : expf((v39 - v42)));
    const float v50 = ((v40 == v42) ? 1.0f : expf((v40 - v42)));
    m_2 = v42;
    const float v51 = s_3;
    s_3 = (v51 * v46);
    const float v55 = sLost_5;
    sLost_5 = (v55 * v46);
    const float v57 = sOther_36;
    const float v61 = sLostOther_38;
    const float v64 = s_3;
    const float v65 = sLost_5;
    const float v66 = ((-(v61 * v50)) - v65);
    const float v67 = (v64 + v66);
    sLost_5 = (((v67 - v67) == 0.0f) ? ((v67 - v64) - v66) : 0.0f);
    s_3 = v67;
    const float v73 = s_3;
    const float v74 = sLost_5;
    const float v75 = ((v57 * v50) - v74);
    const float v76 = (v73 + v75);
    sLost_5 = (((v76 - v76) == 0.0f) ? ((v76 - v73) - v75) : 0.0f);
    s_3 = v76;
  }
  const float v84 = m_2;
  const float v85 = m_2;
  const float v88 = s_3;
  args.out0[point] = (v84 + logf((v88 * ((v85 == (-infinity_float())) ? 0.0f : 1.0f))));
}
