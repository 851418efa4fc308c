// ArgKMin_j(SqDist(x,y))
// float, scheme merge

__device__ inline float nan_float() {
  return __int_as_float(0x7fc00000);
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
  int* out0;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const long long point = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float min_2[40];
  for (int k3 = 0; k3 < 40; k3++) {
    min_2[k3] = nan_float();
  }
  int minAt_4[40];
  for (int k5 = 0; k5 < 40; k5++) {
    minAt_4[k5] = (-1);
  }
  #pragma unroll 1
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    float minOther_36[40];
    for (int k = 0; k < 40; k++) {
      minOther_36[k] = args.floats[k * args.parts * points + at];
    }
    int minAtOther_37[40];
    for (int k = 0; k < 40; k++) {
      minAtOther_37[k] = args.ints[k * args.parts * points + at];
    }
    for (int k38 = 0; k38 < 40; k38++) {
      const float v39 = minOther_36[k38];
      const int v40 = minAtOther_37[k38];
      const float v42 = min_2[39];
      const int v43 = minAt_4[39];
      if (((v39 == v39) && ((!(v42 <= v39)) || ((v39 == v42) && (v40 < v43))))) {
        for (int k51 = 0; k51 < 39; k51++) {
          const int v52 = (39 - k51);
          const int v53 = (v52 - 1);
          const float v54 = min_2[v53];
          const int v55 = minAt_4[v53];
          const bool v61 = ((!(v54 <= v39)) || ((v39 == v54) && (v40 < v55)));
          const float v62 = min_2[v52];
          const int v63 = minAt_4[v52];
          const bool v69 = ((!(v62 <= v39)) || ((v39 == v62) && (v40 < v63)));
          const float v70 = min_2[v52];
          const float v72 = min_2[v53];
          min_2[v52] = (v61 ? v72 : (v69 ? v39 : v70));
          const int v74 = minAt_4[v52];
          const int v76 = minAt_4[v53];
          minAt_4[v52] = (v61 ? v76 : (v69 ? v40 : v74));
        }
        const float v78 = min_2[0];
        const int v79 = minAt_4[0];
        const bool v85 = ((!(v78 <= v39)) || ((v39 == v78) && (v40 < v79)));
        const float v86 = min_2[0];
        min_2[0] = (v85 ? v39 : v86);
        const int v88 = minAt_4[0];
        minAt_4[0] = (v85 ? v40 : v88);
      }
    }
  }
  for (int k90 = 0; k90 < 40; k90++) {
    const int v91 = minAt_4[k90];
    args.out0[point * 40 + k90] = v91;
  }
}
