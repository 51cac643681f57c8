// Gradients of functions in f64, beside the functions in plain double.
#include <fmt/format.h>

#include "functions.hpp"
#include "rows.hpp"

namespace bench {
namespace {

constexpr std::int64_t batch = 64;

template <class F>
void require_equal_values(const F& f) {
  const double nabla = forward(f).item(), plain = f.double_value();
  if (!(std::abs(nabla - plain) <= 1e-9 * std::abs(plain)))
    throw std::runtime_error(
        fmt::format("A function has the value {} by Nabla, and {} in plain double.", nabla, plain));
}

template <class F>
Block gradient_block(const std::shared_ptr<F>& f) {
  return timed([f, gradient = std::make_shared<Gradient<F>>(*f)] { keep((*gradient)()); });
}

template <class F, class... Arguments>
Row gradient_row(const std::string& name, double goal, Arguments... arguments) {
  return {"gradient of " + name + " / plain function", {Bound::ratio_at_most, goal}, [arguments...] {
            const auto f = std::make_shared<F>(arguments...);
            require_equal_values(*f);
            return Sides{gradient_block(f), timed([f] { keep(f->double_value()); })};
          }};
}

}  // namespace

// The goal of a gradient is a ratio of times on one machine: what is to be reached there, over what the function took.
std::vector<Row> function_rows() {
  return {gradient_row<MlpCost>("MLP 20-32-32-1, batch 1", 2.4 / 1.09, 1),
          gradient_row<MlpCost>("MLP 20-32-32-1, batch 64", 45.0 / 37, batch),
          gradient_row<GaussianMixture>("GMM d = 10, K = 25, n = 1000", 1.4 / 0.98, 10, 25, 1000),
          gradient_row<GaussianMixture>("GMM d = 2, K = 5, n = 1000", 95.0 / 65, 2, 5, 1000),
          gradient_row<Lstm>("LSTM, 2 layers of 14, 1024 steps", 3.2 / 1.32),
          gradient_row<Rosenbrock>("Rosenbrock, n = 100,000", 320.0 / 56, 100'000),
          {"Hessian-vector product / gradient, MLP batch 64",
           {Bound::ratio_at_most, 2.5},
           [] {
             const auto f = std::make_shared<MlpCost>(batch);
             return Sides{timed([f, product = std::make_shared<HessianProduct<MlpCost>>(*f)] { keep((*product)()); }),
                          gradient_block(f)};
           }},
          {"gradient / own forward, MLP batch 64", {Bound::ratio_at_most, 2}, [] {
             const auto f = std::make_shared<MlpCost>(batch);
             return Sides{gradient_block(f), timed([f] { keep(forward(*f)); })};
           }}};
}

}  // namespace bench
