#include "accumulate.hpp"

#include <nabla/ops/add.hpp>

#include "nest.hpp"
#include "shares.hpp"

namespace nabla::kernels {
namespace {

template <class T>
void add_strided(Tensor& sum, const Tensor& term) {
  T* to = sum.mutable_data<T>().data();
  const T* from = term.strided_data<T>();
  Nest<2>(sum.shape(), {sum.strides(), term.strides()}).run([&](const auto& at, std::int64_t n, const auto& step) {
    for (std::int64_t i = 0; i < n; ++i) to[at[0] + i * step[0]] += from[at[1] + i * step[1]];
  });
}

}  // namespace

void accumulate(Tensor& sum, Tensor&& term) {
  if (!sum.is_writable()) std::swap(sum, term);  // if neither is, writing to the sum copies it first
  if (!term.is_contiguous())
    return visit_floating(sum.dtype(), [&]<class T>(std::type_identity<T>) { add_strided<T>(sum, term); });
  void* const to = sum.mutable_bytes();
  const void* const in[] = {to, term.strided_data<void>()};
  const ops::Add add;
  run_forward(ops::Add::elementwise.forward_loop(sum.dtype()), &add, sum.size(), sum.dtype(), to, in);
}

}  // namespace nabla::kernels
