#include <nabla/op.hpp>

#include "_samples.hpp"

namespace nabla {
namespace ops {

void Bernoulli::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    Rng rng(seed, stream);
    rng.set_position(position);
    const Tensor u = rng.uniform(out.shape()), p = in[0].contiguous();
    const std::span<T> drawn = out.mutable_data<T>();
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const T probability = p.data<T>()[i];
      if (!(probability >= 0 && probability <= 1))
        throw ValueError(info.name, fmt::format("Element {} is {}, no probability; all must lie between 0 and 1, as "
                                                "sigmoid gives them",
                                                i, probability));
      drawn[i] = u.data<double>()[i] < static_cast<double>(probability) ? T(1) : T(0);
    }
  });
}

std::vector<Sample> Bernoulli::samples() {
  return joined({elementwise_samples(Bernoulli{.seed = 3}, 0, 1),
                 elementwise_samples(Bernoulli{.seed = 3, .stream = 1, .position = 7}, 0, 1)});
}
std::vector<BadCall> Bernoulli::bad_calls() {
  std::vector<BadCall> calls = elementwise_bad_calls(Bernoulli{});
  calls.push_back({Bernoulli{}, {OperandSpec({2, 3}, 1.5, 2)}, Mistake::value, "no probability"});
  return calls;
}

}  // namespace ops

template const OpTable& op_table<ops::Bernoulli>();

}  // namespace nabla
