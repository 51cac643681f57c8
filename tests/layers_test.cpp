// Convolutions and pools against plain loops, and what normalisations leave alone.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>

using namespace nabla;

namespace {

/// The definition of conv2d.
Tensor plain_conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dOptions& o) {
  const Shape &image = x.shape(), &filter = w.shape();
  const auto places = [](std::int64_t extent, std::int64_t kernel, std::int64_t s, std::int64_t p, std::int64_t d) {
    return (extent + 2 * p - d * (kernel - 1) - 1) / s + 1;
  };
  const std::int64_t rows = places(image[2], filter[2], o.stride.height, o.padding.height, o.dilation.height);
  const std::int64_t columns = places(image[3], filter[3], o.stride.width, o.padding.width, o.dilation.width);
  Tensor y = zeros({image[0], filter[0], rows, columns});
  double* to = y.mutable_data<double>().data();
  for (std::int64_t n = 0; n < image[0]; ++n)
    for (std::int64_t f = 0; f < filter[0]; ++f)
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t q = 0; q < columns; ++q, ++to) {
          *to = b.at({f});
          for (std::int64_t c = 0; c < filter[1]; ++c)
            for (std::int64_t i = 0; i < filter[2]; ++i)
              for (std::int64_t j = 0; j < filter[3]; ++j) {
                const std::int64_t channel = f / (filter[0] / o.groups) * filter[1] + c;
                const std::int64_t at_y = r * o.stride.height - o.padding.height + i * o.dilation.height;
                const std::int64_t at_x = q * o.stride.width - o.padding.width + j * o.dilation.width;
                if (at_y >= 0 && at_y < image[2] && at_x >= 0 && at_x < image[3])
                  *to += w.at({f, c, i, j}) * x.at({n, channel, at_y, at_x});
              }
        }
  return y;
}

double difference(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() ? max(abs(a - b)).item() : 1e9; }

}  // namespace

