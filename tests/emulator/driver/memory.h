// Device memory: each allocation ends at a page that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emu {

struct Region {
  char* start = nullptr;
  size_t bytes = 0;
};

/** Gives a code of the driver API. */
int allocate(int device, size_t bytes, char*& start);
int release(char* start);

/** Frees all that a device still holds. */
void release_all(int device);

/** Makes a variable of a module known, so that copies may touch it. */
void add_variable(char* start, size_t bytes, int device);
void remove_variable(char* start);

/** The allocation or variable that holds an address; no bytes if none does. */
Region region_of(const void* address);

/** The allocation or variable that begins before an address. */
Region region_before(const void* address);

/** Whether all of the bytes lie in one allocation or variable. */
bool is_device_range(const void* address, size_t bytes);

/** Grows whenever allocations change: what was looked up may be outdated. */
uint64_t memory_generation();

/** Whether an address lies where allocations are made. */
bool in_arena(const void* address);

/** The number of allocations of all devices. */
size_t allocation_count();

void memory_info(int device, size_t& free, size_t& total);

/** For messages about faults; safe in a signal handler. */
const char* describe_address(const void* address);

}  // namespace emu
