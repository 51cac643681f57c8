// Files of tensors: reading, writing, and what of a network they hold.
#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <nabla/error.hpp>
#include <nabla/io.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "replace_file.hpp"
#include "safetensors_header.hpp"

namespace nabla::io {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are written as they lie in memory");

/// What the reference implementation accepts at most.
constexpr std::uint64_t longest_header = 100'000'000;

const std::byte* bytes_of(const Tensor& dense) {
  return visit(dense.dtype(), [&]<class T>(std::type_identity<T>) {
    return reinterpret_cast<const std::byte*>(dense.data<T>().data());
  });
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// A file to be read front to back, and how many bytes it has.
class Source {
 public:
  explicit Source(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rb")) {
    if (!file_) fail_by_system("cannot be opened");
    long end = -1;
    if (std::fseek(file_.get(), 0, SEEK_END) == 0) end = std::ftell(file_.get());
    if (end < 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) fail_by_system("cannot be read");
    size_ = static_cast<std::uint64_t>(end);
  }

  std::uint64_t size() const { return size_; }

  void read(void* to, std::uint64_t count) {
    const std::size_t n = count == 0 ? 0 : std::fread(to, 1, count, file_.get());
    if (std::ferror(file_.get())) fail_by_system("cannot be read");
    if (n != count) fail(offset_ + n, "The file ends here; it has become shorter while it was read");
    offset_ += count;
  }

  [[noreturn]] void fail(std::uint64_t offset, std::string_view what) const {
    throw IoError("load_tensors", fmt::format("{}, offset {}: {}", path_, offset, what));
  }

 private:
  [[noreturn]] void fail_by_system(std::string_view what) const {
    throw IoError("load_tensors",
                  fmt::format("{} {} ({}); check the path", path_, what, std::generic_category().message(errno)));
  }

  const std::string& path_;
  std::unique_ptr<std::FILE, FileCloser> file_;
  std::uint64_t size_ = 0, offset_ = 0;
};

using Place = std::pair<const std::string, TensorEntry>;

/// The tensors in the order in which they lie in the file. They must follow one another and fill it.
std::vector<const Place*> places(const Source& file, const Header& header, std::uint64_t header_end) {
  std::vector<const Place*> all;
  for (const Place& place : header.tensors) all.push_back(&place);
  std::ranges::sort(all, {}, [](const Place* p) { return std::pair(p->second.begin, p->second.end); });
  std::uint64_t end = 0;
  const std::uint64_t available = file.size() - header_end;
  for (const Place* place : all) {
    const auto& [name, entry] = *place;
    if (entry.begin != end)
      file.fail(header_end + entry.begin,
                fmt::format("The bytes of '{}' {}; tensors must follow one another, write the file again", name,
                            entry.begin < end ? "overlap those of another tensor" : "begin after a gap"));
    if (entry.end > available)
      file.fail(header_end + entry.begin,
                fmt::format("The bytes of '{}' end at offset {}, and the file at {}; it is cut short, get it again",
                            name, header_end + entry.end, file.size()));
    end = entry.end;
  }
  if (end != available)
    file.fail(header_end + end, fmt::format("{} bytes belong to no tensor; write the file again", available - end));
  return all;
}

/// The beginnings that, put before every one of these names, give those of tensors; nothing where some name needs none.
std::string beginnings(const NamedTensors& names, const NamedTensors& tensors) {
  const auto are_there = [&](const std::string& beginning) {
    return std::ranges::all_of(names, [&](const auto& n) { return tensors.contains(beginning + n.first); });
  };
  if (std::ranges::any_of(names, [&](const auto& n) { return tensors.contains(n.first); })) return {};
  std::string found;
  for (const auto& [name, tensor] : tensors) {
    if (names.empty() || !name.ends_with(names.begin()->first)) continue;
    const std::string beginning = name.substr(0, name.size() - names.begin()->first.size());
    if (are_there(beginning)) found += fmt::format("{}'{}…'", found.empty() ? "" : ", ", beginning);
  }
  return found;
}

}  // namespace

void save_tensors(const std::string& path, const NamedTensors& tensors, const Metadata& metadata) {
  std::vector<std::pair<std::string, Tensor>> in_order;
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.defined() || name == "__metadata__")
      throw ValueError("save_tensors", fmt::format("'{}' {}", name,
                                                   tensor.defined() ? "is a name that the format keeps "
                                                                      "for itself; choose another"
                                                                    : "has no value; set it first"));
    in_order.emplace_back(name, tensor.contiguous());
  }
  // Wide elements come first: then all of them are aligned.
  std::ranges::stable_sort(in_order, std::ranges::greater(), [](const auto& t) { return size_of(t.second.dtype()); });

  Header header{.tensors = {}, .metadata = metadata};
  std::uint64_t end = 0;
  for (const auto& [name, tensor] : in_order) {
    const std::uint64_t begin =
        std::exchange(end, end + static_cast<std::uint64_t>(tensor.size()) * size_of(tensor.dtype()));
    header.tensors[name] = {tensor.dtype(), tensor.shape(), begin, end};
  }
  const std::string json = to_json(header);
  const std::uint64_t length = json.size();

  Replacement file("save_tensors", path);
  file.write(&length, length_bytes);
  file.write(json);
  for (const auto& [name, tensor] : in_order)
    if (tensor.size() > 0)
      file.write(bytes_of(tensor), static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype()));
  file.commit();
}

