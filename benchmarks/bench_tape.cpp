// What a recorded operation costs: chains of 1000 operations in f64, recorded and swept on one tape, beside the same on
// a bump arena without a library.
#include <benchmark/benchmark.h>

#include <nabla/nabla.hpp>

#include "bump_arena.hpp"

namespace {

using namespace nabla;

constexpr int chain = 1000;

/// Shows the time of one operation of the chain as `per_op`.
void count_operations(benchmark::State& state) {
  state.counters["per_op"] = benchmark::Counter(static_cast<double>(chain) * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Time of record + reverse.
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
  count_operations(state);
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

/// The floor.
template <class Step>
void bump_arena(benchmark::State& state, std::int64_t extent, Step step) {
  bump::Tape tape;
  for (auto _ : state) {
    tape.clear();
    bump::Node* const x = tape.leaf(extent, extent, 0.9);
    bump::Node* const w = tape.leaf(extent, extent, 0.9);
    bump::Node* y = x;
    for (int i = 0; i < chain; ++i) y = step(tape, y, w);
    tape.reverse(y);
    benchmark::DoNotOptimize(x->adjoint[0] + w->adjoint[0]);
  }
  count_operations(state);
}

const auto arena_plus = [](bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.add(y, w); };
const auto arena_times = [](bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.mul(y, w); };
const auto arena_logistic = [](bump::Tape& tape, bump::Node* y, bump::Node*) { return tape.sigmoid(y); };
const auto arena_product = [](bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.matmul(y, w); };

BENCHMARK_CAPTURE(bump_arena, add_1x1, 1, arena_plus);
BENCHMARK_CAPTURE(bump_arena, mul_1x1, 1, arena_times);
BENCHMARK_CAPTURE(bump_arena, sigmoid_1x1, 1, arena_logistic);
BENCHMARK_CAPTURE(bump_arena, add_4x4, 4, arena_plus);
BENCHMARK_CAPTURE(bump_arena, mul_4x4, 4, arena_times);
BENCHMARK_CAPTURE(bump_arena, sigmoid_4x4, 4, arena_logistic);
BENCHMARK_CAPTURE(bump_arena, matmul_4x4, 4, arena_product);

/// Tensor in, Tensor out: nothing is recorded.
void compute_add_8(benchmark::State& state) {
  const Tensor a = full({8}, 1.5), b = full({8}, 2.5);
  for (auto _ : state) benchmark::DoNotOptimize(a + b);
}
BENCHMARK(compute_add_8);

}  // namespace
