// The sum over paths beside the sweep.
#include <doctest/doctest.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <nabla/paths.hpp>

using namespace nabla;

TEST_SUITE("paths") {
  TEST_CASE("x · x has two paths to x, and a sum of both ways has one for each") {
    Tape tape;
    const Var x = tape.variable(3.0), y = x * x, f = y + sin(y);
    const std::vector<Path> all = paths(f, x);
    REQUIRE(all.size() == 4);
    for (const Path& path : all) {
      CHECK(path.nodes.front() == x.id());
      CHECK(path.nodes.back() == f.id());
      CHECK(path.factors.size() + 1 == path.nodes.size());
      CHECK(path.factors[0] == 3);
    }
    CHECK(sum_over_paths(f, x) == doctest::Approx(6 * (1 + std::cos(9.0))).epsilon(1e-15));
    CHECK(paths(f, f).size() == 1);
    CHECK(sum_over_paths(f, f) == 1);
    CHECK(paths(x, f).empty());
  }

  TEST_CASE("on random scalar graphs the sum over paths is what the sweep gives, for every node") {
    Rng rng(4);
    for (int trial = 0; trial < 100; ++trial) {
      Tape tape;
      for (int i = 0; i < 3; ++i) tape.variable(rng.uniform({}, -1, 1).item());
      const auto any = [&] {
        const auto nodes = static_cast<std::int64_t>(tape.size());
        return tape.var(static_cast<NodeId>(rng.integers({}, 0, nodes).item()));
      };
      for (int i = 0; i < 14; ++i) switch (static_cast<int>(rng.integers({}, 0, 4).item())) {
          case 0:
            tanh(any());
            break;
          case 1:
            sigmoid(any() * any());
            break;
          case 2:
            any() - any() * step(any());
            break;
          default:
            cos(any() + 0.5);
        }
      const Var f = tape.var(static_cast<NodeId>(tape.size() - 1));
      for (NodeId id = 0; id < tape.size(); ++id) {
        const double swept = gradient(f, {tape.var(id)})[tape.var(id)].item();
        CHECK(std::abs(sum_over_paths(f, tape.var(id)) - swept) <= 1e-13 * std::max(1.0, std::abs(swept)));
      }
    }
  }

  TEST_CASE("too many paths are counted, not walked; vectors and stale handles are refused") {
    Tape tape;
    const Var x = tape.variable(1.0);
    Var y = x;
    for (int i = 0; i < 100; ++i) y = y * y;
    CHECK_THROWS_WITH_AS(paths(y, x), doctest::Contains("[paths] 1.2676506002282294e+30 paths, and 1000000"),
                         ValueError);
    CHECK_THROWS_AS(paths(x * x, x, 1), ValueError);

    const Var v = tape.variable(ones({2})), f = sum(exp(v));
    CHECK_THROWS_WITH_AS(paths(f, v), doctest::Contains("has shape [2]; a path goes through scalars"), ShapeError);
    CHECK(paths(f, x).empty());  // no path, no vector on it
    CHECK_THROWS_AS(paths(tape.constant(Tensor::scalar(1, i64)), x), DTypeError);
    tape.clear();
    CHECK_THROWS_AS(paths(y, x), TapeError);
  }
}
