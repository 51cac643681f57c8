#include "accumulate.hpp"

#include "map.hpp"

namespace nabla::kernels {

Tensor accumulate(Tensor a, Tensor b) {
  const auto writable = [](const Tensor& t) { return t.unique() && t.is_contiguous(); };
  if (!writable(a)) std::swap(a, b);
  if (!writable(a)) {
    Tensor sum = Tensor::uninitialized(a.shape(), a.dtype());
    map([](auto x, auto y) { return x + y; }, sum, a, b);
    return sum;
  }
  visit(a.dtype(), [&]<class T>(std::type_identity<T>) {
    T* into = a.mutable_data<T>().data();
    const T* from = b.strided_data<T>();
    Nest<2>(a.shape(), {a.strides(), b.strides()}).run([&](const auto& at, std::int64_t n, const auto& step) {
      detail::with_step(step[1], [&](auto s) {
        for (std::int64_t i = 0; i < n; ++i) into[at[0] + i] = static_cast<T>(into[at[0] + i] + from[at[1] + i * s]);
      });
    });
  });
  return a;
}

}  // namespace nabla::kernels
