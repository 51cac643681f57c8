#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <nabla/operators.hpp>
#include <nabla/random.hpp>
#include <nabla/train/health.hpp>
#include <span>
#include <utility>

namespace nabla::train {
namespace {

constexpr double saturated_below = 0.1, dead_below = 1e-6;  // in proportion to the largest slope

using Function = std::function<Var(const Var&)>;
using detail::CostOfOutputs;

/// A layer with parameters in a pass through the net, and the activation that follows it.
struct Stage {
  std::string name;
  ConstParameters parameters;
  Var z;
  std::string activation = "identity";
  Function f = {};  // empty for the identity
  Var before = {}, after = {};
};

/// A pass through the net, layer by layer.
struct Pass {
  Var a;
  std::vector<Stage> stages = {};

  void go(const std::string& name, const std::string& what, const ConstParameters& parameters, const Function& layer) {
    const Var result = layer(a);
    if (!parameters.empty()) {
      stages.push_back({.name = name, .parameters = parameters, .z = result});
    } else if (!stages.empty() && !stages.back().f && !(result == a) && result.shape() == a.shape()) {
      Stage& stage = stages.back();
      stage.activation = what, stage.f = layer, stage.before = a, stage.after = result;
    }
    a = result;
  }

  void through(const nn::Mlp& net, const std::string& place) {
    for (std::size_t l = 0; l < net.layers().size(); ++l) {
      const auto& [linear, activation] = net.layers()[l];
      const std::string name = fmt::format("{}.{}", place, l);
      go(name, "", linear.parameters(), [&linear = linear](const Var& x) { return linear(x); });
      go(name, activation.name(), {}, [&activation = activation](const Var& z) { return activation(z); });
    }
  }

  void through(const nn::Sequential& net, const std::string& place) {
    for (std::size_t i = 0; i < net.layers().size(); ++i) {
      const nn::Layer& layer = net.layers()[i];
      const std::string name = fmt::format("{}.{}", place, i);
      if (const auto* sequential = layer.as<nn::Sequential>())
        through(*sequential, name);
      else if (const auto* mlp = layer.as<nn::Mlp>())
        through(*mlp, name);
      else
        go(name, layer.description(name).front().what, layer.parameters(), [&layer](const Var& x) { return layer(x); });
    }
  }
};

/// The elements in row-major order, a sample after the other.
struct Samples {
  explicit Samples(const Tensor& x)
      : values(x.to(f64).contiguous()),
        count(static_cast<std::size_t>(x.shape()[0])),
        width(count == 0 ? 0 : static_cast<std::size_t>(x.size()) / count) {}

  double at(std::size_t sample, std::size_t element) const { return values.data<double>()[sample * width + element]; }

  Tensor values;
  std::size_t count, width;
};

/// The units of z: which of them an element of a sample belongs to.
struct Units {
  explicit Units(const Shape& z) {
    if (z.rank() < 2) return;
    const bool images = z.rank() == 4;
    count = static_cast<std::size_t>(z[images ? 1 : z.rank() - 1]);
    repeated = images ? static_cast<std::size_t>(z[2] * z[3]) : 1;
  }
  std::size_t of(std::size_t element) const { return element / repeated % count; }

