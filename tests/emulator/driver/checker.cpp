#include "checker.h"

#include <algorithm>

#include "banks.h"
#include "errors.h"
#include "executor.h"
#include "module.h"

namespace emu {

namespace {

constexpr size_t kWord = 4;

const char* verb(Access kind) {
  return kind == Access::read    ? "read"
         : kind == Access::write ? "write"
                                 : "atomic";
}

/** Which bytes of the word at `word` the access touches. */
uint8_t bytes_in_word(uintptr_t word, uintptr_t start, uintptr_t end) {
  unsigned from = start > word ? (unsigned)(start - word) : 0;
  unsigned to = end < word + kWord ? (unsigned)(end - word) : kWord;
  return (uint8_t)(((1u << to) - 1) & ~((1u << from) - 1));
}

}  // namespace

void Checker::begin_block(Launch& launch, const char* dynamic_shared) {
  launch_ = launch.check ? &launch : nullptr;
  if (launch_ == nullptr) return;
  dynamic_ = dynamic_shared;
  dynamic_bytes_ = launch.shared_bytes;
  static_ = launch.module->shared_memory();
  static_bytes_ = launch.module->shared_bytes;
  words_.resize((dynamic_bytes_ + static_bytes_) / kWord + 4);
  epoch_++;
  known_.assign(launch.block.x * launch.block.y * launch.block.z, {});
  for (size_t i = 0; i < known_.size(); i++) known_[i][i % 32] = 1;
  banks_.clear();
  turns_.clear();
  // One block tells as much of bank conflicts as all.
  watch_banks_ = launch.watch_banks.exchange(false);
}

void Checker::barrier() {
  if (launch_ == nullptr) return;
  epoch_++;
  if (watch_banks_) count_conflicts();
}

void Checker::end_block() {
  if (launch_ != nullptr && watch_banks_) count_conflicts();
}

void Checker::warp_barrier(unsigned warp, unsigned lanes) {
  if (launch_ == nullptr) return;
  std::array<uint32_t, 32> joint = {};
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(lanes >> lane & 1)) continue;
    const std::array<uint32_t, 32>& mine = known_[warp * 32 + lane];
    for (unsigned i = 0; i < 32; i++) joint[i] = std::max(joint[i], mine[i]);
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(lanes >> lane & 1)) continue;
    known_[warp * 32 + lane] = joint;
    known_[warp * 32 + lane][lane]++;
  }
}

bool Checker::in_order(const Touch& before, unsigned thread) const {
  unsigned other = before.thread - 1u;
  return other == thread || (other / 32 == thread / 32 &&
                             known_[thread][other % 32] >= before.time);
}

void Checker::check_race(DeviceThread& thread, Word& word, uint8_t bytes,
                         Access kind, const void* where) {
  if (word.epoch != epoch_) {
    word = Word();
    word.epoch = epoch_;
  }
  bool atomic = kind == Access::atomic;
  auto conflicts = [&](const Touch& before) {
    return before.thread != 0 && (before.bytes & bytes) != 0 &&
           !(atomic && before.atomic) && !in_order(before, thread.index);
  };
  auto complain = [&](const Touch& before, const char* first) {
    const DeviceThread& other = thread.executor->threads[before.thread - 1];
    thread.executor->stop(
        thread, kLaunchFailed,
        std::string("race (") + first + "-" + verb(kind) +
            ") in shared memory with " + thread.executor->describe(other),
        {before.where, where});
  };
  if (conflicts(word.write)) {
    complain(word.write, word.write.atomic ? "atomic" : "write");
  }
  Touch now;
  now.thread = (uint16_t)(thread.index + 1);
  now.bytes = bytes;
  now.atomic = atomic;
  now.time = known_[thread.index][thread.lane];
  now.where = where;
  if (kind != Access::read) {
    for (const Touch& read : word.reads) {
      if (conflicts(read)) complain(read, "read");
    }
    word.write = now;
    return;
  }
  Touch& first = word.reads[0];
  bool replace_first = first.thread == 0 || first.thread == now.thread;
  if (replace_first) now.bytes |= first.thread == 0 ? 0 : first.bytes;
  (replace_first ? first : word.reads[1]) = now;
}

