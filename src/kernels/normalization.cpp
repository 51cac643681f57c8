#include "normalization.hpp"

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/option.hpp>

#include "normalization_rows.hpp"
#include "parallel.hpp"
#include "reduce.hpp"

namespace nabla::kernels {
namespace {

/// The channels of x, axis 1, and the elements that each has in a sample.
struct Channels {
  Channels(std::string_view where, const Shape& x) {
    if (x.rank() < 2) throw ShapeError(where, fmt::format("x has shape {}; it must be [samples, channels, ...]", x));
    samples = x[0];
    count = x[1];
    for (std::size_t i = 2; i < x.rank(); ++i) {
      size *= x[i];
      beside.push_back(1);
    }
    beside.insert(0, count);
  }

  std::int64_t samples, count;
  std::int64_t size = 1;
  Dims beside;
};

double checked_eps(std::string_view where, double eps) { return nabla::detail::checked(where, "eps", eps, 0); }

/// The weight and the bias, both with one number for each weight, or both with one for all.
struct Weights {
  /// With `at_least` numbers.
  Weights(const Tensor& weight, const Tensor& bias, std::int64_t at_least) {
    Shape shape = weight.rank() == 0 ? bias.shape() : weight.shape();
    if (shape.rank() == 0 && at_least > 0) shape = Shape{at_least};
    w = weight.expanded(shape).contiguous();
    b = bias.expanded(shape).contiguous();
  }
  bool single() const { return w.rank() == 0; }

  Tensor w, b;
};

/// The groups in blocks for the threads, the same however many there are.
std::int64_t blocks_of(const Normalization& n) {
  constexpr std::int64_t share = 1 << 15, most = 64;
  return std::clamp(n.groups * n.group_size() / share, std::int64_t{1}, std::clamp(n.groups, std::int64_t{1}, most));
}

template <class T>
struct Moments {
  T mean;
  T variance;
};

/// The groups of a normalisation as runs in memory.
template <class T>
class Groups {
 public:
  Groups(const Normalization& normalization, const Weights& weights)
      : n_(normalization),
        w_(weights.w.strided_data<T>()),
        b_(weights.b.strided_data<T>()),
        run_(weights.single() ? n_.inner : n_.run),
        weights_(weights.single() ? 0 : n_.inner / std::max<std::int64_t>(run_, 1)) {}

  void forward(const T* x, std::int64_t g, T* y) const {
    const Moments<T> m = moments(x, g);
    const T mean = m.mean, scale = scale_of(m.variance);
    const std::int64_t first = g % n_.period * weights_;
    for_each_row(g, [&](std::int64_t at) {
      if (is_each()) return rows_.scale_each(n_.inner, x + at, mean, scale, w_ + first, b_ + first, y + at);
      for_each_run(at, first, [&](std::int64_t from, std::int64_t k) {
        rows_.scale(run_, x + from, mean, scale * w_[k], b_[k], y + from);
      });
    });
  }

  /// Adds to dw and db, where there is more than one weight; dx may be null.
  void pull(const T* ct, const T* x, std::int64_t g, T* dx, T* dw, T* db) const {
    const Moments<T> m = moments(x, g);
    const T mean = m.mean, scale = scale_of(m.variance);
    const std::int64_t first = g % n_.period * weights_;
    PulledSums u;
    const auto add = [&](const PulledSums& more, double factor) {
      u.plain += factor * more.plain;
      u.with_residual += factor * more.with_residual;
    };
    for_each_row(g, [&](std::int64_t at) {
      if (is_each())
        return add(rows_.pulled_each(n_.inner, ct + at, x + at, mean, scale, w_ + first, dw + first, db + first), 1);
      for_each_run(at, first, [&](std::int64_t from, std::int64_t k) {
        const PulledSums sums = rows_.pulled(run_, ct + from, x + from, mean);
        add(sums, static_cast<double>(w_[k]));
        if (weights_ == 0) return;
        dw[k] += scale * static_cast<T>(sums.with_residual);
        db[k] += static_cast<T>(sums.plain);
      });
    });
    if (!dx) return;
    const auto size = static_cast<double>(n_.group_size()), r = static_cast<double>(scale);
    const T b = static_cast<T>(-r * r * r * u.with_residual / size), c = static_cast<T>(-r * u.plain / size);
    for_each_row(g, [&](std::int64_t at) {
      if (is_each()) return rows_.pull_each(n_.inner, ct + at, x + at, mean, scale, b, c, w_ + first, dx + at);
      for_each_run(at, first, [&](std::int64_t from, std::int64_t k) {
        rows_.pull(run_, ct + from, x + from, mean, scale * w_[k], b, c, dx + from);
      });
    });
  }

  Moments<T> moments(const T* x, std::int64_t g) const {
    const auto size = static_cast<double>(n_.group_size());
    double total = 0, squares = 0;
    for_each_row(g, [&](std::int64_t at) { total += rows_.sum(n_.inner, x + at); });
    const T mean = static_cast<T>(total / size);
    for_each_row(g, [&](std::int64_t at) { squares += rows_.square_sum(n_.inner, x + at, mean); });
    return {mean, static_cast<T>(squares / size)};
  }

