// Losses: how they are brought together, weighted and refused, and their digits where those are lost easily.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>

using namespace nabla;

namespace {

/// All but the last, whatever the size.
bool has_digits_of(double x, double exact) { return std::abs(x - exact) <= 2e-15 * std::abs(exact); }

}  // namespace

TEST_SUITE("losses") {
  const Tensor a = Tensor::from({2, 3}, {0.1, 0.7, 0.4, 0.9, 0.2, 0.6});
  const Tensor y = Tensor::from({2, 3}, {0, 1, 1, 1, 0, 0});

  TEST_CASE("a reduction gives each loss, their mean, their sum, or their sum over the samples") {
    const Tensor each = mse_loss(a, y, Reduction::none);
    CHECK(identical(each, square(a - y)));
    CHECK(mse_loss(a, y).item() == mean(each).item());
    CHECK(mse_loss(a, y, Reduction::sum).item() == sum(each).item());
    CHECK(kl_div(log(a), y, {.reduction = Reduction::batchmean}).item() ==
          kl_div(log(a), y, {.reduction = Reduction::sum}).item() / 2);
    CHECK(
        kl_div(log(a.sliced(0, 0, 1)), y.sliced(0, 0, 1), {.log_target = true, .reduction = Reduction::none}).shape() ==
        Shape{1, 3});
    CHECK(std::isnan(l1_loss(zeros({0, 2}), zeros({0, 2})).item()));
    CHECK(l1_loss(zeros({0, 2}), zeros({0, 2}), Reduction::sum).item() == 0);
  }

  TEST_CASE("weights multiply losses; pos_weight multiplies the part of the target alone") {
    const Tensor w = Tensor::from({3}, {1, 2, 0.5}), z = log(a) - log(1.0 - a);
    const auto close = [](const Tensor& p, const Tensor& q) { return max(abs(p - q)).item() < 1e-14; };
    CHECK(close(bce_loss(a, y, w, Reduction::none), w * bce_loss(a, y, Reduction::none)));
    CHECK(close(bce_with_logits(z, y, w, Reduction::none), bce_loss(a, y, w, Reduction::none)));
    const Tensor both = bce_with_logits(z, y, 3, w, Reduction::none);
    CHECK(close(both, -3.0 * (w * y * log(a) + (1.0 - y) * log(1.0 - a))));
    CHECK(close(nll_loss(log_softmax(a), Tensor::from({2}, {0, 2}, i64), w),
                cross_entropy(a, Tensor::from({2}, {0, 2}, i64), w)));
  }

  TEST_CASE("operands that would broadcast are refused, and so are options out of range") {
    const auto message = [](auto call) -> std::string {
      try {
        call();
      } catch (const Error& error) {
        return error.what();
      }
      return "no error";
    };
    CHECK(message([&] {
            mse_loss(zeros({4}), zeros({4, 1}));
          }) == "[mse_loss] Operands of shapes [4] and [4, 1]; all must have one shape, see reshape() and expand()");
    CHECK(message([&] {
            bce_with_logits(zeros({4}), zeros({4, 1}), 1, 2);
          }) ==
          "[bce_with_logits] Operands of shapes [4] and [4, 1]; all must have one shape, see reshape() and expand()");
    CHECK(message([&] { huber_loss(a, y, {.delta = -1}); }) ==
          "[huber_loss] delta is -1; it must lie between 0 and inf");
    CHECK(message([&] { dropout_mask(a, y, 1.5); }) == "[dropout_mask] p is 1.5; it must lie between 0 and 1");
    CHECK_THROWS_AS(smooth_l1_loss(a, y, {.beta = std::numeric_limits<double>::quiet_NaN()}), ValueError);
    CHECK(message([&] { poisson_nll_loss(a, y, {.eps = -1}); }) ==
          "[poisson_nll_loss] eps is -1; it must lie between 0 and inf");
    CHECK_THROWS_AS(multi_margin_loss(a, zeros({2}, i64), {.margin = std::numeric_limits<double>::infinity()}),
                    ValueError);
    CHECK(message([&] { cross_entropy(Tensor::scalar(1), Tensor::scalar(0, i64)); }) ==
          "[cross_entropy] Scores of shape []; they must be [classes], [samples, classes] or [samples, classes, ...]");
  }

  TEST_CASE("log_cosh_loss has all its digits near 0 and far from it") {
    const auto log_cosh = [](double d) { return log_cosh_loss(Tensor::scalar(d), zeros({})).item(); };
    CHECK(has_digits_of(log_cosh(1e-9), 5e-19));
    CHECK(has_digits_of(log_cosh(1e-3), 4.999999166666889e-07));
    CHECK(has_digits_of(log_cosh(1), 0.43378083048302719));
    CHECK(log_cosh(-1000) == 1000 - std::log(2.0));
    CHECK(std::isinf(log_cosh(std::numeric_limits<double>::infinity())));
  }

  TEST_CASE("a cross-entropy next to 0 has all its digits, and so has its gradient") {
    const Tensor z = Tensor::from({1, 2}, {40, 0}), index = zeros({1}, i64);
    CHECK(has_digits_of(cross_entropy(z, index).item(), std::exp(-40)));
    CHECK(has_digits_of(softmax_cross_entropy(z, index).item(), std::exp(-40)));
    const Tensor g = grad([&](Var x) { return cross_entropy(x, index); }, z);
    CHECK(has_digits_of(g.at({0, 0}), -std::exp(-40)));
    CHECK(has_digits_of(bce_with_logits(Tensor::scalar(40), ones({})).item(), std::exp(-40)));
  }

  TEST_CASE("samples that are ignored have no gradient, even when none is left to take the mean of") {
    const Tensor index = Tensor::from({2}, {1, 1}, i64);
    const auto loss = [&](Var z) { return cross_entropy(z, index, {.ignore_index = 1}); };
    CHECK(std::isnan(loss(Tape().variable(a)).value().item()));
    CHECK(identical(grad(loss, a), zeros({2, 3})));
  }

  TEST_CASE("a class of probability 0 may have a logit of -inf") {
    constexpr double inf = std::numeric_limits<double>::infinity();
    const Tensor logits = Tensor::from({1, 3}, {0, -inf, 0}), target = Tensor::from({1, 3}, {0.25, 0, 0.75});
    const auto cost = [&](Var z) { return softmax_cross_entropy(z, target); };
    const auto [value, g] = value_and_grad(cost, logits);
    CHECK(has_digits_of(value.item(), std::log(2.0)));
    CHECK(g.at({0, 0}) == 0.25);
    CHECK(g.at({0, 1}) == 0);
    CHECK(g.at({0, 2}) == -0.25);
    const auto by_weight = [](const Var& weight) {
      return cross_entropy(Tensor::from({1, 3}, {-inf, 0, 0}), Tensor::from({1}, {1}, i64), weight,
                           {.reduction = Reduction::sum});
    };
    const Tensor slope = grad(by_weight, ones({3}));
    CHECK(slope.at({0}) == 0);
    CHECK(has_digits_of(slope.at({1}), std::log(2.0)));
    CHECK(slope.at({2}) == 0);
  }

  TEST_CASE("a log-probability of -inf of another class does not reach the gradient of the class weights") {
    const Tensor x = Tensor::from({1, 3}, {-1, -std::numeric_limits<double>::infinity(), -2});
    const Tensor index = Tensor::from({1}, {0}, i64);
    const auto loss = [&](Var w) { return nll_loss(x, index, w, {Reduction::sum}); };
    CHECK(identical(grad(loss, ones({3})), Tensor::from({3}, {1, 0, 0})));
  }

  TEST_CASE("a cross-entropy counts all of ten thousand classes") {
    CHECK(has_digits_of(cross_entropy(zeros({1, 10'000}), zeros({1}, i64)).item(), std::log(10'000.0)));
  }

  TEST_CASE("the softmax cross-entropy of many samples is the mean of each alone, and so is its gradient") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Rng rng(3);
    for (const DType dtype : {f32, f64})
      for (const std::int64_t classes : {1, 2, 7, 10, 16, 17, 40}) {
        const std::int64_t samples = 37;
        Tensor z = rng.normal({samples, classes}, 0, 5);
        const auto set = [&](std::int64_t i, std::int64_t k, double x) {
          z.mutable_data<double>()[static_cast<std::size_t>(i * classes + k % classes)] = x;
        };
        set(3, 1, z.data<double>()[static_cast<std::size_t>(3 * classes)]);  // the largest element may stand twice
        set(4, 2, 300), set(4, 5, 300);
        set(6, 4, -infinity);
        set(20, 6, infinity);
        set(21, 3, std::numeric_limits<double>::quiet_NaN());
        for (std::int64_t k = 0; k < classes; ++k) set(36, k, -infinity);
        z = z.to(dtype);
        Tensor classes_of = zeros({samples}, i64);
        for (std::int64_t i = 0; i < samples; ++i)
          classes_of.mutable_data<std::int64_t>()[static_cast<std::size_t>(i)] = i * 7 % classes;

        const double digits = dtype == f32 ? 2e-6 : 4e-15;
        const auto differ = [&](double p, double q) {
          const bool same = p == q || (std::isnan(p) && std::isnan(q));
          return !same && !(std::abs(p - q) <= digits * std::max(1.0, std::abs(q)));
        };
        const auto gradient_of = [](const Tensor& scores, const Tensor& targets) {
          Tape tape;
          const Var v = tape.variable(scores);
          return gradient(softmax_cross_entropy(v, tape.constant(targets)), {v})[v];
        };
        const Tensor all = gradient_of(z, classes_of);
        double sum = 0;
        int wrong = 0;
        for (std::int64_t i = 0; i < samples; ++i) {
          const Tensor score = z.sliced(0, i, i + 1), its = classes_of.sliced(0, i, i + 1),
                       alone = gradient_of(score, its);
          for (std::int64_t k = 0; k < classes; ++k) wrong += differ(samples * all.at({i, k}), alone.at({0, k}));
          sum += softmax_cross_entropy(score, its).item();
          if (i < 20)  // finite until then
            wrong += differ(softmax_cross_entropy(z.sliced(0, 0, i + 1), classes_of.sliced(0, 0, i + 1)).item(),
                            sum / static_cast<double>(i + 1));
        }
        CHECK(wrong == 0);
      }
  }

  TEST_CASE("costs of values say what class indices should become, and leave other mistakes to their operations") {
    const auto complaint = [](const auto& cost, const auto& outputs, const auto& targets) -> std::string {
      try {
        cost(outputs, targets);
      } catch (const DTypeError& error) {
        return error.what();
      }
      return "no such exception";
    };
    const Tensor outputs = zeros({3, 4}, f32), index = Tensor::from({3}, {0, 1, 2}, i64);
    const std::string advice =
        "The targets are class indices, i64 [3], and the outputs f32 [3, 4]; make them rows of 0 and 1, "
        "one_hot(targets, 4, f32), or take softmax_cross_entropy, which takes indices, and outputs before any softmax";
    Tape tape;
    const Var recorded = tape.constant(outputs);
    CHECK(complaint(nn::half_squared_error, outputs, index) == "[half_squared_error] " + advice);
    CHECK(complaint(nn::half_squared_error, recorded, index) == "[half_squared_error] " + advice);
    CHECK(complaint(nn::quadratic_cost, recorded, tape.constant(index)) == "[quadratic] " + advice);
    CHECK(complaint(nn::quadratic_per_neuron_cost, outputs, index) == "[quadratic_per_neuron] " + advice);
    CHECK(complaint(nn::bernoulli_cross_entropy, outputs, index) == "[bernoulli_cross_entropy] " + advice);
    CHECK(complaint(nn::categorical_cross_entropy, outputs, index) == "[categorical_cross_entropy] " + advice);
    CHECK(complaint(nn::sigmoid_cross_entropy, outputs, index) == "[sigmoid_cross_entropy] " + advice);
    CHECK(nn::half_squared_error(outputs, one_hot(index, 4, f32)).item() == 1.5);  // as advised
    CHECK(complaint(nn::half_squared_error, outputs, zeros({3, 4}, i64)).starts_with("[mse_loss] "));
  }
}
