#include <fmt/core.h>

#include <nabla/op.hpp>

namespace nabla {

const OpInfo& AnyOp::info() const { return table().info; }

Tensor AnyOp::operator()(std::span<const Tensor> operands) const {
  return detail::compute(table(), op(), detail::pointers_to(operands));
}

Var AnyOp::operator()(std::span<const Var> operands) const {
  return detail::record(table(), op(), detail::pointers_to(operands));
}

OperandSpec::OperandSpec(const Shape& s, double from, double to, DType type)
    : shape(s), low(from), high(to), dtype(type) {}
OperandSpec::OperandSpec(const OperandSpec&) = default;
OperandSpec& OperandSpec::operator=(const OperandSpec&) = default;
OperandSpec::~OperandSpec() = default;

OperandSpec distribution(const Shape& shape) {
  OperandSpec spec(shape, 0.1, 1);
  spec.distribution = true;
  return spec;
}

std::vector<Sample> elementwise_samples(const AnyOp& op, double low, double high) {
  const auto arity = static_cast<std::size_t>(op.info().arity);
  std::vector<Sample> samples;
  const auto add = [&](std::initializer_list<Shape> shapes) {  // in turns
    std::vector<OperandSpec> operands;
    for (std::size_t i = 0; i < arity; ++i) operands.emplace_back(shapes.begin()[i % shapes.size()], low, high);
    samples.push_back({op, std::move(operands)});
  };
  if (arity == 1) {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3}, Shape{0, 2}}) add({shape});
  } else {
    add({{}, {}});
    add({{2, 3}, {2, 3}});
    add({{2, 3}, {3}});
    add({{2, 1, 2}, {3, 1}});
    add({{}, {2, 2}});
    add({{0, 2}, {1, 2}});
  }
  return samples;
}

std::vector<Sample> samples_beside_zero(const AnyOp& op) {
  std::vector<Sample> samples = elementwise_samples(op, 0.3, 2.5);
  for (Sample& negative : elementwise_samples(op, -2.5, -0.3)) samples.push_back(std::move(negative));
  return samples;
}

std::vector<BadCall> elementwise_bad_calls(const AnyOp& op) {
  const OperandSpec x({2, 3}), integers({2, 3}, 0, 5, i64), bytes({2, 3}, 0, 2, u8), single({2, 3}, -1, 1, f32);
  if (op.info().arity == 1) {
    std::vector<BadCall> calls = {{op, {}, Mistake::value, "0 operands were given; it takes 1"},
                                  {op, {x, x}, Mistake::value, "2 operands were given; it takes 1"},
                                  {op, {x, x, x}, Mistake::value, "3 operands were given; it takes 1"}};
    if (op.info().dtypes == DTypes::floating) {
      calls.push_back({op, {integers}, Mistake::dtype, "Operands of i64; it takes f32 and f64"});
      calls.push_back({op, {bytes}, Mistake::dtype, "Operands of u8; it takes f32 and f64"});
    }
    return calls;
  }
  std::vector<BadCall> calls = {
      {op, {x, Shape{4}}, Mistake::shape, "Shapes [2, 3] and [4] do not broadcast"},
      {op, {x, Shape{3, 2}}, Mistake::shape, "axis -2 has 2 and 3; extents must be equal, or one of them 1"},
      {op, {x, single}, Mistake::dtype, "Operands of f64 and f32"},
      {op, {x, integers}, Mistake::dtype, "Operands of f64 and i64"}};
  for (BadCall& call : calls) call.operands.resize(static_cast<std::size_t>(op.info().arity), x);
  calls.push_back({op, {x}, Mistake::value, fmt::format("1 operands were given; it takes {}", op.info().arity)});
  return calls;
}

}  // namespace nabla
