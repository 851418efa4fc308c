// LogSumExp_j(-SqDist(x,y))
// float, scheme merge

__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
}

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
  float scaled_3 = (-infinity_float());
  float s_4 = 0.0f;
  float sLost_6 = 0.0f;
  #pragma unroll 4
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float mOther_61 = args.floats[at];
    const float scaledOther_62 = args.floats[1 * args.parts * points + at];
    const float sOther_63 = args.floats[2 * args.parts * points + at];
    const float sLostOther_65 = args.floats[3 * args.parts * points + at];
    const float v66 = m_2;
    const float v67 = scaled_3;
    const float v68 = mOther_61;
    const float v69 = scaledOther_62;
    const bool v70 = (v66 < v68);
    const float v71 = (v70 ? v68 : v66);
    const float v72 = (v70 ? v69 : v67);
    const bool v78 = (fabsf(v72) < 3.4028235e38f);
    const float v79 = (v78 ? power_of_2((v67 - v72)) : expf((v66 - v71)));
    const float v84 = (v78 ? power_of_2((v69 - v72)) : expf((v68 - v71)));
    m_2 = v71;
    scaled_3 = v72;
    const float v85 = s_4;
    s_4 = (v85 * v79);
    const float v89 = sLost_6;
    sLost_6 = (v89 * v79);
    const float v91 = sOther_63;
    const float v95 = sLostOther_65;
    const float v98 = s_4;
    const float v99 = sLost_6;
    const float v100 = ((-(v95 * v84)) - v99);
    const float v101 = (v98 + v100);
    sLost_6 = (((v101 - v101) == 0.0f) ? ((v101 - v98) - v100) : 0.0f);
    s_4 = v101;
    const float v107 = s_4;
    const float v108 = sLost_6;
    const float v109 = ((v91 * v84) - v108);
    const float v110 = (v107 + v109);
    sLost_6 = (((v110 - v110) == 0.0f) ? ((v110 - v107) - v109) : 0.0f);
    s_4 = v110;
  }
  const float v118 = m_2;
  const float v123 = s_4;
  args.out0[point] = (((v118 == (-3.4028235e38f)) ? (-infinity_float()) : ((v118 == 3.4028235e38f) ? infinity_float() : v118)) + logf(v123));
}
