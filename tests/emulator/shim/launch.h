// Turns a kernel's own signature into a table entry that the driver can call.
#pragma once

namespace emu {

template <unsigned long... I>
struct Indices {};
template <unsigned long N, unsigned long... I>
struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};
template <unsigned long... I>
struct MakeIndices<0, I...> {
  using type = Indices<I...>;
};

template <class Function>
struct Signature;

template <class... A>
struct Signature<void (*)(A...)> {
  static constexpr unsigned count = sizeof...(A);
  // A first element keeps the arrays of a kernel without parameters legal.
  static constexpr unsigned sizes[] = {0, (unsigned)sizeof(A)...};
  static constexpr unsigned alignments[] = {0, (unsigned)alignof(A)...};

  template <unsigned long... I>
  static void call(void* function, void** parameters, Indices<I...>) {
    (void)parameters;
    ((void (*)(A...))function)(*(A*)parameters[I]...);
  }

  /** Runs one device thread; its register is given back. */
  __attribute__((noinline, no_sanitize("thread"))) static void run(
      Thread* self, void* function, void** parameters) {
    Thread* saved = become(self);
    call(function, parameters, typename MakeIndices<sizeof...(A)>::type());
    become(saved);
  }
};

template <class F>
Kernel describe(const char* name, F function, unsigned max_threads = 0) {
  using S = Signature<F>;
  return {name,        (void*)function,   S::run,     S::count,
          S::sizes + 1, S::alignments + 1, max_threads};
}

/** An entry for a named expression, which may also be a variable. */
template <class... A>
Kernel describe_if_kernel(const char* name, void (*function)(A...)) {
  return describe(name, function);
}
template <class T>
Kernel describe_if_kernel(const char*, T*) {
  return {};
}

/** Of __launch_bounds__(threads, blocks...), the threads. */
inline unsigned first_bound(unsigned threads = 0, unsigned = 0, unsigned = 0) {
  return threads;
}

template <class R, class... A>
const void* address_of(R (*function)(A...)) { return (const void*)function; }
template <class T>
const void* address_of(T* variable) { return (const void*)variable; }

}  // namespace emu
