// The closed form checked against what it is derived from: every equation against 4th-order central differences in
// long double, every form of an equation against the others, and numbers calculated elsewhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <bp/bp.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using bp::Cost;
using bp::Neuron;
using bp::Vector;
using Real = long double;
using Sizes = std::vector<std::size_t>;
using Neurons = std::vector<Neuron>;

constexpr Neuron all_neurons[] = {Neuron::linear,   Neuron::relu, Neuron::sigmoid, Neuron::tanh,
                                  Neuron::softplus, Neuron::gelu, Neuron::softmax};
constexpr Cost all_costs[] = {Cost::quadratic, Cost::quadratic_per_neuron, Cost::half_squared_error,
                              Cost::bernoulli_cross_entropy, Cost::categorical_cross_entropy};

// What differences in long double resolve here; a wrong derivative is off by 1e-3 or more.
constexpr Real difference_tolerance = 1e-13L;

/// As a string, which doctest prints; of a const char* it prints the address.
template <class Kind>
std::string named(Kind kind) {
  return bp::name(kind);
}

/// Uniform numbers from a 64-bit linear congruence (Knuth's constants): the same on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  double uniform(double low, double high) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }

  template <class T>
  Vector<T> vector(std::size_t n, double low, double high) {
    Vector<T> v(n);
    for (T& v_i : v) v_i = static_cast<T>(uniform(low, high));
    return v;
  }

 private:
  std::uint64_t state_;
};

template <class T>
bp::Network<T> random_network(const Sizes& sizes, const Neurons& neurons, Random& random) {
  bp::Network<T> net(sizes, neurons);
  for (std::size_t l = 1; l <= net.depth(); ++l) {
    net.layer(l).weight = random.vector<T>(net.layer(l).weight.size(), -1.5, 1.5);
    net.layer(l).bias = random.vector<T>(net.layer(l).bias.size(), -1, 1);
  }
  return net;
}

/// Targets a cost may be given, [m, n]: rows that are distributions, all values in (0, 1).
template <class T>
Vector<T> random_targets(std::size_t m, std::size_t n, Random& random) {
  Vector<T> y;
  for (std::size_t s = 0; s < m; ++s) {
    Vector<T> row = random.vector<T>(n, 0.1, 1);
    T sum = n == 1 ? T(1) : T(0);
    if (n > 1)
      for (T y_j : row) sum += y_j;
    for (T y_j : row) y.push_back(y_j / sum);
  }
  return y;
}

/// The largest |a_i - b_i| / (1 + |b_i|); infinite where sizes differ or something is not a number.
template <class T>
T difference(const Vector<T>& a, const Vector<T>& b) {
  if (a.size() != b.size()) return std::numeric_limits<T>::infinity();
  T largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const T d = std::abs(a[i] - b[i]) / (1 + std::abs(b[i]));
    if (!(d <= largest)) largest = std::isnan(d) ? std::numeric_limits<T>::infinity() : d;
  }
  return largest;
}

template <class T>
T difference(T a, T b) {
  return difference(Vector<T>{a}, Vector<T>{b});
}

/// The largest difference over all results, layer by layer.
template <class T>
T difference(const bp::Backprop<T>& p, const bp::Backprop<T>& q) {
  T largest = p.m == q.m ? difference(p.cost, q.cost) : std::numeric_limits<T>::infinity();
  largest = std::max(largest, difference(p.grad_x, q.grad_x));
  for (auto part : {&bp::Backprop<T>::z, &bp::Backprop<T>::a, &bp::Backprop<T>::delta, &bp::Backprop<T>::grad_bias,
                    &bp::Backprop<T>::grad_weight}) {
    if ((p.*part).size() != (q.*part).size()) return std::numeric_limits<T>::infinity();
    for (std::size_t l = 0; l < (p.*part).size(); ++l)
      largest = std::max(largest, difference((p.*part)[l], (q.*part)[l]));
  }
  return largest;
}

/// ∂g/∂v_i for every i, by 4th-order central differences; `v` is put back as it was.
Vector<Real> differences(Vector<Real>& v, const std::function<Real()>& g) {
  const Real h = 1 / 8192.0L;
  Vector<Real> result;
  for (Real& v_i : v) {
    const Real centre = v_i;
    const auto at = [&](Real offset) {
      v_i = centre + offset;
      return g();
    };
    result.push_back((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h));
    v_i = centre;
  }
  return result;
}

/// C of one sample as a function of z_l: the layers after l once more.
Real cost_from(const bp::Network<Real>& net, std::size_t l, Vector<Real> z, const Vector<Real>& y, Cost cost) {
  Vector<Real> a = bp::activate(net.layer(l).neurons, z);
  for (++l; l <= net.depth(); ++l) {
    z = bp::weighted_input(net.layer(l), a);
    a = bp::activate(net.layer(l).neurons, z);
  }
  return bp::output_cost(cost, net.layer(net.depth()).neurons, z, a, y);
}

