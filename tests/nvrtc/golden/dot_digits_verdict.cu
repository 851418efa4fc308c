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
  int* verdicts;  // whether digits do, for each entry of the batch
  float* facts;  // what is known of the digits
  const signed char* rowDigits;
  const signed char* columnDigits;
  const int4* rowNorms;
  const int4* columnNorms;
  const float* x0;  // one vector a row, of 100
  long long x0_i;
  const float* y1;  // one vector a column, of 100
  long long y1_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(32)
verdict(const Arguments args) {
  const long long batch = (long long) blockIdx.x * 32 + threadIdx.x;
  if (batch >= args.batches) return;
  const float* facts = args.facts + batch * 112;
  const double norm[2] = {(double) facts[2], (double) facts[7]};
  const double high[2] = {(double) facts[3], (double) facts[8]};
  const double low[2] = {(double) facts[5], (double) facts[10]};
  const double middle[2] = {(double) facts[4], (double) facts[9]};
  const double lost[2] = {(double) facts[6], (double) facts[11]};
  const double rounding = 1.0 / 16777216.0;
  const double units = (double) facts[0] * (double) facts[1];
  const double missing = units * (256.0 * (middle[0] * low[1] + low[0] * middle[1]) + low[0] * low[1]);
  // Half of the norms are integers, and rounded with what they are added to.
  const double below = middle[0] * middle[1] + high[0] * low[1] + low[0] * high[1];
  const double small = units * (262144.0
      + rounding * 16777216.0 * (high[0] * middle[1] + middle[0] * high[1] + 512.0 + below / 256.0));
  // Sums of this size are exact.
  const bool fits = below < 4190000.0;
  const double error = norm[0] * lost[1] + norm[1] * lost[0] + lost[0] * lost[1] + missing + small + 3.0 * rounding * norm[0] * norm[1];
  const bool holds = error <= rounding * 100.0 * norm[0] * norm[1];
  args.verdicts[batch] = fits && holds ? 1 : 0;
}
