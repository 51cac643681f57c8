// What an operation is: for those who write one.
//
//   struct Square {
//     static constexpr OpInfo info{.name = "square", .arity = 1, .formula = "x²"};
//     Shape infer(Shapes in) const;                      // left out: the operands' shapes, broadcast
//     DType infer_dtype(Tensors in) const;               // left out: by info.dtypes
//     void forward(Tensors in, Tensor& out) const;       // out has the inferred shape and dtype, row-major, not set
//     template <Value V> void vjp(const Pullback<V>& p) const { p.grad[0] = 2.0 * p.in[0] * p.ct; }
//     void vjp_fused(const Pullback<Tensor>& p) const;   // optional: the same values, faster
//     static std::vector<Sample> samples();              // optional here, a must in ops/: what the checks run on
//     static std::vector<BadCall> bad_calls();           // optional here, a must in ops/
//   };
//
// infer() and forward() may also take std::span<const Shape> and std::span<const Tensor>; the tensors are then
// contiguous. The members of the struct are the operation's attributes (axes, constants), never data: what a step
// depends on is on the tape. forward() and the rules must not keep references to their arguments.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <nabla/apply.hpp>
#include <nabla/error.hpp>
#include <nabla/into.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/tape.hpp>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace nabla {

/// The operands of a call, in order; nothing is copied.
class Tensors {
 public:
  explicit Tensors(std::span<const Tensor* const> operands) : operands_(operands) {}
  const Tensor& operator[](std::size_t i) const { return *operands_[i]; }
  std::size_t size() const { return operands_.size(); }

 private:
  std::span<const Tensor* const> operands_;
};

/// Their shapes.
class Shapes {
 public:
  explicit Shapes(Tensors operands) : operands_(operands) {}
  const Shape& operator[](std::size_t i) const { return operands_[i].shape(); }
  std::size_t size() const { return operands_.size(); }

 private:
  Tensors operands_;
};

/// What a reverse rule is given: the cotangent ct = ∂C/∂out, and what it needs to fill in grad[i] = ∂C/∂in[i], each of
/// the shape of in[i]. V = Tensor computes them; V = Var records them, so that they can be differentiated again.
template <Value V>
struct Pullback;

/// A value that a rule brings along: a constant of the tape for V = Var.
inline const Tensor& constant_like(const Tensor&, const Tensor& value) { return value; }
inline Var constant_like(const Var& like, const Tensor& value) { return like.tape().constant(value); }

template <>
struct Pullback<Tensor> {
  Tensors in;
  const Tensor& out;
  const Tensor& ct;
  std::span<const bool> needs;  ///< grad[i] is wanted only where needs[i]
  std::span<Tensor> grad;       ///< empty Tensors; one left empty counts as zero
  /// Nothing, or a place for each operand's gradient. A fused rule that has added to a target sets it to null and
  /// leaves grad[i] empty; other rules need not know. A target may be in[i] itself: write it last, or not.
  std::span<Into> into = {};
};

template <>
struct Pullback<Var> {
  std::span<const Var> in;
  Var out;
  Var ct;
  std::span<const bool> needs;
  std::span<Var> grad;
};

/// An operation with its attributes, of any type.
class AnyOp {
 public:
  template <class Op>
  requires requires { Op::info; }
  [[gnu::cold, gnu::noinline]] AnyOp(const Op& op) : table_(&op_table<Op>), op_(std::make_shared<const Op>(op)) {}

  const OpTable& table() const { return table_(); }
  const void* op() const { return op_.get(); }
  const OpInfo& info() const;

  Tensor operator()(std::span<const Tensor> operands) const;
  Var operator()(std::span<const Var> operands) const;

 private:
  const OpTable& (*table_)();
  std::shared_ptr<const void> op_;
};

/// An operand to be drawn for a check: uniform on [low, high); integers in that range for i64, 0 or 1 for u8.
struct OperandSpec {
  // Samples and bad calls were a fifth of the library, most of it the copying of these: they are not inline, and cold,
  // for code that leads to a cold function is compiled for size.
  [[gnu::cold]] OperandSpec(const Shape& shape, double low = -2, double high = 2, DType dtype = f64);
  [[gnu::cold]] OperandSpec(const OperandSpec&);
  OperandSpec& operator=(const OperandSpec&);
  [[gnu::cold]] ~OperandSpec();

  Shape shape;
  double low;
  double high;
  DType dtype;
  bool distribution = false;  ///< positive, summing to one along the last axis
};

