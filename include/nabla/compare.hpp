// The tape beside the closed form: the four equations of backpropagation, derived by hand and calculated loop by loop
// by bp::Network, against the gradients of one reverse sweep.
#pragma once

#include <nabla/cost.hpp>
#include <nabla/nn/mlp.hpp>
#include <nabla/text.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nabla {

/// One equation in one layer: an array by the tape, beside the same array by bp::Network<long double>.
struct BackpropRow {
  int layer;                    ///< l of the equations, 1 … L
  std::string activation;       ///< f_l
  std::string_view equation;    ///< "BP1" (l = L), "BP2" (l < L), "BP3" or "BP4"
  std::string_view array;       ///< what it gives: "δ" [samples, n_l], "∂C/∂b" [n_l] or "∂C/∂W" [n_l, n_{l-1}]
  Shape shape;                  ///< of the array
  double difference;            ///< the largest, relative to the largest entry by bp; inf where the tape has a NaN
  double ulp;                   ///< the same in units in the last place of that entry, in the dtype of the tape
  double loops_difference;      ///< a yardstick: as `difference`, of bp::Network in the precision of the tape
  Dims worst;                   ///< index of the entry that differs most
  double by_tape, closed_form;  ///< its two values
};

class BackpropReport {
 public:
  BackpropReport(Cost cost, std::int64_t samples, DType dtype, std::vector<BackpropRow> rows)
      : cost_(cost), samples_(samples), dtype_(dtype), rows_(std::move(rows)) {}

  Cost cost() const { return cost_; }
  std::int64_t samples() const { return samples_; }
  DType dtype() const { return dtype_; }
  /// Three for each layer, from the output down, as the sweep goes: BP1 or BP2, BP3, BP4.
  const std::vector<BackpropRow>& rows() const { return rows_; }
  /// Of all rows; inf where the tape has a NaN.
  double largest_difference() const;

 private:
  Cost cost_;
  std::int64_t samples_;
  DType dtype_;
  std::vector<BackpropRow> rows_;
};

/// A line that says what was compared, and a table, one row for each layer and equation.
std::string to_string(const BackpropReport& report);

/// Records net and cost on a tape, takes the gradients with respect to every z_l, b_l and W_l in one sweep, and
/// compares them with the closed form (N 33–35, G 35 and 47, and for softmax its full Jacobian):
///
///   BP1  δ_L = ∇_a C ⊙ f'(z_L)                  BP3  ∂C/∂b_l = δ_l
///   BP2  δ_l = (W_{l+1}ᵀ δ_{l+1}) ⊙ f'(z_l)     BP4  ∂C/∂W_l = δ_l a_{l-1}ᵀ
///
/// The truth is the closed form in long double, of the very numbers in net, x and y: a difference is all that the tape
/// has rounded from x on. Correct gradients keep within 1e-13 (f64) and 1e-5 (f32) unless the problem itself magnifies
/// rounding, where an array cancels almost to nothing or a z lies at the kink of relu; bp::Network in the precision of
/// the tape, which is compared too, is then no better.
///
/// One loss is the tape's alone. It records the cross-entropies as they are written, of a. Where a saturates, 1 − a has
/// lost its digits, and is 0 in the end, which gives a NaN; the closed form takes ln a and ln(1 − a) from z. The report
/// shows that as the difference it is: such a net is better trained by sigmoid_cross_entropy or softmax_cross_entropy,
/// of logits.
///
/// @param net   its activations are known by name: identity, relu, sigmoid, tanh, softplus, gelu, softmax
/// @param x     [samples, n_0]
/// @param y     [samples, n_L]
/// @param cost  bernoulli_cross_entropy needs outputs in (0, 1): sigmoid, or softmax of 2 or more; and
///              categorical_cross_entropy a distribution: softmax
/// @throws ValueError for another activation, or a cost that is not defined on the range of the output; ShapeError for
///         x, y or layers that do not fit together; DTypeError unless parameters, x and y share one floating dtype
BackpropReport compare_backprop(const nn::Mlp& net, const Tensor& x, const Tensor& y, Cost cost);

}  // namespace nabla

template <>
struct fmt::formatter<nabla::BackpropReport> : nabla::detail::TextFormatter {};
