// Sum_j(Grad(Exp(-SqDist(x,y)*p)*b,x,e))
// float, scheme verdict

__device__ inline float minimum_float(float a, float b) {
  return a != a || b != b ? a + b : fminf(a, b);
}

__device__ inline float maximum_float(float a, float b) {
  return a != a || b != b ? a + b : fmaxf(a, b);
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
  int* verdicts;  // whether digits do, for each entry of the batch
  float* facts;  // what is known of the digits
  const signed char* rowDigits;
  const signed char* columnDigits;
  const int4* rowNorms;
  const int4* columnNorms;
  const float* x0;  // one vector a row, of 20
  long long x0_i;
  const float* y1;  // one vector a column, of 20
  long long y1_j;
  const float* p2;  // a parameter of 1
  const float* x3;  // one vector a row, of 1
  long long x3_i;
  const float* y4;  // one vector a column, of 1
  long long y4_j;
  float* out0;
};

extern "C" __global__ void __launch_bounds__(32)
verdict(const Arguments args) {
  const long long batch = (long long) blockIdx.x * 32 + threadIdx.x;
  if (batch >= args.batches) return;
  const float* p2 = args.p2;
  const float p2_0 = p2[0];
  const float v70 = (p2_0 * (-1.4426950216293335f));
  const float v75 = ((fabsf(p2_0) == infinity_float()) ? v70 : maximum_float(minimum_float(v70, 3.4028235e38f), (-3.4028235e38f)));
  const float* facts = args.facts + batch * 32;
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
  // Exponentials of negative multiples, e^(-s v).
  const double s = -(double) (0.6931471824645996f * v75);
  const double leaves = lost[0] + lost[1];
  // Points differ from their integers, products are missing, sums of small
  // products are rounded, and the whole is, and what it is multiplied with; of
  // these each is relative to v, and s v e^(-s v) is at most 1 / e.
  const double error = 0.8578 * sqrt(s) * leaves + s * leaves * leaves
      + 2.0 * s * (missing + small) + 3.0 * rounding / 2.7182818;
  // Each term relative to the sum: the same holds of them.
  const bool holds = s >= 0.0 && error <= rounding * 24.0 / 2.7182818;
  args.verdicts[batch] = fits && holds ? 1 : 0;
}
