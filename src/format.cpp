// Tensors as text, by NumPy's rules: one format for all elements of a tensor, so that its columns align.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nabla/tensor.hpp>
#include <span>

namespace nabla {
namespace {

constexpr int default_precision = 8;       // digits after the point, at most
constexpr std::int64_t most_shown = 1000;  // a tensor with more elements is summarised
constexpr std::int64_t edge = 3;           // how many a summary shows at both ends of an axis
constexpr std::size_t line_width = 75;

constexpr double positional_from = 1e-4;     // smaller magnitudes are written with an exponent,
constexpr double array_positional_to = 1e8;  // and so are these and larger ones in an array,
constexpr double scalar_positional_to = 1e16;
constexpr double largest_ratio = 1000;  // and whole arrays whose magnitudes spread further

using std::chars_format;

/// std::to_chars: without a precision the fewest digits that tell x from its neighbours, else the exact value, rounded.
template <class T, class... Precision>
std::string digits(T x, chars_format format, Precision... precision) {
  std::array<char, 128> text;  // enough: |x| < 1e16 where the format is fixed
  const auto end = std::to_chars(text.data(), text.data() + text.size(), x, format, precision...).ptr;
  return {text.data(), end};
}

/// Where the mantissa ends: at the 'e' or the end.
std::size_t mantissa_size(const std::string& text) { return std::min(text.find('e'), text.size()); }

/// Digits after the point.
std::size_t fraction_size(const std::string& text) {
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : mantissa_size(text) - point - 1;
}

/// The shortest digits, or `precision` digits after the point where there are more; no trailing zeros, always a point.
template <class T>
std::string rounded(T x, chars_format format, int precision) {
  std::string text = digits(x, format);
  if (fraction_size(text) > static_cast<std::size_t>(precision)) {
    text = digits(x, format, precision);
    if (precision > 0) {
      const std::size_t end = mantissa_size(text);
      const std::size_t last = text.find_last_not_of('0', end - 1);
      text.erase(last + 1, end - last - 1);
    }
  }
  if (text.find('.') == std::string::npos) text.insert(mantissa_size(text), 1, '.');
  return text;
}

template <class T>
std::string_view not_finite(T x) {
  return std::isnan(x) ? "nan" : x < 0 ? "-inf" : "inf";
}

/// The common format of the elements shown.
template <class T>
class FloatFormat {
 public:
  FloatFormat(std::span<const T> shown, int precision) : precision_(precision) {
    choose_notation(shown);
    for (T x : shown)
      if (std::isfinite(x)) make_room_for(rounded(x, notation_, precision));
    if (exponent_ > 0) exponent_ += 2;  // the letter and the sign
    for (T x : shown)
      if (!std::isfinite(x)) {
        const std::size_t size = not_finite(x).size();
        if (size > width()) left_ += size - width();
      }
  }

  std::string operator()(T x) const {
    if (!std::isfinite(x)) return fmt::format("{:>{}}", not_finite(x), width());
    if (notation_ == chars_format::scientific) {
      std::string text = digits(x, notation_, static_cast<int>(fraction_));
      if (fraction_ == 0) text.insert(mantissa_size(text), 1, '.');
      const std::size_t e = mantissa_size(text);
      text.insert(e + 2, exponent_ - (text.size() - e), '0');
      return fmt::format("{:>{}}", text, width());
    }
    std::string text = rounded(x, notation_, precision_);
    text.insert(0, left_ - text.find('.'), ' ');
    return fmt::format("{:<{}}", text, width());
  }

 private:
  void choose_notation(std::span<const T> shown) {
    T smallest = std::numeric_limits<T>::infinity(), largest = 0;
    for (T x : shown)
      if (std::isfinite(x) && x != 0) {
        smallest = std::min(smallest, std::abs(x));
        largest = std::max(largest, std::abs(x));
      }
    if (largest >= array_positional_to || smallest < positional_from || largest / smallest > largest_ratio)
      notation_ = chars_format::scientific;
  }

  void make_room_for(const std::string& text) {
    left_ = std::max(left_, text.find('.'));
    fraction_ = std::max(fraction_, fraction_size(text));
    if (notation_ == chars_format::scientific) exponent_ = std::max(exponent_, text.size() - mantissa_size(text) - 2);
  }

  std::size_t width() const { return left_ + 1 + fraction_ + exponent_; }

  int precision_;
  chars_format notation_ = chars_format::fixed;
  std::size_t left_ = 0;      // characters before the point, sign included,
  std::size_t fraction_ = 0;  // after it,
  std::size_t exponent_ = 0;  // and from the letter e on
};

template <class T>
class IntegerFormat {
 public:
  IntegerFormat(std::span<const T> shown, int /*precision*/) {
    for (T x : shown) width_ = std::max(width_, fmt::formatted_size("{}", x));
  }
  std::string operator()(T x) const { return fmt::format("{:>{}}", x, width_); }

