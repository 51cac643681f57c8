#include "safetensors_header.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nabla/error.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "excerpt.hpp"

namespace nabla::io {
namespace {

using detail::excerpt;
using nlohmann::json;

constexpr const char* metadata_key = "__metadata__";

constexpr std::pair<DType, std::string_view> dtype_names[] = {{f32, "F32"}, {f64, "F64"}, {i64, "I64"}, {u8, "U8"}};

std::string_view stored_name(DType dtype) {
  for (const auto& [known, text] : dtype_names)
    if (known == dtype) return text;
  return {};
}

/// Characters that count how many of them have been read.
class CountedCharacters {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedCharacters(const char* place, std::uint64_t* count) : place_(place), count_(count) {}
  reference operator*() const { return *place_; }
  CountedCharacters& operator++() {
    ++place_;
    ++*count_;
    return *this;
  }
  bool operator==(const CountedCharacters& other) const { return place_ == other.place_; }
  bool operator!=(const CountedCharacters& other) const { return place_ != other.place_; }

 private:
  const char* place_;
  std::uint64_t* count_;
};

/// Follows the events of the parser, which keeps no tree: the header may have three levels and nothing beside what the
/// format names, so that neither depth nor width of a hostile one costs more than its own bytes.
class HeaderReader {
 public:
  HeaderReader(std::string_view where, const std::string& path) : where_(where), path_(path) {}

  Header read(std::string_view text) {
    const CountedCharacters first(text.data(), &read_), last(text.data() + text.size(), &read_);
    json::sax_parse(first, last, this);
    return std::move(header_);
  }

  // What the parser calls. Each throws or returns true.
  bool start_object(std::size_t) {
    if (level_ == Level::outside) return go(Level::names);
    if (level_ != Level::names || !key_) fail("An object does not belong here");
    name_ = *std::exchange(key_, {});
    if (name_ == metadata_key) return go(Level::metadata);
    dtype_.reset();
    shape_.reset();
    offsets_.reset();
    return go(Level::entry);
  }
  bool end_object() {
    if (level_ == Level::names) return go(Level::outside);
    if (level_ == Level::entry) add_entry();
    return go(Level::names);
  }
  bool key(std::string& text) {
    if (level_ == Level::names && !names_.insert(text).second)
      fail(fmt::format("{} stands there twice", excerpt(text)));
    if (level_ == Level::entry && text != "dtype" && text != "shape" && text != "data_offsets")
      fail(fmt::format("{} has a key {}; dtype, shape and data_offsets are all", excerpt(name_), excerpt(text)));
    key_ = text;
    return true;
  }
  bool string(std::string& text) {
    if (level_ == Level::metadata) {
      if (!header_.metadata.emplace(*key_, text).second) fail(fmt::format("{} stands there twice", excerpt(*key_)));
    } else if (level_ == Level::entry && *key_ == "dtype") {
      once(dtype_.has_value());
      dtype_ = parse_dtype(text);
    } else {
      fail("A string does not belong here");
    }
    return true;
  }
  bool start_array(std::size_t) {
    if (level_ != Level::entry || *key_ == "dtype") fail("An array does not belong here");
    std::optional<std::vector<std::uint64_t>>& list = *key_ == "shape" ? shape_ : offsets_;
    once(list.has_value());
    list.emplace();
    return go(Level::list);
  }
  bool end_array() { return go(Level::entry); }
  bool number_unsigned(std::uint64_t number) {
    if (level_ != Level::list) fail("A number does not belong here");
    std::vector<std::uint64_t>& list = *key_ == "shape" ? *shape_ : *offsets_;
    const std::size_t longest = *key_ == "shape" ? max_rank : 2;
    if (list.size() == longest) fail(fmt::format("{} of {} has more than {} numbers", *key_, excerpt(name_), longest));
    list.push_back(number);
    return true;
  }
  bool number_integer(std::int64_t number) { fail(fmt::format("{} is negative", number)); }
  bool number_float(double, const std::string& text) { fail(fmt::format("{} is no 64-bit integer", excerpt(text))); }
  bool null() { fail("null does not belong here"); }
  bool boolean(bool) { fail("true and false do not belong here"); }
  bool binary(json::binary_t&) { fail("Binary data do not belong here"); }
  bool parse_error(std::size_t, const std::string& token, const json::exception&) {
    fail(fmt::format("The header is no JSON, at {}", excerpt(token)));
  }

 private:
  enum class Level { outside, names, entry, metadata, list };

  bool go(Level level) {
    level_ = level;
    return true;
  }

  void once(bool is_there) const {
    if (is_there) fail(fmt::format("{} has {} twice", excerpt(name_), excerpt(*key_)));
  }

  DType parse_dtype(const std::string& text) const {
    for (const auto& [dtype, known] : dtype_names)
      if (text == known) return dtype;
    fail(fmt::format("{} has elements of type {}; F32, F64, I64 and U8 can be read", excerpt(name_), excerpt(text)));
  }

  void add_entry() {
    if (!dtype_ || !shape_ || !offsets_ || offsets_->size() != 2)
      fail(fmt::format("{} lacks dtype, shape or two data_offsets", excerpt(name_)));
    constexpr auto most = static_cast<std::uint64_t>(max_elements);
    std::uint64_t elements = 1;
    bool too_many = false;
    Dims extents;
    for (const std::uint64_t extent : *shape_) {
      too_many |= extent > most || __builtin_mul_overflow(elements, extent, &elements) || elements > most;
      extents.push_back(static_cast<std::int64_t>(extent));
    }
    if (too_many)
      fail(fmt::format("The shape [{}] of {} has too many elements", fmt::join(*shape_, ", "), excerpt(name_)));
    const std::uint64_t bytes = elements * size_of(*dtype_);
    const std::uint64_t begin = (*offsets_)[0], end = (*offsets_)[1];
    if (begin > end || end - begin != bytes)
      fail(fmt::format("{} takes {} bytes, {} [{}], and data_offsets are {} and {}", excerpt(name_), bytes,
                       stored_name(*dtype_), fmt::join(*shape_, ", "), begin, end));
    header_.tensors[name_] = {*dtype_, Shape(extents), begin, end};
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw IoError(where_, fmt::format("{}, offset {}: {}; write the file again", path_,
                                      length_bytes + (read_ > 0 ? read_ - 1 : 0), what));
  }

  std::string_view where_;
  const std::string& path_;
  std::uint64_t read_ = 0;
  Level level_ = Level::outside;
  std::optional<std::string> key_;
  std::string name_;
  std::set<std::string> names_;
  std::optional<DType> dtype_;
  std::optional<std::vector<std::uint64_t>> shape_, offsets_;
  Header header_;
};

}  // namespace

std::string to_json(const Header& header) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) all[metadata_key] = header.metadata;
  for (const auto& [name, entry] : header.tensors)
    all[name] = {{"dtype", stored_name(entry.dtype)},
                 {"shape", std::vector<std::int64_t>(entry.shape.begin(), entry.shape.end())},
                 {"data_offsets", {entry.begin, entry.end}}};
  constexpr std::size_t alignment = 8;
  std::string text = all.dump();
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  return text;
}

Header parse_header(std::string_view where, const std::string& path, std::string_view json) {
  return HeaderReader(where, path).read(json);
}

}  // namespace nabla::io
