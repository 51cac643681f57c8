#include "corpus.hpp"

#include <fmt/core.h>

#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "strided.hpp"

namespace reference {

using nlohmann::json;

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) fail(fmt::format("{} cannot be read", path.string()));
  return content;
}

json parse(const std::filesystem::path& path) {
  try {
    return json::parse(read_file(path));
  } catch (const json::exception& error) {
    fail(fmt::format("{}: {}", path.string(), error.what()));
  }
}

nabla::DType dtype_named(const std::string& name) {
  for (const nabla::DType dtype : {nabla::f32, nabla::f64, nabla::i64, nabla::u8})
    if (nabla::name(dtype) == name) return dtype;
  fail(fmt::format("the dtype '{}' is none of f32, f64, i64, u8", name));
}

nabla::Dims dims_of(const json& list) { return nabla::Dims(list.get<std::vector<std::int64_t>>()); }

/// The array of a descriptor, out of the blob.
Tensor read_array(const json& descriptor, const std::string& blob) {
  const nabla::DType dtype = dtype_named(descriptor.at("dtype"));
  Tensor array = Tensor::uninitialized(nabla::Shape(dims_of(descriptor.at("shape"))), dtype);
  const std::size_t offset = descriptor.at("offset"), bytes = descriptor.at("nbytes");
  if (bytes != static_cast<std::size_t>(array.size()) * size_of(dtype) || offset + bytes > blob.size())
    fail(fmt::format("the array {} does not fit its blob of {} bytes", descriptor.dump(), blob.size()));
  if (bytes > 0) std::memcpy(array.mutable_bytes(), blob.data() + offset, bytes);
  return array;
}

std::vector<Tensor> read_arrays(const json& record, const std::string& key, const std::string& blob) {
  std::vector<Tensor> arrays;
  if (record.contains(key))
    for (const json& descriptor : record.at(key)) arrays.push_back(read_array(descriptor, blob));
  return arrays;
}

Input read_input(const json& descriptor, const std::string& blob) {
  Input input{descriptor.at("name"), descriptor.at("grad"), read_array(descriptor, blob)};
  if (!descriptor.contains("view")) return input;
  const json& view = descriptor.at("view");
  const Tensor dense = input.value;
  input.value = strided_view(read_array(view.at("base"), blob), dense.shape(), dims_of(view.at("strides")),
                             view.at("storage_offset"));
  if (!identical(input.value, dense))
    fail(fmt::format("the view {} does not hold the values of the input", view.dump()));
  return input;
}

}  // namespace

struct Attributes::Values {
  json object;

  const json& at(std::string_view name) const {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) fail(fmt::format("there is no attribute '{}'", name));
    return *found;
  }
};

bool Attributes::has(std::string_view name) const {
  const auto found = values_->object.find(name);
  return found != values_->object.end() && !found->is_null();
}

double Attributes::number(std::string_view name) const {
  const json& value = values_->at(name);
  constexpr double inf = std::numeric_limits<double>::infinity();
  if (value == "inf") return inf;
  if (value == "-inf") return -inf;
  if (!value.is_number()) fail(fmt::format("the attribute '{}' is {}, no number", name, value.dump()));
  return value;
}

std::int64_t Attributes::integer(std::string_view name) const {
  const double value = number(name);
  if (value != static_cast<double>(static_cast<std::int64_t>(value)))
    fail(fmt::format("the attribute '{}' is {}, no integer", name, value));
  return static_cast<std::int64_t>(value);
}

bool Attributes::flag(std::string_view name) const { return values_->at(name).get<bool>(); }

std::string Attributes::text(std::string_view name) const { return values_->at(name).get<std::string>(); }

std::vector<std::int64_t> Attributes::integers(std::string_view name) const {
  const json& value = values_->at(name);
  if (value.is_number()) return {integer(name)};
  return value.get<std::vector<std::int64_t>>();
}

std::vector<std::array<std::int64_t, 2>> Attributes::pairs(std::string_view name) const {
  return values_->at(name).get<std::vector<std::array<std::int64_t, 2>>>();
}

std::vector<double> Attributes::numbers(std::string_view name) const {
  return values_->at(name).get<std::vector<double>>();
}

std::vector<std::string> Attributes::texts(std::string_view name) const {
  return values_->at(name).get<std::vector<std::string>>();
}

