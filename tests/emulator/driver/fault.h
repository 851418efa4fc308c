// Turns memory faults of kernels into error codes, and ends kernels that hang.
#pragma once

#include <csignal>

namespace emu {

/** Handles the signals of faults; those of others go where they went. */
void install_fault_handler();

/** Gives the calling OS thread a stack for signals, for a scope. */
struct SignalStack {
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  stack_t before_;
};

}  // namespace emu
