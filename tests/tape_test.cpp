#include <doctest/doctest.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <nabla/op.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/optim.hpp>
#include <nabla/tape.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace nabla;
using doctest::Contains;

namespace {

/// Attributes with a destructor, counted: as many must be destroyed as were made.
struct Counted {
  static inline int alive = 0;
  static inline int copies_until_failure = -1;  // the copy that counts down to 0 throws

  std::vector<double> values;

  explicit Counted(std::vector<double> v) : values(std::move(v)) { ++alive; }
  Counted(const Counted& other) : values(other.values) {
    if (copies_until_failure > 0 && --copies_until_failure == 0) throw std::runtime_error("no copy");
    ++alive;
  }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
};

/// x scaled by the product of the attributes; forward() throws when one of them is 0.
struct ScaleAll {
  static constexpr OpInfo info{.name = "scale_all", .arity = any_arity, .formula = "k x"};
  Counted factors;

  double product() const {
    double all = 1;
    for (const double factor : factors.values) all *= factor;
    return all;
  }
  void forward(Tensors in, Tensor& out) const {
    if (product() == 0) throw ValueError(info.name, "A factor of 0; take others");
    out = in[0] * product();
  }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = p.ct * product();
  }
};

/// More attributes than a node holds in place.
struct AddMany {
  static constexpr OpInfo info{.name = "add_many", .arity = 1, .formula = "x + ..."};
  double terms[20] = {};

  void forward(Tensors in, Tensor& out) const {
    out = in[0];
    for (const double term : terms) out = out + term;
  }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = p.ct * (terms[19] - 18);  // 1 where the attributes are as they were recorded
  }
};

/// Attributes that must stand at a multiple of their alignment; a copy notes whether it does.
template <std::size_t alignment>
struct alignas(alignment) Aligned {
  static constexpr OpInfo info{.name = "aligned", .arity = 1, .formula = "x"};
  static inline bool misplaced = false;
  unsigned char bytes[16];

  Aligned() = default;
  Aligned(const Aligned&) {
    const volatile void* const volatile place = this;  // volatile: the compiler may take `this` for aligned
    misplaced |= reinterpret_cast<std::uintptr_t>(place) % alignment != 0;
  }
  void forward(Tensors in, Tensor& out) const { out = in[0]; }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = p.ct;
  }
};

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

TEST_CASE("leaves are recorded with their values and kinds") {
  Tape tape;
  const Tensor x = Tensor::from({2}, {1, 2});
  const Var v = tape.variable(x), c = tape.constant(arange(0, 3, 1, i64)), s = tape.variable(2.5),
            k = tape.constant(3.0);
  CHECK(tape.size() == 4);
  CHECK(identical(v.value(), x));
  CHECK(v.shape() == Shape{2});
  CHECK(v.rank() == 1);
  CHECK(c.dtype() == i64);
  CHECK(s.value().item() == 2.5);
  CHECK(k.dtype() == f64);
  for (NodeId id = 0; id < 4; ++id) {
    CHECK(tape.operation(id) == nullptr);
    CHECK(tape.operands(id).empty());
    CHECK(tape.var(id).id() == id);
  }
  CHECK(&v.tape() == &tape);
  CHECK(tape.var(0) == v);
  CHECK_FALSE(tape.var(1) == v);
}

TEST_CASE("leaves that cannot be are refused, and nothing is recorded") {
  Tape tape;
  CHECK_THROWS_WITH_AS(
      tape.variable(zeros({2}, i64)),
      "[variable] A derivative with respect to i64 values does not exist; convert them with to(f32) or "
      "to(f64), or record them by constant()",
      DTypeError);
  CHECK_THROWS_WITH_AS(tape.variable(zeros({}, u8)), Contains("with respect to u8"), DTypeError);
  CHECK_THROWS_WITH_AS(tape.variable(Tensor()), "[variable] An empty Tensor object was given; give it a value first",
                       ValueError);
  CHECK_THROWS_WITH_AS(tape.constant(Tensor()), Contains("[constant] An empty Tensor"), ValueError);
  CHECK_THROWS_WITH_AS(tape.parameter(Parameter("w", Tensor())), Contains("[parameter] An empty Tensor"), ValueError);
  CHECK(tape.size() == 0);
}

