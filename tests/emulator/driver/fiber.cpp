#include "fiber.h"

#include <cstdint>
#include <cstring>

namespace emu {

#ifdef EMU_UCONTEXT

// The portable form: correct anywhere, but each switch is a system call.
void prepare_fiber(Fiber& fiber, char* stack, size_t size, void (*entry)()) {
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = stack;
  fiber.context.uc_stack.ss_size = size;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, entry, 0);
}

void switch_fiber(Fiber& from, Fiber& to) {
  swapcontext(&from.context, &to.context);
}

#else

// Saves the registers that a callee must keep, changes stacks, restores.
extern "C" void emu_switch_stacks(void** save, void* load);

asm(R"(
  .text
  .globl emu_switch_stacks
  .hidden emu_switch_stacks
  .type emu_switch_stacks, @function
emu_switch_stacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size emu_switch_stacks, .-emu_switch_stacks
)");

void prepare_fiber(Fiber& fiber, char* stack, size_t size, void (*entry)()) {
  auto top = (uintptr_t)(stack + size) & ~(uintptr_t)15;
  // Six registers, the address to return to, and one word so that the stack
  // is aligned as it is after a call.
  void** frame = (void**)top - 8;
  std::memset(frame, 0, 8 * sizeof(void*));
  frame[6] = (void*)entry;
  fiber.stack_pointer = frame;
}

void switch_fiber(Fiber& from, Fiber& to) {
  emu_switch_stacks(&from.stack_pointer, to.stack_pointer);
}

#endif

}  // namespace emu
