// ArgKMin_j(SqDist(x,y))
// float, scheme parts

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
parts(const Arguments args) {
  __shared__ __align__(16) float rowTerms[2][16][132];
  __shared__ __align__(16) float columnTerms[2][16][68];
  // A thread has a few rows and a few columns of each tile.
  const int across = threadIdx.x % 16;
  const int down = threadIdx.x / 16;
  // Blocks of threads: all pieces of the rows, for each part, for each batch.
  const unsigned items = (unsigned) args.items;
  const long long item = blockIdx.x % items;
  const unsigned parts = (unsigned) args.parts;
  const long long part = blockIdx.x / items % parts;
  const long long batch = blockIdx.x / items / parts;
  const int own = 128;
  int begin = (int) (item * own);
  int end = args.rows - begin < own ? (int) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const int* piece = args.work + 4 * (part * args.items + item);
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
    int first = (int) (args.columns * part / args.parts);
    int last = (int) (args.columns * (part + 1) / args.parts);
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
            const float v13 = min4_6[r];
            if ((!(v13 < v12[r][c]))) {
              const float v17 = min4_6[r];
              if (((v12[r][c] == v12[r][c]) && (!(v17 <= v12[r][c])))) {
                const float v21 = min3_5[r];
                const bool v23 = (!(v21 <= v12[r][c]));
                const float v24 = min4_6[r];
                const bool v26 = (!(v24 <= v12[r][c]));
                const float v27 = min4_6[r];
                const float v29 = min3_5[r];
                min4_6[r] = (v23 ? v29 : (v26 ? v12[r][c] : v27));
                const int v31 = minAt4_11[r];
                const int v33 = minAt3_10[r];
                minAt4_11[r] = (v23 ? v33 : (v26 ? j : v31));
                const float v35 = min2_4[r];
                const bool v37 = (!(v35 <= v12[r][c]));
                const float v38 = min3_5[r];
                const bool v40 = (!(v38 <= v12[r][c]));
                const float v41 = min3_5[r];
                const float v43 = min2_4[r];
                min3_5[r] = (v37 ? v43 : (v40 ? v12[r][c] : v41));
                const int v45 = minAt3_10[r];
                const int v47 = minAt2_9[r];
                minAt3_10[r] = (v37 ? v47 : (v40 ? j : v45));
                const float v49 = min1_3[r];
                const bool v51 = (!(v49 <= v12[r][c]));
                const float v52 = min2_4[r];
                const bool v54 = (!(v52 <= v12[r][c]));
                const float v55 = min2_4[r];
                const float v57 = min1_3[r];
                min2_4[r] = (v51 ? v57 : (v54 ? v12[r][c] : v55));
                const int v59 = minAt2_9[r];
                const int v61 = minAt1_8[r];
                minAt2_9[r] = (v51 ? v61 : (v54 ? j : v59));
                const float v63 = min0_2[r];
                const bool v65 = (!(v63 <= v12[r][c]));
                const float v66 = min1_3[r];
                const bool v68 = (!(v66 <= v12[r][c]));
                const float v69 = min1_3[r];
                const float v71 = min0_2[r];
                min1_3[r] = (v65 ? v71 : (v68 ? v12[r][c] : v69));
                const int v73 = minAt1_8[r];
                const int v75 = minAt0_7[r];
                minAt1_8[r] = (v65 ? v75 : (v68 ? j : v73));
                const float v77 = min0_2[r];
                const bool v79 = (!(v77 <= v12[r][c]));
                const float v80 = min0_2[r];
                min0_2[r] = (v79 ? v12[r][c] : v80);
                const int v82 = minAt0_7[r];
                minAt0_7[r] = (v79 ? j : v82);
              }
            }
          }
        }
      }
    }
  }
  for (int apart = 8; apart > 0; apart /= 2) {
    #pragma unroll
    for (int r = 0; r < 8; r++) {
      const float min0Other_84 = __shfl_xor_sync(0xffffffffu, min0_2[r], apart, 16);
      const float min1Other_85 = __shfl_xor_sync(0xffffffffu, min1_3[r], apart, 16);
      const float min2Other_86 = __shfl_xor_sync(0xffffffffu, min2_4[r], apart, 16);
      const float min3Other_87 = __shfl_xor_sync(0xffffffffu, min3_5[r], apart, 16);
      const float min4Other_88 = __shfl_xor_sync(0xffffffffu, min4_6[r], apart, 16);
      const int minAt0Other_89 = __shfl_xor_sync(0xffffffffu, minAt0_7[r], apart, 16);
      const int minAt1Other_90 = __shfl_xor_sync(0xffffffffu, minAt1_8[r], apart, 16);
      const int minAt2Other_91 = __shfl_xor_sync(0xffffffffu, minAt2_9[r], apart, 16);
      const int minAt3Other_92 = __shfl_xor_sync(0xffffffffu, minAt3_10[r], apart, 16);
      const int minAt4Other_93 = __shfl_xor_sync(0xffffffffu, minAt4_11[r], apart, 16);
      const float v94 = min0Other_84;
      const int v95 = minAt0Other_89;
      const float v97 = min4_6[r];
      const int v98 = minAt4_11[r];
      if (((v94 == v94) && ((!(v97 <= v94)) || ((v94 == v97) && (v95 < v98))))) {
        const float v106 = min3_5[r];
        const int v107 = minAt3_10[r];
        const bool v113 = ((!(v106 <= v94)) || ((v94 == v106) && (v95 < v107)));
        const float v114 = min4_6[r];
        const int v115 = minAt4_11[r];
        const bool v121 = ((!(v114 <= v94)) || ((v94 == v114) && (v95 < v115)));
        const float v122 = min4_6[r];
        const float v124 = min3_5[r];
        min4_6[r] = (v113 ? v124 : (v121 ? v94 : v122));
        const int v126 = minAt4_11[r];
        const int v128 = minAt3_10[r];
        minAt4_11[r] = (v113 ? v128 : (v121 ? v95 : v126));
        const float v130 = min2_4[r];
        const int v131 = minAt2_9[r];
        const bool v137 = ((!(v130 <= v94)) || ((v94 == v130) && (v95 < v131)));
        const float v138 = min3_5[r];
        const int v139 = minAt3_10[r];
        const bool v145 = ((!(v138 <= v94)) || ((v94 == v138) && (v95 < v139)));
        const float v146 = min3_5[r];
        const float v148 = min2_4[r];
        min3_5[r] = (v137 ? v148 : (v145 ? v94 : v146));
        const int v150 = minAt3_10[r];
        const int v152 = minAt2_9[r];
        minAt3_10[r] = (v137 ? v152 : (v145 ? v95 : v150));
        const float v154 = min1_3[r];
        const int v155 = minAt1_8[r];
        const bool v161 = ((!(v154 <= v94)) || ((v94 == v154) && (v95 < v155)));
        const float v162 = min2_4[r];
        const int v163 = minAt2_9[r];
        const bool v169 = ((!(v162 <= v94)) || ((v94 == v162) && (v95 < v163)));
        const float v170 = min2_4[r];
        const float v172 = min1_3[r];
        min2_4[r] = (v161 ? v172 : (v169 ? v94 : v170));
        const int v174 = minAt2_9[r];
        const int v176 = minAt1_8[r];
        minAt2_9[r] = (v161 ? v176 : (v169 ? v95 : v174));
        const float v178 = min0_2[r];
        const int v179 = minAt0_7[r];
        const bool v185 = ((!(v178 <= v94)) || ((v94 == v178) && (v95 < v179)));
        const float v186 = min1_3[r];
        const int v187 = minAt1_8[r];
        const bool v193 = ((!(v186 <= v94)) || ((v94 == v186) && (v95 < v187)));
        const float v194 = min1_3[r];
        const float v196 = min0_2[r];
        min1_3[r] = (v185 ? v196 : (v193 ? v94 : v194));
        const int v198 = minAt1_8[r];
        const int v200 = minAt0_7[r];
        minAt1_8[r] = (v185 ? v200 : (v193 ? v95 : v198));
        const float v202 = min0_2[r];
        const int v203 = minAt0_7[r];
        const bool v209 = ((!(v202 <= v94)) || ((v94 == v202) && (v95 < v203)));
        const float v210 = min0_2[r];
        min0_2[r] = (v209 ? v94 : v210);
        const int v212 = minAt0_7[r];
        minAt0_7[r] = (v209 ? v95 : v212);
      }
      const float v214 = min1Other_85;
      const int v215 = minAt1Other_90;
      const float v217 = min4_6[r];
      const int v218 = minAt4_11[r];
      if (((v214 == v214) && ((!(v217 <= v214)) || ((v214 == v217) && (v215 < v218))))) {
        const float v226 = min3_5[r];
        const int v227 = minAt3_10[r];
        const bool v233 = ((!(v226 <= v214)) || ((v214 == v226) && (v215 < v227)));
        const float v234 = min4_6[r];
        const int v235 = minAt4_11[r];
        const bool v241 = ((!(v234 <= v214)) || ((v214 == v234) && (v215 < v235)));
        const float v242 = min4_6[r];
        const float v244 = min3_5[r];
        min4_6[r] = (v233 ? v244 : (v241 ? v214 : v242));
        const int v246 = minAt4_11[r];
        const int v248 = minAt3_10[r];
        minAt4_11[r] = (v233 ? v248 : (v241 ? v215 : v246));
        const float v250 = min2_4[r];
        const int v251 = minAt2_9[r];
        const bool v257 = ((!(v250 <= v214)) || ((v214 == v250) && (v215 < v251)));
        const float v258 = min3_5[r];
        const int v259 = minAt3_10[r];
        const bool v265 = ((!(v258 <= v214)) || ((v214 == v258) && (v215 < v259)));
        const float v266 = min3_5[r];
        const float v268 = min2_4[r];
        min3_5[r] = (v257 ? v268 : (v265 ? v214 : v266));
        const int v270 = minAt3_10[r];
        const int v272 = minAt2_9[r];
        minAt3_10[r] = (v257 ? v272 : (v265 ? v215 : v270));
        const float v274 = min1_3[r];
        const int v275 = minAt1_8[r];
        const bool v281 = ((!(v274 <= v214)) || ((v214 == v274) && (v215 < v275)));
        const float v282 = min2_4[r];
        const int v283 = minAt2_9[r];
        const bool v289 = ((!(v282 <= v214)) || ((v214 == v282) && (v215 < v283)));
        const float v290 = min2_4[r];
        const float v292 = min1_3[r];
        min2_4[r] = (v281 ? v292 : (v289 ? v214 : v290));
        const int v294 = minAt2_9[r];
        const int v296 = minAt1_8[r];
        minAt2_9[r] = (v281 ? v296 : (v289 ? v215 : v294));
        const float v298 = min0_2[r];
        const int v299 = minAt0_7[r];
        const bool v305 = ((!(v298 <= v214)) || ((v214 == v298) && (v215 < v299)));
        const float v306 = min1_3[r];
        const int v307 = minAt1_8[r];
        const bool v313 = ((!(v306 <= v214)) || ((v214 == v306) && (v215 < v307)));
        const float v314 = min1_3[r];
        const float v316 = min0_2[r];
        min1_3[r] = (v305 ? v316 : (v313 ? v214 : v314));
        const int v318 = minAt1_8[r];
        const int v320 = minAt0_7[r];
        minAt1_8[r] = (v305 ? v320 : (v313 ? v215 : v318));
        const float v322 = min0_2[r];
        const int v323 = minAt0_7[r];
        const bool v329 = ((!(v322 <= v214)) || ((v214 == v322) && (v215 < v323)));
        const float v330 = min0_2[r];
        min0_2[r] = (v329 ? v214 : v330);
        const int v332 = minAt0_7[r];
        minAt0_7[r] = (v329 ? v215 : v332);
      }
      const float v334 = min2Other_86;
      const int v335 = minAt2Other_91;
      const float v337 = min4_6[r];
      const int v338 = minAt4_11[r];
      if (((v334 == v334) && ((!(v337 <= v334)) || ((v334 == v337) && (v335 < v338))))) {
        const float v346 = min3_5[r];
        const int v347 = minAt3_10[r];
        const bool v353 = ((!(v346 <= v334)) || ((v334 == v346) && (v335 < v347)));
        const float v354 = min4_6[r];
        const int v355 = minAt4_11[r];
        const bool v361 = ((!(v354 <= v334)) || ((v334 == v354) && (v335 < v355)));
        const float v362 = min4_6[r];
        const float v364 = min3_5[r];
        min4_6[r] = (v353 ? v364 : (v361 ? v334 : v362));
        const int v366 = minAt4_11[r];
        const int v368 = minAt3_10[r];
        minAt4_11[r] = (v353 ? v368 : (v361 ? v335 : v366));
        const float v370 = min2_4[r];
        const int v371 = minAt2_9[r];
        const bool v377 = ((!(v370 <= v334)) || ((v334 == v370) && (v335 < v371)));
        const float v378 = min3_5[r];
        const int v379 = minAt3_10[r];
        const bool v385 = ((!(v378 <= v334)) || ((v334 == v378) && (v335 < v379)));
        const float v386 = min3_5[r];
        const float v388 = min2_4[r];
        min3_5[r] = (v377 ? v388 : (v385 ? v334 : v386));
        const int v390 = minAt3_10[r];
        const int v392 = minAt2_9[r];
        minAt3_10[r] = (v377 ? v392 : (v385 ? v335 : v390));
        const float v394 = min1_3[r];
        const int v395 = minAt1_8[r];
        const bool v401 = ((!(v394 <= v334)) || ((v334 == v394) && (v335 < v395)));
        const float v402 = min2_4[r];
        const int v403 = minAt2_9[r];
        const bool v409 = ((!(v402 <= v334)) || ((v334 == v402) && (v335 < v403)));
        const float v410 = min2_4[r];
        const float v412 = min1_3[r];
        min2_4[r] = (v401 ? v412 : (v409 ? v334 : v410));
        const int v414 = minAt2_9[r];
        const int v416 = minAt1_8[r];
        minAt2_9[r] = (v401 ? v416 : (v409 ? v335 : v414));
        const float v418 = min0_2[r];
        const int v419 = minAt0_7[r];
        const bool v425 = ((!(v418 <= v334)) || ((v334 == v418) && (v335 < v419)));
        const float v426 = min1_3[r];
        const int v427 = minAt1_8[r];
        const bool v433 = ((!(v426 <= v334)) || ((v334 == v426) && (v335 < v427)));
        const float v434 = min1_3[r];
        const float v436 = min0_2[r];
        min1_3[r] = (v425 ? v436 : (v433 ? v334 : v434));
        const int v438 = minAt1_8[r];
        const int v440 = minAt0_7[r];
        minAt1_8[r] = (v425 ? v440 : (v433 ? v335 : v438));
        const float v442 = min0_2[r];
        const int v443 = minAt0_7[r];
        const bool v449 = ((!(v442 <= v334)) || ((v334 == v442) && (v335 < v443)));
        const float v450 = min0_2[r];
        min0_2[r] = (v449 ? v334 : v450);
        const int v452 = minAt0_7[r];
        minAt0_7[r] = (v449 ? v335 : v452);
      }
      const float v454 = min3Other_87;
      const int v455 = minAt3Other_92;
      const float v457 = min4_6[r];
      const int v458 = minAt4_11[r];
      if (((v454 == v454) && ((!(v457 <= v454)) || ((v454 == v457) && (v455 < v458))))) {
        const float v466 = min3_5[r];
        const int v467 = minAt3_10[r];
        const bool v473 = ((!(v466 <= v454)) || ((v454 == v466) && (v455 < v467)));
        const float v474 = min4_6[r];
        const int v475 = minAt4_11[r];
        const bool v481 = ((!(v474 <= v454)) || ((v454 == v474) && (v455 < v475)));
        const float v482 = min4_6[r];
        const float v484 = min3_5[r];
        min4_6[r] = (v473 ? v484 : (v481 ? v454 : v482));
        const int v486 = minAt4_11[r];
        const int v488 = minAt3_10[r];
        minAt4_11[r] = (v473 ? v488 : (v481 ? v455 : v486));
        const float v490 = min2_4[r];
        const int v491 = minAt2_9[r];
        const bool v497 = ((!(v490 <= v454)) || ((v454 == v490) && (v455 < v491)));
        const float v498 = min3_5[r];
        const int v499 = minAt3_10[r];
        const bool v505 = ((!(v498 <= v454)) || ((v454 == v498) && (v455 < v499)));
        const float v506 = min3_5[r];
        const float v508 = min2_4[r];
        min3_5[r] = (v497 ? v508 : (v505 ? v454 : v506));
        const int v510 = minAt3_10[r];
        const int v512 = minAt2_9[r];
        minAt3_10[r] = (v497 ? v512 : (v505 ? v455 : v510));
        const float v514 = min1_3[r];
        const int v515 = minAt1_8[r];
        const bool v521 = ((!(v514 <= v454)) || ((v454 == v514) && (v455 < v515)));
        const float v522 = min2_4[r];
        const int v523 = minAt2_9[r];
        const bool v529 = ((!(v522 <= v454)) || ((v454 == v522) && (v455 < v523)));
        const float v530 = min2_4[r];
        const float v532 = min1_3[r];
        min2_4[r] = (v521 ? v532 : (v529 ? v454 : v530));
        const int v534 = minAt2_9[r];
        const int v536 = minAt1_8[r];
        minAt2_9[r] = (v521 ? v536 : (v529 ? v455 : v534));
        const float v538 = min0_2[r];
        const int v539 = minAt0_7[r];
        const bool v545 = ((!(v538 <= v454)) || ((v454 == v538) && (v455 < v539)));
        const float v546 = min1_3[r];
        const int v547 = minAt1_8[r];
        const bool v553 = ((!(v546 <= v454)) || ((v454 == v546) && (v455 < v547)));
        const float v554 = min1_3[r];
        const float v556 = min0_2[r];
        min1_3[r] = (v545 ? v556 : (v553 ? v454 : v554));
        const int v558 = minAt1_8[r];
        const int v560 = minAt0_7[r];
        minAt1_8[r] = (v545 ? v560 : (v553 ? v455 : v558));
        const float v562 = min0_2[r];
        const int v563 = minAt0_7[r];
        const bool v569 = ((!(v562 <= v454)) || ((v454 == v562) && (v455 < v563)));
        const float v570 = min0_2[r];
        min0_2[r] = (v569 ? v454 : v570);
        const int v572 = minAt0_7[r];
        minAt0_7[r] = (v569 ? v455 : v572);
      }
      const float v574 = min4Other_88;
      const int v575 = minAt4Other_93;
      const float v577 = min4_6[r];
      const int v578 = minAt4_11[r];
      if (((v574 == v574) && ((!(v577 <= v574)) || ((v574 == v577) && (v575 < v578))))) {
        const float v586 = min3_5[r];
        const int v587 = minAt3_10[r];
        const bool v593 = ((!(v586 <= v574)) || ((v574 == v586) && (v575 < v587)));
        const float v594 = min4_6[r];
        const int v595 = minAt4_11[r];
        const bool v601 = ((!(v594 <= v574)) || ((v574 == v594) && (v575 < v595)));
        const float v602 = min4_6[r];
        const float v604 = min3_5[r];
        min4_6[r] = (v593 ? v604 : (v601 ? v574 : v602));
        const int v606 = minAt4_11[r];
        const int v608 = minAt3_10[r];
        minAt4_11[r] = (v593 ? v608 : (v601 ? v575 : v606));
        const float v610 = min2_4[r];
        const int v611 = minAt2_9[r];
        const bool v617 = ((!(v610 <= v574)) || ((v574 == v610) && (v575 < v611)));
        const float v618 = min3_5[r];
        const int v619 = minAt3_10[r];
        const bool v625 = ((!(v618 <= v574)) || ((v574 == v618) && (v575 < v619)));
        const float v626 = min3_5[r];
        const float v628 = min2_4[r];
        min3_5[r] = (v617 ? v628 : (v625 ? v574 : v626));
        const int v630 = minAt3_10[r];
        const int v632 = minAt2_9[r];
        minAt3_10[r] = (v617 ? v632 : (v625 ? v575 : v630));
        const float v634 = min1_3[r];
        const int v635 = minAt1_8[r];
        const bool v641 = ((!(v634 <= v574)) || ((v574 == v634) && (v575 < v635)));
        const float v642 = min2_4[r];
        const int v643 = minAt2_9[r];
        const bool v649 = ((!(v642 <= v574)) || ((v574 == v642) && (v575 < v643)));
        const float v650 = min2_4[r];
        const float v652 = min1_3[r];
        min2_4[r] = (v641 ? v652 : (v649 ? v574 : v650));
        const int v654 = minAt2_9[r];
        const int v656 = minAt1_8[r];
        minAt2_9[r] = (v641 ? v656 : (v649 ? v575 : v654));
        const float v658 = min0_2[r];
        const int v659 = minAt0_7[r];
        const bool v665 = ((!(v658 <= v574)) || ((v574 == v658) && (v575 < v659)));
        const float v666 = min1_3[r];
        const int v667 = minAt1_8[r];
        const bool v673 = ((!(v666 <= v574)) || ((v574 == v666) && (v575 < v667)));
        const float v674 = min1_3[r];
        const float v676 = min0_2[r];
        min1_3[r] = (v665 ? v676 : (v673 ? v574 : v674));
        const int v678 = minAt1_8[r];
        const int v680 = minAt0_7[r];
        minAt1_8[r] = (v665 ? v680 : (v673 ? v575 : v678));
        const float v682 = min0_2[r];
        const int v683 = minAt0_7[r];
        const bool v689 = ((!(v682 <= v574)) || ((v574 == v682) && (v575 < v683)));
        const float v690 = min0_2[r];
        min0_2[r] = (v689 ? v574 : v690);
        const int v692 = minAt0_7[r];
        minAt0_7[r] = (v689 ? v575 : v692);
      }
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; r++) {
    if (begin + down * 4 + r % 4 + r / 4 * 64 < end) {
      const int i = min(begin + down * 4 + r % 4 + r / 4 * 64, end - 1);
      if (across == 0) {
        const long long point = batch * args.rows + i;
        const long long points = args.batches * args.rows;
        const long long at = part * points + point;
        args.floats[at] = min0_2[r];
        args.floats[1 * args.parts * points + at] = min1_3[r];
        args.floats[2 * args.parts * points + at] = min2_4[r];
        args.floats[3 * args.parts * points + at] = min3_5[r];
        args.floats[4 * args.parts * points + at] = min4_6[r];
        args.ints[at] = minAt0_7[r];
        args.ints[1 * args.parts * points + at] = minAt1_8[r];
        args.ints[2 * args.parts * points + at] = minAt2_9[r];
        args.ints[3 * args.parts * points + at] = minAt3_10[r];
        args.ints[4 * args.parts * points + at] = minAt4_11[r];
      }
    }
  }
}
