#include "fault.h"

#include <ucontext.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "errors.h"
#include "executor.h"
#include "memory.h"
#include "module.h"
#include "watchdog.h"

namespace emu {

namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction previous[NSIG];

const void* program_counter(void* context) {
  auto* c = (ucontext_t*)context;
#if defined(__x86_64__)
  return (const void*)c->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return (const void*)c->uc_mcontext.pc;
#else
  (void)c;
  return nullptr;
#endif
}

void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& before = previous[signal];
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
  } else {
    // Back to what would have happened: the instruction faults again.
    sigaction(signal, &before, nullptr);
  }
}

/** What the fault was; `code` is that of the driver API. */
std::string explain(int signal, const siginfo_t* info, bool checked,
                    int& code) {
  char text[96];
  code = kLaunchFailed;
  if (signal == SIGFPE) return "integer division by zero";
  // What kernels are compiled to test by themselves hangs on the mode.
  if (signal == SIGILL && checked) return "array index out of bounds";
  if (signal == SIGILL) {
    code = kMisalignedAddress;
    return "misaligned vector";
  }
  // x86-64 tells no address of a misaligned or impossible one.
  if (info->si_code == SI_KERNEL) {
    code = kMisalignedAddress;
    return "misaligned or impossible address";
  }
  code = kIllegalAddress;
  std::snprintf(text, sizeof text, "illegal address %p (%s)", info->si_addr,
                describe_address(info->si_addr));
  return text;
}

/** Leaves the fiber that runs, for the loop of its executor. */
void leave(Executor& executor, int signal) {
  sigset_t again;
  sigemptyset(&again);
  sigaddset(&again, signal);
  pthread_sigmask(SIG_UNBLOCK, &again, nullptr);
  siglongjmp(executor.escape, 1);
}

/** From the watchdog: the launch has taken too long. */
void handle_timeout(int signal, siginfo_t*, void* context) {
  Executor* executor = active_executor();
  if (executor == nullptr || executor->running == nullptr) return;
  // The driver's own code may hold a lock: then the next signal will do.
  const Module& module = *executor->launch->module;
  auto* place = (const char*)program_counter(context);
  if (place < module.base || place >= module.base + module.code_bytes) return;
  leave(*executor, signal);
}

void handle(int signal, siginfo_t* info, void* context) {
  Executor* executor = active_executor();
  if (executor == nullptr || executor->running == nullptr) {
    pass_on(signal, info, context);
    return;
  }
  int code = 0;
  std::string message = explain(signal, info, executor->launch->check, code);
  // The fault came from kernel code, which holds no locks, so that this is
  // ordinary code for all that the handler needs.
  executor->launch->fail(
      code, message + " in " + executor->describe(*executor->running),
      {program_counter(context)});
  leave(*executor, signal);
}

}  // namespace

void install_fault_handler() {
  static const bool once = [] {
    struct sigaction action;
    std::memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (int signal : kSignals) sigaction(signal, &action, &previous[signal]);
    action.sa_sigaction = handle_timeout;
    action.sa_flags |= SA_RESTART;
    sigaction(watchdog_signal(), &action, nullptr);
    return true;
  }();
  (void)once;
}

SignalStack::SignalStack() {
  constexpr size_t kBytes = 64 * 1024;
  static thread_local std::unique_ptr<char[]> memory(new char[kBytes]);
  stack_t mine;
  std::memset(&mine, 0, sizeof mine);
  mine.ss_sp = memory.get();
  mine.ss_size = kBytes;
  sigaltstack(&mine, &before_);
}

SignalStack::~SignalStack() { sigaltstack(&before_, nullptr); }

}  // namespace emu