TEST_CASE("a recorded value does not change with the tensor it came from") {
  Tape tape;
  Tensor x = full({3}, 1);
  const Var v = tape.variable(x);
  x.mutable_data<double>()[0] = 9;
  CHECK(v.value().at({0}) == 1);
}

TEST_CASE("operations name their operands in order, and a parameter is one leaf") {
  Tape tape;
  const Parameter w("w", full({2}, 3)), unused("u", full({2}, 1));
  const Var a = tape.variable(full({2}, 2)), b = tape.parameter(w), c = tape.parameter(w);
  CHECK(b == c);
  CHECK(tape.find(w) == b);
  CHECK_FALSE(tape.find(unused).defined());
  const Var y = b - a;
  CHECK(tape.size() == 3);
  CHECK(tape.operation(y.id())->name == "sub");
  CHECK(std::vector<NodeId>(tape.operands(y.id()).begin(), tape.operands(y.id()).end()) ==
        std::vector<NodeId>{b.id(), a.id()});
  CHECK(identical(tape.value(y.id()), full({2}, 1)));
  for (const NodeId id : {NodeId{3}, ~NodeId{0}})
    CHECK_THROWS_WITH_AS(tape.value(id), Contains("There is no node"), TapeError);
  CHECK_THROWS_AS(tape.operation(3), TapeError);
  CHECK_THROWS_AS(tape.operands(3), TapeError);
  CHECK_THROWS_AS(tape.var(3), TapeError);
}

TEST_CASE("a parameter is recorded anew after clear, rewind and a change of its value") {
  Tape tape;
  Parameter w("w", full({1}, 3));
  const Tape::Mark start = tape.mark();
  const Var first = tape.parameter(w);
  CHECK(tape.parameter(w) == first);
  w.value = full({1}, 4);
  CHECK(tape.find(w) == first);
  const Var second = tape.parameter(w);  // a forgotten clear() does not freeze it
  CHECK_FALSE(second == first);
  CHECK(first.value().item() == 3);
  CHECK(second.value().item() == 4);
  CHECK(tape.find(w) == second);
  tape.rewind(start);
  CHECK_FALSE(tape.find(w).defined());
  static_cast<void>(tape.variable(7.0));  // takes the place of the old leaf
  CHECK_FALSE(tape.find(w).defined());
  CHECK(tape.parameter(w).value().item() == 4);
  tape.clear();
  CHECK_FALSE(tape.find(w).defined());
  CHECK(tape.parameter(w).id() == 0);
}

TEST_CASE("copies of a parameter are other parameters, wherever they are made") {
  Parameter w("w", full({1}, 1));
  const Parameter copy = w;
  CHECK(copy.id() != w.id());
  CHECK(copy.name() == "w");
  Parameter other("b", full({1}, 2));
  const Parameter::Id id = other.id();
  other = w;
  CHECK(other.id() == id);
  CHECK(other.value.item() == 1);
  const Parameter moved = std::move(w);
  w = other;  // NOLINT(bugprone-use-after-move): what was moved from may be assigned to
  CHECK(w.id() != moved.id());
}

