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
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float mOther_25 = args.floats[at];
    const float sOther_26 = args.floats[1 * args.parts * points + at];
    const float v28 = m_2;
    const float v29 = mOther_25;
    const float v31 = ((v28 < v29) ? v29 : v28);
    m_2 = v31;
    const float v40 = s_3;
    s_3 = (v40 * ((v28 == v31) ? 1.0f : expf((v28 - v31))));
    const float v44 = s_3;
    const float v45 = sOther_26;
    s_3 = (v44 + (v45 * ((v29 == v31) ? 1.0f : expf((v29 - v31)))));
  }
  const float v52 = m_2;
  const float v53 = m_2;
  const float v56 = s_3;
  args.out0[point] = (v52 + logf((v56 * ((v53 == (-infinity_float())) ? 0.0f : 1.0f))));
}