/// No relu so close to its kink that a difference would step over it.
bool is_smooth(const bp::Network<Real>& net, const bp::Backprop<Real>& result) {
  for (std::size_t l = 1; l <= net.depth(); ++l) {
    for (std::size_t i = 0; i < result.z[l].size(); ++i) {
      const Neurons& neurons = net.layer(l).neurons;
      if (neurons[i % neurons.size()] == Neuron::relu && std::abs(result.z[l][i]) < 0.05L) return false;
    }
  }
  return true;
}

/// BP1-BP4 and ∂C/∂x on a batch of 2 against differences. Returns false if the sample lies at a kink.
bool check_equations(bp::Network<Real> net, Cost cost, Random& random) {
  const std::size_t m = 2, L = net.depth();
  Vector<Real> x = random.vector<Real>(m * net.sizes().front(), -1, 1);
  const Vector<Real> y = random_targets<Real>(m, net.sizes().back(), random);
  const bp::Backprop<Real> result = net.backprop(x, y, m, cost);
  if (!is_smooth(net, result)) return false;

  const auto C = [&] { return net.cost(x, y, m, cost); };
  CAPTURE(named(net.layer(L).neurons.back()));
  CAPTURE(named(cost));
  CHECK(difference(result.cost, C()) < 1e-17L);
  CHECK(difference(result.grad_x, differences(x, C)) < difference_tolerance);
  for (std::size_t l = 1; l <= L; ++l) {
    CAPTURE(l);
    for (std::size_t s = 0; s < m; ++s) {  // BP1 where l = L, BP2 elsewhere
      Vector<Real> z = bp::sample(result.z[l], net.layer(l).fan_out, s);
      const Vector<Real> expected = differences(z, [&] {
        return cost_from(net, l, z, bp::sample(y, net.layer(L).fan_out, s), cost) / bp::samples_divisor<Real>(cost, m);
      });
      CHECK(difference(bp::sample(result.delta[l], net.layer(l).fan_out, s), expected) < difference_tolerance);
    }
    CHECK(difference(result.grad_bias[l], differences(net.layer(l).bias, C)) < difference_tolerance);      // BP3
    CHECK(difference(result.grad_weight[l], differences(net.layer(l).weight, C)) < difference_tolerance);  // BP4
  }
  return true;
}

/// Draws nets until one is not at a kink.
void check_equations_on_random_net(const Sizes& sizes, const Neurons& neurons, Cost cost, std::uint64_t seed) {
  Random random(seed);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (check_equations(random_network<Real>(sizes, neurons, random), cost, random)) return;
  }
  FAIL("100 nets in a row were at a kink");
}

/// The text of the std::invalid_argument that `call` throws; empty if it does not throw.
std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

