// ArgKMin_j(SqDist(x,y))
// float, scheme rows

__device__ inline float square_float(float a) {
  return a * a;
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
  const float* x0;  // one vector a row, of 784
  long long x0_i;
  const float* y1;  // one vector a column, of 784
  long long y1_j;
  int* out0;
};

extern "C" __global__ void __launch_bounds__(256)
rows(const Arguments args) {
  __shared__ __align__(16) float rowTerms[2][16][132];
  __shared__ __align__(16) float columnTerms[2][16][68];
  // A thread has a few rows and a few columns of each tile.
  const int across = threadIdx.x % 16;
  const int down = threadIdx.x / 16;
  // Blocks of threads: all pieces of the rows, for each batch.
  const long long item = blockIdx.x % args.items;
  const long long batch = blockIdx.x / args.items;
  const int own = 128;
  int begin = (int) (item * own);
  int end = args.rows - begin < own ? (int) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const int* piece = args.work + 4 * item;
    begin = piece[0];
    end = piece[1];
    from = piece[2];
    to = piece[3];
  }
  const float* x0 = args.x0;
  const float* y1 = args.y1;
  float min0_2[8];
  float min1_3[8];
  float min2_4[8];
  float min3_5[8];
  float min4_6[8];
  int minAt0_7[8];
  int minAt1_8[8];
  int minAt2_9[8];
  int minAt3_10[8];
  int minAt4_11[8];
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    const int i = min(begin + down * 4 + r % 4 + r / 4 * 64, end - 1);
    min0_2[r] = nan_float();
    min1_3[r] = nan_float();
    min2_4[r] = nan_float();
    min3_5[r] = nan_float();
    min4_6[r] = nan_float();
    minAt0_7[r] = (-1);
    minAt1_8[r] = (-1);
    minAt2_9[r] = (-1);
    minAt3_10[r] = (-1);
    minAt4_11[r] = (-1);
  }
  int count = 0;
  for (int q = from; q < to; q++) {
    int first = (int) (0);
    int last = (int) (args.columns);
    if (args.work != nullptr) {
      first = args.intervals[2 * q];
      last = args.intervals[2 * q + 1];
    }
    count += last - first;
    for (int j0 = first; j0 < last; j0 += 64) {
      float v12[8][4];
      {
        #pragma unroll
        for (int r = 0; r < 8; r++) {
          #pragma unroll
          for (int c = 0; c < 4; c++) v12[r][c] = 0;
        }
        const float* rowsFrom = x0 + (long long) (begin + (int) threadIdx.x / 16) * args.x0_i + (int) threadIdx.x % 16;
        const float* columnsFrom = y1 + (long long) (j0 + (int) threadIdx.x / 16) * args.y1_j + (int) threadIdx.x % 16;
        for (int k0 = 0, turn = 0; k0 < 800; k0 += 16, turn ^= 1) {
          float nextRows[8];
          float nextColumns[4];
          if (k0 < 784) {
            const int k = k0 + (int) threadIdx.x % 16;
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 784 ? end - begin - (int) threadIdx.x / 16 : 0;
              const float* at = rowsFrom;
              #pragma unroll
              for (int s = 0; s < 8; s++) {
                nextRows[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * args.x0_i;
              }
              rowsFrom += 16;
            }
            {
              // Beyond the last point or term there are zeros.
              const int left = k < 784 ? last - j0 - (int) threadIdx.x / 16 : 0;
              const float* at = columnsFrom;
              #pragma unroll
              for (int s = 0; s < 4; s++) {
                nextColumns[s] = s * 16 < left ? *at : (float) 0;
                at += 16 * args.y1_j;
              }
              columnsFrom += 16;
            }
          }
          if (k0 > 0) {
            #pragma unroll
            for (int t = 0; t < 16; t++) {
              float a[8];
              float b[4];
              #pragma unroll
              for (int r = 0; r < 8; r++) a[r] = rowTerms[turn ^ 1][t][down * 4 + r % 4 + r / 4 * 64];
              #pragma unroll
              for (int c = 0; c < 4; c++) b[c] = columnTerms[turn ^ 1][t][across * 4 + c];
              #pragma unroll
              for (int r = 0; r < 8; r++) {
                #pragma unroll
                for (int c = 0; c < 4; c++) {
                  v12[r][c] += square_float(a[r] - b[c]);
                }
              }
            }
          }
          if (k0 < 784) {
            #pragma unroll
            for (int s = 0; s < 8; s++) {
              rowTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextRows[s];
            }
            #pragma unroll
            for (int s = 0; s < 4; s++) {
              columnTerms[turn][threadIdx.x % 16][threadIdx.x / 16 + s * 16] = nextColumns[s];
            }
          }
          __syncthreads();
        }
      }
      #pragma unroll
      for (int c = 0; c < 4; c++) {
        const int t = across * 4 + c;
        const int j = j0 + t;
        if (j < last) {
          #pragma unroll
          for (int r = 0; r < 8; r++) {
            const float v14 = min4_6[r];
            if (((v12[r][c] == v12[r][c]) && (!(v14 <= v12[r][c])))) {
              const float v18 = min3_5[r];
              const bool v20 = (!(v18 <= v12[r][c]));
              const float v21 = min4_6[r];
              const bool v23 = (!(v21 <= v12[r][c]));
              const float v24 = min4_6[r];
              const float v26 = min3_5[r];
              min4_6[r] = (v20 ? v26 : (v23 ? v12[r][c] : v24));
              const int v28 = minAt4_11[r];
              const int v30 = minAt3_10[r];
              minAt4_11[r] = (v20 ? v30 : (v23 ? j : v28));
              const float v32 = min2_4[r];
              const bool v34 = (!(v32 <= v12[r][c]));
              const float v35 = min3_5[r];
              const bool v37 = (!(v35 <= v12[r][c]));
              const float v38 = min3_5[r];
              const float v40 = min2_4[r];
              min3_5[r] = (v34 ? v40 : (v37 ? v12[r][c] : v38));
              const int v42 = minAt3_10[r];
              const int v44 = minAt2_9[r];
              minAt3_10[r] = (v34 ? v44 : (v37 ? j : v42));
              const float v46 = min1_3[r];
              const bool v48 = (!(v46 <= v12[r][c]));
              const float v49 = min2_4[r];
              const bool v51 = (!(v49 <= v12[r][c]));
              const float v52 = min2_4[r];
              const float v54 = min1_3[r];
              min2_4[r] = (v48 ? v54 : (v51 ? v12[r][c] : v52));
              const int v56 = minAt2_9[r];
              const int v58 = minAt1_8[r];
              minAt2_9[r] = (v48 ? v58 : (v51 ? j : v56));
              const float v60 = min0_2[r];
              const bool v62 = (!(v60 <= v12[r][c]));
              const float v63 = min1_3[r];
              const bool v65 = (!(v63 <= v12[r][c]));
              const float v66 = min1_3[r];
              const float v68 = min0_2[r];
              min1_3[r] = (v62 ? v68 : (v65 ? v12[r][c] : v66));
              const int v70 = minAt1_8[r];
              const int v72 = minAt0_7[r];
              minAt1_8[r] = (v62 ? v72 : (v65 ? j : v70));
              const float v74 = min0_2[r];
              const bool v76 = (!(v74 <= v12[r][c]));
              const float v77 = min0_2[r];
              min0_2[r] = (v76 ? v12[r][c] : v77);
              const int v79 = minAt0_7[r];
              minAt0_7[r] = (v76 ? j : v79);
            }
          }
        }
      }
    }
  }
  for (int apart = 8; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 8; r++) {
      const float min0Other_81 = __shfl_xor_sync(0xffffffffu, min0_2[r], apart, 16);
      const float min1Other_82 = __shfl_xor_sync(0xffffffffu, min1_3[r], apart, 16);
      const float min2Other_83 = __shfl_xor_sync(0xffffffffu, min2_4[r], apart, 16);
      const float min3Other_84 = __shfl_xor_sync(0xffffffffu, min3_5[r], apart, 16);
      const float min4Other_85 = __shfl_xor_sync(0xffffffffu, min4_6[r], apart, 16);
      const int minAt0Other_86 = __shfl_xor_sync(0xffffffffu, minAt0_7[r], apart, 16);
      const int minAt1Other_87 = __shfl_xor_sync(0xffffffffu, minAt1_8[r], apart, 16);
      const int minAt2Other_88 = __shfl_xor_sync(0xffffffffu, minAt2_9[r], apart, 16);
      const int minAt3Other_89 = __shfl_xor_sync(0xffffffffu, minAt3_10[r], apart, 16);
      const int minAt4Other_90 = __shfl_xor_sync(0xffffffffu, minAt4_11[r], apart, 16);
      const float v91 = min0Other_81;
      const int v92 = minAt0Other_86;
      const float v94 = min4_6[r];
      const int v95 = minAt4_11[r];
      if (((v91 == v91) && ((!(v94 <= v91)) || ((v91 == v94) && (v92 < v95))))) {
        const float v103 = min3_5[r];
        const int v104 = minAt3_10[r];
        const bool v110 = ((!(v103 <= v91)) || ((v91 == v103) && (v92 < v104)));
        const float v111 = min4_6[r];
        const int v112 = minAt4_11[r];
        const bool v118 = ((!(v111 <= v91)) || ((v91 == v111) && (v92 < v112)));
        const float v119 = min4_6[r];
        const float v121 = min3_5[r];
        min4_6[r] = (v110 ? v121 : (v118 ? v91 : v119));
        const int v123 = minAt4_11[r];
        const int v125 = minAt3_10[r];
        minAt4_11[r] = (v110 ? v125 : (v118 ? v92 : v123));
        const float v127 = min2_4[r];
        const int v128 = minAt2_9[r];
        const bool v134 = ((!(v127 <= v91)) || ((v91 == v127) && (v92 < v128)));
        const float v135 = min3_5[r];
        const int v136 = minAt3_10[r];
        const bool v142 = ((!(v135 <= v91)) || ((v91 == v135) && (v92 < v136)));
        const float v143 = min3_5[r];
        const float v145 = min2_4[r];
        min3_5[r] = (v134 ? v145 : (v142 ? v91 : v143));
        const int v147 = minAt3_10[r];
        const int v149 = minAt2_9[r];
        minAt3_10[r] = (v134 ? v149 : (v142 ? v92 : v147));
        const float v151 = min1_3[r];
        const int v152 = minAt1_8[r];
        const bool v158 = ((!(v151 <= v91)) || ((v91 == v151) && (v92 < v152)));
        const float v159 = min2_4[r];
        const int v160 = minAt2_9[r];
        const bool v166 = ((!(v159 <= v91)) || ((v91 == v159) && (v92 < v160)));
        const float v167 = min2_4[r];
        const float v169 = min1_3[r];
        min2_4[r] = (v158 ? v169 : (v166 ? v91 : v167));
        const int v171 = minAt2_9[r];
        const int v173 = minAt1_8[r];
        minAt2_9[r] = (v158 ? v173 : (v166 ? v92 : v171));
        const float v175 = min0_2[r];
        const int v176 = minAt0_7[r];
        const bool v182 = ((!(v175 <= v91)) || ((v91 == v175) && (v92 < v176)));
        const float v183 = min1_3[r];
        const int v184 = minAt1_8[r];
        const bool v190 = ((!(v183 <= v91)) || ((v91 == v183) && (v92 < v184)));
        const float v191 = min1_3[r];
        const float v193 = min0_2[r];
        min1_3[r] = (v182 ? v193 : (v190 ? v91 : v191));
        const int v195 = minAt1_8[r];
        const int v197 = minAt0_7[r];
        minAt1_8[r] = (v182 ? v197 : (v190 ? v92 : v195));
        const float v199 = min0_2[r];
        const int v200 = minAt0_7[r];
        const bool v206 = ((!(v199 <= v91)) || ((v91 == v199) && (v92 < v200)));
        const float v207 = min0_2[r];
        min0_2[r] = (v206 ? v91 : v207);
        const int v209 = minAt0_7[r];
        minAt0_7[r] = (v206 ? v92 : v209);
      }
      const float v211 = min1Other_82;
      const int v212 = minAt1Other_87;
      const float v214 = min4_6[r];
      const int v215 = minAt4_11[r];
      if (((v211 == v211) && ((!(v214 <= v211)) || ((v211 == v214) && (v212 < v215))))) {
        const float v223 = min3_5[r];
        const int v224 = minAt3_10[r];
        const bool v230 = ((!(v223 <= v211)) || ((v211 == v223) && (v212 < v224)));
        const float v231 = min4_6[r];
        const int v232 = minAt4_11[r];
        const bool v238 = ((!(v231 <= v211)) || ((v211 == v231) && (v212 < v232)));
        const float v239 = min4_6[r];
        const float v241 = min3_5[r];
        min4_6[r] = (v230 ? v241 : (v238 ? v211 : v239));
        const int v243 = minAt4_11[r];
        const int v245 = minAt3_10[r];
        minAt4_11[r] = (v230 ? v245 : (v238 ? v212 : v243));
        const float v247 = min2_4[r];
        const int v248 = minAt2_9[r];
        const bool v254 = ((!(v247 <= v211)) || ((v211 == v247) && (v212 < v248)));
        const float v255 = min3_5[r];
        const int v256 = minAt3_10[r];
        const bool v262 = ((!(v255 <= v211)) || ((v211 == v255) && (v212 < v256)));
        const float v263 = min3_5[r];
        const float v265 = min2_4[r];
        min3_5[r] = (v254 ? v265 : (v262 ? v211 : v263));
        const int v267 = minAt3_10[r];
        const int v269 = minAt2_9[r];
        minAt3_10[r] = (v254 ? v269 : (v262 ? v212 : v267));
        const float v271 = min1_3[r];
        const int v272 = minAt1_8[r];
        const bool v278 = ((!(v271 <= v211)) || ((v211 == v271) && (v212 < v272)));
        const float v279 = min2_4[r];
        const int v280 = minAt2_9[r];
        const bool v286 = ((!(v279 <= v211)) || ((v211 == v279) && (v212 < v280)));
        const float v287 = min2_4[r];
        const float v289 = min1_3[r];
        min2_4[r] = (v278 ? v289 : (v286 ? v211 : v287));
        const int v291 = minAt2_9[r];
        const int v293 = minAt1_8[r];
        minAt2_9[r] = (v278 ? v293 : (v286 ? v212 : v291));
        const float v295 = min0_2[r];
        const int v296 = minAt0_7[r];
        const bool v302 = ((!(v295 <= v211)) || ((v211 == v295) && (v212 < v296)));
        const float v303 = min1_3[r];
        const int v304 = minAt1_8[r];
        const bool v310 = ((!(v303 <= v211)) || ((v211 == v303) && (v212 < v304)));
        const float v311 = min1_3[r];
        const float v313 = min0_2[r];
        min1_3[r] = (v302 ? v313 : (v310 ? v211 : v311));
        const int v315 = minAt1_8[r];
        const int v317 = minAt0_7[r];
        minAt1_8[r] = (v302 ? v317 : (v310 ? v212 : v315));
        const float v319 = min0_2[r];
        const int v320 = minAt0_7[r];
        const bool v326 = ((!(v319 <= v211)) || ((v211 == v319) && (v212 < v320)));
        const float v327 = min0_2[r];
        min0_2[r] = (v326 ? v211 : v327);
        const int v329 = minAt0_7[r];
        minAt0_7[r] = (v326 ? v212 : v329);
      }
      const float v331 = min2Other_83;
      const int v332 = minAt2Other_88;
      const float v334 = min4_6[r];
      const int v335 = minAt4_11[r];
      if (((v331 == v331) && ((!(v334 <= v331)) || ((v331 == v334) && (v332 < v335))))) {
        const float v343 = min3_5[r];
        const int v344 = minAt3_10[r];
        const bool v350 = ((!(v343 <= v331)) || ((v331 == v343) && (v332 < v344)));
        const float v351 = min4_6[r];
        const int v352 = minAt4_11[r];
        const bool v358 = ((!(v351 <= v331)) || ((v331 == v351) && (v332 < v352)));
        const float v359 = min4_6[r];
        const float v361 = min3_5[r];
        min4_6[r] = (v350 ? v361 : (v358 ? v331 : v359));
        const int v363 = minAt4_11[r];
        const int v365 = minAt3_10[r];
        minAt4_11[r] = (v350 ? v365 : (v358 ? v332 : v363));
        const float v367 = min2_4[r];
        const int v368 = minAt2_9[r];
        const bool v374 = ((!(v367 <= v331)) || ((v331 == v367) && (v332 < v368)));
        const float v375 = min3_5[r];
        const int v376 = minAt3_10[r];
        const bool v382 = ((!(v375 <= v331)) || ((v331 == v375) && (v332 < v376)));
        const float v383 = min3_5[r];
        const float v385 = min2_4[r];
        min3_5[r] = (v374 ? v385 : (v382 ? v331 : v383));
        const int v387 = minAt3_10[r];
        const int v389 = minAt2_9[r];
        minAt3_10[r] = (v374 ? v389 : (v382 ? v332 : v387));
        const float v391 = min1_3[r];
        const int v392 = minAt1_8[r];
        const bool v398 = ((!(v391 <= v331)) || ((v331 == v391) && (v332 < v392)));
        const float v399 = min2_4[r];
        const int v400 = minAt2_9[r];
        const bool v406 = ((!(v399 <= v331)) || ((v331 == v399) && (v332 < v400)));
        const float v407 = min2_4[r];
        const float v409 = min1_3[r];
        min2_4[r] = (v398 ? v409 : (v406 ? v331 : v407));
        const int v411 = minAt2_9[r];
        const int v413 = minAt1_8[r];
        minAt2_9[r] = (v398 ? v413 : (v406 ? v332 : v411));
        const float v415 = min0_2[r];
        const int v416 = minAt0_7[r];
        const bool v422 = ((!(v415 <= v331)) || ((v331 == v415) && (v332 < v416)));
        const float v423 = min1_3[r];
        const int v424 = minAt1_8[r];
        const bool v430 = ((!(v423 <= v331)) || ((v331 == v423) && (v332 < v424)));
        const float v431 = min1_3[r];
        const float v433 = min0_2[r];
        min1_3[r] = (v422 ? v433 : (v430 ? v331 : v431));
        const int v435 = minAt1_8[r];
        const int v437 = minAt0_7[r];
        minAt1_8[r] = (v422 ? v437 : (v430 ? v332 : v435));
        const float v439 = min0_2[r];
        const int v440 = minAt0_7[r];
        const bool v446 = ((!(v439 <= v331)) || ((v331 == v439) && (v332 < v440)));
        const float v447 = min0_2[r];
        min0_2[r] = (v446 ? v331 : v447);
        const int v449 = minAt0_7[r];
        minAt0_7[r] = (v446 ? v332 : v449);
      }
      const float v451 = min3Other_84;
      const int v452 = minAt3Other_89;
      const float v454 = min4_6[r];
      const int v455 = minAt4_11[r];
      if (((v451 == v451) && ((!(v454 <= v451)) || ((v451 == v454) && (v452 < v455))))) {
        const float v463 = min3_5[r];
        const int v464 = minAt3_10[r];
        const bool v470 = ((!(v463 <= v451)) || ((v451 == v463) && (v452 < v464)));
        const float v471 = min4_6[r];
        const int v472 = minAt4_11[r];
        const bool v478 = ((!(v471 <= v451)) || ((v451 == v471) && (v452 < v472)));
        const float v479 = min4_6[r];
        const float v481 = min3_5[r];
        min4_6[r] = (v470 ? v481 : (v478 ? v451 : v479));
        const int v483 = minAt4_11[r];
        const int v485 = minAt3_10[r];
        minAt4_11[r] = (v470 ? v485 : (v478 ? v452 : v483));
        const float v487 = min2_4[r];
        const int v488 = minAt2_9[r];
        const bool v494 = ((!(v487 <= v451)) || ((v451 == v487) && (v452 < v488)));
        const float v495 = min3_5[r];
        const int v496 = minAt3_10[r];
        const bool v502 = ((!(v495 <= v451)) || ((v451 == v495) && (v452 < v496)));
        const float v503 = min3_5[r];
        const float v505 = min2_4[r];
        min3_5[r] = (v494 ? v505 : (v502 ? v451 : v503));
        const int v507 = minAt3_10[r];
        const int v509 = minAt2_9[r];
        minAt3_10[r] = (v494 ? v509 : (v502 ? v452 : v507));
        const float v511 = min1_3[r];
        const int v512 = minAt1_8[r];
        const bool v518 = ((!(v511 <= v451)) || ((v451 == v511) && (v452 < v512)));
        const float v519 = min2_4[r];
        const int v520 = minAt2_9[r];
        const bool v526 = ((!(v519 <= v451)) || ((v451 == v519) && (v452 < v520)));
        const float v527 = min2_4[r];
        const float v529 = min1_3[r];
        min2_4[r] = (v518 ? v529 : (v526 ? v451 : v527));
        const int v531 = minAt2_9[r];
        const int v533 = minAt1_8[r];
        minAt2_9[r] = (v518 ? v533 : (v526 ? v452 : v531));
        const float v535 = min0_2[r];
        const int v536 = minAt0_7[r];
        const bool v542 = ((!(v535 <= v451)) || ((v451 == v535) && (v452 < v536)));
        const float v543 = min1_3[r];
        const int v544 = minAt1_8[r];
        const bool v550 = ((!(v543 <= v451)) || ((v451 == v543) && (v452 < v544)));
        const float v551 = min1_3[r];
        const float v553 = min0_2[r];
        min1_3[r] = (v542 ? v553 : (v550 ? v451 : v551));
        const int v555 = minAt1_8[r];
        const int v557 = minAt0_7[r];
        minAt1_8[r] = (v542 ? v557 : (v550 ? v452 : v555));
        const float v559 = min0_2[r];
        const int v560 = minAt0_7[r];
        const bool v566 = ((!(v559 <= v451)) || ((v451 == v559) && (v452 < v560)));
        const float v567 = min0_2[r];
        min0_2[r] = (v566 ? v451 : v567);
        const int v569 = minAt0_7[r];
        minAt0_7[r] = (v566 ? v452 : v569);
      }
      const float v571 = min4Other_85;
      const int v572 = minAt4Other_90;
      const float v574 = min4_6[r];
      const int v575 = minAt4_11[r];
      if (((v571 == v571) && ((!(v574 <= v571)) || ((v571 == v574) && (v572 < v575))))) {
        const float v583 = min3_5[r];
        const int v584 = minAt3_10[r];
        const bool v590 = ((!(v583 <= v571)) || ((v571 == v583) && (v572 < v584)));
        const float v591 = min4_6[r];
        const int v592 = minAt4_11[r];
        const bool v598 = ((!(v591 <= v571)) || ((v571 == v591) && (v572 < v592)));
        const float v599 = min4_6[r];
        const float v601 = min3_5[r];
        min4_6[r] = (v590 ? v601 : (v598 ? v571 : v599));
        const int v603 = minAt4_11[r];
        const int v605 = minAt3_10[r];
        minAt4_11[r] = (v590 ? v605 : (v598 ? v572 : v603));
        const float v607 = min2_4[r];
        const int v608 = minAt2_9[r];
        const bool v614 = ((!(v607 <= v571)) || ((v571 == v607) && (v572 < v608)));
        const float v615 = min3_5[r];
        const int v616 = minAt3_10[r];
        const bool v622 = ((!(v615 <= v571)) || ((v571 == v615) && (v572 < v616)));
        const float v623 = min3_5[r];
        const float v625 = min2_4[r];
        min3_5[r] = (v614 ? v625 : (v622 ? v571 : v623));
        const int v627 = minAt3_10[r];
        const int v629 = minAt2_9[r];
        minAt3_10[r] = (v614 ? v629 : (v622 ? v572 : v627));
        const float v631 = min1_3[r];
        const int v632 = minAt1_8[r];
        const bool v638 = ((!(v631 <= v571)) || ((v571 == v631) && (v572 < v632)));
        const float v639 = min2_4[r];
        const int v640 = minAt2_9[r];
        const bool v646 = ((!(v639 <= v571)) || ((v571 == v639) && (v572 < v640)));
        const float v647 = min2_4[r];
        const float v649 = min1_3[r];
        min2_4[r] = (v638 ? v649 : (v646 ? v571 : v647));
        const int v651 = minAt2_9[r];
        const int v653 = minAt1_8[r];
        minAt2_9[r] = (v638 ? v653 : (v646 ? v572 : v651));
        const float v655 = min0_2[r];
        const int v656 = minAt0_7[r];
        const bool v662 = ((!(v655 <= v571)) || ((v571 == v655) && (v572 < v656)));
        const float v663 = min1_3[r];
        const int v664 = minAt1_8[r];
        const bool v670 = ((!(v663 <= v571)) || ((v571 == v663) && (v572 < v664)));
        const float v671 = min1_3[r];
        const float v673 = min0_2[r];
        min1_3[r] = (v662 ? v673 : (v670 ? v571 : v671));
        const int v675 = minAt1_8[r];
        const int v677 = minAt0_7[r];
        minAt1_8[r] = (v662 ? v677 : (v670 ? v572 : v675));
        const float v679 = min0_2[r];
        const int v680 = minAt0_7[r];
        const bool v686 = ((!(v679 <= v571)) || ((v571 == v679) && (v572 < v680)));
        const float v687 = min0_2[r];
        min0_2[r] = (v686 ? v571 : v687);
        const int v689 = minAt0_7[r];
        minAt0_7[r] = (v686 ? v572 : v689);
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    if (begin + down * 4 + r % 4 + r / 4 * 64 < end) {
      const int i = min(begin + down * 4 + r % 4 + r / 4 * 64, end - 1);
      if (across == 0) {
        const long long point = batch * args.rows + i;
        const int v691 = minAt0_7[r];
        args.out0[point * 5 + 0] = v691;
        const int v692 = minAt1_8[r];
        args.out0[point * 5 + 1] = v692;
        const int v693 = minAt2_9[r];
        args.out0[point * 5 + 2] = v693;
        const int v694 = minAt3_10[r];
        args.out0[point * 5 + 3] = v694;
        const int v695 = minAt4_11[r];
        args.out0[point * 5 + 4] = v695;
      }
    }
  }
}
