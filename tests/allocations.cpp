// After its first step, a training loop calls neither operator new nor malloc: counted by replacing the allocator of
// the whole program. Batches of a size that has not been seen before are new steps: the last one of an epoch is
// shorter.
#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <nabla/nabla.hpp>
#include <new>

namespace {

bool counting = false;
long calls = 0;

using Malloc = void* (*)(std::size_t);
using Calloc = void* (*)(std::size_t, std::size_t);
using Realloc = void* (*)(void*, std::size_t);
using AlignedAlloc = void* (*)(std::size_t, std::size_t);

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Every allocation of a C++ program ends in one of these, operator new included.
extern "C" {
void* malloc(std::size_t bytes) {
  static const Malloc real = next<Malloc>("malloc");
  calls += counting;
  return real(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  static const Calloc real = next<Calloc>("calloc");
  calls += counting;
  return real(count, bytes);
}
void* realloc(void* block, std::size_t bytes) {
  static const Realloc real = next<Realloc>("realloc");
  calls += counting;
  return real(block, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  static const AlignedAlloc real = next<AlignedAlloc>("aligned_alloc");
  calls += counting;
  return real(alignment, bytes);
}
}

int main() {
  using namespace nabla;
  const data::Dataset digits = data::digits();
  int failures = 0;
  for (const DType dtype : {f32, f64}) {
    for (const auto& [momentum, consuming] : {std::pair(0.0, false), {0.0, true}, {0.9, false}, {0.9, true}}) {
      const data::Dataset set(digits.inputs.to(dtype), digits.targets);
      nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::identity, .seed = 4, .dtype = dtype});
      optim::Sgd sgd{.learning_rate = 0.5, .momentum = momentum};
      Rng rng(5);
      Tape tape;
      long steps = 0, steps_seen = 0;
      calls = 0;
      for (int epoch = 0; epoch < 2; ++epoch) {
        for (const data::Batch& batch : data::batches(set, 32, rng)) {
          counting = epoch > 0 || (steps_seen > 0 && batch.size() == 32);
          ++steps_seen;
          tape.clear();
          const Var logits = net(tape.constant(batch.inputs));
          const Var loss = nn::softmax_cross_entropy(logits, tape.constant(batch.targets));
          if (consuming)
            sgd.step(net, loss);
          else
            sgd.step(net.parameters(), gradient(loss, net.parameters()));
          steps += counting;
        }
        counting = false;
      }
      fmt::print("{} momentum {}, {}: {} allocations in {} warm steps\n", dtype, momentum,
                 consuming ? "consuming" : "with Gradients", calls, steps);
      failures += calls != 0;
    }
  }
  return failures;
}