void Checker::check_bounds(DeviceThread& thread, const char* address,
                           unsigned long size, Access kind,
                           const void* where) {
  if (generation_ != memory_generation()) {
    generation_ = memory_generation();
    recent_ = {};
  }
  for (const Region& region : recent_) {
    if (address >= region.start &&
        address + size <= region.start + region.bytes) {
      return;
    }
  }
  Region region = region_before(address);
  if (region.bytes != 0 && address + size <= region.start + region.bytes) {
    recent_[next_recent_++ % recent_.size()] = region;
    return;
  }
  std::string text = std::string("out-of-bounds ") + verb(kind) + " of " +
                     std::to_string(size) + " bytes";
  if (region.bytes != 0) {
    text += ", " + std::to_string(address - region.start) +
            " bytes into an allocation of " + std::to_string(region.bytes);
  }
  thread.executor->stop(thread, kIllegalAddress, text, {where});
}

void Checker::access(DeviceThread& thread, const void* address,
                     unsigned long size, Access kind, const void* where,
                     bool aligned) {
  if (launch_ == nullptr || size == 0) return;
  auto* at = (const char*)address;
  // The address that a call returns to lies after the access.
  where = (const char*)where - 1;
  if (aligned && size <= 16 && (size & (size - 1)) == 0 &&
      (uintptr_t)at % size != 0) {
    thread.executor->stop(thread, kMisalignedAddress,
                          std::string("misaligned ") + verb(kind) + " of " +
                              std::to_string(size) + " bytes",
                          {where});
  }
  size_t first_word;
  // The page behind it is a guard, so nothing else can be meant there.
  if (at >= dynamic_ && at < dynamic_ + dynamic_bytes_ + 4096) {
    if (at + size > dynamic_ + dynamic_bytes_) {
      thread.executor->stop(
          thread, kIllegalAddress,
          std::string("out-of-bounds ") + verb(kind) +
              " at the end of dynamic shared memory of " +
              std::to_string(dynamic_bytes_),
          {where});
    }
    first_word = (at - dynamic_) / kWord;
  } else if (at >= static_ && at + size <= static_ + static_bytes_) {
    first_word = dynamic_bytes_ / kWord + 2 + (at - static_) / kWord;
  } else {
    if (in_arena(at)) check_bounds(thread, at, size, kind, where);
    return;
  }
  if (watch_banks_) note_banks(thread.index, at, size, where);
  auto start = (uintptr_t)at;
  uintptr_t word = start / kWord * kWord;
  for (size_t i = 0; word + i * kWord < start + size; i++) {
    uintptr_t base = word + i * kWord;
    check_race(thread, words_[first_word + i],
               bytes_in_word(base, start, start + size), kind, where);
  }
}

void Checker::note_banks(unsigned thread, const char* address,
                         unsigned long size, const void* where) {
  constexpr uint32_t kMaxTurns = 8;
  uint32_t& turn = turns_[{where, thread, 0}];
  if (turn >= kMaxTurns) return;
  BankAccess& access = banks_[{where, thread / 32, turn++}];
  unsigned lane = thread % 32;
  access.addresses[lane] = (uintptr_t)address;
  access.lanes |= 1u << lane;
  access.size = std::max(access.size, (uint32_t)size);
}

void Checker::count_conflicts() {
  for (const auto& entry : banks_) {
    const BankAccess& access = entry.second;
    unsigned ways =
        conflict_ways(access.addresses.data(), access.lanes, access.size);
    if (ways > 1) note_conflict(*launch_, entry.first.where, ways);
  }
  banks_.clear();
  turns_.clear();
}

}  // namespace emu
