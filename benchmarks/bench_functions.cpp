// Gradients of functions by Nabla, beside their values by Nabla and in plain double.
#include <benchmark/benchmark.h>

#include "functions.hpp"

namespace {

using namespace bench;

template <class F, std::int64_t... arguments>
void plain(benchmark::State& state) {
  const F f(arguments...);
  for (auto _ : state) benchmark::DoNotOptimize(f.double_value());
}

template <class F, std::int64_t... arguments>
void value(benchmark::State& state) {
  const F f(arguments...);
  for (auto _ : state) benchmark::DoNotOptimize(forward(f));
}

template <class F, std::int64_t... arguments>
void gradient(benchmark::State& state) {
  const F f(arguments...);
  Gradient<F> step(f);
  step();
  for (auto _ : state) benchmark::DoNotOptimize(step());
}

template <class F, std::int64_t... arguments>
void hessian_product(benchmark::State& state) {
  const F f(arguments...);
  HessianProduct<F> step(f);
  step();
  for (auto _ : state) benchmark::DoNotOptimize(step());
}

template <class F, std::int64_t... arguments>
bool all(const std::string& name) {
  benchmark::RegisterBenchmark((name + "/plain").c_str(), plain<F, arguments...>);
  benchmark::RegisterBenchmark((name + "/value").c_str(), value<F, arguments...>);
  benchmark::RegisterBenchmark((name + "/gradient").c_str(), gradient<F, arguments...>);
  benchmark::RegisterBenchmark((name + "/hessian_product").c_str(), hessian_product<F, arguments...>);
  return true;
}

const bool registered = all<MlpCost, 1>("mlp_batch_1") && all<MlpCost, 64>("mlp_batch_64") &&
                        all<GaussianMixture, 10, 25, 1000>("gmm_10_25_1000") &&
                        all<GaussianMixture, 2, 5, 1000>("gmm_2_5_1000") && all<Lstm>("lstm") &&
                        all<Rosenbrock, 100'000>("rosenbrock_100000");

}  // namespace
