// Evaluating a record again: the same bits as recording it anew.
#include <doctest/doctest.h>

#include <nabla/nabla.hpp>
#include <string>

using namespace nabla;
using doctest::Contains;

namespace {

struct Batch {
  Tensor x, y;
};

Batch batch(std::uint64_t seed, DType dtype, std::int64_t rows = 9) {
  Rng rng(seed);
  return {rng.normal({rows, 6}, 0, 1, dtype), rng.integers({rows}, 0, 3)};
}

Var loss_of(const nn::Mlp& net, const Var& x, const Var& y) { return softmax_cross_entropy(net(x), y); }

std::vector<Tensor> values_of(const nn::Mlp& net) {
  std::vector<Tensor> values;
  for (const Parameter* p : net.parameters()) values.push_back(p->value);
  return values;
}

}  // namespace

TEST_CASE("200 replayed steps give the parameters and losses of 200 recorded ones, bit for bit") {
  for (const DType dtype : {f32, f64})
    for (const double momentum : {0.0, 0.9})
      for (const bool consuming : {false, true}) {
        CAPTURE(name(dtype));
        CAPTURE(momentum);
        CAPTURE(consuming);
        nn::Mlp recorded({6, 5, 4, 3}, {.hidden = nn::tanh, .seed = 1, .dtype = dtype}), replayed = recorded;
        optim::Sgd a{.learning_rate = 0.1, .momentum = momentum}, b = a;
        const auto step = [&](optim::Sgd& sgd, nn::Mlp& net, const Var& loss) {
          if (consuming)
            sgd.step(net, loss);
          else
            sgd.step(net.parameters(), gradient(loss, net.parameters()));
        };
        Tape anew, again;
        const Batch first = batch(0, dtype);
        const Var x = again.constant(first.x), y = again.constant(first.y), loss = loss_of(replayed, x, y);
        bool same = true;
        for (std::uint64_t i = 0; i < 200; ++i) {
          const Batch one = batch(i, dtype);
          anew.clear();
          const Var expected = loss_of(recorded, anew.constant(one.x), anew.constant(one.y));
          step(a, recorded, expected);

          again.set(x, one.x);
          again.set(y, one.y);
          again.replay(replayed);
          step(b, replayed, loss);
          same &= identical(loss.value(), expected.value());
        }
        CHECK(same);
        const std::vector<Tensor> left = values_of(recorded), right = values_of(replayed);
        for (std::size_t i = 0; i < left.size(); ++i) CHECK(identical(left[i], right[i]));
      }
}

TEST_CASE("views, broadcast operands, numbers and recorded gradients are replayed") {
  const auto f = [](Tape& tape, const Var& x) {
    const Var y = transpose(slice(x, 0, 1, 3)) * 2.0 + reshape(sum(x, 0), {4, 1});
    const Var cost = sum(exp(y * 0.1) / (1.0 + square(y))) + mean(where(x > 0.0, x, sin(x)));
    const RecordedGradients g = gradient_recorded(cost, {x});
    return sum(square(g[x])) + tape.constant(3.0);
  };
  const Tensor first = Rng(1).normal({3, 4}), second = Rng(2).normal({3, 4});
  Tape tape, fresh;
  const Var x = tape.variable(first), value = f(tape, x);
  tape.set(x, second);
  tape.replay();
  const Var expected_x = fresh.variable(second), expected = f(fresh, expected_x);
  CHECK(identical(value.value(), expected.value()));
  CHECK(identical(gradient(value, {x})[x], gradient(expected, {expected_x})[expected_x]));

  const Tensor held = value.value();
  tape.set(x, first);
  tape.replay();
  CHECK_FALSE(identical(held, value.value()));
  CHECK(identical(held, expected.value()));
}

TEST_CASE("between set() and replay() nothing can be swept, and a strided value may be set") {
  Tape tape;
  const Var x = tape.variable(ones({2, 3})), y = square(x) + 1.0;
  const Tensor strided = transpose(Rng(3).normal({3, 2}));
  tape.set(x, strided);
  CHECK_THROWS_WITH_AS(gradient(sum(y), {x}), Contains("[gradient] A consuming step or set() has put this record"),
                       TapeError);
  tape.replay();
  CHECK(identical(y.value(), square(strided) + 1.0));
  CHECK(identical(gradient(sum(y), {x})[x], 2.0 * strided.contiguous()));
}

