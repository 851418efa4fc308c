// What a compiled kernel library and the stand-in driver know of each other.
// Both sides include this file; it needs no other header, because a kernel
// library is compiled without any (as NVRTC does).
#pragma once

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1)
      : x(x_), y(y_), z(z_) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

namespace emu {

/** Changes with this file: a library of another version is refused. */
constexpr unsigned kAbiVersion = 1;

/** What a device thread may read of itself. The driver keeps more behind it. */
struct Thread {
  uint3 thread_index;
  uint3 block_index;
  dim3 block_size;
  dim3 grid_size;
  unsigned lane;
  char* dynamic_shared;
};

/** Exchanges between the lanes of a warp. */
enum class WarpOp : unsigned {
  sync,
  shuffle,
  ballot,
  match_any,
  match_all,
  add,
  min_signed,
  max_signed,
  min_unsigned,
  max_unsigned,
  bit_and,
  bit_or,
  bit_xor,
  matrix,
};

/** Reductions over the whole block that come with a barrier. */
enum class BlockOp : unsigned { sync, count, all, any };

enum class Access : unsigned { read, write, atomic };

enum class Trap : unsigned { trap, assertion };

/** What a kernel library calls in the driver. */
struct Runtime {
  unsigned (*sync_block)(Thread*, BlockOp, int value, int line);
  /** Gives the value of lane `source` (shuffle), or the result of the lanes. */
  unsigned long (*warp)(Thread*, WarpOp, unsigned mask, unsigned long value,
                        unsigned source, int line);
  /** The values given by another lane to the `matrix` exchange just made. */
  const void* (*peer)(Thread*, unsigned lane);
  unsigned (*active_lanes)(Thread*);
  unsigned long (*clock)();
  void (*stop)(Thread*, Trap, const char* message, const char* file, int line);
  /** A memory access, told by code compiled for the checked mode. */
  void (*access)(Thread*, const void* address, unsigned long size, Access,
                 const void* where, bool aligned);
};

/** One kernel of a library. */
struct Kernel {
  const char* name;
  void* function;
  void (*run)(Thread*, void* function, void** parameters);
  unsigned parameter_count;
  const unsigned* parameter_sizes;
  const unsigned* parameter_alignments;
  /** From __launch_bounds__, or 0. */
  unsigned max_threads;
};

/** A name given to nvrtcAddNameExpression, and where it lives. */
struct NamedAddress {
  const char* expression;
  const void* address;
};

/** What a kernel library exports, under the name `emu_library`. */
struct Library {
  unsigned abi_version;
  const Runtime** runtime;
  const Kernel* kernels;
  unsigned kernel_count;
  const NamedAddress* names;
  unsigned name_count;
  /** Makes the calling thread's static shared memory exist. */
  void* (*touch_shared)();
};

}  // namespace emu