 private:
  /// Whether each element of a row has a weight of its own.
  bool is_each() const { return run_ == 1; }

  T scale_of(T variance) const { return 1 / std::sqrt(variance + static_cast<T>(n_.eps)); }

  template <class F>
  void for_each_row(std::int64_t g, F f) const {
    for (std::int64_t o = 0; o < n_.outer; ++o) f((o * n_.groups + g) * n_.inner);
  }
  template <class F>
  void for_each_run(std::int64_t row, std::int64_t first, F f) const {
    for (std::int64_t i = 0; i < n_.inner; i += run_) f(row + i, first + (weights_ == 0 ? 0 : i / run_));
  }

  const Normalization& n_;
  const T* w_;
  const T* b_;
  std::int64_t run_;
  std::int64_t weights_;  // of a group; 0 for one that all have in common
  const NormalizationRows<T>& rows_ = normalization_rows<T>();
};

/// Groups that are the columns of a matrix [rows, groups], in passes over whole rows.
template <class T>
class Columns {
 public:
  Columns(const Normalization& n, const T* x)
      : rows_(n.outer), width_(n.groups), x_(x), moments_(buffer(2)), pass_(buffer(rows_)) {
    average(x, mean());
    T* const squares = pass();
    for_each([&, m = mean()](std::int64_t i, std::int64_t k) { squares[i] = (x[i] - m[k]) * (x[i] - m[k]); });
    average(squares, variance());
  }

  T* mean() { return reinterpret_cast<T*>(moments_.new_data()); }
  T* variance() { return mean() + width_; }

  void forward(const T* w, const T* b, double eps, T* y) {
    for_each([&, x = x_, m = mean(), r = scale(eps)](std::int64_t i, std::int64_t k) {
      y[i] = (x[i] - m[k]) * (r[k] * w[k]) + b[k];
    });
  }

  /// Sets dw and db; dx may be null.
  void pull(const T* ct, const T* w, double eps, T* dx, T* dw, T* db) {
    const T *const x = x_, *const m = mean(), *const r = scale(eps);
    T* const products = pass();
    for_each([&](std::int64_t i, std::int64_t k) { products[i] = ct[i] * ((x[i] - m[k]) * r[k]); });
    sum_of_rows(products, rows_, width_, dw);
    sum_of_rows(ct, rows_, width_, db);
    const T n = static_cast<T>(rows_);
    if (dx)
      for_each([&](std::int64_t i, std::int64_t k) {
        dx[i] = r[k] * w[k] * (ct[i] - db[k] / n - (x[i] - m[k]) * r[k] * (dw[k] / n));
      });
  }

 private:
  Tensor buffer(std::int64_t rows) const { return Tensor::uninitialized({rows, width_}, dtype_of<T>); }
  T* pass() { return reinterpret_cast<T*>(pass_.new_data()); }

  void average(const T* x, T* out) const {
    sum_of_rows(x, rows_, width_, out);
    for (std::int64_t k = 0; k < width_; ++k) out[k] /= static_cast<T>(rows_);
  }
  /// 1 / √(variance + ε), in the place of the variance.
  const T* scale(double eps) {
    T* const v = variance();
    for (std::int64_t k = 0; k < width_; ++k) v[k] = 1 / std::sqrt(v[k] + static_cast<T>(eps));
    return v;
  }
  /// f(index of the element, column)
  template <class F>
  void for_each(F f) const {
    for (std::int64_t r = 0; r < rows_; ++r)
      for (std::int64_t k = 0; k < width_; ++k) f(r * width_ + k, k);
  }

