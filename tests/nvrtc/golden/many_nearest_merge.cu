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
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
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
    float minOther_39[40];
    for (int k = 0; k < 40; k++) {
      minOther_39[k] = args.floats[k * args.parts * points + at];
    }
    int minAtOther_40[40];
    for (int k = 0; k < 40; k++) {
      minAtOther_40[k] = args.ints[k * args.parts * points + at];
    }
    for (int k41 = 0; k41 < 40; k41++) {
      const float v42 = minOther_39[k41];
      const int v43 = minAtOther_40[k41];
      const float v45 = min_2[39];
      const int v46 = minAt_4[39];
      if (((v42 == v42) && ((!(v45 <= v42)) || ((v42 == v45) && (v43 < v46))))) {
        for (int k54 = 0; k54 < 39; k54++) {
          const int v55 = (39 - k54);
          const int v56 = (v55 - 1);
          const float v57 = min_2[v56];
          const int v58 = minAt_4[v56];
          const bool v64 = ((!(v57 <= v42)) || ((v42 == v57) && (v43 < v58)));
          const float v65 = min_2[v55];
          const int v66 = minAt_4[v55];
          const bool v72 = ((!(v65 <= v42)) || ((v42 == v65) && (v43 < v66)));
          const float v73 = min_2[v55];
          const float v75 = min_2[v56];
          min_2[v55] = (v64 ? v75 : (v72 ? v42 : v73));
          const int v77 = minAt_4[v55];
          const int v79 = minAt_4[v56];
          minAt_4[v55] = (v64 ? v79 : (v72 ? v43 : v77));
        }
        const float v81 = min_2[0];
        const int v82 = minAt_4[0];
        const bool v88 = ((!(v81 <= v42)) || ((v42 == v81) && (v43 < v82)));
        const float v89 = min_2[0];
        min_2[0] = (v88 ? v42 : v89);
        const int v91 = minAt_4[0];
        minAt_4[0] = (v88 ? v43 : v91);
      }
    }
  }
  for (int k93 = 0; k93 < 40; k93++) {
    const int v94 = minAt_4[k93];
    args.out0[point * 40 + k93] = v94;
  }
}
