// Status codes of the driver API: their numbers, names and messages.
#pragma once

#include <string>

namespace emu {

enum Code : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kNoBinaryForGpu = 209,
  kInvalidPtx = 218,
  kSharedObjectInitFailed = 303,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kIllegalAddress = 700,
  kLaunchOutOfResources = 701,
  kLaunchTimeout = 702,
  kContextIsDestroyed = 709,
  kAssert = 710,
  kMisalignedAddress = 716,
  kLaunchFailed = 719,
  kNotSupported = 801,
};

/** The name of a code, or null. */
const char* name_of(int code);

/** What the code means, or null. */
const char* message_of(int code);

/** A code from its number or its name; -1 if there is none. */
int code_of(const std::string& text);

/** Whether a context in which this happened is lost. */
bool is_sticky(int code);

}  // namespace emu