  std::size_t count = 1, repeated = 1;
};

/// What is known of an activation for each element of a sample, from z = −6, −5.875, …, 6.
struct Slopes {
  std::vector<double> largest;  // |f'|
  std::vector<bool> s_shaped;
};

/// f'(z), if f is elementwise: then its Jacobian is diagonal, and uᵀJ = u ⊙ 1ᵀJ for any u.
std::optional<Tensor> slope(const Var& z, const Var& a) {
  const Tensor slopes = gradient(a, {z}, ones(a.shape(), a.dtype())).at(0);
  const Tensor u = Rng(0).uniform(a.shape(), 0.5, 1.5, a.dtype());
  const Tensor expected = u * slopes, difference = abs(gradient(a, {z}, u).at(0) - expected);
  if (max(difference).item() > 1e-4 * max(abs(expected)).item()) return {};
  return slopes;
}

std::optional<Slopes> slopes_of(const Stage& stage) {
  constexpr std::size_t steps = 96, middle = steps / 2;
  const Shape& shape = stage.before.shape();
  Dims column(std::span(shape.begin(), shape.rank())), all = column;
  std::fill(column.begin(), column.end(), 1);
  column[0] = all[0] = steps + 1;
  const Tensor grid = arange(-6, 6.0625, 0.125, stage.before.dtype()).reshaped(column).expanded(Shape(all));
  Tape tape;
  const Var z = tape.variable(grid.contiguous());
  const std::optional<Tensor> found = slope(z, stage.f(z));
  if (!found) return {};

  const Samples slopes(*found);
  Slopes result;
  for (std::size_t e = 0; e < slopes.width; ++e) {
    double largest = 0;
    for (std::size_t i = 0; i <= steps; ++i) largest = std::max(largest, std::abs(slopes.at(i, e)));
    const auto flat = [&](std::size_t i) { return std::abs(slopes.at(i, e)) < saturated_below * largest; };
    result.largest.push_back(largest);
    result.s_shaped.push_back(flat(0) && flat(steps) && !flat(middle));
  }
  return result;
}

/// s = |f'(z)| / max |f'| of all samples; the batch counts too where it holds a larger slope.
class RelativeSlopes {
 public:
  RelativeSlopes(Samples slopes, Slopes known) : slopes_(std::move(slopes)), known_(std::move(known)) {
    for (std::size_t i = 0; i < samples(); ++i)
      for (std::size_t e = 0; e < width(); ++e)
        known_.largest[e] = std::max(known_.largest[e], std::abs(slopes_.at(i, e)));
  }

  std::size_t samples() const { return slopes_.count; }
  std::size_t width() const { return slopes_.width; }
  double at(std::size_t sample, std::size_t element) const {
    const double largest = known_.largest[element];
    return largest > 0 ? std::abs(slopes_.at(sample, element)) / largest : 0;
  }
  bool is_saturated(std::size_t sample, std::size_t element) const {
    return known_.s_shaped[element] && at(sample, element) < saturated_below;
  }
  std::size_t s_shaped() const {
    return static_cast<std::size_t>(std::count(known_.s_shaped.begin(), known_.s_shaped.end(), true));
  }

