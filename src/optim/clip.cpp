#include <nabla/optim/clip.hpp>

#include <cmath>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>

namespace nabla::optim {

double clip_norm(Gradients& gradients, double max_norm, double p) {
  if (!(max_norm > 0) || !(p >= 1))
    throw ValueError("clip_norm", fmt::format("max_norm {}, p {}; max_norm must be above 0, p 1 or more", max_norm, p));
  Tensor norms = Tensor::uninitialized({static_cast<std::int64_t>(gradients.size())});
  for (std::size_t i = 0; i < gradients.size(); ++i) norms.mutable_data<double>()[i] = norm(gradients.at(i), p).item();
  const double total = norm(norms, p).item(), scale = max_norm / (total + 1e-6);
  if (scale < 1 && std::isfinite(total))
    for (std::size_t i = 0; i < gradients.size(); ++i) gradients.at(i) = gradients.at(i) * scale;
  return total;
}

void clip_value(Gradients& gradients, double bound) {
  if (!(bound > 0)) throw ValueError("clip_value", fmt::format("bound {}; it must be above 0", bound));
  for (std::size_t i = 0; i < gradients.size(); ++i) gradients.at(i) = clamp(gradients.at(i), -bound, bound);
}

}  // namespace nabla::optim
