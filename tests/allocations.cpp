// After its first step, a training loop calls neither operator new nor malloc: counted by replacing the allocator of
// the whole program. Batches of a size that has not been seen before are new steps: the last one of an epoch is
// shorter. The nets A to F are those of the comparison in benchmarks/.
#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nabla/nabla.hpp>
#include <new>
#include <variant>

namespace {

bool counting = false;
long calls = 0;
long calls_of_onednn = 0;  // whose products take working memory for as long as they run

void note_call(const void* caller) {
  if (!counting) return;
  Dl_info object;
  const bool onednn = dladdr(caller, &object) != 0 && std::strstr(object.dli_fname, "libdnnl") != nullptr;
  ++(onednn ? calls_of_onednn : calls);
}

using Malloc = void* (*)(std::size_t);
using Calloc = void* (*)(std::size_t, std::size_t);
using Realloc = void* (*)(void*, std::size_t);
using AlignedAlloc = void* (*)(std::size_t, std::size_t);
using PosixMemalign = int (*)(void**, std::size_t, std::size_t);

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Every allocation of a C++ program ends in one of these.
extern "C" {
void* malloc(std::size_t bytes) {
  static const Malloc real = next<Malloc>("malloc");
  note_call(__builtin_return_address(0));
  return real(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  static const Calloc real = next<Calloc>("calloc");
  note_call(__builtin_return_address(0));
  return real(count, bytes);
}
void* realloc(void* block, std::size_t bytes) {
  static const Realloc real = next<Realloc>("realloc");
  note_call(__builtin_return_address(0));
  return real(block, bytes);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  static const PosixMemalign real = next<PosixMemalign>("posix_memalign");
  note_call(__builtin_return_address(0));
  return real(block, alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  static const AlignedAlloc real = next<AlignedAlloc>("aligned_alloc");
  note_call(__builtin_return_address(0));
  return real(alignment, bytes);
}
}

// The one of the library would call malloc itself, and hide who calls it.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  static const Malloc real = next<Malloc>("malloc");
  note_call(__builtin_return_address(0));
  if (void* const block = real(std::max<std::size_t>(bytes, 1))) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace {

using namespace nabla;

enum class Step { with_gradients, consuming, replayed };
constexpr std::string_view names[] = {"with Gradients", "consuming", "replayed"};

struct Method {
  const char* name;
  std::variant<optim::Sgd, optim::Adam> optimizer;
};

const Method methods[] = {
    {"Sgd", optim::Sgd{.learning_rate = 1e-3}},
    {"Sgd with momentum", optim::Sgd{.learning_rate = 1e-3, .momentum = 0.9}},
    {"Adam", optim::Adam{.learning_rate = 1e-3}},
};

void step(Method& method, nn::Mlp& net, const Var& loss, bool consuming) {
  std::visit(
      [&](auto& optimizer) {
        if (consuming)
          optimizer.step(net, loss);
        else
          optimizer.step(net.parameters(), gradient(loss, net.parameters()));
      },
      method.optimizer);
}

int epochs_on_digits(DType dtype, Method method, bool consuming) {
  const data::Dataset digits = data::digits();
  const data::Dataset set(digits.inputs.to(dtype), digits.targets);
  nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::identity, .seed = 4, .dtype = dtype});
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
      step(method, net, loss, consuming);
      steps += counting;
    }
    counting = false;
  }
  fmt::print("digits, {} {}, {}: {} allocations in {} warm steps\n", dtype, method.name,
             consuming ? "consuming" : "with Gradients", calls, steps);
  return calls != 0;
}

