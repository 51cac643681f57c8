// What is learnt: a named tensor with an identity of its own.
#pragma once

#include <cstdint>
#include <nabla/memory.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <utility>

namespace nabla {

/// A tensor that training changes. Tapes, gradients and optimisers know it by its id, so that a network stays const
/// while it is recorded and may be shared between threads. A copy is another parameter: it has an id of its own.
class Parameter {
 public:
  using Id = std::uint64_t;

  Parameter(std::string name, Tensor initial) : value(std::move(initial)), name_(std::move(name)), id_(next_id()) {}
  Parameter(const Parameter& other) : Parameter(other.name_, other.value) {}
  /// Takes the id along; what is left behind is a parameter of its own, without a value.
  Parameter(Parameter&& other) noexcept
      : value(std::move(other.value)), name_(std::move(other.name_)), id_(std::exchange(other.id_, next_id())) {}
  /// Takes the name and the value, and keeps its own id.
  Parameter& operator=(const Parameter& other) {
    name_ = other.name_;
    value = other.value;
    return *this;
  }
  Parameter& operator=(Parameter&& other) noexcept {
    name_ = std::move(other.name_);
    value = std::move(other.value);
    id_ = std::exchange(other.id_, next_id());
    return *this;
  }

  Tensor value;

  const std::string& name() const { return name_; }
  Id id() const { return id_; }
  const Shape& shape() const { return value.shape(); }
  DType dtype() const { return value.dtype(); }

 private:
  static Id next_id() noexcept;

  std::string name_;
  Id id_;
};

/// The parameters of a network in their order, to read or to change.
using Parameters = PooledVector<Parameter*>;
using ConstParameters = PooledVector<const Parameter*>;

}  // namespace nabla
