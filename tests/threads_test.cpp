// set_threads(n): the same bits for any n, and errors that reach the caller.
#include <doctest/doctest.h>

#include <nabla/nabla.hpp>
#include <utility>

using namespace nabla;

namespace {

/// One thread again, also where a check throws.
struct Threads {
  explicit Threads(int n) { set_threads(n); }
  ~Threads() { set_threads(1); }
};

/// The parameters after 200 steps on products that are cut into blocks and transfers that are not small.
std::vector<Tensor> trained(DType dtype, int threads) {
  const Threads these(threads);
  Rng rng(4);
  const Tensor x = rng.normal({128, 256}, 0, 1, dtype), y = one_hot(rng.integers({128}, 0, 10), 10, dtype);
  nn::Mlp net({256, 256, 256, 10}, {.hidden = nn::relu, .seed = 5, .dtype = dtype});
  optim::Sgd optimizer{.learning_rate = 0.05, .momentum = 0.5};
  Tape tape;
  for (int i = 0; i < 200; ++i) {
    tape.clear();
    optimizer.step(net, softmax_cross_entropy(net(tape.constant(x)), tape.constant(y)));
  }
  std::vector<Tensor> values;
  for (const Parameter* p : net.parameters()) values.push_back(p->value);
  return values;
}

}  // namespace

TEST_CASE("after 200 steps the parameters are the same bits for any number of threads") {
  for (const DType dtype : {f32, f64}) {
    CAPTURE(name(dtype));
    const std::vector<Tensor> one = trained(dtype, 1);
    for (const int n : {2, 3, 8}) {
      CAPTURE(n);
      const std::vector<Tensor> several = trained(dtype, n);
      for (std::size_t i = 0; i < one.size(); ++i) CHECK(identical(one[i], several[i]));
    }
  }
}

TEST_CASE("operations on many elements are the same bits for any number of threads") {
  const Tensor x = Rng(1).normal({3, 200'001}), y = Rng(2).normal({1, 200'001});
  const auto results = [&] {
    return std::vector<Tensor>{tanh(x) * y + x, matmul(transpose(x), x.sliced(1, 0, 5)), sum(x), sum(x, 1)};
  };
  const std::vector<Tensor> one = results();
  const Threads three(3);
  const std::vector<Tensor> several = results();
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(identical(one[i], several[i]));
}

TEST_CASE("large products in f32 agree with f64, in every layout") {
  const Threads two(2);
  for (const auto& [m, n] : {std::pair{200, 170}, std::pair{170, 200}}) {  // blocks of rows, blocks of columns
    const Tensor a = Rng(1).normal({m, 300}, 0, 1, f64), b = Rng(2).normal({300, n}, 0, 1, f64);
    const Tensor right = sum(reshape(a, {m, 300, 1}) * reshape(b, {1, 300, n}), 1);
    const Tensor left32 = a.to(f32), right32 = b.to(f32);
    const Tensor left32_t = transpose(left32).contiguous(), right32_t = transpose(right32).contiguous();
    for (const Tensor& p : {matmul(left32, right32), matmul(transpose(left32_t), right32),
                            matmul(left32, transpose(right32_t)), matmul(transpose(left32_t), transpose(right32_t))})
      CHECK(max(abs(p.to(f64) - right)).item() < 2e-4);  // 300 products of about 1, 2⁻²⁴ each
  }
}

TEST_CASE("less than one thread is refused") {
  CHECK_THROWS_WITH_AS(set_threads(0), "[set_threads] 0 threads; take 1 or more", ValueError);
  CHECK_THROWS_WITH_AS(set_threads(-3), "[set_threads] -3 threads; take 1 or more", ValueError);
  CHECK(threads() == 1);
}
