#include "unknowns.hpp"

#include <algorithm>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/transforms.hpp>

namespace nabla::optim {

Unknowns::Unknowns(std::string_view where, std::span<Parameter* const> parameters)
    : where_(where), parameters_(parameters), read_only_(parameters.begin(), parameters.end()) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& p = *parameters[i];
    if (std::ranges::find(parameters.first(i), &p) != parameters.begin() + static_cast<std::ptrdiff_t>(i))
      throw ValueError(where, fmt::format("Parameter '{}' is given twice", p.name()));
    if (!p.value.defined()) throw ValueError(where, fmt::format("Parameter '{}' has no value", p.name()));
    if (!is_floating(p.dtype()))
      throw DTypeError(where, fmt::format("Parameter '{}' is {}; it must be f32 or f64", p.name(), p.dtype()));
    before_.push_back(p.value);
    size_ += p.value.size();
    epsilon_ = std::max(epsilon_, optim::epsilon(p.dtype()));
  }
  if (size_ == 0) throw ValueError(where, "There is nothing to minimise over: the parameters have no elements");
}

Unknowns::~Unknowns() {
  for (std::size_t i = 0; i < before_.size(); ++i) parameters_[i]->value = std::move(before_[i]);
}

Vector Unknowns::values() const {
  Vector all(size_);
  Eigen::Index next = 0;
  for (const Parameter* p : parameters_) {
    all.segment(next, p->value.size()) = elements_of(p->value);
    next += p->value.size();
  }
  return all;
}

void Unknowns::set(const Vector& x) {
  const double* from = x.data();
  for (Parameter* p : parameters_) {
    Tensor value = Tensor::uninitialized_like(p->value);
    visit_floating(value.dtype(), [&]<class T>(std::type_identity<T>) {
      std::ranges::transform(from, from + value.size(), value.mutable_data<T>().begin(),
                             [](double t) { return static_cast<T>(t); });
    });
    from += value.size();
    p->value = std::move(value);
  }
}

Var Unknowns::record(const Objective& objective) {
  tape_.clear();
  const Var y = objective(tape_);
  if (&y.tape() != &tape_)
    throw TapeError(where_, "The function has recorded on another tape; it must record on the one that it is given");
  return y;
}

Vector Unknowns::gradient(const Var& loss) const {
  const Gradients gradients = nabla::gradient(loss, read_only_);
  Vector all(size_);
  Eigen::Index next = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Tensor& g = gradients.at(i);
    all.segment(next, g.size()) = elements_of(g);
    next += g.size();
  }
  return all;
}

Matrix Unknowns::jacobian(const Var& y) {
  Matrix all = Matrix::Zero(y.shape().elements(), size_);
  PooledVector<Var> leaves;
  PooledVector<Eigen::Index> columns;
  Eigen::Index next = 0;
  for (const Parameter* p : parameters_) {
    if (const Var leaf = tape_.find(*p); leaf.defined()) {
      leaves.push_back(leaf);
      columns.push_back(next);
    }
    next += p->value.size();
  }
  const PooledVector<Tensor> parts = detail::jacobians_of(y, leaves);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Eigen::Index width = leaves[i].shape().elements();
    all.middleCols(columns[i], width) = elements_of(parts[i]).reshaped<Eigen::RowMajor>(all.rows(), width);
  }
  return all;
}

Vector elements_of(const Tensor& x) {
  const Tensor doubles = x.to(f64).contiguous();
  return Eigen::Map<const Vector>(doubles.data<double>().data(), doubles.size());
}

double epsilon(DType dtype) {
  return visit_floating(dtype,
                        []<class T>(std::type_identity<T>) -> double { return std::numeric_limits<T>::epsilon(); });
}

}  // namespace nabla::optim
