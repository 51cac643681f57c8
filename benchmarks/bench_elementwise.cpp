// Elementwise functions on arrays that stay in the first-level cache: Nabla, a loop over std::, and SLEEF's vectors
// where it is installed; and an operation made from a lambda, whose derivative is by dual numbers, beside the one of
// the library, whose derivative is written by hand. items_per_second is elements a second; 1 G/s is 1 element a ns.
#include <benchmark/benchmark.h>

#include <cmath>
#include <nabla/elementwise.hpp>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "sleef_functions.hpp"

namespace {

using namespace nabla;

constexpr std::int64_t n = 1024;

/// On arguments in (0.1, 4), where every function is defined.
template <class T>
std::vector<T> arguments() {
  std::vector<T> x(n);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(0.1 + 3.9 * static_cast<double>(i) / n);
  return x;
}

template <class T, class F>
void by_nabla(benchmark::State& state, F f) {
  const Tensor x = Tensor::copy_of({n}, arguments<T>());
  for (auto _ : state) benchmark::DoNotOptimize(f(x));
  state.SetItemsProcessed(state.iterations() * n);
}

template <class T, class F>
void by_loop(benchmark::State& state, F f) {
  const std::vector<T> x = arguments<T>();
  std::vector<T> y(x.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

template <class T>
void by_sleef(benchmark::State& state, bench::ArrayFunction<T> f) {
  const std::vector<T> x = arguments<T>();
  std::vector<T> y(x.size());
  for (auto _ : state) {
    f(x.data(), y.data(), x.size());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

template <class F, class G>
void add(const std::string& name, F nabla_function, G scalar) {
  const auto add_dtype = [&]<class T>(T, const std::string& dtype) {
    benchmark::RegisterBenchmark((name + "/" + dtype + "/nabla").c_str(),
                                 [=](benchmark::State& state) { by_nabla<T>(state, nabla_function); });
    benchmark::RegisterBenchmark((name + "/" + dtype + "/std").c_str(),
                                 [=](benchmark::State& state) { by_loop<T>(state, scalar); });
    if (const bench::ArrayFunction<T> f = bench::sleef<T>(name))
      benchmark::RegisterBenchmark((name + "/" + dtype + "/sleef_u10").c_str(),
                                   [=](benchmark::State& state) { by_sleef<T>(state, f); });
  };
  add_dtype(float{}, "f32");
  add_dtype(double{}, "f64");
}

inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

/// The compiled loops alone.
template <class T>
void forward_loop(benchmark::State& state, const AnyOp& op) {
  const std::vector<T> x = arguments<T>();
  std::vector<T> y(x.size());
  const void* const in[] = {x.data()};
  const auto loop = op.table().elementwise->forward_loop(dtype_of<T>);
  for (auto _ : state) {
    loop(op.op(), n, y.data(), in);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

template <class T>
void reverse_loop(benchmark::State& state, const AnyOp& op) {
  const std::vector<T> x = arguments<T>(), y = x, ct(x.size(), T(1));
  std::vector<T> g(x.size());
  const void* const in[] = {x.data(), y.data()};
  void* const grad[] = {g.data()};
  const bool add[] = {false};
  const auto loop = op.table().elementwise->reverse_loop(dtype_of<T>);
  for (auto _ : state) {
    loop(op.op(), n, ct.data(), in, grad, add);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

/// A scalar, recorded and swept: all but the loops.
template <class F>
void record_and_reverse(benchmark::State& state, F f) {
  Tape tape;
  for (auto _ : state) {
    tape.clear();
    const Var x = tape.variable(0.5);
    Var y = x;
    for (int i = 0; i < 1000; ++i) y = f(y);
    benchmark::DoNotOptimize(gradient(y, {x}));
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}

template <class F>
void add_loops(const std::string& name, F f, const AnyOp& op) {
  const auto add_dtype = [&]<class T>(T, const std::string& dtype) {
    benchmark::RegisterBenchmark(("forward/" + dtype + "/" + name).c_str(),
                                 [=](benchmark::State& state) { forward_loop<T>(state, op); });
    benchmark::RegisterBenchmark(("reverse/" + dtype + "/" + name).c_str(),
                                 [=](benchmark::State& state) { reverse_loop<T>(state, op); });
  };
  add_dtype(float{}, "f32");
  add_dtype(double{}, "f64");
  benchmark::RegisterBenchmark(("record_and_reverse/" + name).c_str(),
                               [=](benchmark::State& state) { record_and_reverse(state, f); });
}

const bool registered = [] {
  add_loops(
      "silu", [](const Var& x) { return silu(x); }, ops::Silu{});
  add_loops("lambda", swish, swish.op());
  add(
      "exp", [](const Tensor& x) { return exp(x); }, [](auto x) { return std::exp(x); });
  add(
      "log", [](const Tensor& x) { return log(x); }, [](auto x) { return std::log(x); });
  add(
      "tanh", [](const Tensor& x) { return tanh(x); }, [](auto x) { return std::tanh(x); });
  add(
      "sin", [](const Tensor& x) { return sin(x); }, [](auto x) { return std::sin(x); });
  add(
      "cos", [](const Tensor& x) { return cos(x); }, [](auto x) { return std::cos(x); });
  add(
      "erf", [](const Tensor& x) { return erf(x); }, [](auto x) { return std::erf(x); });
  add(
      "erfc", [](const Tensor& x) { return erfc(x); }, [](auto x) { return std::erfc(x); });
  add(
      "sqrt", [](const Tensor& x) { return sqrt(x); }, [](auto x) { return std::sqrt(x); });
  add(
      "sigmoid", [](const Tensor& x) { return sigmoid(x); }, [](auto x) { return 1 / (1 + std::exp(-x)); });
  add(
      "softplus", [](const Tensor& x) { return softplus(x); }, [](auto x) { return std::log1p(std::exp(x)); });
  add(
      "gelu", [](const Tensor& x) { return gelu(x); },
      [](auto x) { return x * std::erfc(-x * decltype(x)(0.70710678118654752)) / 2; });
  add(
      "relu", [](const Tensor& x) { return relu(x); }, [](auto x) { return x > 0 ? x : 0; });
  add(
      "square", [](const Tensor& x) { return square(x); }, [](auto x) { return x * x; });
  return true;
}();

}  // namespace