 private:
  std::size_t width_ = 0;
};

/// Brackets, rows and blank lines around the elements.
template <class T, class Format>
class ArrayText {
 public:
  ArrayText(const Tensor& tensor, int precision)
      : tensor_(tensor), summarised_(tensor.size() > most_shown), format_(elements_shown(), precision) {}

  std::string str() && {
    block(0, 0);
    return std::move(out_);
  }

 private:
  /// Calls item(i) for the indices shown of an axis and gap() where some are left out.
  template <class Item, class Gap>
  void each_shown(std::size_t axis, Item item, Gap gap) const {
    const std::int64_t extent = tensor_.shape()[axis];
    for (std::int64_t i = 0; i < extent; ++i) {
      if (summarised_ && extent > 2 * edge && i == edge) {
        gap();
        i = extent - edge;
      }
      item(i);
    }
  }

  bool is_last(std::size_t axis) const { return axis + 1 == tensor_.rank(); }
  std::int64_t stride(std::size_t axis) const { return tensor_.strides()[axis]; }
  T element(std::int64_t offset) const { return tensor_.strided_data<T>()[offset]; }

  std::vector<T> elements_shown() const {
    std::vector<T> shown;
    collect(0, 0, shown);
    return shown;
  }

  void collect(std::size_t axis, std::int64_t offset, std::vector<T>& shown) const {
    each_shown(
        axis,
        [&](std::int64_t i) {
          const std::int64_t at = offset + i * stride(axis);
          is_last(axis) ? shown.push_back(element(at)) : collect(axis + 1, at, shown);
        },
        [] {});
  }

  void block(std::size_t axis, std::int64_t offset) {
    if (is_last(axis)) return row(axis, offset);
    const std::string separator = std::string(tensor_.rank() - axis - 1, '\n') + std::string(axis + 1, ' ');
    std::string before = "[";
    each_shown(
        axis,
        [&](std::int64_t i) {
          out_ += before;
          before = separator;
          block(axis + 1, offset + i * stride(axis));
        },
        [&] { out_ += separator + "..."; });
    out_ += ']';
  }

  /// Words between brackets, broken into lines that leave room for the closing brackets.
  void row(std::size_t axis, std::int64_t offset) {
    const std::size_t indent = axis + 1, width = line_width - axis - 1;
    std::string line(indent, ' '), lines;
    const auto add = [&](const std::string& word) {
      if (line.size() > indent) {
        line += ' ';
        if (line.size() + word.size() > width) {
          lines += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
          line.assign(indent, ' ');
        }
      }
      line += word;
    };
    each_shown(
        axis, [&](std::int64_t i) { add(format_(element(offset + i * stride(axis)))); }, [&] { add("..."); });
    out_ += '[' + (lines + line).substr(indent) + ']';
  }

  const Tensor& tensor_;
  bool summarised_;
  Format format_;
  std::string out_;
};

/// A scalar has no neighbours to align with: the fewest digits that tell it apart, zeros from there to the point.
template <class T>
std::string scalar_text(T x, int precision) {
  if (!std::isfinite(x)) return std::string(not_finite(x));
  const bool positional = x == 0 || (std::abs(x) >= positional_from && std::abs(x) < scalar_positional_to);
  if (!positional) {
    std::string text = rounded(x, chars_format::scientific, precision);
    if (const std::size_t e = mantissa_size(text); text[e - 1] == '.') text.erase(e - 1, 1);
    return text;
  }
  std::string text = digits(x, chars_format::scientific);
  const auto exponent = std::stoi(text.substr(mantissa_size(text) + 1));
  const auto fraction = static_cast<int>(fraction_size(text));
  if (exponent >= fraction) {
    text.resize(mantissa_size(text));
    std::erase(text, '.');
    return text.append(static_cast<std::size_t>(exponent - fraction), '0') + ".0";
  }
  text = rounded(x, chars_format::fixed, precision);
  return text.back() == '.' ? text + '0' : text;
}

}  // namespace

std::string to_string(const Tensor& tensor, int precision) {
  if (!tensor.defined()) return "<empty>";
  return visit(tensor.dtype(), [&]<class T>(std::type_identity<T>) -> std::string {
    if (tensor.rank() == 0) {
      const T x = *tensor.strided_data<T>();
      if constexpr (std::is_floating_point_v<T>)
        return scalar_text(x, precision < 0 ? std::numeric_limits<int>::max() : precision);
      return fmt::format("{}", x);
    }
    if (tensor.size() == 0) return "[]";
    using Format = std::conditional_t<std::is_floating_point_v<T>, FloatFormat<T>, IntegerFormat<T>>;
    return ArrayText<T, Format>(tensor, precision < 0 ? default_precision : precision).str();
  });
}

}  // namespace nabla
