#include "accumulate.hpp"

#include "nest.hpp"

namespace nabla::kernels {
namespace {

template <class T>
void add_to(Tensor& sum, const Tensor& term) {
  T* to = sum.mutable_data<T>().data();
  const T* from = term.strided_data<T>();
  if (term.is_contiguous()) {
    for (std::int64_t i = 0; i < sum.size(); ++i) to[i] += from[i];
    return;
  }
  Nest<2>(sum.shape(), {sum.strides(), term.strides()}).run([&](const auto& at, std::int64_t n, const auto& step) {
    for (std::int64_t i = 0; i < n; ++i) to[at[0] + i * step[0]] += from[at[1] + i * step[1]];
  });
}

}  // namespace

void accumulate(Tensor& sum, Tensor&& term) {
  if (!sum.is_writable()) std::swap(sum, term);  // if neither is, writing to the sum copies it first
  visit_floating(sum.dtype(), [&]<class T>(std::type_identity<T>) { add_to<T>(sum, term); });
}

}  // namespace nabla::kernels
