// KMin_ArgKMin_j(SqDist(x,y))
// float, scheme merge

__device__ inline float infinity_float() {
  return __int_as_float(0x7f800000);
}

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
  float* out0;
  int* out1;
};

extern "C" __global__ void __launch_bounds__(256)
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const long long point = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  float min0_2 = nan_float();
  float min1_3 = nan_float();
  float min2_4 = nan_float();
  int minAt0_5 = (-1);
  int minAt1_6 = (-1);
  int minAt2_7 = (-1);
  #pragma unroll 1
  for (long long part = 0; part < args.parts; part++) {
    const long long at = part * points + point;
    const float min0Other_49 = args.floats[at];
    const float min1Other_50 = args.floats[1 * args.parts * points + at];
    const float min2Other_51 = args.floats[2 * args.parts * points + at];
    const int minAt0Other_52 = args.ints[at];
    const int minAt1Other_53 = args.ints[1 * args.parts * points + at];
    const int minAt2Other_54 = args.ints[2 * args.parts * points + at];
    const float v55 = min0Other_49;
    const int v56 = minAt0Other_52;
    const float v58 = min2_4;
    const int v59 = minAt2_7;
    if (((v55 == v55) && ((!(v58 <= v55)) || ((v55 == v58) && (v56 < v59))))) {
      const float v67 = min1_3;
      const int v68 = minAt1_6;
      const bool v74 = ((!(v67 <= v55)) || ((v55 == v67) && (v56 < v68)));
      const float v75 = min2_4;
      const int v76 = minAt2_7;
      const bool v82 = ((!(v75 <= v55)) || ((v55 == v75) && (v56 < v76)));
      const float v83 = min2_4;
      const float v85 = min1_3;
      min2_4 = (v74 ? v85 : (v82 ? v55 : v83));
      const int v87 = minAt2_7;
      const int v89 = minAt1_6;
      minAt2_7 = (v74 ? v89 : (v82 ? v56 : v87));
      const float v91 = min0_2;
      const int v92 = minAt0_5;
      const bool v98 = ((!(v91 <= v55)) || ((v55 == v91) && (v56 < v92)));
      const float v99 = min1_3;
      const int v100 = minAt1_6;
      const bool v106 = ((!(v99 <= v55)) || ((v55 == v99) && (v56 < v100)));
      const float v107 = min1_3;
      const float v109 = min0_2;
      min1_3 = (v98 ? v109 : (v106 ? v55 : v107));
      const int v111 = minAt1_6;
      const int v113 = minAt0_5;
      minAt1_6 = (v98 ? v113 : (v106 ? v56 : v111));
      const float v115 = min0_2;
      const int v116 = minAt0_5;
      const bool v122 = ((!(v115 <= v55)) || ((v55 == v115) && (v56 < v116)));
      const float v123 = min0_2;
      min0_2 = (v122 ? v55 : v123);
      const int v125 = minAt0_5;
      minAt0_5 = (v122 ? v56 : v125);
    }
    const float v127 = min1Other_50;
    const int v128 = minAt1Other_53;
    const float v130 = min2_4;
    const int v131 = minAt2_7;
    if (((v127 == v127) && ((!(v130 <= v127)) || ((v127 == v130) && (v128 < v131))))) {
      const float v139 = min1_3;
      const int v140 = minAt1_6;
      const bool v146 = ((!(v139 <= v127)) || ((v127 == v139) && (v128 < v140)));
      const float v147 = min2_4;
      const int v148 = minAt2_7;
      const bool v154 = ((!(v147 <= v127)) || ((v127 == v147) && (v128 < v148)));
      const float v155 = min2_4;
      const float v157 = min1_3;
      min2_4 = (v146 ? v157 : (v154 ? v127 : v155));
      const int v159 = minAt2_7;
      const int v161 = minAt1_6;
      minAt2_7 = (v146 ? v161 : (v154 ? v128 : v159));
      const float v163 = min0_2;
      const int v164 = minAt0_5;
      const bool v170 = ((!(v163 <= v127)) || ((v127 == v163) && (v128 < v164)));
      const float v171 = min1_3;
      const int v172 = minAt1_6;
      const bool v178 = ((!(v171 <= v127)) || ((v127 == v171) && (v128 < v172)));
      const float v179 = min1_3;
      const float v181 = min0_2;
      min1_3 = (v170 ? v181 : (v178 ? v127 : v179));
      const int v183 = minAt1_6;
      const int v185 = minAt0_5;
      minAt1_6 = (v170 ? v185 : (v178 ? v128 : v183));
      const float v187 = min0_2;
      const int v188 = minAt0_5;
      const bool v194 = ((!(v187 <= v127)) || ((v127 == v187) && (v128 < v188)));
      const float v195 = min0_2;
      min0_2 = (v194 ? v127 : v195);
      const int v197 = minAt0_5;
      minAt0_5 = (v194 ? v128 : v197);
    }
    const float v199 = min2Other_51;
    const int v200 = minAt2Other_54;
    const float v202 = min2_4;
    const int v203 = minAt2_7;
    if (((v199 == v199) && ((!(v202 <= v199)) || ((v199 == v202) && (v200 < v203))))) {
      const float v211 = min1_3;
      const int v212 = minAt1_6;
      const bool v218 = ((!(v211 <= v199)) || ((v199 == v211) && (v200 < v212)));
      const float v219 = min2_4;
      const int v220 = minAt2_7;
      const bool v226 = ((!(v219 <= v199)) || ((v199 == v219) && (v200 < v220)));
      const float v227 = min2_4;
      const float v229 = min1_3;
      min2_4 = (v218 ? v229 : (v226 ? v199 : v227));
      const int v231 = minAt2_7;
      const int v233 = minAt1_6;
      minAt2_7 = (v218 ? v233 : (v226 ? v200 : v231));
      const float v235 = min0_2;
      const int v236 = minAt0_5;
      const bool v242 = ((!(v235 <= v199)) || ((v199 == v235) && (v200 < v236)));
      const float v243 = min1_3;
      const int v244 = minAt1_6;
      const bool v250 = ((!(v243 <= v199)) || ((v199 == v243) && (v200 < v244)));
      const float v251 = min1_3;
      const float v253 = min0_2;
      min1_3 = (v242 ? v253 : (v250 ? v199 : v251));
      const int v255 = minAt1_6;
      const int v257 = minAt0_5;
      minAt1_6 = (v242 ? v257 : (v250 ? v200 : v255));
      const float v259 = min0_2;
      const int v260 = minAt0_5;
      const bool v266 = ((!(v259 <= v199)) || ((v199 == v259) && (v200 < v260)));
      const float v267 = min0_2;
      min0_2 = (v266 ? v199 : v267);
      const int v269 = minAt0_5;
      minAt0_5 = (v266 ? v200 : v269);
    }
  }
  const float v271 = min0_2;
  args.out0[point * 3 + 0] = ((v271 == v271) ? v271 : infinity_float());
  const float v274 = min1_3;
  args.out0[point * 3 + 1] = ((v274 == v274) ? v274 : infinity_float());
  const float v277 = min2_4;
  args.out0[point * 3 + 2] = ((v277 == v277) ? v277 : infinity_float());
  const int v280 = minAt0_5;
  args.out1[point * 3 + 0] = v280;
  const int v281 = minAt1_6;
  args.out1[point * 3 + 1] = v281;
  const int v282 = minAt2_7;
  args.out1[point * 3 + 2] = v282;
}
