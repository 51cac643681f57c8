// Optimisers against their formulas, written once more for single numbers; their state; and what they refuse.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "elements.hpp"
#include "small_training.hpp"

using namespace nabla;
using namespace nabla::test;
using doctest::Contains;

namespace {

Var loss_of(const nn::Mlp& net, Tape& tape, const Task& t) {
  tape.clear();
  return quadratic_cost(net(tape.constant(t.x)), tape.constant(t.y));
}

/// f(name, optimizer) for all optimisers, with as many of their options as go together.
template <class F>
void for_each_optimizer(F f) {
  f("Sgd", optim::Sgd{.learning_rate = 0.1});
  f("Sgd, momentum", optim::Sgd{.learning_rate = 0.1, .momentum = 0.9, .dampening = 0.3});
  f("Sgd, Nesterov", optim::Sgd{.learning_rate = 0.1, .momentum = 0.8, .weight_decay = 0.01, .nesterov = true});
  f("CrowleySgd", optim::CrowleySgd{.learning_rate = 0.1, .momentum = 0.01});
  f("Adagrad", optim::Adagrad{.learning_rate_decay = 0.1, .weight_decay = 0.01, .initial_sum_of_squares = 0.1});
  f("Adadelta", optim::Adadelta{.weight_decay = 0.01});
  f("RMSprop", optim::RMSprop{.momentum = 0.5, .weight_decay = 0.01, .centered = true});
  f("Adam", optim::Adam{.learning_rate = 0.01, .weight_decay = 0.01, .amsgrad = true});
  f("AdamW", optim::AdamW{.learning_rate = 0.01});
  f("Adamax", optim::Adamax{.learning_rate = 0.01, .weight_decay = 0.01});
  f("NAdam", optim::NAdam{.learning_rate = 0.01, .weight_decay = 0.01});
  f("RAdam", optim::RAdam{.learning_rate = 0.01, .weight_decay = 0.01});
}

bool same_elements(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && elements<double>(a.to(f64)) == elements<double>(b.to(f64));
}

void check_same(const Parameters& a, const Parameters& b) {
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(same_elements(a[i]->value, b[i]->value));
}

/// w after steps with the gradients g, by an optimiser.
template <class O>
std::vector<double> trajectory(O optimizer, double w, const std::vector<double>& gradients) {
  Parameter p("w", Tensor::scalar(w));
  std::vector<double> values;
  for (const double g : gradients) {
    Tape tape;
    const Var loss = tape.parameter(p) * g;
    optimizer.step(Parameters{&p}, gradient(loss, Parameters{&p}));
    values.push_back(p.value.item());
  }
  return values;
}

}  // namespace

TEST_CASE("a consuming step gives the weights of gradient() and step(), with every optimiser") {
  for (const DType dtype : {f32, f64})
    for_each_optimizer([&](const char* name, auto optimizer) {
      CAPTURE(name);
      const Task t = noise(6, 3, dtype);
      nn::Mlp consumed = tanh_net({6, 40, 5, 3}, nn::sigmoid, dtype), stepped = consumed;
      auto a = optimizer, b = optimizer;
      Tape tape;
      for (int i = 0; i < 7; ++i) {
        a.step(consumed, loss_of(consumed, tape, t));
        b.step(stepped.parameters(), gradient(loss_of(stepped, tape, t), stepped.parameters()));
      }
      for (std::size_t i = 0; i < 6; ++i) {
        const Tensor p = consumed.parameters()[i]->value.to(f64), q = stepped.parameters()[i]->value.to(f64);
        for (std::size_t k = 0; k < static_cast<std::size_t>(p.size()); ++k)
          CHECK(p.data<double>()[k] == doctest::Approx(q.data<double>()[k]).epsilon(dtype == f32 ? 1e-5 : 1e-14));
      }
    });
}

TEST_CASE("a restored optimiser goes on as the one whose state was saved") {
  for (const DType dtype : {f32, f64})
    for_each_optimizer([&](const char* name, auto optimizer) {
      CAPTURE(name);
      const Task t = noise(6, 3, dtype);
      nn::Mlp net = tanh_net({6, 40, 5, 3}, nn::sigmoid, dtype);
      auto original = optimizer;
      Tape tape;
      for (int i = 0; i < 7; ++i) original.step(net, loss_of(net, tape, t));

      const NamedTensors saved = original.state(net.parameters());
      nn::Mlp copy = net;
      auto restored = optimizer;
      restored.restore(copy.parameters(), saved);
      for (int i = 0; i < 3; ++i) {
        original.step(net, loss_of(net, tape, t));
        restored.step(copy, loss_of(copy, tape, t));
      }
      check_same(net.parameters(), copy.parameters());
      for (const auto& [key, tensor] : saved)  // what was saved has not moved on
        if (key.starts_with("steps/")) CHECK(tensor.item() == 7);
    });
}