/// The call throws std::invalid_argument, and every part is in its text.
void check_error(const std::function<void()>& call, std::initializer_list<const char*> parts) {
  const std::string text = error_of(call);
  CAPTURE(text);
  CHECK_FALSE(text.empty());
  for (const char* part : parts) {
    CAPTURE(std::string(part));
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace

TEST_SUITE("bp") {
  TEST_CASE("neurons have their textbook values") {
    CHECK(bp::f(Neuron::linear, -2.5) == -2.5);
    CHECK(bp::f_prime(Neuron::linear, -2.5) == 1);
    CHECK(bp::f(Neuron::relu, 3.0) == 3);
    CHECK(bp::f(Neuron::relu, -3.0) == 0);
    CHECK(bp::f_prime(Neuron::relu, 1e-300) == 1);
    CHECK(bp::f_prime(Neuron::relu, 0.0) == 0);
    CHECK(bp::f_prime(Neuron::relu, -1e-300) == 0);
    CHECK(bp::f(Neuron::sigmoid, 0.0) == 0.5);
    CHECK(bp::f_prime(Neuron::sigmoid, 0.0) == 0.25);
    CHECK(bp::f(Neuron::tanh, 0.5) == doctest::Approx(0.46211715726000975).epsilon(1e-15));
    CHECK(bp::f_prime(Neuron::tanh, 0.5) == doctest::Approx(0.78644773296592742).epsilon(1e-15));
    CHECK(bp::f(Neuron::softplus, 0.0) == doctest::Approx(std::log(2.0)).epsilon(1e-15));
    CHECK(bp::f_prime(Neuron::softplus, 0.0) == 0.5);
    CHECK(bp::f(Neuron::gelu, 1.0) == doctest::Approx(0.84134474606854295).epsilon(1e-15));
    CHECK(bp::f_prime(Neuron::gelu, 1.0) == doctest::Approx(1.0833154705876863).epsilon(1e-15));
    const Vector<double> a = bp::softmax(Vector<double>{0, std::log(2.0), std::log(5.0)});
    CHECK(difference(a, {0.125, 0.25, 0.625}) < 1e-16);
  }

  TEST_CASE("f' is the derivative of f and J_f the Jacobian of softmax") {
    for (Neuron neuron : all_neurons) {
      if (neuron == Neuron::softmax) continue;
      CAPTURE(named(neuron));
      for (Real point : {-6.0L, -2.0L, -0.75L, -0.1L, 0.1L, 0.9L, 3.0L, 6.0L}) {
        Vector<Real> z{point};
        CHECK(difference({bp::f_prime(neuron, point)}, differences(z, [&] { return bp::f(neuron, z[0]); })) <
              difference_tolerance);
      }
    }
    Vector<Real> z{0.3L, -1.2L, 2.0L, 0.1L};
    const bp::Matrix<Real> J = bp::softmax_jacobian(z);
    for (std::size_t j = 0; j < z.size(); ++j) {
      CHECK(difference(J.row(j), differences(z, [&] { return bp::softmax(z)[j]; })) < difference_tolerance);
    }
  }

  TEST_CASE_TEMPLATE("neurons are right far from 0", T, float, double, long double) {
    for (Neuron neuron : all_neurons) {
      if (neuron == Neuron::softmax) continue;
      CAPTURE(named(neuron));
      const bool grows = neuron != Neuron::sigmoid && neuron != Neuron::tanh;
      CHECK(bp::f(neuron, T(1000)) == (grows ? T(1000) : T(1)));
      CHECK(bp::f_prime(neuron, T(1000)) == doctest::Approx(grows ? 1 : 0));
      const T low = neuron == Neuron::linear ? T(-1000) : neuron == Neuron::tanh ? T(-1) : T(0);
      CHECK(bp::f(neuron, T(-1000)) == doctest::Approx(static_cast<double>(low)));
      CHECK(bp::f_prime(neuron, T(-1000)) == doctest::Approx(neuron == Neuron::linear ? 1 : 0));
    }
    const T rounding = std::numeric_limits<T>::epsilon();
    CHECK(difference(bp::softmax(Vector<T>{1000, -1000, 1000, 0}), {T(0.5), 0, T(0.5), 0}) < rounding);
    CHECK(difference(bp::softmax(Vector<T>{-1000, -1000}), {T(0.5), T(0.5)}) < rounding);
    CHECK(difference(bp::softmax_jacobian(Vector<T>{1000, -1000}).values, {0, 0, 0, 0}) < rounding);
  }

  TEST_CASE("tails keep their digits") {
    const auto relative_error = [](double value, double expected) { return std::abs(value / expected - 1); };
    CHECK(relative_error(bp::f(Neuron::gelu, -10.0), -7.619853024160526e-23) < 1e-15);
    CHECK(relative_error(bp::f_prime(Neuron::gelu, -10.0), -7.618400096464814e-22) < 1e-15);
    CHECK(relative_error(bp::f(Neuron::gelu, -35.0), -3.937187472653422e-267) < 1e-15);
    CHECK(relative_error(bp::f(Neuron::softplus, -40.0), std::exp(-40.0)) < 1e-15);
    CHECK(relative_error(bp::f(Neuron::sigmoid, -720.0), std::exp(-720.0)) < 1e-9);  // subnormal
    CHECK(relative_error(bp::f_prime(Neuron::sigmoid, 40.0), std::exp(-40.0)) < 1e-15);
    CHECK(relative_error(bp::f_prime(Neuron::tanh, 20.0), 4 * std::exp(-40.0)) < 1e-15);
    const bp::Logarithms<double> log = bp::logarithms({Neuron::softmax, Neuron::softmax}, Vector<double>{1000, 990});
    CHECK(relative_error(log.ln_a[0], -std::log1p(std::exp(-10.0))) < 1e-15);
    CHECK(relative_error(log.ln_1_minus_a[1], log.ln_a[0]) < 1e-15);
  }

  TEST_CASE("costs have the values of their definitions") {
    const Vector<double> a{0.25, 0.5, 0.25}, y{1, 0, 0.25};
    CHECK(bp::value(Cost::quadratic, a, y) == 0.5 * (0.5625 + 0.25));
    CHECK(bp::value(Cost::half_squared_error, a, y) == 0.5 * (0.5625 + 0.25));
    CHECK(bp::value(Cost::quadratic_per_neuron, a, y) == doctest::Approx(0.5 * (0.5625 + 0.25) / 3).epsilon(1e-15));
    const double bernoulli = std::log(4.0) + std::log(2.0) + 0.25 * std::log(4.0) + 0.75 * std::log(4.0 / 3);
    CHECK(bp::value(Cost::bernoulli_cross_entropy, a, y) == doctest::Approx(bernoulli).epsilon(1e-15));
    CHECK(bp::value(Cost::categorical_cross_entropy, a, y) == doctest::Approx(1.25 * std::log(4.0)).epsilon(1e-15));
    CHECK(bp::value(Cost::categorical_cross_entropy, Vector<double>{1, 0}, Vector<double>{1, 0}) == 0);
  }

  TEST_CASE("the gradient of a cost is its derivative") {
    Vector<Real> a{0.3L, 0.6L, 0.1L};
    const Vector<Real> y{0.2L, 0, 0.7L};
    for (Cost cost : all_costs) {
      CAPTURE(named(cost));
      const Vector<Real> expected = differences(a, [&] { return bp::value(cost, a, y); });
      CHECK(difference(bp::gradient(cost, a, y), expected) < 1e-9L);  // 1/a^5 is large here
    }
  }

  TEST_CASE("every cost and output neuron that fit have their four equations equal to differences") {
    std::uint64_t seed = 1;
    for (Neuron output : all_neurons) {
      for (Cost cost : all_costs) {
        if (!bp::defined_on_range(output, cost)) continue;
        check_equations_on_random_net({3, 4, 2, 3}, {Neuron::tanh, Neuron::sigmoid, output}, cost, ++seed);
        check_equations_on_random_net({2, 2}, {output}, cost, ++seed);
      }
    }
  }

  TEST_CASE("every hidden neuron has its four equations equal to differences, softmax with its full Jacobian") {
    std::uint64_t seed = 100;
    for (Neuron first : all_neurons) {
      for (Neuron second : all_neurons) {
        const Neurons neurons{first, second, Neuron::linear};
        check_equations_on_random_net({2, 3, 3, 2}, neurons, Cost::quadratic_per_neuron, ++seed);
      }
    }
  }

  TEST_CASE("nets of 1 to 6 layers have their four equations equal to differences") {
    for (std::size_t L = 1; L <= 6; ++L) {
      Neurons neurons{Neuron::gelu, Neuron::softplus, Neuron::tanh, Neuron::softmax, Neuron::relu};
      neurons.resize(L - 1);
      neurons.push_back(Neuron::sigmoid);
      check_equations_on_random_net(Sizes(L + 1, 3), neurons, Cost::bernoulli_cross_entropy, 200 + L);
    }
  }

  TEST_CASE("neurons of one layer may differ (Nielsen's exercises)") {
    Random random(300);
    bp::Network<Real> net = random_network<Real>({3, 6, 4}, {Neuron::sigmoid, Neuron::sigmoid}, random);
    net.layer(1).neurons = {Neuron::linear,  Neuron::gelu, Neuron::tanh,
                            Neuron::sigmoid, Neuron::tanh, Neuron::softplus};
    net.layer(2).neurons = {Neuron::sigmoid, Neuron::linear, Neuron::sigmoid, Neuron::tanh};
    for (Cost cost : {Cost::quadratic, Cost::quadratic_per_neuron, Cost::half_squared_error}) {
      CHECK(check_equations(net, cost, random));
    }

    SUBCASE("a single modified neuron changes its own delta only") {
      const Vector<Real> z{0.5L, -0.25L, 1}, grad_a{1, 2, 3};
      const Vector<Real> before = bp::bp1({Neuron::sigmoid, Neuron::sigmoid, Neuron::sigmoid}, z, grad_a);
      const Vector<Real> after = bp::bp1({Neuron::sigmoid, Neuron::linear, Neuron::sigmoid}, z, grad_a);
      CHECK(after == Vector<Real>{before[0], 2, before[2]});
    }
    SUBCASE("linear neurons throughout make the net W_2 (W_1 x + b_1) + b_2 and f' = 1") {
      bp::Network<Real> linear = random_network<Real>({2, 3, 2}, {Neuron::linear, Neuron::linear}, random);
      const bp::Backprop<Real> result = linear.backprop({1, -1}, {0.5L, 0.25L}, Cost::quadratic);
      CHECK(result.a[2] == result.z[2]);
      CHECK(result.delta[2] == Vector<Real>{result.a[2][0] - 0.5L, result.a[2][1] - 0.25L});
      CHECK(result.delta[1] == bp::propagate_back(linear.layer(2), result.delta[2]));
    }
  }

  TEST_CASE("the matrix forms of BP1 and BP2 and the whole product down from L equal the loops") {
    std::uint64_t seed = 400;
    for (Neuron hidden : all_neurons) {
      for (Neuron output : all_neurons) {
        CAPTURE(named(hidden));
        CAPTURE(named(output));
        Random random(++seed);
        const auto net = random_network<double>({3, 4, 5, 2, 3}, {hidden, Neuron::tanh, hidden, output}, random);
        const Vector<double> y = random_targets<double>(1, 3, random);
        const auto result = net.backprop(random.vector<double>(3, -1, 1), y, Cost::quadratic);
        const auto trace = net.feedforward(result.a[0]);
        const Vector<double> grad_a = bp::gradient(Cost::quadratic, result.a[4], y);
        CHECK(difference(bp::bp1_matrix(net.layer(4).neurons, result.z[4], grad_a), result.delta[4]) < 1e-15);
        for (std::size_t l = 1; l <= 4; ++l) {
          CHECK(difference(net.delta_product(trace, grad_a, l), result.delta[l]) < 2e-15);
          if (l == 4) continue;
          const auto delta = bp::bp2_matrix(net.layer(l).neurons, result.z[l], net.layer(l + 1), result.delta[l + 1]);
          CHECK(difference(delta, result.delta[l]) < 1e-15);
        }
      }
    }
  }

  TEST_CASE_TEMPLATE("a batch is the sum of its samples, in loops and in matrix form", T, float, double, long double) {
    const T tolerance = 64 * std::numeric_limits<T>::epsilon();
    Random random(500);
    for (std::size_t L = 1; L <= 6; ++L) {
      Neurons neurons{Neuron::softplus, Neuron::tanh, Neuron::softmax, Neuron::sigmoid, Neuron::gelu};
      neurons.resize(L - 1);
      neurons.push_back(Neuron::softmax);
      const auto net = random_network<T>(Sizes(L + 1, 4), neurons, random);
      for (std::size_t m : {1u, 7u, 64u}) {
        const Cost cost = all_costs[(L + m) % 5];
        CAPTURE(L);
        CAPTURE(m);
        CAPTURE(named(cost));
        const Vector<T> x = random.vector<T>(m * 4, -1, 1), y = random_targets<T>(m, 4, random);
        const bp::Backprop<T> batch = net.backprop(x, y, m, cost);
        CHECK(batch.m == m);
        CHECK(difference(net.backprop_matrix(x, y, m, cost), batch) < tolerance);
        CHECK(difference(net.cost(x, y, m, cost), batch.cost) < tolerance);

        const T share = cost == Cost::half_squared_error ? T(1) : 1 / static_cast<T>(m);
        T C = 0;
        std::vector<Vector<T>> grad_weight(L + 1), grad_bias(L + 1);
        for (std::size_t s = 0; s < m; ++s) {
          const auto one = net.backprop(bp::sample(x, 4, s), bp::sample(y, 4, s), cost);
          C += share * one.cost;
          for (std::size_t l = 1; l <= L; ++l) {
            grad_weight[l].resize(16);
            grad_bias[l].resize(4);
            for (std::size_t i = 0; i < 16; ++i) grad_weight[l][i] += share * one.grad_weight[l][i];
            for (std::size_t i = 0; i < 4; ++i) grad_bias[l][i] += share * one.grad_bias[l][i];
            Vector<T> delta = one.delta[l];
            for (T& d : delta) d *= share;
            CHECK(difference(bp::sample(batch.delta[l], 4, s), delta) < tolerance);
          }
        }
        CHECK(difference(C, batch.cost) < tolerance);
        for (std::size_t l = 1; l <= L; ++l) {
          CHECK(difference(grad_weight[l], batch.grad_weight[l]) < tolerance);
          CHECK(difference(grad_bias[l], batch.grad_bias[l]) < tolerance);
        }
      }
    }
  }

  TEST_CASE("sigmoid with Bernoulli and softmax with categorical give delta_L = (a - y)/m") {
    Random random(600);
    const std::size_t m = 7;
    const std::pair<Neuron, Cost> pairs[] = {{Neuron::sigmoid, Cost::bernoulli_cross_entropy},
                                             {Neuron::softmax, Cost::categorical_cross_entropy}};
    for (const auto& [output, cost] : pairs) {
      const auto net = random_network<double>({3, 4, 5}, {Neuron::tanh, output}, random);
      const Vector<double> x = random.vector<double>(m * 3, -1, 1), y = random_targets<double>(m, 5, random);
      const bp::Backprop<double> loops = net.backprop(x, y, m, cost), matrix = net.backprop_matrix(x, y, m, cost);
      Vector<double> expected;
      for (std::size_t i = 0; i < m * 5; ++i) expected.push_back((loops.a[2][i] - y[i]) / m);
      CHECK(difference(loops.delta[2], expected) < 1e-16);
      CHECK(difference(matrix.delta[2], expected) < 1e-16);
    }
  }

  TEST_CASE("the cross-entropies through logarithms equal their definitions and BP1") {
    Random random(700);
    for (Cost cost : {Cost::bernoulli_cross_entropy, Cost::categorical_cross_entropy}) {
      for (Neuron output : {Neuron::sigmoid, Neuron::softmax}) {
        if (!bp::defined_on_range(output, cost)) continue;
        CAPTURE(named(cost));
        CAPTURE(named(output));
        const Neurons neurons(4, output);
        for (Vector<Real> y : {Vector<Real>{0, 1, 0, 0}, random_targets<Real>(1, 4, random), {0.5L, 0.9L, 0.1L, 1}}) {
          Vector<Real> z = random.vector<Real>(4, -3, 3);
          const Vector<Real> a = bp::activate(neurons, z);
          const Vector<Real> grad_a = bp::gradient(cost, a, y), delta = bp::logarithmic_delta(cost, neurons, z, y);
          CHECK(difference(bp::logarithmic_value(cost, neurons, z, y), bp::value(cost, a, y)) < 1e-17L);
          CHECK(difference(delta, bp::bp1(neurons, z, grad_a)) < 1e-17L);
          CHECK(difference(delta, bp::bp1_matrix(neurons, z, grad_a)) < 1e-17L);
          const auto C = [&] { return bp::logarithmic_value(cost, neurons, z, y); };
          CHECK(difference(delta, differences(z, C)) < difference_tolerance);
        }
      }
    }
  }

  TEST_CASE("saturated outputs have a finite cost and delta") {
    const auto run = [](Neuron output, Cost cost, const Vector<double>& z, const Vector<double>& y) {
      bp::Network<double> net({1, z.size()}, {output});
      net.layer(1).bias = z;
      return net.backprop({0}, y, cost);
    };
    const Cost bernoulli = Cost::bernoulli_cross_entropy, categorical = Cost::categorical_cross_entropy;
    auto result = run(Neuron::sigmoid, bernoulli, {1000, -1000, 1000, -1000}, {0, 1, 1, 0});
    CHECK(result.cost == 2000);
    CHECK(result.delta[1] == Vector<double>{1, -1, 0, 0});
    result = run(Neuron::softmax, categorical, {1000, -1000, 0}, {0, 1, 0});
    CHECK(result.cost == 2000);
    CHECK(result.delta[1] == Vector<double>{1, -1, 0});
    result = run(Neuron::softmax, categorical, {1000, -1000, 0}, {1, 0, 0});
    CHECK(result.cost == 0);
    CHECK(result.delta[1] == Vector<double>{0, 0, 0});
    result = run(Neuron::softmax, bernoulli, {1000, -1000}, {0, 1});  // two neurons: each tells the error of the other
    CHECK(result.cost == 4000);
    CHECK(result.delta[1] == Vector<double>{2, -2});
    result = run(Neuron::sigmoid, Cost::quadratic, {1000, -1000}, {0, 1});  // learning slowdown
    CHECK(result.cost == 1);
    CHECK(result.delta[1] == Vector<double>{0, 0});

    const Vector<double> rounded{0.5, 1}, y{0, 0};
    check_error([&] { bp::value(bernoulli, rounded, y); }, {"a[1] = 1", "0 < a < 1", "logarithmic_value()"});
  }

  TEST_CASE("half_squared_error adds its samples up, the other costs average them") {
    bp::Network<double> net({1, 1}, {Neuron::linear});
    net.layer(1).weight = {1};
    const Vector<double> x{1, 2, 3, 4}, y{0, 0, 0, 0};
    CHECK(net.backprop(x, y, 4, Cost::half_squared_error).cost == 15);
    CHECK(net.backprop(x, y, 4, Cost::half_squared_error).grad_weight[1] == Vector<double>{30});
    CHECK(net.backprop(x, y, 4, Cost::half_squared_error).delta[1] == x);
    CHECK(net.backprop(x, y, 4, Cost::quadratic).cost == 3.75);
    CHECK(net.backprop(x, y, 4, Cost::quadratic).grad_weight[1] == Vector<double>{7.5});
    CHECK(net.backprop(x, y, 4, Cost::quadratic_per_neuron).delta[1] == Vector<double>{0.25, 0.5, 0.75, 1});
  }

  TEST_CASE("costs that are not defined on the range of an output neuron throw and say what to do") {
    for (Neuron output : all_neurons) {
      for (Cost cost : all_costs) {
        CAPTURE(named(output));
        CAPTURE(named(cost));
        const bool defined = cost == Cost::bernoulli_cross_entropy
                                 ? output == Neuron::sigmoid || output == Neuron::softmax
                             : cost == Cost::categorical_cross_entropy ? output == Neuron::softmax
                                                                       : true;
        CHECK(bp::defined_on_range(output, cost) == defined);
        const bp::Network<double> net({2, 3}, {output});
        const Vector<double> x{0, 1}, y{0, 0, 1};
        for (const std::function<void()>& call : {std::function<void()>([&] { net.backprop(x, y, cost); }),
                                                  std::function<void()>([&] { net.backprop(x, y, 1, cost); }),
                                                  std::function<void()>([&] { net.backprop_matrix(x, y, 1, cost); }),
                                                  std::function<void()>([&] { net.cost(x, y, 1, cost); })}) {
          if (defined) {
            CHECK(error_of(call) == "");
          } else {
            check_error(call, {bp::name(cost), bp::name(output), "; use "});
          }
        }
      }
    }
    bp::Network<double> mixed({1, 2}, {Neuron::sigmoid});
    mixed.layer(1).neurons[1] = Neuron::tanh;
    check_error([&] { mixed.backprop({0}, {0, 1}, Cost::bernoulli_cross_entropy); }, {"neuron 1 of 2 is tanh"});
    const bp::Network<double> single({1, 1}, {Neuron::softmax});
    check_error([&] { single.backprop({0}, {1}, Cost::bernoulli_cross_entropy); }, {"softmax of 1 neuron"});
    const Vector<double> zero{0}, one{1};
    check_error([&] { bp::logarithmic_value(Cost::quadratic, {Neuron::sigmoid}, zero, one); }, {"use value()"});
    check_error([&] { bp::logarithms({Neuron::tanh}, zero); }, {"Neuron 0 is tanh"});
    check_error([&] { bp::value(Cost::categorical_cross_entropy, zero, one); }, {"a[0] = 0", "y[0] = 1"});
  }

  TEST_CASE("wrong sizes throw with all their values") {
    using Net = bp::Network<double>;
    const Neuron f = Neuron::sigmoid;
    const Cost cost = Cost::quadratic;
    const Net net({4, 5, 3}, {f, f});
    const auto v = [](std::size_t n) { return Vector<double>(n); };
    const bp::Layer<double> layer = bp::make_layer<double>(4, 3, f);

    check_error([&] { Net({4}, {}); }, {"1 sizes and 0 kinds"});
    check_error([&] { Net({4, 3}, {f, f}); }, {"2 sizes and 2 kinds"});
    check_error([&] { Net({4, 0}, {f}); }, {"fan_in is 4 and fan_out is 0"});
    check_error([&] { Net(net).add(layer); }, {"fan_in 4", "fan_out 3", "[4, 5, 3]"});
    check_error([&] { Net().feedforward({}); }, {"0 layers"});
    check_error([&] { Net().backprop({}, {}, cost); }, {"0 layers"});
    check_error([&] { net.layer(0); }, {"no layer 0", "1 to 2"});
    check_error([&] { net.layer(3); }, {"no layer 3", "1 to 2"});
    check_error([&] { net.feedforward(v(5)); }, {"5 values", "needs 4", "[4, 5, 3]"});
    check_error([&] { net.backprop(v(3), v(3), cost); }, {"[backprop]", "x has 3", "y has 3", "m = 1", "[m, 4]"});
    check_error([&] { net.backprop(v(4), v(2), cost); }, {"x has 4", "y has 2", "[m, 3]"});
    check_error([&] { net.backprop(v(8), v(3), 2, cost); }, {"x has 8", "y has 3", "m = 2"});
    check_error([&] { net.backprop(v(0), v(0), 0, cost); }, {"m = 0"});
    const std::size_t wraps = (std::size_t(1) << 62) + 1;  // 4 m is 4 in 64 bits
    check_error([&] { Net({4, 4}, {f}).backprop(v(4), v(4), wraps, cost); }, {"m = 4611686018427387905"});
    check_error([&] { net.backprop_matrix(v(7), v(6), 2, cost); }, {"[backprop_matrix]", "x has 7"});
    check_error([&] { net.cost(v(8), v(5), 2, cost); }, {"[cost]", "y has 5"});
    check_error([&] { bp::sample(v(6), 3, 2); }, {"6 values", "row 2 of 3"});
    check_error([&] { net.delta_product({}, v(3), 1); }, {"trace.z has 0", "needs 3"});

    bp::Layer<double> wrong = layer;
    wrong.weight.pop_back();
    check_error([&] { Net().add(wrong); }, {"weight has 11", "[3, 4]"});
    wrong = layer;
    wrong.bias.pop_back();
    check_error([&] { Net().add(wrong); }, {"bias has 2", "needs 3"});
    wrong = layer;
    wrong.neurons.pop_back();
    check_error([&] { Net().add(wrong); }, {"neurons has 2", "needs 3"});
    wrong = layer;
    wrong.neurons[1] = Neuron::softmax;
    check_error([&] { Net().add(wrong); }, {"1 of 3 neurons are softmax"});
    Net edited = net;
    edited.layer(2).weight.clear();
    check_error([&] { edited.backprop(v(4), v(3), cost); }, {"weight has 0", "[3, 5]"});

    check_error([&] { bp::weighted_input(layer, v(3)); }, {"a has 3", "needs 4"});
    check_error([&] { bp::propagate_back(layer, v(4)); }, {"delta has 4", "needs 3"});
    check_error([&] { bp::bp1({f, f}, v(3), v(2)); }, {"z has 3", "needs 2"});
    check_error([&] { bp::bp1({f, f}, v(2), v(3)); }, {"grad_a has 3", "needs 2"});
    check_error([&] { bp::bp1_matrix({f, f}, v(2), v(3)); }, {"has 3", "needs 2"});
    check_error([&] { bp::bp2({f, f}, v(2), layer, v(3)); }, {"grad_a has 4", "needs 2"});
    check_error([&] { bp::bp2_matrix({f, f}, v(2), layer, v(3)); }, {"has 4", "needs 2"});
    check_error([&] { bp::activate({f, f}, v(3)); }, {"z has 3", "needs 2"});
    check_error([&] { bp::value(cost, v(3), v(2)); }, {"y has 2", "needs 3"});
    check_error([&] { bp::gradient(cost, v(0), v(0)); }, {"0 outputs"});
    check_error([&] { bp::multiply(bp::Matrix<double>(2, 3), bp::Matrix<double>(2, 3)); }, {"[2, 3] times [2, 3]"});
    check_error([&] { bp::Matrix<double>(2, 3, v(5)); }, {"5 values", "[2, 3]"});
    check_error([&] { bp::f(Neuron::softmax, 0.0); }, {"softmax", "activate()"});
    check_error([&] { bp::f_prime(Neuron::softmax, 0.0); }, {"softmax", "jacobian()"});
    check_error([&] { bp::name(static_cast<Neuron>(99)); }, {"99"});
    check_error([&] { bp::name(static_cast<Cost>(99)); }, {"99"});
  }

  // sigmoid_net-00 and -09 of the project's reference values: numpy, checked against PyTorch 1.13.1 there. Its
  // gradients are sums over the batch.
  TEST_CASE("sigmoid nets give the values calculated by numpy and PyTorch") {
    SUBCASE("[2, 3, 2], quadratic, batch 5") {
      bp::Network<double> net({2, 3, 2}, {Neuron::sigmoid, Neuron::sigmoid});
      net.layer(1).weight = {0.9673192158501759, 0.3963963288891372,   1.5853863542549207,
                             0.5739115405892827, -0.22226272552614534, 0.7033698280782742};
      net.layer(1).bias = {0.2708263070859916, -1.537034099952372, 3.1725940250771756};
      net.layer(2).weight = {-0.28717209280485334, 0.24404423420887328, -0.19058526834432668,
                             -0.9031592947697596,  -0.3177676275859268, 0.22364825834956062};
      net.layer(2).bias = {2.148519831929953, -0.8582816147306829};
      const Vector<double> x{-0.009120588046082468, 1.7890830004153884, 0.4002246904015674, -0.06926607950532532,
                             0.2543022445715306,    -1.285678515592405, 1.32129170722933,   -0.6150472297372751,
                             0.056512236808552975,  -1.5067579443073946};
      const Vector<double> y{1, 1, 1, 0, 1, 1, 0, 0, 1, 1};
      const auto result = net.backprop(x, y, 5, Cost::half_squared_error);
      CHECK(result.cost == doctest::Approx(1.3409090322764991).epsilon(1e-14));
      CHECK(difference(bp::sample(result.z[1], 3, 0), {0.9711897204517852, -0.5247183747729198, 4.433008194254634}) <
            1e-15);
      CHECK(difference(result.a[2], {0.8632550967847504, 0.19615499511257287, 0.8638576529174433, 0.21025067363131605,
                                     0.8659001405236187, 0.24007297162625704, 0.8678037784547018, 0.17681663067901762,
                                     0.8672111650295875, 0.25383663622411495}) < 1e-15);
      CHECK(difference(result.delta[1],
                       {0.023728423553108245, 0.008486638303529156, -0.00029317666084949207, -0.006105859173838108,
                        -0.003027131594115654, 0.000475299541981728, 0.032420884968728005, 0.004651934510224412,
                        -0.0024942640693794765, -0.008697827942141287, 0.0039874833856348366, -0.0009695951578244024,
                        0.03240568994355647, 0.003376408760170307, -0.0027883161975757894}) < 1e-15);
      CHECK(difference(result.delta[2],
                       {-0.016142152561041276, -0.12674884390361235, -0.01601137584416779, 0.03491114203776767,
                        -0.015571285071605864, -0.1386395215466375, 0.09955477971090836, 0.025736104368709472,
                        -0.015291425805163336, -0.14132602604455796}) < 1e-15);
      CHECK(difference(result.grad_bias[1], {0.07375131134941332, 0.017475333365443057, -0.006070052543647432}) <
            1e-15);
      CHECK(difference(result.grad_bias[2], {0.036538540428930094, -0.3460671450883307}) < 1e-15);
      CHECK(difference(result.grad_weight[1], {-0.00407647886197688, -0.04228574291095138, 0.005353498592198757,
                                               0.00187216426887699, -0.0018800884224689663, 0.007447046608032035}) <
            1e-15);
      CHECK(difference(result.grad_weight[2], {0.04173492533114986, 0.040909978087470614, 0.03273194816859091,
                                               -0.17959617616093235, -0.05437004770539181, -0.3191333693815204}) <
            1e-15);
      CHECK(5 * net.backprop(x, y, 5, Cost::quadratic).cost == doctest::Approx(result.cost).epsilon(1e-14));
    }
    SUBCASE("[1, 2, 1], cross-entropy, one sample") {
      bp::Network<double> net({1, 2, 1}, {Neuron::sigmoid, Neuron::sigmoid});
      net.layer(1).weight = {-0.09567009503666074, -0.8788797522988738};
      net.layer(1).bias = {-2.0764611709621534, 0.36020103364136474};
      net.layer(2).weight = {-0.8924043330168295, 0.6552673664838092};
      net.layer(2).bias = {0.1281615998760554};
      const auto result = net.backprop({-0.3485124763336085}, {0}, Cost::bernoulli_cross_entropy);
      CHECK(result.cost == doctest::Approx(0.9485744623820797).epsilon(1e-14));
      CHECK(difference(result.delta[2], {0.612707269522043}) < 1e-15);
      CHECK(difference(result.delta[1], {-0.05554331009547557, 0.09000107168117054}) < 1e-15);
      CHECK(difference(result.grad_weight[1], {0.019357536545139706, -0.03136649636428335}) < 1e-15);
      CHECK(difference(result.grad_weight[2], {0.0703078662019938, 0.4048275581676555}) < 1e-15);
    }
  }
}
