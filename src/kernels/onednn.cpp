#include "onednn.hpp"

#include <dlfcn.h>

#include <initializer_list>

namespace nabla::kernels::onednn {

namespace {

// As dnnl.h and omp.h declare them; the same in oneDNN 2 and 3.
using Sgemm = int(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*, std::int64_t, const float*,
                  std::int64_t, float, float*, std::int64_t);
using SetThreads = void(int);
using GetThreads = int();

struct Library {
  Sgemm* sgemm = nullptr;
  SetThreads* set_threads = nullptr;  // of OpenMP, for the calling thread
  GetThreads* get_threads = nullptr;

  Library() {
    void* handle = nullptr;
    for (const char* name : {"libdnnl.so.3", "libdnnl.so.2"})
      if (!handle) handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
    sgemm = reinterpret_cast<Sgemm*>(dlsym(handle, "dnnl_sgemm"));
    set_threads = reinterpret_cast<SetThreads*>(dlsym(handle, "omp_set_num_threads"));
    get_threads = reinterpret_cast<GetThreads*>(dlsym(handle, "omp_get_max_threads"));
  }

  // One that is built on another threading library could not be kept to one thread.
  bool usable() const { return sgemm && set_threads && get_threads; }
};

}  // namespace

bool sgemm(char transpose_a, char transpose_b, std::int64_t m, std::int64_t n, std::int64_t k, float alpha,
           const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c, std::int64_t ldc) {
  static const Library library;
  if (!library.usable()) return false;
  const int before = library.get_threads();
  if (before != 1) library.set_threads(1);
  const int status = library.sgemm(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  if (before != 1) library.set_threads(before);
  return status == 0;
}

}  // namespace nabla::kernels::onednn
