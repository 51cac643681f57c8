#include "convolution.hpp"

#include <algorithm>
#include <nabla/error.hpp>

#include "gemm.hpp"
#include "parallel.hpp"
#include "reduce.hpp"

namespace nabla::kernels {
namespace {

/// The matrices of one convolution, of numbers T.
template <class T>
struct Pieces {
  explicit Pieces(const Convolution& convolution)
      : c(convolution),
        image(c.channels * c.height.extent * c.width.extent),
        places(c.rows * c.columns),
        depth(c.channels * c.height.kernel * c.width.kernel) {}

  const Convolution& c;
  std::int64_t image;   // elements of x of one sample and group
  std::int64_t places;  // windows
  std::int64_t depth;   // elements of a window, in all channels of a group

  Matrix<const T> weight(const T* w, std::int64_t group) const {
    return {w + group * c.filters * depth, c.filters, depth, depth, 1};
  }
  template <class U>
  Matrix<U> result(U* y, std::int64_t part) const {
    return {y + part * c.filters * places, c.filters, places, places, 1};
  }
  template <class U>
  Matrix<U> columns(U* data) const {
    return {data, depth, places, places, 1};
  }
  /// Whether the columns are the image itself.
  bool is_pointwise() const {
    return c.height.kernel == 1 && c.width.kernel == 1 && c.height.stride == 1 && c.width.stride == 1 &&
           c.height.padding == 0 && c.width.padding == 0;
  }

  /// A row of the columns: one element of every window, which lies on the image for the windows of a box.
  struct Row {
    std::int64_t offset;
    WindowAxis::Range down, across;
    std::int64_t image;  // the offset of the first of them in the image
  };

  template <class Visit>
  void for_each_row(Visit visit) const {
    std::int64_t offset = 0;
    for (std::int64_t channel = 0; channel < c.channels; ++channel)
      for (std::int64_t i = 0; i < c.height.kernel; ++i)
        for (std::int64_t j = 0; j < c.width.kernel; ++j, offset += places) {
          const auto down = c.height.windows_with(i, c.rows), across = c.width.windows_with(j, c.columns);
          const std::int64_t y = c.height.position(down.begin, i), x = c.width.position(across.begin, j);
          visit(Row{offset, down, across, (channel * c.height.extent + y) * c.width.extent + x});
        }
  }

  /// Whether windows that follow each other do so in the image, too, from one line to the next: then a box is a single
  /// run, which takes elements along that are padding at the ends of its lines.
  bool is_seamless() const { return c.height.stride == 1 && c.width.stride == 1 && c.columns == c.width.extent; }

  /// run(offset in the columns, offset in the image, n) for elements that follow each other.
  template <class Run>
  void for_each_run(const Row& row, Run run) const {
    const std::int64_t lines = row.down.end - row.down.begin, n = row.across.end - row.across.begin;
    if (lines == 0 || n == 0) return;
    const std::int64_t at = row.offset + row.down.begin * c.columns + row.across.begin;
    if (is_seamless()) return run(at, row.image, (lines - 1) * c.columns + n);
    for (std::int64_t k = 0; k < lines; ++k)
      run(at + k * c.columns, row.image + k * c.height.stride * c.width.extent, n);
  }

  /// Zeros where the windows of a row lie on the padding.
  void clear_padding(const Row& row, T* columns) const {
    T* const first = columns + row.offset;
    std::fill(first, first + row.down.begin * c.columns, T{});
    std::fill(first + row.down.end * c.columns, first + places, T{});
    for (std::int64_t k = 0; k < c.columns; ++k)  // down the columns: there are few
      if (k < row.across.begin || k >= row.across.end)
        for (std::int64_t o = row.down.begin; o < row.down.end; ++o) first[o * c.columns + k] = T{};
  }

  void gather(const T* image_data, T* columns) const {
    for_each_row([&](const Row& row) {
      for_each_run(row, [&](std::int64_t at, std::int64_t from, std::int64_t n) {
        if (c.width.stride == 1)
          std::copy_n(image_data + from, n, columns + at);
        else
          for (std::int64_t k = 0; k < n; ++k) columns[at + k] = image_data[from + k * c.width.stride];
      });
      clear_padding(row, columns);
    });
  }
  void scatter(T* columns, T* image_data) const {
    for_each_row([&](const Row& row) {
      clear_padding(row, columns);
      for_each_run(row, [&](std::int64_t at, std::int64_t to, std::int64_t n) {
        for (std::int64_t k = 0; k < n; ++k) image_data[to + k * c.width.stride] += columns[at + k];
      });
    });
  }