TEST_CASE("every use of a stale handle is a TapeError") {
  struct {
    std::string what;
    std::function<void(Tape&, Tape::Mark)> remove;
  } const ways[] = {
      {"clear", [](Tape& t, Tape::Mark) { t.clear(); }},
      {"rewind", [](Tape& t, Tape::Mark m) { t.rewind(m); }},
      {"clear, then as many nodes again",
       [](Tape& t, Tape::Mark) {
         t.clear();
         for (int i = 0; i < 9; ++i) static_cast<void>(t.variable(8.0));
       }},
      {"rewind, then another node in its place",
       [](Tape& t, Tape::Mark m) {
         t.rewind(m);
         for (int i = 0; i < 9; ++i) static_cast<void>(t.variable(8.0));
       }},
  };
  for (const auto& way : ways) {
    CAPTURE(way.what);
    Tape tape;
    const Var kept = tape.variable(1.0);
    const Tape::Mark mark = tape.mark();
    const Var stale = exp(kept);
    way.remove(tape, mark);
    const Var live = tape.variable(2.0);
    const std::size_t size = tape.size();
    const std::function<void()> uses[] = {
        [&] { static_cast<void>(stale.value()); },
        [&] { static_cast<void>(stale.shape()); },
        [&] { static_cast<void>(exp(stale)); },
        [&] { static_cast<void>(live + stale); },
        [&] { static_cast<void>(stale + live); },
        [&] { static_cast<void>(stale * 2.0); },
        [&] { static_cast<void>(reshape(stale, {1})); },
        [&] {
          static_cast<void>(concat({live, stale}));
        },
        [&] { static_cast<void>(gradient(stale, {live})); },
        [&] { static_cast<void>(gradient(live, {stale})); },
        [&] { static_cast<void>(gradient_recorded(live, {live}, stale)); },
    };
    for (const auto& use : uses)
      CHECK_THROWS_WITH_AS(use(), Contains("is stale: clear() or rewind() has removed it; record the value again"),
                           TapeError);
    CHECK(tape.size() == size);
  }
}

TEST_CASE("handles from before a mark live on after rewind") {
  Tape tape;
  const Var x = tape.variable(2.0), y = square(x);
  const Tape::Mark mark = tape.mark();
  for (int round = 0; round < 3; ++round) {
    const Var z = exp(y) * x;
    CHECK(tape.size() == 4);
    CHECK(gradient(z, {x})[x].item() == doctest::Approx(std::exp(4.0) * 9));
    tape.rewind(mark);
    CHECK(tape.size() == 2);
    CHECK(y.value().item() == 4);
  }
  tape.rewind(tape.mark());
  CHECK(tape.size() == 2);
  CHECK(gradient(y, {x})[x].item() == 4);
  tape.clear();
  const char* text = "[rewind] The mark stood at 2 nodes, and the tape was cleared or rewound further since";
  CHECK_THROWS_WITH_AS(tape.rewind(mark), doctest::Contains(text), TapeError);
  for (int i = 0; i < 3; ++i) tape.variable(1.0);  // as long as before, but not the same nodes
  CHECK_THROWS_WITH_AS(tape.rewind(mark), doctest::Contains(text), TapeError);
  CHECK(tape.size() == 3);
  Tape other;
  CHECK_THROWS_WITH_AS(other.rewind(tape.mark()), "[rewind] The mark is of another tape; rewind that one", TapeError);
}

TEST_CASE("empty handles are refused everywhere") {
  Tape tape;
  const Var x = tape.variable(1.0), nothing;
  CHECK_FALSE(nothing.defined());
  const std::function<void()> uses[] = {
      [&] { static_cast<void>(nothing.value()); },
      [&] { static_cast<void>(nothing.tape()); },
      [&] { static_cast<void>(exp(nothing)); },
      [&] { static_cast<void>(x + nothing); },
      [&] { static_cast<void>(nothing + x); },
      [&] { static_cast<void>(nothing + nothing); },
      [&] { static_cast<void>(nothing * 2.0); },
      [&] { static_cast<void>(gradient(nothing, {x})); },
      [&] { static_cast<void>(gradient(x, {nothing})); },
  };
  for (const auto& use : uses) CHECK_THROWS_WITH_AS(use(), Contains("get one from tape.variable()"), TapeError);
  CHECK(tape.size() == 1);
}

