// optimizer.step(net, loss): the sweep that updates weights as it passes, beside gradient() followed by step().
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <nabla/nabla.hpp>
#include <string>

#include "elements.hpp"

using namespace nabla;
using doctest::Contains;

namespace {

struct Task {
  Tensor x, y;
};

Task task(DType dtype) {
  Rng rng(3);
  return {rng.normal({9, 6}, 0, 1, dtype), rng.uniform({9, 3}, 0.1, 0.9, dtype)};
}

Var loss_of(const nn::Mlp& net, Tape& tape, const Task& t) {
  return quadratic_cost(net(tape.constant(t.x)), tape.constant(t.y));
}

/// The largest difference of two parameter lists, in units in the last place of the larger of 1 and the value.
double difference_in_ulp(const Parameters& a, const Parameters& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Tensor p = a[i]->value.to(f64), q = b[i]->value.to(f64);
    const double ulp = a[i]->dtype() == f32 ? 0x1p-23 : 0x1p-52;
    for (std::size_t k = 0; k < static_cast<std::size_t>(p.size()); ++k) {
      const double u = p.data<double>()[k], v = q.data<double>()[k];
      worst = std::max(worst, std::abs(u - v) / (ulp * std::max(1.0, std::abs(v))));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("a consuming step gives the weights of gradient() and step()") {
  for (const DType dtype : {f32, f64})
    for (const double momentum : {0.0, 0.9}) {
      CAPTURE(name(dtype));
      CAPTURE(momentum);
      const Task t = task(dtype);
      nn::Mlp consumed({6, 40, 5, 3}, {.hidden = nn::tanh, .output = nn::sigmoid, .seed = 2, .dtype = dtype});
      nn::Mlp stepped({6, 40, 5, 3}, {.hidden = nn::tanh, .output = nn::sigmoid, .seed = 2, .dtype = dtype});
      optim::Sgd a{.learning_rate = 0.3, .momentum = momentum}, b{.learning_rate = 0.3, .momentum = momentum};
      Tape tape;
      for (int i = 0; i < 3; ++i) {
        tape.clear();
        a.step(consumed, loss_of(consumed, tape, t));
        tape.clear();
        const Gradients g = gradient(loss_of(stepped, tape, t), stepped.parameters());
        b.step(stepped.parameters(), g);
        CHECK(difference_in_ulp(consumed.parameters(), stepped.parameters()) <= 2 * (i + 1));
      }
      CHECK(a.states.size() == b.states.size());
    }
}

TEST_CASE("a weight that is used twice, and one that is not used, get the sum and zero") {
  const Tensor start = Tensor::from({2, 2}, {1, 2, 3, 4});
  Parameter w("w", start), bias("bias", zeros({2})), unused("unused", ones({3}));
  Parameter* const all[] = {&unused, &w, &bias};
  const Parameter* const asked[] = {&w, &bias};
  Tape tape;
  const auto loss = [&] {
    const Var x = tape.constant(Tensor::from({1, 2}, {1, -1}));
    const Var h = linear(x, tape.parameter(w), tape.parameter(bias));
    return sum(square(linear(h, tape.parameter(w), tape.parameter(bias))));
  };
  const Gradients g = gradient(loss(), asked);
  const Tensor expected_w = start - 0.125 * g[w], expected_bias = -0.125 * g[bias];

  tape.clear();
  optim::Sgd{.learning_rate = 0.125}.step(all, loss());
  CHECK(identical(w.value, expected_w));
  CHECK(identical(bias.value, expected_bias));
  CHECK(identical(unused.value, ones({3})));
}

TEST_CASE("what lies before a weight that is used twice gets its gradient by the old weight") {
  Parameter first("first", Tensor::from({2, 2}, {2, 1, -1, 1})), w("w", Tensor::from({2, 2}, {1, 2, 3, 4}));
  Parameter* const all[] = {&first, &w};
  const Parameter* const asked[] = {&first, &w};
  Tape tape;
  const auto loss = [&] {
    const Var none = tape.constant(zeros({2}));
    Var h = linear(tape.constant(Tensor::from({1, 2}, {1, -1})), tape.parameter(first), none);
    for (int i = 0; i < 2; ++i) h = linear(h, tape.parameter(w), none);
    return sum(square(h));
  };
  const Gradients g = gradient(loss(), asked);
  const Tensor expected_first = first.value - 0.125 * g[first], expected_w = w.value - 0.125 * g[w];

  tape.clear();
  optim::Sgd{.learning_rate = 0.125}.step(all, loss());
  CHECK(identical(first.value, expected_first));
  CHECK(identical(w.value, expected_w));
}

TEST_CASE("a parameter that is recorded after the loss gets a gradient of zeros, and the others their own") {
  const Tensor start = Tensor::from({2, 2}, {1, 2, 3, 4});
  Parameter w("w", start), late("late", ones({3}));
  Parameter* const all[] = {&w, &late};
  Tape tape;
  const Var loss = sum(square(tape.parameter(w)));
  (void)tape.parameter(late);
  optim::Sgd{.learning_rate = 0.25}.step(all, loss);
  CHECK(identical(w.value, 0.5 * start));
  CHECK(identical(late.value, ones({3})));
}

TEST_CASE("a copy of a weight does not see the step") {
  nn::Mlp net({6, 4, 3}, {.seed = 1});
  const Task t = task(f32);
  const Tensor before = net.parameters()[0]->value;
  const std::vector<float> elements_before = elements<float>(before);
  Tape tape;
  optim::Sgd{.learning_rate = 1}.step(net, loss_of(net, tape, t));
  CHECK(elements<float>(before) == elements_before);
  CHECK_FALSE(identical(net.parameters()[0]->value, before));
}

TEST_CASE("every operand of a product may be a parameter, of any layout and held elsewhere, with every update") {
  using Loss = std::function<Var(const Var& p, const Var& q)>;
  const std::pair<const char*, Loss> losses[] = {
      {"matmul", [](const Var& p, const Var& q) { return sum(sin(matmul(p, q))); }},
      {"linear", [](const Var& p, const Var& q) { return sum(sin(linear(p, q, p.tape().constant(zeros({4}))))); }},
      {"linear, its input once more",
       [](const Var& p, const Var& q) { return sum(sin(linear(p, q, p.tape().constant(zeros({4})))) * p); }},
      {"linear_weight_gradient", [](const Var& p, const Var& q) { return sum(sin(linear_weight_gradient(p, q))); }},
      {"a product of what another parameter gives",
       [](const Var& p, const Var& q) { return sum(sin(linear_weight_gradient(p, tanh(q)) + matmul(tanh(q), p))); }}};
  const auto values = [](const char* layout) -> std::vector<Tensor> {
    Rng rng(6);
    const Tensor p = rng.normal({4, 4}), q = rng.normal({4, 4});
    if (layout == std::string("transposed")) return {p.transposed(), q.transposed()};
    if (layout == std::string("expanded")) return {full({}, 0.3).expanded({4, 4}), full({4}, 0.2).expanded({4, 4})};
    return {p, q};
  };
  for (const std::pair<const char*, Loss>& of : losses)
    for (const char* layout : {"dense", "transposed", "expanded"})
      for (const double momentum : {0.0, 0.9}) {
        CAPTURE(of.first);
        CAPTURE(layout);
        CAPTURE(momentum);
        const std::vector<Tensor> held = values(layout), untouched = {held[0] + 0.0, held[1] + 0.0};
        Parameter p("p", held[0]), q("q", held[1]), r("r", held[0]), t("t", held[1]);
        optim::Sgd a{.learning_rate = 0.1, .momentum = momentum}, b{.learning_rate = 0.1, .momentum = momentum};
        Tape tape;
        for (int i = 0; i < 3; ++i) {
          const NamedTensors velocities = a.state(ConstParameters{&p, &q});
          std::map<std::string, Tensor> velocities_before;
          for (const auto& [key, velocity] : velocities) velocities_before[key] = velocity + 0.0;
          tape.clear();
          a.step(Parameters{&p, &q}, of.second(tape.parameter(p), tape.parameter(q)));
          tape.clear();
          const ConstParameters others{&r, &t};
          b.step(Parameters{&r, &t}, gradient(of.second(tape.parameter(r), tape.parameter(t)), others));
          CHECK(difference_in_ulp({&p, &q}, {&r, &t}) <= 2 * (i + 1));
          for (const auto& [key, velocity] : velocities) CHECK(identical(velocity, velocities_before[key]));
        }
        CHECK(identical(held[0].contiguous(), untouched[0]));
        CHECK(identical(held[1].contiguous(), untouched[1]));
      }
}

TEST_CASE("sums of cotangents are formed alike by a consuming step and by gradient()") {
  for (const DType dtype : {f32, f64}) {
    Rng rng(8);
    const Tensor x = rng.normal({64, 20}, 0, 1, dtype);
    nn::Linear first(20, 20, rng, {.dtype = dtype}), second(20, 20, rng, {.dtype = dtype});
    const auto loss = [&](Tape& tape) {
      const Var h = tanh(first(tape.constant(x)));
      return sum(square(h + second(h) * matmul(h, transpose(tape.parameter(second.weight)))));
    };
    const auto parameters = [&] { return Parameters{&first.weight, &first.bias, &second.weight, &second.bias}; };
    const std::vector<Tensor> start = [&] {
      std::vector<Tensor> all;
      for (const Parameter* p : parameters()) all.push_back(p->value);
      return all;
    }();
    Tape tape;
    optim::Adam{}.step(parameters(), loss(tape));
    std::vector<Tensor> consumed;
    for (std::size_t i = 0; i < start.size(); ++i) consumed.push_back(std::exchange(parameters()[i]->value, start[i]));
    tape.clear();
    const Parameters all = parameters();
    const ConstParameters wrt(all.begin(), all.end());
    optim::Adam{}.step(all, gradient(loss(tape), wrt));
    for (std::size_t i = 0; i < start.size(); ++i) CHECK(identical(all[i]->value, consumed[i]));
  }
}

TEST_CASE("without a copy elsewhere, weights are written in place") {
  nn::Mlp net({6, 4, 3}, {.seed = 1});
  const Task t = task(f32);
  const float* const at = net.parameters()[0]->value.data<float>().data();
  Tape tape;
  optim::Sgd{.learning_rate = 1}.step(net, loss_of(net, tape, t));
  CHECK(net.parameters()[0]->value.data<float>().data() == at);
}

TEST_CASE("what a consuming step has used up can be read, but not swept again") {
  nn::Mlp net({6, 4, 3}, {.seed = 1});
  const Task t = task(f32);
  Tape tape;
  const Var before = tape.variable(2.0);
  const Tape::Mark mark = tape.mark();
  const Var loss = loss_of(net, tape, t);
  const Var weight = tape.parameter(*net.parameters()[0]);
  const double value = loss.value().item();
  optim::Sgd sgd{.learning_rate = 0.5};
  sgd.step(net, loss);

  CHECK(loss.value().item() == value);
  const char* text = "has put this record out of date; replay() it, or clear() the tape and record again";
  CHECK_THROWS_WITH_AS(gradient(loss, {before}), Contains(text), TapeError);
  CHECK_THROWS_WITH_AS(sgd.step(net, loss), Contains(text), TapeError);
  CHECK_THROWS_WITH_AS(weight.value(), Contains("stale"), TapeError);

  const Var again = loss_of(net, tape, t);  // the leaves are recorded anew
  CHECK(again.value().item() < value);
  tape.rewind(mark);
  CHECK(gradient(square(before), {before})[before].item() == 4);
  sgd.step(net, loss_of(net, tape, t));
}

TEST_CASE("a wrong consuming step is refused, and nothing is changed") {
  nn::Mlp net({6, 4, 3}, {.seed = 1});
  const Task t = task(f32);
  const Tensor weight = net.parameters()[0]->value;
  Tape tape;
  const Var outputs = net(tape.constant(t.x));
  const Var loss = sum(outputs);
  Parameters twice = net.parameters();
  twice.push_back(twice[0]);
  optim::Sgd sgd{.learning_rate = 0.5};
  CHECK_THROWS_WITH_AS(sgd.step(net, outputs), Contains("[step] The loss has shape [9, 3], not one element"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(sgd.step(net, sum(equal(outputs, 0))), Contains("[step] The loss is i64"), DTypeError);
  CHECK_THROWS_WITH_AS(sgd.step(twice, loss), Contains("is given twice"), ValueError);
  CHECK_THROWS_WITH_AS(sgd.step(net, Var()), Contains("An empty Var"), TapeError);
  CHECK_THROWS_WITH_AS(optim::Sgd{.learning_rate = -1}.step(net, loss), Contains("learning_rate -1"), ValueError);
  {
    Parameter& bias = *net.parameters()[1];
    const Tensor old = bias.value;
    bias.value = zeros({5}, f32);
    CHECK_THROWS_WITH_AS(sgd.step(net, loss), Contains("has shape [5], but [4] when it was recorded"), ShapeError);
    bias.value = zeros({4}, f64);
    CHECK_THROWS_WITH_AS(sgd.step(net, loss), Contains("is f64, but was f32 when it was recorded"), DTypeError);
    bias.value = old;
  }
  CHECK(net.parameters()[0]->value.shares_storage_with(weight));
  sgd.step(net, loss);
  CHECK_FALSE(net.parameters()[0]->value.shares_storage_with(weight));
}
