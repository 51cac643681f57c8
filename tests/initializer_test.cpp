// How weights begin.
#include <doctest/doctest.h>

#include <cmath>
#include <nabla/nabla.hpp>

#include "elements.hpp"

using namespace nabla;
using doctest::Approx;
using doctest::Contains;

TEST_CASE("fans are those of a layer, a convolution and a bias") {
  CHECK(nn::Fans({30, 784}).in == 784);
  CHECK(nn::Fans({30, 784}).out == 30);
  CHECK(nn::Fans({32, 16, 3, 5}).in == 240);
  CHECK(nn::Fans({32, 16, 3, 5}).out == 480);
  CHECK(nn::Fans({7}).in == 1);
  CHECK(nn::Fans({7}).out == 7);
  CHECK_THROWS_AS(nn::Fans({}), ShapeError);
  CHECK_THROWS_WITH_AS(nn::gain("swoosh"), Contains("[gain] No gain is known for 'swoosh'"), ValueError);
}

TEST_CASE("initialisers have the deviation of their formula") {
  const auto deviation = [](const nn::Initializer& initializer) {
    Rng rng(3);
    return stddev(initializer({200, 25, 2, 2}, rng, f64)).item();  // fan in 100, fan out 800
  };
  CHECK(deviation(nn::glorot_uniform()) == Approx(std::sqrt(2.0 / 900)).epsilon(0.02));
  CHECK(deviation(nn::glorot_normal(2)) == Approx(2 * std::sqrt(2.0 / 900)).epsilon(0.02));
  CHECK(deviation(nn::he_normal()) == Approx(std::sqrt(2.0 / 100)).epsilon(0.02));
  CHECK(deviation(nn::he_uniform(nn::Fan::out)) == Approx(std::sqrt(2.0 / 800)).epsilon(0.02));
  CHECK(deviation(nn::lecun_normal()) == Approx(0.1).epsilon(0.02));
  CHECK(deviation(nn::lecun_uniform()) == Approx(0.1).epsilon(0.02));
  CHECK(deviation(nn::small_normal()) == Approx(0.01).epsilon(0.02));
  CHECK(deviation(nn::uniform(1, 3)) == Approx(2 / std::sqrt(12.0)).epsilon(0.02));
  CHECK(deviation(nn::constant(3)) == 0);
}

TEST_CASE("an orthogonal weight has orthonormal rows or columns") {
  for (const DType dtype : {f32, f64})
    for (const Shape& shape : {Shape{8, 20}, Shape{20, 8}, Shape{6, 2, 3, 3}, Shape{5, 5}, Shape{4}}) {
      Rng rng(1);
      const Tensor w = nn::orthogonal(2)(shape, rng, dtype);
      REQUIRE(w.shape() == shape);
      CHECK(w.dtype() == dtype);
      const Tensor rows = w.to(f64).reshaped({shape[0], shape.elements() / shape[0]});
      const Tensor q = rows.shape()[0] <= rows.shape()[1] ? rows : rows.transposed().contiguous();
      const Tensor products = matmul(q, q.transposed()).contiguous();
      const std::int64_t n = q.shape()[0];
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j)
          CHECK(std::abs(products.at({i, j}) - (i == j ? 4 : 0)) < (dtype == f32 ? 1e-6 : 1e-14));
    }
  Rng rng(1);
  CHECK_THROWS_AS(nn::orthogonal()({}, rng, f64), ShapeError);
}

TEST_CASE("a layer takes its initialisers") {
  Rng rng(1);
  const nn::Linear layer(3, 2, rng, {.weight = nn::constant(0.5), .bias = nn::constant(-1)});
  CHECK(elements<float>(layer.weight.value) == std::vector<float>(6, 0.5F));
  CHECK(elements<float>(layer.bias.value) == std::vector<float>(2, -1.0F));
}