TEST_CASE("a wrong set() or replay() is refused, and nothing is changed") {
  nn::Mlp net({6, 4, 3}, {.seed = 1}), other({6, 4, 3}, {.seed = 2});
  const Batch one = batch(1, f32);
  Tape tape, elsewhere;
  const Var x = tape.constant(one.x), y = tape.constant(one.y), loss = loss_of(net, x, y);
  const Tensor before = loss.value();
  CHECK_THROWS_WITH_AS(tape.set(x, zeros({9, 5}, f32)),
                       "[set] The value has shape [9, 5], but [9, 6] when it was "
                       "recorded; record again",
                       ShapeError);
  CHECK_THROWS_WITH_AS(tape.set(x, zeros({9, 6})), Contains("[set] The value is f64, but was f32"), DTypeError);
  CHECK_THROWS_WITH_AS(tape.set(x, Tensor()), Contains("[set] An empty Tensor object"), ValueError);
  CHECK_THROWS_WITH_AS(tape.set(loss, zeros({}, f32)),
                       Contains("is the result of an operation; only a variable or a "
                                "constant can be set"),
                       TapeError);
  CHECK_THROWS_WITH_AS(tape.set(tape.parameter(*net.parameters()[0]), zeros({4, 6}, f32)),
                       Contains("is the leaf of a parameter"), TapeError);
  CHECK_THROWS_WITH_AS(tape.set(elsewhere.variable(1.0), zeros({})), Contains("two tapes"), TapeError);
  CHECK_THROWS_WITH_AS(tape.replay(),
                       Contains("[replay] 4 of the parameters that the record holds are not among the 0 "
                                "given; pass all of them, or record again"),
                       TapeError);
  CHECK_THROWS_WITH_AS(tape.replay(other), Contains("4 of the parameters"), TapeError);
  Parameter& bias = *net.parameters()[1];
  const Tensor old = bias.value;
  bias.value = zeros({5}, f32);
  CHECK_THROWS_WITH_AS(tape.replay(net), Contains("has shape [5], but [4] when it was recorded"), ShapeError);
  bias.value = Tensor();
  CHECK_THROWS_WITH_AS(tape.replay(net), Contains("[replay] An empty Tensor object"), ValueError);
  bias.value = old;
  CHECK(identical(loss.value(), before));
  CHECK(gradient(loss, {tape.parameter(bias)}).size() == 1);
}

TEST_CASE("when an operation refuses the new values, the record is out of date until a replay succeeds") {
  nn::Mlp net({6, 4, 3}, {.seed = 1});
  const Batch one = batch(1, f32);
  Tape tape;
  const Var x = tape.constant(one.x), y = tape.constant(one.y), loss = loss_of(net, x, y);
  const Tensor before = loss.value();
  tape.set(y, full({9}, 3, i64));
  CHECK_THROWS_WITH_AS(tape.replay(net), Contains("Class 3 of 3 classes"), ValueError);
  CHECK_THROWS_WITH_AS(optim::Sgd{}.step(net, loss), Contains("out of date"), TapeError);
  tape.set(y, one.y);
  tape.replay(net);
  CHECK(identical(loss.value(), before));
  optim::Sgd{}.step(net, loss);
}

TEST_CASE("the plan of a step serves only the record it was made for") {
  nn::Mlp net({6, 4, 3}, {.seed = 1}), same = net;
  const Batch one = batch(1, f32);
  optim::Sgd sgd{.learning_rate = 0.1};
  const auto first_layer = [](nn::Mlp& n) { return std::vector<Parameter*>{n.parameters()[0], n.parameters()[1]}; };
  Tape tape, fresh;
  const Var x = tape.constant(one.x), y = tape.constant(one.y), loss = loss_of(net, x, y);
  sgd.step(net, loss);
  tape.replay(net);
  sgd.step(first_layer(net), loss);  // another list of parameters
  tape.replay(net);
  const Var more = loss + sum(square(tape.parameter(*net.parameters()[0])));  // another loss, and a weight used twice
  sgd.step(net, more);

  const auto expected = [&](auto&& parameters, bool penalty) {
    fresh.clear();
    Var l = loss_of(same, fresh.constant(one.x), fresh.constant(one.y));
    if (penalty) l = l + sum(square(fresh.parameter(*same.parameters()[0])));
    sgd.step(parameters, l);
  };
  expected(same.parameters(), false);
  expected(first_layer(same), false);
  expected(same.parameters(), true);
  const std::vector<Tensor> left = values_of(net), right = values_of(same);
  for (std::size_t i = 0; i < left.size(); ++i) CHECK(identical(left[i], right[i]));
}