TEST_SUITE("layers") {
  TEST_CASE("conv2d is the sum of its definition, whatever the geometry, and its rules are its transposes") {
    Rng rng(3);
    const auto draw = [&](std::int64_t low, std::int64_t high) {
      return static_cast<std::int64_t>(rng.integers({}, low, high + 1).item());
    };
    for (int trial = 0; trial < 200; ++trial) {
      const std::int64_t groups = draw(1, 2), kernel_height = draw(1, 3), kernel_width = draw(1, 3);
      const Conv2dOptions o{.stride = {draw(1, 2), draw(1, 3)},
                            .padding = {draw(0, 3), draw(0, 2)},
                            .dilation = {draw(1, 2), draw(1, 2)},
                            .groups = groups};
      const Tensor x = rng.normal({draw(1, 3), groups * draw(1, 2), draw(5, 8), draw(5, 8)});
      const std::int64_t channels = x.shape()[1] / groups;
      const Tensor w = rng.normal({groups * draw(1, 2), channels, kernel_height, kernel_width});
      const Tensor b = rng.normal({w.shape()[0]});
      CAPTURE(x.shape());
      CAPTURE(w.shape());
      const Tensor y = conv2d(x, w, b, o);
      CHECK(difference(y, plain_conv2d(x, w, b, o)) < 1e-13);
      CHECK(max(abs(conv2d(x.to(f32), w.to(f32), b.to(f32), o).to(f64) - y)).item() < 1e-5);

      const Tensor u = rng.normal(y.shape());  // ⟨u, conv(x, w)⟩ = ⟨convᵀ(u, w), x⟩ = ⟨∂(x, u), w⟩
      const double product = sum(u * conv2d(x, w, o)).item();
      const Tensor back = conv2d_transposed(u, w, {x.shape()[2], x.shape()[3]}, o);
      const Tensor weight = conv2d_weight_gradient(x, u, {kernel_height, kernel_width}, o);
      CHECK(sum(back * x).item() == doctest::Approx(product).epsilon(1e-12));
      CHECK(sum(weight * w).item() == doctest::Approx(product).epsilon(1e-12));
    }
  }

  TEST_CASE("conv1d is conv2d on images of height 1") {
    Rng rng(4);
    const Tensor x = rng.normal({2, 4, 9}), w = rng.normal({6, 2, 3}), b = rng.normal({6});
    const Tensor y = conv1d(x, w, b, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2});
    const Tensor images = conv2d(x.reshaped({2, 4, 1, 9}), w.reshaped({6, 2, 1, 3}), b,
                                 {.stride = {1, 2}, .padding = {0, 1}, .dilation = {1, 2}, .groups = 2});
    CHECK(identical(y, images.reshaped(y.shape())));
  }

  TEST_CASE("many samples are convolved with the same bits on any number of threads") {
    Rng rng(5);
    const Tensor x = rng.normal({9, 3, 12, 12}).to(f32), w = rng.normal({4, 3, 3, 3}).to(f32);
    const auto results = [&] {
      const Tensor y = conv2d(x, w, {.padding = 1});
      return std::vector<Tensor>{y,
                                 conv2d_transposed(y, w, 12, {.padding = 1}),
                                 conv2d_weight_gradient(x, y, 3, {.padding = 1}),
                                 max_pool2d(x, 2),
                                 layer_norm(x, {12, 12}),
                                 group_norm(x, 3)};
    };
    const std::vector<Tensor> one = results();
    set_threads(3);
    const std::vector<Tensor> three = results();
    set_threads(1);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(identical(one[i], three[i]));
  }

  TEST_CASE("the gradient of a weight is the sum of those of the samples, however many there are") {
    Rng rng(6);  // of small integers, so that no sum is rounded
    const Tensor x = rng.integers({21, 2, 5, 5}, -3, 4).to(f64), y = rng.integers({21, 3, 3, 3}, -3, 4).to(f64);
    Tensor total = zeros({3, 2, 3, 3});
    for (std::int64_t n = 0; n < 21; ++n)
      total = total + conv2d_weight_gradient(slice(x, 0, n, n + 1), slice(y, 0, n, n + 1), 3);
    CHECK(identical(conv2d_weight_gradient(x, y, 3), total));
  }

  TEST_CASE("the largest of a window is its first one, and a NaN is larger than all") {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const Tensor x = Tensor::from({1, 1, 2, 6}, {1, 3, inf, nan, -inf, -inf, 3, 2, 5, nan, -inf, -inf});
    const Tensor y = max_pool2d(x, 2), at = max_pool2d_indices(x, 2);
    CHECK(y.at({0, 0, 0, 0}) == 3);
    CHECK(std::isnan(y.at({0, 0, 0, 1})));
    CHECK(y.at({0, 0, 0, 2}) == -inf);
    CHECK(identical(at, Tensor::from({1, 1, 1, 3}, {1, 3, 4}, i64)));
  }

  TEST_CASE("only y of batch_norm_train has a derivative, and the statistics move towards those of the batch") {
    const Tensor x = Tensor::from({2, 1, 2}, {1, 2, 3, 6});
    Tape tape;
    const Var v = tape.variable(x);
    const auto batch = batch_norm_train(v, zeros({1}), ones({1}), {.momentum = 0.5});
    CHECK(batch.running_mean.value().item() == 1.5);
    CHECK(batch.running_var.value().item() == doctest::Approx(0.5 + 0.5 * 14 / 3));
    CHECK(identical(gradient(sum(batch.running_mean + batch.running_var), {v})[v], zeros(x.shape())));
    CHECK(mean(batch.y).value().item() == doctest::Approx(0));
    const Tensor eval = batch_norm_eval(x, Tensor::from({1}, {3}), Tensor::from({1}, {3.5}));
    CHECK(difference(eval, batch.y.value()) < 1e-14);
  }

  TEST_CASE("a weight for each channel, in samples of any rank") {
    Rng rng(6);
    const Tensor w = Tensor::from({4}, {1, 2, 3, 4}), b = Tensor::from({4}, {0, 1, 0, 1});
    for (const Shape& shape : {Shape{5, 4}, Shape{5, 4, 3}, Shape{5, 4, 3, 2}}) {
      const Tensor x = 1e3 + rng.normal(shape);  // far from 0: no digits are lost to the mean
      Dims beside{4};
      for (std::size_t i = 2; i < shape.rank(); ++i) beside.push_back(1);
      const Tensor y = group_norm(x, 2, w, b);
      CHECK(difference(y, group_norm(x, 2) * w.reshaped(beside) + b.reshaped(beside)) < 1e-14);
      CHECK(difference(y, group_norm(x - 1e3, 2, w, b)) < 1e-11);
    }
  }

  TEST_CASE("attention hides keys by the mask, or all behind the query") {
    Rng rng(7);
    const Tensor q = rng.normal({2, 3, 4}), k = rng.normal({2, 3, 4}), v = rng.normal({2, 3, 5});
    const double inf = std::numeric_limits<double>::infinity();
    const Tensor mask = Tensor::from({3, 3}, {0, -inf, -inf, 0, 0, -inf, 0, 0, 0});
    const Tensor y = attention(q, k, v, {.causal = true});
    CHECK(difference(y, attention(q, k, v, mask)) == 0);
    CHECK(difference(y.sliced(1, 0, 1), v.sliced(1, 0, 1)) == 0);
    CHECK(difference(attention(q, k, v), attention(q, k, v, zeros({3, 3}))) == 0);
  }
}