/// Operands of values away from zero, for functions with a kink, a pole or an end of their domain there.
inline OperandSpec positive(const Shape& shape, double low = 0.3, double high = 2.5) { return {shape, low, high}; }
/// Class indices 0 ≤ i < classes.
inline OperandSpec indices(const Shape& shape, std::int64_t classes) {
  return {shape, 0, static_cast<double>(classes), i64};
}
inline OperandSpec mask(const Shape& shape) { return {shape, 0, 2, u8}; }
OperandSpec distribution(const Shape& shape);

/// A call on which an operation is checked.
struct Sample {
  AnyOp op;
  std::vector<OperandSpec> operands;
};

/// The operands of a Sample whose operation is given beside it.
struct SampleOperands {
  SampleOperands(std::initializer_list<OperandSpec> specs) : operands(specs) {}
  std::vector<OperandSpec> operands;
};

/// The kinds of error an operation answers a wrong call with: ShapeError, DTypeError, ValueError.
enum class Mistake : std::uint8_t { shape, dtype, value };

/// A call that must be refused.
struct BadCall {
  AnyOp op;
  std::vector<OperandSpec> operands;
  Mistake mistake;
  std::string message;  ///< a part of what the error must say; the operation's name in brackets comes before it
};

/// Samples for an operation that works element by element: scalars, vectors, matrices, broadcasting, nothing at all.
std::vector<Sample> elementwise_samples(const AnyOp& op, double low = -2, double high = 2);
/// The same on both sides of zero, for functions with a kink there.
std::vector<Sample> samples_beside_zero(const AnyOp& op);
/// Wrong numbers of operands, dtypes and shapes for such an operation.
std::vector<BadCall> elementwise_bad_calls(const AnyOp& op);

/// So many bytes of attributes stand in a node; more of them, in a pooled buffer.
inline constexpr std::size_t attributes_in_node = 16;

struct OpTable {
  OpInfo info;
  std::size_t bytes;         // 0 when the operation has no attributes
  bool in_place;             // they are so few that they stand in the node itself
  std::int32_t plain_arity;  // of an elementwise operation that gives the dtype of its operands; else -1
  void (*copy)(void* to, const void* op);
  void (*destroy)(void* op) noexcept;                // null when there is nothing to do
  Shape (*infer)(const void* op, Tensors in);        // null: the shapes of the operands, broadcast
  DType (*infer_dtype)(const void* op, Tensors in);  // null: by info.dtypes
  void (*forward)(const void* op, Tensors in, Tensor& out);
  void (*vjp)(const void* op, const Pullback<Tensor>& p);           // the fused rule where there is one
  void (*vjp_composed)(const void* op, const Pullback<Tensor>& p);  // the rule in operations
  void (*vjp_recorded)(const void* op, const Pullback<Var>& p);
  bool fused;                      // whether the operation has a rule vjp_fused
  const Elementwise* elementwise;  // null for an operation that does not work element by element
  std::vector<Sample> (*samples)();
  std::vector<BadCall> (*bad_calls)();
};

