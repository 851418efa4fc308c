// LogSumExp_j((x|y))
// float, scheme verdict

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
  float* facts;  // what is known of the digits
  const signed char* rowDigits;
  const signed char* columnDigits;
  const float* rowNorms;
  const float* columnNorms;
  const float* x0;  // one vector a row, of 100
  long long x0_i;
  const float* y1;  // one vector a column, of 100
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(32)
verdict(const Arguments args) {
  if (threadIdx.x > 0) return;
  const double norm[2] = {(double) args.facts[4], (double) args.facts[9]};
  const double high[2] = {(double) args.facts[5], (double) args.facts[10]};
  const double middle[2] = {(double) args.facts[6], (double) args.facts[11]};
  const double low[2] = {(double) args.facts[7], (double) args.facts[12]};
  const double lost[2] = {(double) args.facts[8], (double) args.facts[13]};
  const double rounding = 1.0 / 16777216.0;
  const double units = (double) args.facts[0] * (double) args.facts[1];
  const double missing = units * (256.0 * (middle[0] * low[1] + low[0] * middle[1]) + low[0] * low[1]);
  // Sums of this size are exact.
  const bool fits = middle[0] * middle[1] + high[0] * low[1] + low[0] * high[1] < 4190000.0;
  const double error = norm[0] * lost[1] + norm[1] * lost[0] + lost[0] * lost[1] + missing + 3.0 * rounding * norm[0] * norm[1];
  const bool holds = error <= rounding * 100.0 * norm[0] * norm[1];
  args.facts[2] = fits && holds ? 1.0f : 0.0f;
}