  /// Of one sample and group: the image, or its windows gathered into the buffer.
  Matrix<const T> columns_of(const T* x, Tensor& buffer) const {
    if (is_pointwise()) return columns(x);
    if (!buffer.defined()) buffer = Tensor::uninitialized({depth, places}, dtype_of<T>);
    T* const gathered = reinterpret_cast<T*>(buffer.new_data());
    gather(x, gathered);
    return columns<const T>(gathered);
  }
};

/// Samples are summed in so many blocks, each on its own, when a product is too small to be cut itself.
constexpr std::int64_t sum_blocks = 8;
constexpr std::int64_t large_product = 1 << 23;

}  // namespace

Convolution::Convolution(std::string_view where, const Shape& x, const Shape& weight, const Conv2dOptions& options)
    : samples(x[0]),
      groups(options.groups),
      channels(weight[1]),
      filters(weight[0] / std::max<std::int64_t>(groups, 1)),
      height{x[2], weight[2], options.stride.height, options.padding.height, options.dilation.height},
      width{x[3], weight[3], options.stride.width, options.padding.width, options.dilation.width},
      rows(height.places(where)),
      columns(width.places(where)) {
  if (groups < 1 || weight[0] % groups != 0)
    throw ValueError(where, fmt::format("{} groups of {} filters; take a divisor of them", groups, weight[0]));
  if (x[1] != groups * channels)
    throw ShapeError(where, fmt::format("x has {} channels, the weight {} for each of {} groups; they must be as many",
                                        x[1], channels, groups));
}

void Convolution::require_result(std::string_view where, const Shape& y) const {
  if (y != result())
    throw ShapeError(where,
                     fmt::format("y has shape {}; it must be {}, what conv2d gives with these options", y, result()));
}

void Convolution::require_bias(std::string_view where, const Shape& bias) const {
  const Shape one_each{groups * filters};
  if (bias.rank() != 0 && bias != one_each)
    throw ShapeError(where, fmt::format("The bias has shape {}; it must be [filters], {}", bias, one_each));
}

void Convolution::forward(const Tensor& x, const Tensor& weight, const Tensor& bias, Tensor& y) const {
  visit_floating(y.dtype(), [&]<class T>(std::type_identity<T>) {
    const Pieces<T> p(*this);
    const T *const from = x.strided_data<T>(), *const w = weight.strided_data<T>(), *const b = bias.strided_data<T>();
    T* const to = y.mutable_data<T>().data();
    const std::int64_t bias_step = bias.rank() == 0 ? 0 : 1;
    parallel_for(samples, [&](std::int64_t n) {
      Tensor buffer;
      for (std::int64_t g = 0; g < groups; ++g) {
        const std::int64_t part = n * groups + g;
        const Matrix<T> result = p.result(to, part);
        gemm(T{1}, p.weight(w, g), p.columns_of(from + part * p.image, buffer), T{0}, result);
        for (std::int64_t f = 0; f < filters; ++f) {
          const T shift = b[(g * filters + f) * bias_step];
          T* const line = result.data + f * p.places;
          if (shift != 0)
            for (std::int64_t k = 0; k < p.places; ++k) line[k] += shift;
        }
      }
    });
  });
}

void Convolution::transposed(const Tensor& y, const Tensor& weight, Tensor& x) const {
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const Pieces<T> p(*this);
    const T *const from = y.strided_data<T>(), *const w = weight.strided_data<T>();
    T* const to = x.mutable_data<T>().data();
    parallel_for(samples, [&](std::int64_t n) {
      Tensor buffer = Tensor::uninitialized(p.is_pointwise() ? Shape{0} : Shape{p.depth, p.places}, x.dtype());
      for (std::int64_t g = 0; g < groups; ++g) {
        const std::int64_t part = n * groups + g;
        T* const image = to + part * p.image;
        T* const gathered = p.is_pointwise() ? image : reinterpret_cast<T*>(buffer.new_data());
        gemm(T{1}, p.weight(w, g).transposed(), p.template result<const T>(from, part), T{0}, p.columns(gathered));
        if (p.is_pointwise()) continue;
        std::fill_n(image, p.image, T{});
        p.scatter(gathered, image);
      }
    });
  });
}

void Convolution::weight_gradient(const Tensor& x, const Tensor& y, Tensor& weight) const {
  visit_floating(weight.dtype(), [&]<class T>(std::type_identity<T>) {
    const Pieces<T> p(*this);
    const T *const from = x.strided_data<T>(), *const ct = y.strided_data<T>();
    const std::int64_t size = weight.size();
    const std::int64_t blocks = filters * p.depth * p.places >= large_product ? 1 : std::min(samples, sum_blocks);
    Tensor sums = Tensor::uninitialized({std::max<std::int64_t>(blocks, 1), size}, weight.dtype());
    T* const partial = sums.mutable_data<T>().data();
    std::fill_n(partial, sums.size(), T{});
    parallel_for(blocks, [&](std::int64_t block) {
      Tensor buffer;
      T* const sum = partial + block * size;
      for (std::int64_t n = samples * block / blocks; n < samples * (block + 1) / blocks; ++n)
        for (std::int64_t g = 0; g < groups; ++g) {
          const std::int64_t part = n * groups + g;
          gemm(T{1}, p.template result<const T>(ct, part), p.columns_of(from + part * p.image, buffer).transposed(),
               T{1}, Matrix<T>{sum + g * filters * p.depth, filters, p.depth, p.depth, 1});
        }
    });
    sum_of_rows(partial, sums.shape()[0], size, weight.mutable_data<T>().data());
  });
}

}  // namespace nabla::kernels