namespace detail {

DType common_dtype(const OpInfo& info, Tensors in);
/// By the operation's rules, or the common ones where it has none.
Shape infer(const OpTable& table, const void* op, Tensors in);
DType infer_dtype(const OpTable& table, const void* op, Tensors in);

template <class Op>
const Op& as(const void* op) {
  return *static_cast<const Op*>(op);
}

template <class Op>
constexpr auto infer_rule() -> Shape (*)(const void*, Tensors) {
  if constexpr (requires(Op o, Shapes shapes) { o.infer(shapes); })
    return [](const void* op, Tensors in) { return as<Op>(op).infer(Shapes(in)); };
  else if constexpr (requires(Op o, std::span<const Shape> shapes) { o.infer(shapes); })
    return [](const void* op, Tensors in) {
      std::vector<Shape> shapes;
      for (std::size_t i = 0; i < in.size(); ++i) shapes.push_back(in[i].shape());
      return as<Op>(op).infer(std::span<const Shape>(shapes));
    };
  else
    return nullptr;
}

template <class Op>
concept HasDTypeRule = requires(Op o, Tensors in) {
  o.infer_dtype(in);
};
template <class Op>
constexpr auto infer_dtype_rule() -> DType (*)(const void*, Tensors) {
  if constexpr (HasDTypeRule<Op>)
    return [](const void* op, Tensors in) { return as<Op>(op).infer_dtype(in); };
  else
    return nullptr;
}

/// What is known of the operation: info is constant, or a function where the name is known at run time only.
template <class Op>
constexpr OpInfo info_of() {
  if constexpr (requires { Op::info(); })
    return Op::info();
  else
    return Op::info;
}
template <class Op>
constexpr bool is_differentiable() {
  if constexpr (requires { Op::info(); })
    return true;
  else
    return Op::info.differentiable;
}

template <class Op>
concept IsElementwise = requires {
  &Op::elementwise;
};

template <class Op>
constexpr const Elementwise* elementwise_loops() {
  if constexpr (IsElementwise<Op>)
    return &Op::elementwise;
  else
    return nullptr;
}

/// Over operands that broadcast to out, which is new.
void elementwise_forward(const Elementwise& e, const void* op, Tensors in, Tensor& out);
/// The reverse rule from the partial derivatives; false, with nothing done, where there are none.
bool elementwise_reverse(const Elementwise& e, const void* op, const Pullback<Tensor>& p);

template <class Op>
void forward(const void* op, Tensors in, Tensor& out) {
  if constexpr (IsElementwise<Op>) {
    elementwise_forward(Op::elementwise, op, in, out);
  } else if constexpr (requires(Op o) { o.forward(in, out); }) {
    as<Op>(op).forward(in, out);
  } else {
    std::vector<Tensor> copies;
    for (std::size_t i = 0; i < in.size(); ++i) copies.push_back(in[i].contiguous());
    as<Op>(op).forward(std::span<const Tensor>(copies), out);
  }
}

template <class Op>
constexpr OpTable make_table() {
  static_assert(
      requires { Op::info; }, "An operation has a member: static constexpr OpInfo info{.name = ..., .arity = ...};");
  static_assert(alignof(Op) <= buffer_alignment, "Attributes are kept in pooled buffers, which have this alignment");
  constexpr bool has_fused = requires(Op o, const Pullback<Tensor>& p) { o.vjp_fused(p); };
  constexpr bool has_rule = requires(const Op& o, const Pullback<Tensor>& p, const Pullback<Var>& recorded) {
    o.vjp(p);
    o.vjp(recorded);
  };
  static_assert(has_rule || !is_differentiable<Op>(),
                "An operation needs a reverse rule for Tensors and for Vars, template <Value V> void vjp(const "
                "Pullback<V>& p) const; without one its info has to say .differentiable = false");
  return {
      .info = info_of<Op>(),
      .bytes = std::is_empty_v<Op> ? 0 : sizeof(Op),
      .in_place = sizeof(Op) <= attributes_in_node && alignof(Op) <= alignof(double),
      .plain_arity = IsElementwise<Op> && !HasDTypeRule<Op> ? info_of<Op>().arity : -1,
      .copy = [](void* to, const void* op) { ::new (to) Op(as<Op>(op)); },
      .destroy =
          std::is_trivially_destructible_v<Op> ? nullptr : +[](void* op) noexcept { static_cast<Op*>(op)->~Op(); },
      .infer = infer_rule<Op>(),
      .infer_dtype = infer_dtype_rule<Op>(),
      .forward = forward<Op>,
      .vjp =
          [](const void* op, const Pullback<Tensor>& p) {
            if constexpr (has_fused) {
              as<Op>(op).vjp_fused(p);
            } else if constexpr (has_rule && is_differentiable<Op>()) {
              if constexpr (IsElementwise<Op>)
                if (elementwise_reverse(Op::elementwise, op, p)) return;
              as<Op>(op).vjp(p);
            }
          },
      .vjp_composed =
          [](const void* op, const Pullback<Tensor>& p) {
            if constexpr (has_rule && is_differentiable<Op>()) as<Op>(op).vjp(p);
          },
      .vjp_recorded =
          [](const void* op, const Pullback<Var>& p) {
            if constexpr (has_rule && is_differentiable<Op>()) as<Op>(op).vjp(p);
          },
      .fused = has_fused,
      .elementwise = elementwise_loops<Op>(),
      .samples = []() -> std::vector<Sample> {
        if constexpr (requires { Op::samples(); })
          return Op::samples();
        else
          return {};
      },
      .bad_calls = []() -> std::vector<BadCall> {
        if constexpr (requires { Op::bad_calls(); })
          return Op::bad_calls();
        else
          return {};
      },
  };
}

}  // namespace detail

template <class Op>
const OpTable& op_table() {
  if constexpr (requires { Op::info(); }) {
    static const OpTable table = detail::make_table<Op>();
    return table;
  } else {
    static constexpr OpTable table = detail::make_table<Op>();
    return table;
  }
}

}  // namespace nabla

#include <nabla/check_op.hpp>
