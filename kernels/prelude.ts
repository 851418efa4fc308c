/**
 * Device functions that generated source calls. All that is not plain C++ is
 * here, inline PTX above all.
 *
 * @module
 */

/** One device function. */
interface DeviceFunction {
  /** What calls of it look like. */
  readonly name: string;
  /** Its definition. */
  readonly text: string;
}

const FUNCTIONS: readonly DeviceFunction[] = [
  // JavaScript's minimum: NaN where either is NaN.
  ...["float", "double"].flatMap((type) => {
    const f = type === "float" ? "f" : "";
    return (["minimum", "maximum"] as const).map((name) => ({
      name: `${name}_${type}`,
      text: `__device__ inline ${type} ${name}_${type}(${type} a, ${type} b) {
  return a != a || b != b ? a + b : f${name.slice(0, 3)}${f}(a, b);
}`,
    }));
  }),
  // Unlike C's, a NaN exponent and 1 to the power of infinity give NaN.
  ...["float", "double"].map((type) => {
    const f = type === "float" ? "f" : "";
    const one = type === "float" ? "1.0f" : "1.0";
    return {
      name: `power_${type}`,
      text: `__device__ inline ${type} power_${type}(${type} a, ${type} b) {
  const bool undecided = fabs${f}(a) == ${one} && b - b != b - b;
  return b != b || undecided ? b - b : pow${f}(a, b);
}`,
    };
  }),
  ...["float", "double"].map((type) => ({
    name: `square_${type}`,
    text: `__device__ inline ${type} square_${type}(${type} a) {
  return a * a;
}`,
  })),
  // One instruction, within 2 units in the last place; results below the
  // least ordinary number are 0.
  {
    name: "power_of_2",
    text: `__device__ inline float power_of_2(float a) {
  float value;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(value) : "f"(a));
  return value;
}`,
  },
  // Products of 16 rows and 8 columns, over 32 integers of 8 bits each, or 16,
  // are added up exactly. Of both, a lane gives 4 integers, and 4 more ones.
  {
    name: "multiply_add",
    text:
      `__device__ inline void multiply_add(int (&sums)[4], int2 top, int2 bottom, int2 column) {
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(top.x), "r"(bottom.x), "r"(top.y), "r"(bottom.y), "r"(column.x), "r"(column.y));
}`,
  },
  {
    name: "multiply_add_half",
    text:
      `__device__ inline void multiply_add_half(int (&sums)[4], int top, int bottom, int column) {
  asm("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(top), "r"(bottom), "r"(column));
}`,
  },
  // Sums of products by their weight, each as bits of the float 3 * 2^22 plus
  // an integer, together and times a scale. What is to be taken off is that
  // float and more: off the first, off the second, off all the rest times the
  // scale, negative. The first sums are exact: what they cancel, nothing of it
  // is lost.
  {
    name: "weigh_two",
    text:
      `__device__ inline float weigh_two(int first, int second, float4 less, float scale) {
  const float rest = fmaf(__int_as_float(second), scale, less.z);
  return fmaf(__int_as_float(first) - less.x, 256.0f * scale, rest);
}`,
  },
  {
    name: "weigh_three",
    text:
      `__device__ inline float weigh_three(int first, int second, int third, float4 less, float scale) {
  const float small = fmaf(__int_as_float(third), 0.00390625f * scale, less.z);
  const float rest = fmaf(__int_as_float(second) - less.y, scale, small);
  return fmaf(__int_as_float(first) - less.x, 256.0f * scale, rest);
}`,
  },
  {
    name: "weigh_four",
    text:
      `__device__ inline float weigh_four(int first, int second, int third, int fourth, float4 less, float scale) {
  const float least = fmaf(__int_as_float(fourth), ${
        2 ** -16
      }f * scale, less.z);
  const float small = fmaf(__int_as_float(third), 0.00390625f * scale, least);
  const float rest = fmaf(__int_as_float(second) - less.y, scale, small);
  return fmaf(__int_as_float(first) - less.x, 256.0f * scale, rest);
}`,
  },
  // 16 bytes go to shared memory while the thread goes on.
  {
    name: "copy_later",
    text: `__device__ inline void copy_later(void* to, const void* from) {
  const unsigned place = (unsigned) __cvta_generic_to_shared(to);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(place), "l"(from) : "memory");
}`,
  },
  {
    name: "wait_for_copies",
    text: `__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_all;" ::: "memory");
}`,
  },
  {
    name: "infinity_float",
    text: `__device__ inline float infinity_float() {
  return __int_as_float(0x7f800000);
}`,
  },
  {
    name: "nan_float",
    text: `__device__ inline float nan_float() {
  return __int_as_float(0x7fc00000);
}`,
  },
  {
    name: "infinity_double",
    text: `__device__ inline double infinity_double() {
  return __longlong_as_double(0x7ff0000000000000LL);
}`,
  },
  {
    name: "nan_double",
    text: `__device__ inline double nan_double() {
  return __longlong_as_double(0x7ff8000000000000LL);
}`,
  },
  {
    name: "from_half",
    text: `__device__ inline float from_half(unsigned short bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}`,
  },
  {
    name: "to_half",
    text: `__device__ inline unsigned short to_half(float value) {
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}`,
  },
  // The upper half of a float.
  {
    name: "from_bfloat",
    text: `__device__ inline float from_bfloat(unsigned short bits) {
  return __uint_as_float((unsigned) bits << 16);
}`,
  },
  // To the nearest, ties to even; a NaN must not become an infinity. Older
  // devices have no instruction for it.
  {
    name: "to_bfloat",
    text: `__device__ inline unsigned short to_bfloat(float value) {
  const unsigned bits = __float_as_uint(value);
  if (value != value) return (unsigned short) (bits >> 16 | 0x40);
  return (unsigned short) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}`,
  },
];

/** The device functions that some source calls. */
export function preludeFor(source: string): string {
  return FUNCTIONS
    .filter(({ name }) => source.includes(`${name}(`))
    .map(({ text }) => text)
    .join("\n\n");
}
