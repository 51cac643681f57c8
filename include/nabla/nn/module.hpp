// What a network is, and how its parameters come into a computation.
#pragma once

#include <concepts>
#include <nabla/parameter.hpp>
#include <nabla/tape.hpp>
#include <span>
#include <string_view>

namespace nabla::nn {

/// Something with parameters. A module is a function: of Tensors it computes, of Vars it records, and it stays const.
template <class M>
concept Module = requires(M& module, const M& fixed) {
  { module.parameters() } -> std::same_as<Parameters>;
  { fixed.parameters() } -> std::same_as<ConstParameters>;
};

/// "net.2.weight" for the weight of the layer at place 2 of a net: the first part of a name, the module's own, gives
/// way to its place in the module that holds it; a name of one part follows it. @param place  "net.2"
void name_by_place(std::span<Parameter* const> parameters, std::string_view place);

/// The parameter as an operand beside x: its value beside a Tensor, its leaf on the tape of a Var.
inline const Tensor& operand(const Parameter& parameter, const Tensor&) { return parameter.value; }
inline Var operand(const Parameter& parameter, const Var& x) { return x.tape().parameter(parameter); }

}  // namespace nabla::nn