TEST_CASE("operands of two tapes are refused, in any place") {
  Tape tape, other;
  const Var x = tape.variable(1.0), elsewhere = other.variable(1.0);
  const std::function<void()> uses[] = {
      [&] { static_cast<void>(x + elsewhere); },
      [&] { static_cast<void>(elsewhere + x); },
      [&] {
        static_cast<void>(concat({reshape(x, {1}), reshape(elsewhere, {1})}));
      },
      [&] { static_cast<void>(where(x > 0.0, x, elsewhere)); },
      [&] { static_cast<void>(gradient(x, {elsewhere})); },
      [&] { static_cast<void>(gradient_recorded(x, {x}, elsewhere)); },
  };
  for (const auto& use : uses)
    CHECK_THROWS_WITH_AS(
        use(), Contains("The operands are on two tapes; record them all on one tape, or pass a value as Tensor"),
        TapeError);
}

TEST_CASE("tensors and numbers beside a Var become constants of its tape, with the dtype of what stands beside them") {
  Tape tape;
  const Var x = tape.variable(full({2}, 3, f32));
  const Var y = x * 2;
  CHECK(tape.size() == 3);
  CHECK(y.dtype() == f32);
  CHECK(tape.value(1).dtype() == f32);
  CHECK(tape.value(1).shape() == Shape{});
  CHECK((2.5 - x).value().at({0}) == -0.5);
  CHECK((full({2}, 1, f32) / x).dtype() == f32);
  CHECK((tape.constant(full({2}, 5, i64)) + 1).dtype() == i64);
  CHECK((tape.constant(full({2}, 5, i64)) + 1).value().at({1}) == 6);
  CHECK((x > 1.0).dtype() == u8);
  CHECK(where(x > 1.0, x, 0.0).dtype() == f32);
  CHECK(where(x > 1.0, 0.0, x).dtype() == f32);
  CHECK(where(ones({2}, u8), x, 0.0).dtype() == f32);
  CHECK_THROWS_WITH_AS(x + full({2}, 1), "[add] Operands of f32 and f64; all must have one dtype, convert with to(f32)",
                       DTypeError);
  CHECK_THROWS_WITH_AS(x + Tensor(), "[add] An empty Tensor object was given; give it a value first", ValueError);
  CHECK_THROWS_AS(exp(tape.constant(full({2}, 5, i64))), DTypeError);
}

TEST_CASE("a number that the other operand's dtype cannot hold is refused, not rounded") {
  const Tensor n = arange(0, 4, 1, i64);
  CHECK_THROWS_AS(n * 0.5, DTypeError);
  CHECK_THROWS_AS(greater(n, 0.5), DTypeError);
  CHECK_THROWS_AS((n > 1) + 300, DTypeError);
  CHECK((n * 2).dtype() == i64);
  CHECK(identical(where(n > 1, 0.5, -1), Tensor::from({4}, {-1, -1, 0.5, 0.5})));
}

TEST_CASE("a large integer beside integers keeps all its digits") {
  const Tensor sum = zeros({1}, i64) + ((std::int64_t{1} << 53) + 1);
  CHECK(sum.data<std::int64_t>()[0] == (std::int64_t{1} << 53) + 1);
}

TEST_CASE("ten operands are kept as well as two") {
  Tape tape;
  std::vector<Var> parts;
  for (int i = 0; i < 10; ++i) parts.push_back(tape.variable(full({2}, i)));
  for (int round = 0; round < 3; ++round) {
    const Tape::Mark mark = tape.mark();
    const Var all = concat(parts);
    CHECK(all.shape() == Shape{20});
    CHECK(tape.operands(all.id()).size() == 10);
    const Gradients g = gradient(sum(all * arange(0, 20)), parts);
    for (int i = 0; i < 10; ++i) {
      CHECK(tape.operands(all.id())[static_cast<std::size_t>(i)] == static_cast<NodeId>(i));
      CHECK(g.at(static_cast<std::size_t>(i)).at({1}) == 2 * i + 1);
    }
    tape.rewind(mark);
  }
}

TEST_CASE("attributes larger than a node are kept") {
  Tape tape;
  const Var x = tape.variable(1.0);
  for (int round = 0; round < 100; ++round) {
    AddMany op;
    for (int i = 0; i < 20; ++i) op.terms[i] = i;
    const Var y = apply(op, x);
    op.terms[19] = 0;
    CHECK(y.value().item() == 191);
    CHECK(gradient(y, {x})[x].item() == 1);
  }
}