TEST_CASE("the state has the names and dtypes that it is saved by") {
  Parameter p("net.0.weight", ones({2}, f32));
  optim::Adam adam;
  CHECK(adam.state(Parameters{&p}).empty());
  Tape tape;
  adam.step(Parameters{&p}, sum(tape.parameter(p)));
  const NamedTensors state = adam.state(Parameters{&p});
  std::string names;
  for (const auto& [name, tensor] : state) names += name + " ";
  CHECK(names == "first_moment/net.0.weight second_moment/net.0.weight steps/net.0.weight ");
  CHECK(state.at("steps/net.0.weight").dtype() == i64);
  CHECK(state.at("steps/net.0.weight").item() == 1);
  CHECK(state.at("first_moment/net.0.weight").dtype() == f32);
}

TEST_CASE("a state that does not fit is refused, and the optimiser stays as it was") {
  Parameter p("p", ones({2})), q("q", ones({3})), other("p", ones({2}));
  optim::Adam adam;
  Tape tape;
  adam.step(Parameters{&p, &q}, sum(tape.parameter(p)) + sum(tape.parameter(q)));
  const NamedTensors good = adam.state(Parameters{&p, &q});
  optim::Adam fresh;
  const auto refused = [&]<class E>(std::type_identity<E>, const char* text, auto change) {
    NamedTensors bad = good;
    change(bad);
    CHECK_THROWS_WITH_AS(fresh.restore(Parameters{&p, &q}, bad), Contains(text), E);
    CHECK(fresh.states.empty());
  };
  using std::type_identity;
  refused(type_identity<ValueError>{}, "'second_moment/q' is missing", [](auto& s) { s.erase("second_moment/q"); });
  refused(type_identity<ValueError>{}, "'steps/q' is missing", [](auto& s) { s.erase("steps/q"); });
  refused(type_identity<ValueError>{}, "'velocity/q' belongs to none", [](auto& s) { s["velocity/q"] = ones({3}); });
  refused(type_identity<ShapeError>{}, "'first_moment/q' has shape [2], not [3]",
          [](auto& s) { s["first_moment/q"] = ones({2}); });
  refused(type_identity<DTypeError>{}, "'first_moment/q' is f32, not f64",
          [](auto& s) { s["first_moment/q"] = ones({3}, f32); });
  refused(type_identity<DTypeError>{}, "'steps/q' is f64, not i64", [](auto& s) { s["steps/q"] = Tensor::scalar(1); });
  refused(type_identity<ValueError>{}, "'steps/q' is -1", [](auto& s) { s["steps/q"] = Tensor::scalar(-1, i64); });
  CHECK_THROWS_WITH_AS(fresh.restore(Parameters{&p, &other}, good), Contains("Two parameters have the name 'p'"),
                       ValueError);
  CHECK_THROWS_WITH_AS(adam.state(Parameters{&p, &other}), Contains("Two parameters have the name 'p'"), ValueError);

  NamedTensors part = good;
  for (const char* key : {"steps/q", "first_moment/q", "second_moment/q"}) part.erase(key);
  fresh.restore(Parameters{&p, &q}, part);
  CHECK(fresh.states.size() == 1);
}

