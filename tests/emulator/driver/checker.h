// Judges each memory access of a block in the checked mode: races in shared
// memory, bounds of allocations, alignment, bank conflicts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "launch.h"
#include "memory.h"

namespace emu {

struct DeviceThread;

struct Checker {
  void begin_block(Launch& launch, const char* dynamic_shared);
  void end_block();
  /** All threads of the block have met. */
  void barrier();
  /** These lanes of a warp have met, and see each other's writes. */
  void warp_barrier(unsigned warp, unsigned lanes);
  void access(DeviceThread& thread, const void* address, unsigned long size,
              Access kind, const void* where, bool aligned);

 private:
  /** Who touched a word, since the last barrier of the block. */
  struct Touch {
    /** Index of the thread plus one; 0 for nobody. */
    uint16_t thread = 0;
    uint8_t bytes = 0;
    bool atomic = false;
    uint32_t time = 0;
    const void* where = nullptr;
  };

  /** What is known of four bytes of shared memory. */
  struct Word {
    uint64_t epoch = 0;
    Touch write;
    // Two readers are enough to find out that several threads have read.
    std::array<Touch, 2> reads;
  };

  /** Accesses of a warp by one instruction, the n-th time it ran. */
  struct BankAccess {
    std::array<uint64_t, 32> addresses;
    uint32_t lanes = 0;
    uint32_t size = 0;
  };

  struct BankKey {
    const void* where;
    uint32_t warp;
    uint32_t turn;
    bool operator==(const BankKey& other) const {
      return where == other.where && warp == other.warp && turn == other.turn;
    }
  };
  struct BankHash {
    size_t operator()(const BankKey& key) const {
      return (uintptr_t)key.where * 31 + key.warp * 1000003u + key.turn;
    }
  };

  void check_bounds(DeviceThread& thread, const char* address,
                    unsigned long size, Access kind, const void* where);
  void check_race(DeviceThread& thread, Word& word, uint8_t bytes, Access kind,
                  const void* where);
  bool in_order(const Touch& before, unsigned thread) const;
  void note_banks(unsigned thread, const char* address, unsigned long size,
                  const void* where);
  void count_conflicts();

  const Launch* launch_ = nullptr;
  const char* dynamic_ = nullptr;
  size_t dynamic_bytes_ = 0;
  const char* static_ = nullptr;
  size_t static_bytes_ = 0;
  uint64_t epoch_ = 0;
  std::vector<Word> words_;
  // What each lane knows of the others of its warp: how far each had come
  // when the two last met, directly or through third lanes.
  std::vector<std::array<uint32_t, 32>> known_;
  std::array<Region, 4> recent_;
  uint64_t generation_ = 0;
  unsigned next_recent_ = 0;
  bool watch_banks_ = false;
  std::unordered_map<BankKey, BankAccess, BankHash> banks_;
  std::unordered_map<BankKey, uint32_t, BankHash> turns_;
};

}  // namespace emu
