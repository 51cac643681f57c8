// What a recorded operation costs: chains of 1000 operations in f64, recorded and swept on one tape.
#include <benchmark/benchmark.h>

#include <nabla/nabla.hpp>

namespace {

using namespace nabla;

constexpr int chain = 1000;

/// Time of record + reverse, and of one operation of the chain as `per_op`.
template <class Step>
void record_and_reverse(benchmark::State& state, const Shape& shape, Step step) {
  const Tensor start = full(shape, 0.9);
  Tape tape;
  for (auto _ : state) {
    tape.clear();
    const Var x = tape.variable(start);
    const Var w = tape.variable(start);
    Var y = x;
    for (int i = 0; i < chain; ++i) y = step(y, w);
    benchmark::DoNotOptimize(gradient(y, {x, w}, start));
  }
  state.counters["per_op"] = benchmark::Counter(static_cast<double>(chain) * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

const Shape one{1, 1}, four{4, 4};
const auto plus = [](Var y, Var w) { return y + w; };
const auto times = [](Var y, Var w) { return y * w; };
const auto logistic = [](Var y, Var) { return sigmoid(y); };
const auto product = [](Var y, Var w) { return matmul(y, w); };

BENCHMARK_CAPTURE(record_and_reverse, add_1x1, one, plus);
BENCHMARK_CAPTURE(record_and_reverse, mul_1x1, one, times);
BENCHMARK_CAPTURE(record_and_reverse, sigmoid_1x1, one, logistic);
BENCHMARK_CAPTURE(record_and_reverse, add_4x4, four, plus);
BENCHMARK_CAPTURE(record_and_reverse, mul_4x4, four, times);
BENCHMARK_CAPTURE(record_and_reverse, sigmoid_4x4, four, logistic);
BENCHMARK_CAPTURE(record_and_reverse, matmul_4x4, four, product);

/// Tensor in, Tensor out: nothing is recorded.
void compute_add_8(benchmark::State& state) {
  const Tensor a = full({8}, 1.5), b = full({8}, 2.5);
  for (auto _ : state) benchmark::DoNotOptimize(a + b);
}
BENCHMARK(compute_add_8);

}  // namespace