TEST_CASE("attributes stand where their alignment allows") {
  Tape tape;
  const Var x = tape.variable(1.0);
  for (int round = 0; round < 4; ++round) {
    static_cast<void>(apply(Aligned<8>{}, x));
    static_cast<void>(apply(Aligned<16>{}, x));
    static_cast<void>(apply(Aligned<64>{}, x));
  }
  CHECK_FALSE(Aligned<8>::misplaced);
  CHECK_FALSE(Aligned<16>::misplaced);
  CHECK_FALSE(Aligned<64>::misplaced);
}

TEST_CASE("attributes with a destructor are destroyed with their node") {
  REQUIRE(Counted::alive == 0);
  {
    Tape tape;
    const Var x = tape.variable(full({2}, 1));
    const auto scale = [&](std::vector<double> factors) { return apply(ScaleAll{Counted(std::move(factors))}, x); };
    const Var a = scale({2, 3}), b = scale(std::vector<double>(100, 1));
    CHECK(Counted::alive == 2);
    CHECK(gradient(sum(a * b), {x})[x].at({0}) == 12);
    const Tape::Mark mark = tape.mark();
    for (int i = 0; i < 50; ++i) static_cast<void>(scale({1, 2}));
    CHECK(Counted::alive == 52);
    CHECK_THROWS_WITH_AS(scale({1, 0}), "[scale_all] A factor of 0; take others", ValueError);
    CHECK(Counted::alive == 52);
    tape.rewind(mark);
    CHECK(Counted::alive == 2);
    CHECK(gradient(sum(b), {x})[x].at({1}) == 1);
    tape.clear();
    CHECK(Counted::alive == 0);
    static_cast<void>(apply(ScaleAll{Counted({5})}, tape.variable(1.0)));
    CHECK(Counted::alive == 1);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("an operation that cannot be copied onto the tape leaves it unchanged") {
  REQUIRE(Counted::alive == 0);
  {
    Tape tape;
    const Var x = tape.variable(full({2}, 1));
    const ScaleAll op{Counted({2})};
    Counted::copies_until_failure = 1;
    CHECK_THROWS_WITH_AS(apply(op, x), "no copy", std::runtime_error);
    CHECK(tape.size() == 1);
    Counted::copies_until_failure = 1;
    CHECK_THROWS_WITH_AS(apply(op, x, 2.0), "no copy", std::runtime_error);
    CHECK(tape.size() == 1);
    Counted::copies_until_failure = -1;
    CHECK(apply(op, x, 2.0).value().at({0}) == 2);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("a tape may be destroyed, cleared or used on after an operation that could not be copied") {
  REQUIRE(Counted::alive == 0);
  for (const int next : {0, 1, 2}) {
    Tape tape;
    const Var x = tape.variable(1.0);
    {
      const ScaleAll op{Counted({2})};
      Counted::copies_until_failure = 1;
      CHECK_THROWS_AS(apply(op, x), std::runtime_error);
      Counted::copies_until_failure = -1;
    }
    if (next == 1) tape.clear();
    if (next == 2) {
      const Var leaf = tape.constant(5.0);
      CHECK(tape.operation(leaf.id()) == nullptr);
    }
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("a tape may be destroyed after large values of elementwise operations were removed from it") {
  for (const std::int64_t n : {1, 64, 65, 1000}) {
    Tape tape;
    const Var x = tape.variable(ones({n}));
    const Tape::Mark mark = tape.mark();
    static_cast<void>(x * x + x);
    tape.rewind(mark);
    static_cast<void>(x * x + x);
    tape.clear();
    tape.clear();
  }
}

TEST_CASE("a leaf in the place of an operation has no operands and no name") {
  Tape tape;
  const Var x = tape.variable(ones({2}));
  static_cast<void>(concat(std::vector<Var>(7, x)));
  tape.clear();
  for (NodeId id = 0; id < 2; ++id) {
    static_cast<void>(tape.variable(1.0));
    CHECK(tape.operation(id) == nullptr);
    CHECK(tape.operands(id).empty());
  }
}

TEST_CASE("clear and rewind give up every share of a tensor, whatever view of it was recorded") {
  const std::function<Var(const Var&)> views[] = {
      [](const Var& v) { return v; },
      [](const Var& v) {
        return reshape(v, {1000, 10});
      },
      [](const Var& v) { return slice(v, 0, 0, 2); },  // small, but it holds the whole storage
      [](const Var& v) {
        return transpose(slice(reshape(v, {100, 100}), 0, 5, 6));
      },
  };
  for (const auto& view : views)
    for (const bool clear : {true, false}) {
      Tape tape;
      Tensor x = arange(0, 10000);
      const double* const place = x.strided_data<double>();
      const Tape::Mark start = tape.mark();
      static_cast<void>(view(tape.variable(x)));
      clear ? tape.clear() : tape.rewind(start);
      CHECK(x.mutable_data<double>().data() == place);  // nobody else looks: nothing is copied
    }
}

TEST_CASE("a value that was copied from a node stays as it was when the node's place is used again") {
  Tape tape;
  std::vector<Tensor> kept;
  for (int round = 0; round < 5; ++round) {
    tape.clear();
    const Var x = tape.variable(full({3}, round));
    kept.push_back((x + x).value());
    kept.push_back(reshape(x * 3.0, {3, 1}).value());
    kept.push_back(gradient(sum(x * x), {x})[x]);
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    CHECK(kept[i].reshaped({3}).at({1}) == static_cast<double>(i / 3) * (i % 3 == 1 ? 3 : 2));
}

TEST_CASE("a call that is refused leaves the tape as it was") {
  Tape tape;
  const Var x = tape.variable(zeros({2, 3})), n = tape.constant(zeros({2}, i64));
  const std::size_t size = tape.size();
  const std::function<void()> mistakes[] = {
      [&] { static_cast<void>(x + zeros({4})); },
      [&] {
        static_cast<void>(matmul(x, zeros({4, 4})));
      },
      [&] { static_cast<void>(x + n); },
      [&] { static_cast<void>(exp(n)); },
      [&] { static_cast<void>(softmax(x, 2)); },
      [&] {
        static_cast<void>(gather(x, full({1, 3}, 2, i64)));
      },  // refused while it is computed
      [&] { static_cast<void>(one_hot(full({2}, 5, i64) + n, 3)); },
      [&] { static_cast<void>(bernoulli_cross_entropy(x - 1.0, x)); },
  };
  const Tape::Mark before = tape.mark();
  for (const auto& mistake : mistakes) {
    CHECK_THROWS_AS(mistake(), Error);
    tape.rewind(before);  // operands recorded on the way
  }
  CHECK_THROWS_AS(x + zeros({4}), ShapeError);
  CHECK_THROWS_AS(gather(x, full({1, 3}, 2, i64)), ValueError);
  CHECK(tape.size() == size);
  CHECK(gradient(sum(x * 2.0), {x})[x].at({0, 0}) == 2);
}

TEST_CASE("no operands at all are refused by the operation, recorded as well as computed") {
  CHECK_THROWS_WITH_AS(concat(std::vector<Tensor>{}), Contains("No operands were given"), ValueError);
  CHECK_THROWS_WITH_AS(concat(std::vector<Var>{}), Contains("No operands were given"), ValueError);
}

TEST_CASE("an operation refuses nothing even where it would have nothing to do") {
  CHECK_THROWS_AS(reshape(Tensor(), {}), ValueError);
  CHECK_THROWS_AS(expand(Tensor(), {}), ValueError);
  CHECK_THROWS_AS(sum_to(Tensor(), {}), ValueError);
}

TEST_CASE("2,000,000 operations in a chain are recorded, swept and freed") {
  constexpr int length = 2'000'000;
  using Clock = std::chrono::steady_clock;
  const auto nanoseconds_per_operation = [](Clock::duration time) {
    return std::chrono::duration<double, std::nano>(time).count() / length;
  };
  Tape tape;
  const double before = peak_megabytes();
  for (int round = 0; round < 2; ++round) {
    const auto start = Clock::now();
    const Var x = tape.variable(ones({1, 1}));
    Var y = x;
    for (int i = 0; i < length; ++i) y = -y;
    const auto recorded = Clock::now();
    const Tensor g = gradient(y, {x})[x];
    const auto swept = Clock::now();
    CHECK(g.item() == 1);
    CHECK(y.value().item() == 1);
    CHECK(tape.size() == length + 1);
    tape.clear();
    MESSAGE("round " << round << ": record " << nanoseconds_per_operation(recorded - start) << ", sweep "
                     << nanoseconds_per_operation(swept - recorded) << ", free "
                     << nanoseconds_per_operation(Clock::now() - swept) << " ns an operation; peak memory "
                     << peak_megabytes() - before << " MB more");
  }
  CHECK(tape.size() == 0);
}

TEST_CASE("wide graphs and fans are swept once for each node") {
  Tape tape;
  const Var x = tape.variable(2.0);
  Var total = x;
  for (int i = 0; i < 20000; ++i) total = total + x * 0.5;  // x is used 20,001 times
  CHECK(gradient(total, {x})[x].item() == 10001);

  Var doubled = x;  // 2^50 paths: a sweep that followed each of them would never end
  for (int i = 0; i < 50; ++i) doubled = doubled + doubled;
  CHECK(gradient(doubled, {x})[x].item() == static_cast<double>(std::int64_t{1} << 50));

  std::vector<Var> leaves;
  for (int i = 0; i < 1000; ++i) leaves.push_back(tape.variable(full({1}, i)));
  const Gradients g = gradient(sum(square(concat(leaves))), leaves);
  for (std::size_t i = 0; i < leaves.size(); i += 111) CHECK(g[leaves[i]].item() == 2 * static_cast<double>(i));
}

namespace {
struct Liar {
  static constexpr OpInfo info{.name = "liar", .formula = "Σ x", .differentiable = false};
  void forward(Tensors in, Tensor& out) const { out = sum(in[0]); }
};
}  // namespace

TEST_CASE("a forward rule that gives another shape than it inferred is refused") {
  CHECK_THROWS_WITH_AS(apply(Liar{}, zeros({2, 3})),
                       "[liar] The forward rule gave f64 [] where f64 [2, 3] was inferred; they must be equal",
                       ShapeError);
}

TEST_CASE("numbers that no integer dtype holds are not wrapped") {
  constexpr std::uint64_t large = ~std::uint64_t{0};
  CHECK((zeros({}) + large).item() == 0x1p64);
  CHECK_THROWS_AS(zeros({}, i64) + large, DTypeError);
}

TEST_CASE("a tape tells what it holds, by kind") {
  Tape tape;
  CHECK(tape.memory().total() == 0);
  Parameter w("w", zeros({4, 8}));
  const Var x = tape.constant(ones({100, 8}));
  const Var loss = sum(square(matmul(x, transpose(tape.parameter(w)))));  // [8, 4] is a view; [100, 4] twice; a scalar
  TapeMemory memory = tape.memory();
  CHECK(memory.leaves == (100 * 8 + 4 * 8) * sizeof(double));
  CHECK(memory.values == (2 * 100 * 4 + 1) * sizeof(double));
  CHECK(memory.nodes > 6 * 8);
  CHECK(memory.adjoints == 0);

  Parameter* const all[] = {&w};
  optim::Sgd{}.step(all, loss);
  CHECK(tape.memory().adjoints > 0);
  CHECK(tape.memory().total() ==
        tape.memory().nodes + tape.memory().leaves + tape.memory().values + tape.memory().adjoints);
  CHECK(fmt::format("{}", TapeMemory{1024, 2048, 512, 0}) ==
        "nodes 1.0 KB, leaves 2.0 KB, values 0.5 KB, adjoints 0.0 KB, total 3.5 KB");

  const std::size_t nodes = memory.nodes;
  tape.clear();
  CHECK(tape.memory().nodes == nodes);
  CHECK(tape.memory().leaves == 0);
}