  std::int64_t rows_, width_;
  const T* x_;
  Tensor moments_, pass_;
};

bool are_columns(const Normalization& n) { return n.inner == 1 && n.outer > 1; }

}  // namespace

Normalization Normalization::of_last_axes(std::string_view where, const Shape& x, const Shape& normalized, double eps) {
  const std::size_t lead = x.rank() - std::min(x.rank(), normalized.rank());
  if (normalized.rank() == 0 || !std::equal(x.begin() + lead, x.end(), normalized.begin(), normalized.end()))
    throw ShapeError(where, fmt::format("x has shape {}, normalized_shape is {}; it must be the last extents of x, one "
                                        "or more",
                                        x, normalized));
  const std::int64_t inner = normalized.elements();
  return {.outer = 1,
          .groups = Shape(std::span(x.begin(), lead)).elements(),
          .inner = inner,
          .run = 1,
          .period = 1,
          .eps = checked_eps(where, eps),
          .beside = normalized};
}

Normalization Normalization::of_channel_groups(std::string_view where, const Shape& x, std::int64_t groups,
                                               double eps) {
  const Channels channels(where, x);
  if (groups < 1 || channels.count % groups != 0)
    throw ValueError(where, fmt::format("{} groups of {} channels; take a divisor of them", groups, channels.count));
  return {.outer = 1,
          .groups = channels.samples * groups,
          .inner = channels.count / groups * channels.size,
          .run = channels.size,
          .period = groups,
          .eps = checked_eps(where, eps),
          .beside = channels.beside};
}

Normalization Normalization::of_channels(std::string_view where, const Shape& x, double eps) {
  const Channels channels(where, x);
  return {.outer = channels.samples,
          .groups = channels.count,
          .inner = channels.size,
          .run = channels.size,
          .period = std::max<std::int64_t>(channels.count, 1),
          .eps = checked_eps(where, eps),
          .beside = channels.beside};
}

void Normalization::require_weights(std::string_view where, const Shape& shape, const Shape& weight,
                                    const Shape& bias) const {
  for (const Shape& w : {weight, bias})
    if (w.rank() != 0 && w != shape)
      throw ShapeError(where, fmt::format("The weight has shape {}, the bias {}; both must be {}, or a scalar", weight,
                                          bias, shape));
}

template <class T>
void Normalization::moments(const T* x, T* mean, T* variance) const {
  if (are_columns(*this)) {
    Columns<T> columns(*this, x);
    std::copy_n(columns.mean(), groups, mean);
    std::copy_n(columns.variance(), groups, variance);
    return;
  }
  const Groups<T> all(*this, Weights(Tensor::scalar(1, dtype_of<T>), Tensor::scalar(0, dtype_of<T>), 0));
  const std::int64_t blocks = blocks_of(*this);
  parallel_for(blocks, [&](std::int64_t block) {
    for (std::int64_t g = groups * block / blocks; g < groups * (block + 1) / blocks; ++g) {
      const Moments<T> m = all.moments(x, g);
      mean[g] = m.mean;
      variance[g] = m.variance;
    }
  });
}

template void Normalization::moments(const float*, float*, float*) const;
template void Normalization::moments(const double*, double*, double*) const;

void Normalization::forward(const Tensor& x, const Tensor& weight, const Tensor& bias, Tensor& y) const {
  const bool columns = are_columns(*this);
  const Weights weights(weight, bias, columns ? groups : 0);
  visit_floating(y.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* const from = x.strided_data<T>();
    T* const to = y.mutable_data<T>().data();
    if (columns)
      return Columns<T>(*this, from).forward(weights.w.strided_data<T>(), weights.b.strided_data<T>(), eps, to);
    const Groups<T> all(*this, weights);
    const std::int64_t blocks = blocks_of(*this);
    parallel_for(blocks, [&](std::int64_t block) {
      for (std::int64_t g = groups * block / blocks; g < groups * (block + 1) / blocks; ++g) all.forward(from, g, to);
    });
  });
}

void Normalization::pull(const Pullback<Tensor>& p) const {
  const Tensor x = p.in[0].contiguous(), ct = p.ct.contiguous();
  const bool columns = are_columns(*this);
  const Weights weights(p.in[1], p.in[2], columns ? groups : 0);
  const std::int64_t blocks = columns ? 1 : blocks_of(*this), count = std::max<std::int64_t>(weights.w.size(), 1);
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    T* dx = nullptr;
    if (p.needs[0]) {
      p.grad[0] = Tensor::uninitialized_like(x);
      dx = reinterpret_cast<T*>(p.grad[0].new_data());
    }
    Tensor partial = Tensor::uninitialized({blocks, 2, count}, x.dtype());
    T* const sums = reinterpret_cast<T*>(partial.new_data());
    std::fill_n(sums, partial.size(), T{});
    const T *const from = x.strided_data<T>(), *const u = ct.strided_data<T>();
    if (columns) {
      Columns<T>(*this, from).pull(u, weights.w.strided_data<T>(), eps, dx, sums, sums + count);
    } else {
      const Groups<T> all(*this, weights);
      parallel_for(blocks, [&](std::int64_t block) {
        T* const dw = sums + block * 2 * count;
        for (std::int64_t g = groups * block / blocks; g < groups * (block + 1) / blocks; ++g)
          all.pull(u, from, g, dx, dw, dw + count);
      });
    }
    PooledVector<T> total(static_cast<std::size_t>(2 * count));
    sum_of_rows(sums, blocks, 2 * count, total.data());
    for (const std::size_t k : {1u, 2u}) {
      if (!p.needs[k] || p.in[k].rank() == 0) continue;
      p.grad[k] = Tensor::uninitialized_like(p.in[k]);
      std::copy_n(total.data() + (k - 1) * static_cast<std::size_t>(count), count,
                  reinterpret_cast<T*>(p.grad[k].new_data()));
    }
  });
  const bool composed[] = {false, p.needs[1] && p.in[1].rank() == 0, p.needs[2] && p.in[2].rank() == 0};
  pull_normalized(Pullback<Tensor>{p.in, p.out, p.ct, composed, p.grad}, *this);
}

}  // namespace nabla::kernels