Attributes Attributes::group(std::string_view name) const {
  return Attributes(std::make_shared<const Values>(Values{values_->at(name)}));
}

std::vector<std::string> Attributes::names() const {
  std::vector<std::string> all;
  for (const auto& [name, value] : values_->object.items())
    if (!value.is_null()) all.push_back(name);
  return all;
}

std::string_view name(Quantity quantity) {
  constexpr std::string_view names[] = {"value", "first", "second", "jvp"};
  return names[static_cast<std::size_t>(quantity)];
}

namespace {

Attributes read_attributes(const json& record) {
  return Attributes(std::make_shared<const Attributes::Values>(Attributes::Values{record.at("attrs")}));
}

Case read_case(const json& record, const std::string& blob) {
  Case c{.id = record.at("id"),
         .dtype = dtype_named(record.at("dtype")),
         .attributes = read_attributes(record),
         .inputs = {},
         .outputs = read_arrays(record, "outputs", blob),
         .cotangents = read_arrays(record, "cotangents", blob),
         .directions = read_arrays(record, "v", blob),
         .results = {}};
  for (const json& descriptor : record.at("inputs")) c.inputs.push_back(read_input(descriptor, blob));

  const std::pair<Quantity, std::string> keys[] = {{Quantity::values, "outputs"},
                                                   {Quantity::first, "grads"},
                                                   {Quantity::second, "grad_of_gv"},
                                                   {Quantity::jvp, "jvp"}};
  for (const auto& [quantity, key] : keys) {
    Case::Results& results = c[quantity];
    results.reference = read_arrays(record, record.contains(key + "_f64") ? key + "_f64" : key, blob);
    results.unreliable = record.contains("ref_rel_err") && record.at("ref_rel_err").contains(key);
    results.exact = read_arrays(record, key + "_exact", blob);
  }
  return c;
}

Item read_item(const json& record, const std::string& blob) {
  Item item{record.at("id"), read_attributes(record), {}};
  for (const auto& [name, descriptor] : record.at("arrays").items())
    item.arrays.emplace(name, read_array(descriptor, blob));
  return item;
}

/// The records of an entry of the index, which stand under `key` in its file, as many as `count` says.
template <class Read>
auto read_records(const std::filesystem::path& folder, const json& entry, const char* key, const char* count,
                  Read read) {
  const std::filesystem::path path = folder / entry.at("json").get<std::string>();
  const json file = parse(path);
  const std::string blob = read_file(folder / entry.at("blob").get<std::string>());
  std::vector<decltype(read(file, blob))> records;
  try {
    for (const json& record : file.at(key)) records.push_back(read(record, blob));
    if (records.size() != entry.at(count))
      fail(fmt::format("there are {} {}, {} by the index", records.size(), key, entry.at(count).dump()));
  } catch (const std::exception& error) {
    fail(fmt::format("{}: {}", path.string(), error.what()));
  }
  return records;
}

}  // namespace

const Tensor& Item::operator[](std::string_view name) const {
  const auto found = arrays.find(name);
  if (found == arrays.end()) fail(fmt::format("there is no array '{}'", name));
  return found->second;
}

struct Corpus::Index {
  json ops;
  json sets;
};

Corpus::Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
  const std::filesystem::path path = folder_ / "index.json";
  const json index = parse(path);
  try {
    if (index.at("format") != "refvec-1" || index.at("byte_order") != "little")
      fail(fmt::format("{} is not an index of format refvec-1, little-endian", path.string()));
    index_ = std::make_unique<Index>(Index{index.at("ops"), index.value("sets", json::array())});
  } catch (const json::exception& error) {
    fail(fmt::format("{}: {}", path.string(), error.what()));
  }
}

Corpus::~Corpus() = default;

std::size_t Corpus::operations() const { return index_->ops.size(); }

OperationCases Corpus::read(std::size_t i) const {
  const json& entry = index_->ops.at(i);
  return {entry.at("op"), read_records(folder_, entry, "cases", "cases", read_case)};
}

std::size_t Corpus::sets() const { return index_->sets.size(); }

ItemSet Corpus::read_set(std::size_t i) const {
  const json& entry = index_->sets.at(i);
  return {entry.at("kind"), read_records(folder_, entry, "items", "items", read_item)};
}

}  // namespace reference