TEST_CASE("hyper-parameters out of range are refused with all their values") {
  Parameter p("p", ones({2}));
  Tape tape;
  const Gradients g = gradient(sum(tape.parameter(p)), Parameters{&p});
  const auto refused = [&](auto optimizer, const char* text) {
    CHECK_THROWS_WITH_AS(optimizer.step(Parameters{&p}, g), Contains(text), ValueError);
    CHECK(p.value.data<double>()[0] == 1);
  };
  const double nan = std::nan("");
  refused(optim::Sgd{.learning_rate = -1, .momentum = 0.5},
          "[sgd] learning_rate -1, momentum 0.5, dampening 0, weight_decay 0; learning_rate must be finite and not "
          "negative");
  refused(optim::Sgd{.momentum = 1}, "momentum must be in [0, 1)");
  refused(optim::Sgd{.nesterov = true}, "[sgd] nesterov with momentum 0 and dampening 0");
  refused(optim::Sgd{.momentum = 0.9, .dampening = 0.1, .nesterov = true}, "dampening 0.1; it needs");
  refused(optim::CrowleySgd{.momentum = -0.1}, "momentum -0.1");
  refused(optim::Adagrad{.initial_sum_of_squares = -1}, "initial_sum_of_squares -1");
  refused(optim::Adadelta{.decay = 1}, "decay must be in [0, 1)");
  refused(optim::RMSprop{.eps = nan}, "eps nan");
  refused(optim::Adam{.beta1 = 1},
          "[adam] learning_rate 0.001, beta1 1, beta2 0.999, eps 1e-08, weight_decay 0; beta1");
  refused(optim::AdamW{.beta2 = -0.5}, "beta2 -0.5");
  refused(optim::Adamax{.learning_rate = std::numeric_limits<double>::infinity()}, "learning_rate inf");
  refused(optim::NAdam{.momentum_decay = -1}, "momentum_decay -1");
  refused(optim::RAdam{.weight_decay = -1}, "weight_decay -1");
}

TEST_CASE("a parameter of another shape than what is remembered of it is refused") {
  Parameter p("p", ones({2}));
  Tape tape;
  optim::Adam adam;
  adam.step(Parameters{&p}, sum(tape.parameter(p)));
  p.value = ones({3});
  tape.clear();
  const Gradients g = gradient(sum(tape.parameter(p)), Parameters{&p});
  CHECK_THROWS_WITH_AS(adam.step(Parameters{&p}, g), Contains("What is remembered of 'p' has shape [2], not [3]"),
                       ShapeError);
  CHECK_THROWS_AS(adam.step(Parameters{&p}, sum(tape.parameter(p))), ShapeError);
  CHECK(p.value.data<double>()[0] == 1);
}

TEST_CASE("the printed rule of Crowley has no memory, and is not momentum") {
  const std::vector<double> printed =
      trajectory(optim::CrowleySgd{.learning_rate = 0.5, .momentum = 0.25}, 1, {1, 0, 0});
  CHECK(printed == std::vector<double>{0.75, 0.9375, 1.171875});
  const std::vector<double> classical = trajectory(optim::Sgd{.learning_rate = 0.5, .momentum = 0.25}, 1, {1, 0, 0});
  CHECK(classical == std::vector<double>{0.5, 0.375, 0.34375});
}

TEST_CASE("first steps by hand") {
  const auto first = [](auto optimizer) { return trajectory(optimizer, 1, {-4})[0]; };
  CHECK(first(optim::Adam{.learning_rate = 0.125, .eps = 0}) == doctest::Approx(1.125));  // the rate, whatever the size
  CHECK(first(optim::AdamW{.learning_rate = 0.125, .eps = 0, .weight_decay = 0.5}) == doctest::Approx(1.0625));
  CHECK(first(optim::Adamax{.learning_rate = 0.125, .eps = 0}) == doctest::Approx(1.125));
  CHECK(first(optim::RAdam{.learning_rate = 0.125}) == doctest::Approx(1.5));  // not adaptive yet
  const double now = 0.9 * (1 - 0.5 * std::pow(0.96, 0.004)), next = 0.9 * (1 - 0.5 * std::pow(0.96, 0.008));
  CHECK(first(optim::NAdam{.learning_rate = 0.125, .eps = 0}) ==
        doctest::Approx(1 + 0.125 * (1 + 0.1 * next / (1 - now * next))));
  CHECK(first(optim::Adagrad{.learning_rate = 0.125, .eps = 0}) == doctest::Approx(1.125));
  CHECK(first(optim::RMSprop{.learning_rate = 0.125, .decay = 0.75, .eps = 0}) == doctest::Approx(1.25));
  CHECK(first(optim::Adadelta{.decay = 0.75, .eps = 1}) == doctest::Approx(1 + 4 / std::sqrt(5)));
  CHECK(first(optim::Sgd{.learning_rate = 0.125, .momentum = 0.5, .nesterov = true}) == 1.75);
}

