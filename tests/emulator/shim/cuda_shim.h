// Makes CUDA C++ source compile as plain C++: included before the source by
// the stand-in NVRTC. Like NVRTC it uses no headers of the system.
#pragma once
#pragma GCC system_header

#define ALLPAIRS_EMULATOR 1
#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __NVCC__ 1

#define __host__
#define __device__
#define __global__
#define __constant__
#define __managed__
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __inline__ inline
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
#define __maxnreg__(n)

// One OS thread runs one block at a time, and fibers stay on their OS thread.
#define __shared__ static thread_local

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __SIZE_TYPE__ clock_t_of_device;

constexpr int warpSize = 32;

#include "runtime_abi.h"

// In this order: each uses those before it.
#include "vectors.h"
#include "threads.h"
#include "warps.h"
#include "atomics.h"
#include "mathematics.h"
#include "conversions.h"
#include "halves.h"
#include "ptx.h"
#include "matrices.h"
#include "launch.h"