TensorFile load_tensors(const std::string& path) {
  Source file(path);
  if (file.size() < length_bytes)
    file.fail(file.size(), "The file ends within the length of its header; it is no safetensors file, or cut short");
  std::uint64_t length = 0;
  file.read(&length, length_bytes);
  if (length > longest_header || length > file.size() - length_bytes)
    file.fail(0, fmt::format("The header is said to have {} bytes, and the file has {}; it is no safetensors file, or "
                             "cut short",
                             length, file.size()));
  std::string json(static_cast<std::size_t>(length), '\0');
  file.read(json.data(), length);
  Header header = parse_header("load_tensors", path, json);

  TensorFile content{.tensors = {}, .metadata = std::move(header.metadata)};
  for (const Place* place : places(file, header, length_bytes + length)) {
    const auto& [name, entry] = *place;
    Tensor& tensor = content.tensors[name] = Tensor::uninitialized(entry.shape, entry.dtype);
    file.read(tensor.new_data(), entry.end - entry.begin);
  }
  return content;
}

NamedTensors named_values(const ConstParameters& parameters) {
  NamedTensors values;
  for (const Parameter* p : parameters)
    if (!values.emplace(p->name(), p->value).second)
      throw ValueError(
          "named_values",
          fmt::format("Two parameters are named '{}'; give the layers of a net names of their own", p->name()));
  return values;
}

void assign(std::string_view source, const Parameters& parameters, const NamedTensors& tensors) {
  const NamedTensors values = named_values(ConstParameters(parameters.begin(), parameters.end()));
  if (const std::string found = beginnings(values, tensors); !found.empty())
    throw IoError("load", fmt::format("{} is no saved net: what the net is made of stands there as {}, as in the "
                                      "checkpoint of a training; resume from it, or assign the tensors of one of these "
                                      "beginnings",
                                      source, found));
  NamedTensors left = tensors;
  std::string complaint;
  const auto complain = [&](const std::string& what) { complaint += (complaint.empty() ? "" : "; ") + what; };

  for (const auto& [name, value] : values) {
    const auto found = left.find(name);
    if (found == left.end()) {
      complain(fmt::format("'{}' {} {} is missing", name, value.shape(), nabla::name(value.dtype())));
      continue;
    }
    const Tensor& stored = found->second;
    if (!stored.is_like(value))
      complain(fmt::format("'{}' is {} {} there and {} {} in the net", name, stored.shape(),
                           nabla::name(stored.dtype()), value.shape(), nabla::name(value.dtype())));
    left.erase(found);
  }
  for (const auto& [name, stored] : left)
    complain(fmt::format("'{}' {} {} is left over", name, stored.shape(), nabla::name(stored.dtype())));
  if (!complaint.empty())
    throw IoError("load", fmt::format("{} does not fit the net: {}; build the net that was saved", source, complaint));

  for (Parameter* p : parameters) p->value = tensors.at(p->name());
}

}  // namespace nabla::io
