#include "byte_reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <nabla/error.hpp>
#include <new>
#include <system_error>
#include <utility>

namespace nabla::data {
namespace {

constexpr std::size_t piece = std::size_t{64} << 10;

}  // namespace

ByteReader::Inflater::Inflater() {
  constexpr int gzip_only = 16 + MAX_WBITS;
  if (inflateInit2(&stream, gzip_only) != Z_OK) throw std::bad_alloc();
}

ByteReader::ByteReader(std::string where, std::string path)
    : where_(std::move(where)), name_(std::move(path)), file_(std::fopen(name_.c_str(), "rb")) {
  if (!file_)
    throw IoError(
        where_, fmt::format("{} cannot be opened ({}); check the path", name_, std::generic_category().message(errno)));
  packed_buffer_.resize(piece);
  detect_gzip();
}

ByteReader::ByteReader(std::string where, std::string name, std::span<const Byte> content)
    : where_(std::move(where)), name_(std::move(name)), packed_(content), packed_end_(content.size()) {
  detect_gzip();
}

void ByteReader::detect_gzip() {
  if (packed_.empty()) read_packed();
  if (packed_.size() < 2 || packed_[0] != 0x1f || packed_[1] != 0x8b) return;
  inflater_ = std::make_unique<Inflater>();
  inflated_buffer_.resize(piece);
}

bool ByteReader::read_packed() {
  if (!file_) return false;
  const std::size_t n = std::fread(packed_buffer_.data(), 1, piece, file_.get());
  if (std::ferror(file_.get()))
    throw IoError(where_,
                  fmt::format("{} cannot be read ({}); check the file", name_, std::generic_category().message(errno)));
  packed_ = std::span(packed_buffer_).first(n);
  packed_end_ += n;
  return n > 0;
}

bool ByteReader::refill() {
  if (inflater_) return inflate_window();
  if (packed_.empty() && !read_packed()) return false;
  window_ = std::exchange(packed_, {});
  return true;
}

bool ByteReader::inflate_window() {
  z_stream& z = inflater_->stream;
  z.next_out = inflated_buffer_.data();
  z.avail_out = piece;
  while (z.avail_out == piece) {
    if (packed_.empty() && !read_packed()) {
      if (inflater_->at_end) return false;
      fail_gzip("it ends too early");
    }
    if (std::exchange(inflater_->at_end, false)) inflateReset(&z);
    const std::size_t given = std::min<std::size_t>(packed_.size(), std::numeric_limits<uInt>::max());
    z.next_in = const_cast<Byte*>(packed_.data());  // zlib only reads it
    z.avail_in = static_cast<uInt>(given);
    const int status = inflate(&z, Z_NO_FLUSH);
    packed_ = packed_.subspan(given - z.avail_in);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END) fail_gzip(z.msg ? z.msg : "unreadable");
    inflater_->at_end = status == Z_STREAM_END;
  }
  window_ = std::span(inflated_buffer_).first(piece - z.avail_out);
  return true;
}

void ByteReader::skip_start(std::string_view text) {
  if (offset_ != 0 || (window_.empty() && !refill())) return;
  const std::string_view start(reinterpret_cast<const char*>(window_.data()), window_.size());
  if (!start.starts_with(text)) return;
  window_ = window_.subspan(text.size());
  offset_ += text.size();
}

void ByteReader::append_to(std::vector<Byte>& out, std::uint64_t n) {
  while (n > 0 && (!window_.empty() || refill())) {
    const auto taken = window_.first(static_cast<std::size_t>(std::min<std::uint64_t>(n, window_.size())));
    out.insert(out.end(), taken.begin(), taken.end());
    window_ = window_.subspan(taken.size());
    offset_ += taken.size();
    n -= taken.size();
  }
}

void ByteReader::fail(std::string_view place, std::string_view complaint) const {
  throw IoError(where_, at(place, complaint));
}

std::string ByteReader::at(std::string_view place, std::string_view complaint) const {
  return fmt::format("{}, {}: {}", name_, place, complaint);
}

void ByteReader::fail_gzip(std::string_view why) const {
  fail(fmt::format("offset {} of the compressed bytes", packed_end_ - packed_.size()),
       fmt::format("The gzip data is damaged ({}); get the file again", why));
}

}  // namespace nabla::data
