// Parameters as one vector.
#pragma once

#include <nabla/gradient.hpp>
#include <nabla/optim/minimum.hpp>
#include <span>
#include <string_view>

#include "optim/linear_algebra.hpp"

namespace nabla::optim {

/// All elements of some parameters, one behind the other, in f64. The parameters are given back as they were found,
/// unless keep() is called.
class Unknowns {
 public:
  /// @throws ValueError without elements, or for a parameter given twice; DTypeError unless all are floating
  Unknowns(std::string_view where, std::span<Parameter* const> parameters);
  ~Unknowns();
  Unknowns(const Unknowns&) = delete;
  Unknowns& operator=(const Unknowns&) = delete;

  Eigen::Index size() const { return size_; }
  /// Of the coarsest of the dtypes.
  double epsilon() const { return epsilon_; }
  Vector values() const;
  /// Rounded to the dtypes of the parameters.
  void set(const Vector& x);
  void keep() { before_.clear(); }

  /// What is recorded on the tape, cleared before. @throws TapeError when it is recorded on another
  Var record(const Objective& objective);
  Vector gradient(const Var& loss) const;
  /// A row for every element of y.
  Matrix jacobian(const Var& y);

 private:
  std::string_view where_;
  std::span<Parameter* const> parameters_;
  PooledVector<const Parameter*> read_only_;
  PooledVector<Tensor> before_;
  Eigen::Index size_ = 0;
  double epsilon_ = 0;
  Tape tape_;
};

/// The elements of a floating tensor.
Vector elements_of(const Tensor& x);

/// The distance from 1 to the next number: 2⁻⁵² or 2⁻²³.
double epsilon(DType dtype);

}  // namespace nabla::optim