TEST_CASE("many steps go as the formulas say, with the options that are rarely used") {
  // Gradients that fall, rise and change their sign, so that maxima, means and variances are all different.
  const std::vector<double> gradients{3, -1, 0.5, 0.25, -2, 0.125, 1, -0.5, 0.75, -0.25, 1.5, -1};
  const auto compare = [&](const char* name, auto optimizer, auto next) {
    CAPTURE(name);
    const std::vector<double> taken = trajectory(optimizer, 2, gradients);
    double w = 2;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      w = next(w, gradients[i], static_cast<double>(i + 1));
      CHECK(taken[i] == doctest::Approx(w).epsilon(1e-12));
    }
  };
  compare("Adagrad", optim::Adagrad{.learning_rate = 0.5, .learning_rate_decay = 0.25, .initial_sum_of_squares = 2},
          [s = 2.0](double w, double g, double t) mutable {
            s += g * g;
            return w - 0.5 / (1 + (t - 1) * 0.25) * g / (std::sqrt(s) + 1e-10);
          });
  compare("RMSprop", optim::RMSprop{.learning_rate = 0.1, .decay = 0.75, .momentum = 0.5, .centered = true},
          [s = 0.0, a = 0.0, v = 0.0](double w, double g, double) mutable {
            s = 0.75 * s + 0.25 * g * g, a = 0.75 * a + 0.25 * g;
            v = 0.5 * v + g / (std::sqrt(s - a * a) + 1e-8);
            return w - 0.1 * v;
          });
  compare("Adam, AMSGrad", optim::Adam{.learning_rate = 0.1, .beta2 = 0.75, .weight_decay = 0.125, .amsgrad = true},
          [m = 0.0, v = 0.0, largest = 0.0](double w, double g, double t) mutable {
            g += 0.125 * w;
            m = 0.9 * m + 0.1 * g, v = 0.75 * v + 0.25 * g * g;
            largest = std::max(largest, v);
            return w - 0.1 * m / (1 - std::pow(0.9, t)) / (std::sqrt(largest / (1 - std::pow(0.75, t))) + 1e-8);
          });
  compare("Adamax", optim::Adamax{.learning_rate = 0.1, .beta2 = 0.5},
          [m = 0.0, u = 0.0](double w, double g, double t) mutable {
            m = 0.9 * m + 0.1 * g, u = std::max(0.5 * u, std::abs(g) + 1e-8);
            return w - 0.1 * m / (1 - std::pow(0.9, t)) / u;
          });
  for (const bool old : {false, true})
    compare(old ? "NAdam of PyTorch 1" : "NAdam",
            optim::NAdam{.learning_rate = 0.1, .beta2 = 0.75, .momentum_decay = 0.5, .as_pytorch_1 = old},
            [=, m = 0.0, v = 0.0, product = 1.0](double w, double g, double t) mutable {
              const auto mu = [](double step) { return 0.9 * (1 - 0.5 * std::pow(0.96, step * 0.5)); };
              product *= mu(t);
              m = 0.9 * m + 0.1 * g, v = 0.75 * v + 0.25 * g * g;
              const double with_next = product * mu(t + 1) * (old ? mu(t) : 1);
              return w - 0.1 * (mu(t + 1) * m / (1 - with_next) + (1 - mu(t)) * g / (1 - product)) /
                             (std::sqrt(v / (1 - std::pow(0.75, t))) + 1e-8);
            });
  compare("RAdam", optim::RAdam{.learning_rate = 0.1, .beta2 = 0.99},
          [m = 0.0, v = 0.0](double w, double g, double t) mutable {
            m = 0.9 * m + 0.1 * g, v = 0.99 * v + 0.01 * g * g;
            const double power = std::pow(0.99, t), last = 2 / (1 - 0.99) - 1, rho = last - 2 * t * power / (1 - power);
            const double mean = m / (1 - std::pow(0.9, t));
            if (rho <= 5) return w - 0.1 * mean;  // in the first five steps: ρ is 4.96 in the last of them
            const double r = std::sqrt((rho - 4) * (rho - 2) * last / ((last - 4) * (last - 2) * rho));
            return w - 0.1 * r * mean * std::sqrt(1 - power) / (std::sqrt(v) + 1e-8);
          });
}

TEST_CASE("the steps of a large parameter are those of its parts") {
  const std::int64_t n = (1 << 17) + 77;
  Rng rng(1);
  const Tensor w = rng.normal({n}, 0, 1, f32), g = rng.normal({n}, 0, 1, f32);
  Parameter whole("whole", w), part("part", w.sliced(0, n - 50, n).contiguous());
  optim::Adam adam;
  for (int i = 0; i < 2; ++i) {
    Tape tape;
    adam.step(Parameters{&whole}, sum(tape.parameter(whole) * g));
    tape.clear();
    adam.step(Parameters{&part}, sum(tape.parameter(part) * g.sliced(0, n - 50, n)));
  }
  CHECK(same_elements(whole.value.sliced(0, n - 50, n).contiguous(), part.value));
}
