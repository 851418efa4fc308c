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
    const float mOther_62 = args.floats[at];
    const float scaledOther_63 = args.floats[1 * args.parts * points + at];
    const float sOther_64 = args.floats[2 * args.parts * points + at];
    const float sLostOther_66 = args.floats[3 * args.parts * points + at];
    const float v67 = m_2;
    const float v68 = scaled_3;
    const float v69 = mOther_62;
    const float v70 = scaledOther_63;
    const bool v71 = (v67 < v69);
    const float v72 = (v71 ? v69 : v67);
    const float v73 = (v71 ? v70 : v68);
    const float v76 = (v68 - v73);
    const float v80 = ((fabsf(v76) < infinity_float()) ? power_of_2(v76) : expf((v67 - v72)));
    const float v83 = (v70 - v73);
    const float v87 = ((fabsf(v83) < infinity_float()) ? power_of_2(v83) : expf((v69 - v72)));
    m_2 = v72;
    scaled_3 = v73;
    const float v88 = s_4;
    s_4 = (v88 * v80);
    const float v92 = sLost_6;
    sLost_6 = (v92 * v80);
    const float v94 = sOther_64;
    const float v98 = sLostOther_66;
    const float v101 = s_4;
    const float v102 = sLost_6;
    const float v103 = ((-(v98 * v87)) - v102);
    const float v104 = (v101 + v103);
    sLost_6 = (((v104 - v104) == 0.0f) ? ((v104 - v101) - v103) : 0.0f);
    s_4 = v104;
    const float v110 = s_4;
    const float v111 = sLost_6;
    const float v112 = ((v94 * v87) - v111);
    const float v113 = (v110 + v112);
    sLost_6 = (((v113 - v113) == 0.0f) ? ((v113 - v110) - v112) : 0.0f);
    s_4 = v113;
  }
  const float v121 = m_2;
  const float v126 = s_4;
  args.out0[point] = (((v121 == (-3.4028235e38f)) ? (-infinity_float()) : ((v121 == 3.4028235e38f) ? infinity_float() : v121)) + logf(v126));
}