 private:
  Samples slopes_;
  Slopes known_;
};

/// Nothing where no activation follows, or one that is not elementwise.
std::optional<RelativeSlopes> relative_slopes(const Stage& stage) {
  if (!stage.f) return {};
  std::optional<Slopes> known = slopes_of(stage);
  if (!known) return {};
  const Tensor seed = ones(stage.after.shape(), stage.after.dtype());
  return RelativeSlopes(Samples(gradient(stage.after, {stage.before}, seed).at(0)), std::move(*known));
}

double share(std::size_t count, std::size_t of) { return static_cast<double>(count) / static_cast<double>(of); }

double share_saturated(const RelativeSlopes& slopes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < slopes.samples(); ++i)
    for (std::size_t e = 0; e < slopes.width(); ++e) count += slopes.is_saturated(i, e);
  return share(count, slopes.samples() * slopes.s_shaped());
}

double share_dead(const RelativeSlopes& slopes, const Units& units) {
  std::vector<bool> alive(units.count);
  for (std::size_t i = 0; i < slopes.samples(); ++i)
    for (std::size_t e = 0; e < slopes.width(); ++e)
      if (!(slopes.at(i, e) < dead_below)) alive[units.of(e)] = true;
  return share(static_cast<std::size_t>(std::count(alive.begin(), alive.end(), false)), units.count);
}

/// Of the output: where δ draws z back to 0, and would draw more strongly if z were there.
double share_slow(const Stage& stage, const Tensor& delta, const CostOfOutputs& cost, const RelativeSlopes& slopes) {
  const Var origin = stage.z.tape().variable(zeros(stage.z.shape(), stage.z.dtype()));
  const Samples z(stage.z.value()), here(delta), there(gradient(cost(stage.f(origin)), {origin}).at(0));
  std::size_t count = 0;
  for (std::size_t i = 0; i < slopes.samples(); ++i)
    for (std::size_t e = 0; e < slopes.width(); ++e) {
      const double d = here.at(i, e), d_there = there.at(i, e);
      count += slopes.is_saturated(i, e) && d * z.at(i, e) >= 0 && d_there * z.at(i, e) > 0 &&
               std::abs(d) < std::abs(d_there);
    }
  return share(count, slopes.samples() * slopes.s_shaped());
}

double length(const Tensor& x) { return x.size() == 0 ? 0 : norm(x.to(f64)).item(); }

/// The parameter of this name as it was.
const Tensor& before(const Parameter& parameter, const ConstParameters& all) {
  const auto named = [&](const Parameter* p) { return p->name() == parameter.name(); };
  const auto found = std::find_if(all.begin(), all.end(), named);
  if (found == all.end())
    throw ValueError("examine", fmt::format("{} is not among the parameters of a step ago; give those of a copy of "
                                            "the net",
                                            parameter.name()));
  if ((*found)->shape() != parameter.shape())
    throw ShapeError("examine", fmt::format("{} has the shape {}, and had {} a step ago; give the parameters of a copy "
                                            "of the net",
                                            parameter.name(), parameter.shape(), (*found)->shape()));
  return (*found)->value;
}

std::optional<double> update_ratio(const Stage& stage, const Gradients& gradients, const ExamineOptions& options) {
  if (options.before.empty() && !options.learning_rate) return {};
  const auto is_weight = [](const Parameter* p) { return p->shape().rank() >= 2; };
  const bool any_weight = std::any_of(stage.parameters.begin(), stage.parameters.end(), is_weight);
  double step = 0, whole = 0;
  for (const Parameter* p : stage.parameters) {
    if (any_weight && !is_weight(p)) continue;
    step = std::hypot(step, options.before.empty() ? *options.learning_rate * length(gradients[*p])
                                                   : length(p->value - before(*p, options.before)));
    whole = std::hypot(whole, length(p->value));
  }
  return whole > 0 ? std::optional(step / whole) : std::nullopt;
}

template <class Net>
Health examine_net(const Net& net, const CostOfOutputs& cost, const Tensor& inputs, const ExamineOptions& options) {
  if (inputs.rank() == 0 || inputs.shape()[0] == 0)
    throw ShapeError("examine", fmt::format("Inputs {} hold no samples; give [samples, ...]", inputs.shape()));
  Tape tape;
  Pass pass{.a = tape.constant(inputs)};
  pass.through(net, "net");
  const Var C = cost(pass.a);

  std::vector<Var> wrt;
  ConstParameters parameters;
  for (const Stage& stage : pass.stages) {
    wrt.push_back(stage.z);
    for (const Parameter* p : stage.parameters) parameters.push_back(p);
  }
  const Gradients deltas = gradient(C, wrt), gradients = gradient(C, parameters);

  Health health{.samples = inputs.shape()[0], .cost = C.value().item()};
  for (std::size_t l = 0; l < pass.stages.size(); ++l) {
    const Stage& stage = pass.stages[l];
    const Tensor& delta = deltas.at(l);
    const Units units(stage.z.shape());
    LayerHealth layer{.name = stage.name,
                      .activation = stage.activation,
                      .units = static_cast<std::int64_t>(units.count),
                      .delta_norm = length(delta),
                      .update_ratio = update_ratio(stage, gradients, options)};
    if (const std::optional<RelativeSlopes> slopes = relative_slopes(stage)) {
      layer.dead = share_dead(*slopes, Units(stage.before.shape()));
      if (slopes->s_shaped() > 0) {
        layer.saturated = share_saturated(*slopes);
        if (stage.before == stage.z && stage.after == pass.a) layer.slow = share_slow(stage, delta, cost, *slopes);
      }
    }
    health.layers.push_back(std::move(layer));
  }
  return health;
}

}  // namespace

Health detail::examine(const nn::Mlp& net, const CostOfOutputs& cost, const Tensor& inputs,
                       const ExamineOptions& options) {
  return examine_net(net, cost, inputs, options);
}
Health detail::examine(const nn::Sequential& net, const CostOfOutputs& cost, const Tensor& inputs,
                       const ExamineOptions& options) {
  return examine_net(net, cost, inputs, options);
}

}  // namespace nabla::train