/// The same by train::fit. It is warm in its third epoch, and may allocate between two epochs: the first step of one
/// writes weights beside those that are kept of the last.
int fit_on_digits(DType dtype, Method method, double clip_norm) {
  const data::Dataset digits = data::digits();
  const data::Dataset set(digits.inputs.to(dtype), digits.targets);
  nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .dropout = 0.1, .seed = 4, .dtype = dtype});
  const std::int64_t batches = data::batches(set, 32).size();
  long steps = 0;
  calls = 0;
  std::visit(
      [&](auto& optimizer) {
        train::fit(net, nn::softmax_cross_entropy, optimizer, set,
                   {.epochs = 4,
                    .batch_size = 32,
                    .schedule = optim::StepDecay{.learning_rate = 0.1, .every = 50, .factor = 0.9},
                    .clip_norm = clip_norm,
                    .after_step =
                        [&](const train::Step& made, train::Stop&) {
                          steps += counting;
                          counting = made.epoch > 2 && made.batch < batches;
                        },
                    .stop_on_signals = true});
      },
      method.optimizer);
  fmt::print("digits, {} {}, by fit{}: {} allocations in {} warm steps\n", dtype, method.name,
             std::isfinite(clip_norm) ? ", clipped" : "", calls, steps);
  return calls != 0 || steps == 0;
}

struct Net {
  char name;
  std::initializer_list<std::int64_t> sizes;
  nn::Activation hidden;
  std::int64_t batch;
  bool classes;  // softmax and cross-entropy, else the quadratic cost
  int warm_steps;
};

int steps_of(const Net& n, DType dtype, Method method, Step kind) {
  Rng rng(1);
  const std::int64_t inputs = *n.sizes.begin(), outputs = *(n.sizes.end() - 1);
  const Tensor x = rng.normal({n.batch, inputs}, 0, 1, dtype);
  const Tensor y = n.classes ? rng.integers({n.batch}, 0, outputs) : rng.uniform({n.batch, outputs}, 0, 1, dtype);
  nn::Mlp net(n.sizes, {.hidden = n.hidden, .output = n.classes ? nn::identity : n.hidden, .seed = 2, .dtype = dtype});
  Tape tape;
  const auto record = [&] {
    tape.clear();
    const Var a = net(tape.constant(x)), target = tape.constant(y);
    return n.classes ? softmax_cross_entropy(a, target) : quadratic_cost(a, target);
  };
  Var loss = record();
  calls = calls_of_onednn = 0;
  for (int i = 0; i <= n.warm_steps; ++i) {
    counting = i > 0;
    if (kind == Step::replayed)
      tape.replay(net);
    else
      loss = record();
    step(method, net, loss, kind != Step::with_gradients);
  }
  counting = false;
  fmt::print("net {}, {} {}, {}: {} allocations in {} warm steps", n.name, dtype, method.name,
             names[static_cast<std::size_t>(kind)], calls, n.warm_steps);
  if (calls_of_onednn != 0) fmt::print(", and {} inside of oneDNN", calls_of_onednn);
  fmt::print("\n");
  return calls != 0;
}

}  // namespace

int main() {
  int failures = 0;
  for (const DType dtype : {f32, f64})
    for (const Method& method : methods) {
      for (const bool consuming : {false, true}) failures += epochs_on_digits(dtype, method, consuming);
      for (const double clip_norm : {std::numeric_limits<double>::infinity(), 1e-2})
        failures += fit_on_digits(dtype, method, clip_norm);
      for (const Net& net :
           {Net{'A', {784, 30, 10}, nn::sigmoid, 10, false, 100}, Net{'B', {784, 128, 64, 10}, nn::relu, 32, true, 50},
            Net{'C', {784, 512, 512, 10}, nn::relu, 128, true, 5},
            Net{'D', {1024, 1024, 1024, 1024, 1024, 10}, nn::relu, 256, true, 2},
            Net{'E', {2, 8, 1}, nn::tanh, 1, false, 1000}, Net{'F', {2, 8, 1}, nn::tanh, 4, false, 1000}})
        for (const Step kind : {Step::with_gradients, Step::consuming, Step::replayed})
          failures += steps_of(net, dtype, method, kind);
    }
  return failures;
}
