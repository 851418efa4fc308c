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
  const int point = (int) blockIdx.x * blockDim.x + threadIdx.x;
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
    const float min0Other_52 = args.floats[at];
    const float min1Other_53 = args.floats[1 * args.parts * points + at];
    const float min2Other_54 = args.floats[2 * args.parts * points + at];
    const int minAt0Other_55 = args.ints[at];
    const int minAt1Other_56 = args.ints[1 * args.parts * points + at];
    const int minAt2Other_57 = args.ints[2 * args.parts * points + at];
    const float v58 = min0Other_52;
    const int v59 = minAt0Other_55;
    const float v61 = min2_4;
    const int v62 = minAt2_7;
    if (((v58 == v58) && ((!(v61 <= v58)) || ((v58 == v61) && (v59 < v62))))) {
      const float v70 = min1_3;
      const int v71 = minAt1_6;
      const bool v77 = ((!(v70 <= v58)) || ((v58 == v70) && (v59 < v71)));
      const float v78 = min2_4;
      const int v79 = minAt2_7;
      const bool v85 = ((!(v78 <= v58)) || ((v58 == v78) && (v59 < v79)));
      const float v86 = min2_4;
      const float v88 = min1_3;
      min2_4 = (v77 ? v88 : (v85 ? v58 : v86));
      const int v90 = minAt2_7;
      const int v92 = minAt1_6;
      minAt2_7 = (v77 ? v92 : (v85 ? v59 : v90));
      const float v94 = min0_2;
      const int v95 = minAt0_5;
      const bool v101 = ((!(v94 <= v58)) || ((v58 == v94) && (v59 < v95)));
      const float v102 = min1_3;
      const int v103 = minAt1_6;
      const bool v109 = ((!(v102 <= v58)) || ((v58 == v102) && (v59 < v103)));
      const float v110 = min1_3;
      const float v112 = min0_2;
      min1_3 = (v101 ? v112 : (v109 ? v58 : v110));
      const int v114 = minAt1_6;
      const int v116 = minAt0_5;
      minAt1_6 = (v101 ? v116 : (v109 ? v59 : v114));
      const float v118 = min0_2;
      const int v119 = minAt0_5;
      const bool v125 = ((!(v118 <= v58)) || ((v58 == v118) && (v59 < v119)));
      const float v126 = min0_2;
      min0_2 = (v125 ? v58 : v126);
      const int v128 = minAt0_5;
      minAt0_5 = (v125 ? v59 : v128);
    }
    const float v130 = min1Other_53;
    const int v131 = minAt1Other_56;
    const float v133 = min2_4;
    const int v134 = minAt2_7;
    if (((v130 == v130) && ((!(v133 <= v130)) || ((v130 == v133) && (v131 < v134))))) {
      const float v142 = min1_3;
      const int v143 = minAt1_6;
      const bool v149 = ((!(v142 <= v130)) || ((v130 == v142) && (v131 < v143)));
      const float v150 = min2_4;
      const int v151 = minAt2_7;
      const bool v157 = ((!(v150 <= v130)) || ((v130 == v150) && (v131 < v151)));
      const float v158 = min2_4;
      const float v160 = min1_3;
      min2_4 = (v149 ? v160 : (v157 ? v130 : v158));
      const int v162 = minAt2_7;
      const int v164 = minAt1_6;
      minAt2_7 = (v149 ? v164 : (v157 ? v131 : v162));
      const float v166 = min0_2;
      const int v167 = minAt0_5;
      const bool v173 = ((!(v166 <= v130)) || ((v130 == v166) && (v131 < v167)));
      const float v174 = min1_3;
      const int v175 = minAt1_6;
      const bool v181 = ((!(v174 <= v130)) || ((v130 == v174) && (v131 < v175)));
      const float v182 = min1_3;
      const float v184 = min0_2;
      min1_3 = (v173 ? v184 : (v181 ? v130 : v182));
      const int v186 = minAt1_6;
      const int v188 = minAt0_5;
      minAt1_6 = (v173 ? v188 : (v181 ? v131 : v186));
      const float v190 = min0_2;
      const int v191 = minAt0_5;
      const bool v197 = ((!(v190 <= v130)) || ((v130 == v190) && (v131 < v191)));
      const float v198 = min0_2;
      min0_2 = (v197 ? v130 : v198);
      const int v200 = minAt0_5;
      minAt0_5 = (v197 ? v131 : v200);
    }
    const float v202 = min2Other_54;
    const int v203 = minAt2Other_57;
    const float v205 = min2_4;
    const int v206 = minAt2_7;
    if (((v202 == v202) && ((!(v205 <= v202)) || ((v202 == v205) && (v203 < v206))))) {
      const float v214 = min1_3;
      const int v215 = minAt1_6;
      const bool v221 = ((!(v214 <= v202)) || ((v202 == v214) && (v203 < v215)));
      const float v222 = min2_4;
      const int v223 = minAt2_7;
      const bool v229 = ((!(v222 <= v202)) || ((v202 == v222) && (v203 < v223)));
      const float v230 = min2_4;
      const float v232 = min1_3;
      min2_4 = (v221 ? v232 : (v229 ? v202 : v230));
      const int v234 = minAt2_7;
      const int v236 = minAt1_6;
      minAt2_7 = (v221 ? v236 : (v229 ? v203 : v234));
      const float v238 = min0_2;
      const int v239 = minAt0_5;
      const bool v245 = ((!(v238 <= v202)) || ((v202 == v238) && (v203 < v239)));
      const float v246 = min1_3;
      const int v247 = minAt1_6;
      const bool v253 = ((!(v246 <= v202)) || ((v202 == v246) && (v203 < v247)));
      const float v254 = min1_3;
      const float v256 = min0_2;
      min1_3 = (v245 ? v256 : (v253 ? v202 : v254));
      const int v258 = minAt1_6;
      const int v260 = minAt0_5;
      minAt1_6 = (v245 ? v260 : (v253 ? v203 : v258));
      const float v262 = min0_2;
      const int v263 = minAt0_5;
      const bool v269 = ((!(v262 <= v202)) || ((v202 == v262) && (v203 < v263)));
      const float v270 = min0_2;
      min0_2 = (v269 ? v202 : v270);
      const int v272 = minAt0_5;
      minAt0_5 = (v269 ? v203 : v272);
    }
  }
  const float v274 = min0_2;
  args.out0[point * 3 + 0] = ((v274 == v274) ? v274 : infinity_float());
  const float v277 = min1_3;
  args.out0[point * 3 + 1] = ((v277 == v277) ? v277 : infinity_float());
  const float v280 = min2_4;
  args.out0[point * 3 + 2] = ((v280 == v280) ? v280 : infinity_float());
  const int v283 = minAt0_5;
  args.out1[point * 3 + 0] = v283;
  const int v284 = minAt1_6;
  args.out1[point * 3 + 1] = v284;
  const int v285 = minAt2_7;
  args.out1[point * 3 + 2] = v285;
}
