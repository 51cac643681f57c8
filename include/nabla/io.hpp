// Networks and tensors in files of the safetensors format.
#pragma once

#include <map>
#include <nabla/named_tensors.hpp>
#include <nabla/parameter.hpp>
#include <string>
#include <string_view>

namespace nabla::io {

/// What a file says of itself beside its tensors: the strings under "__metadata__".
using Metadata = std::map<std::string, std::string>;

struct TensorFile {
  NamedTensors tensors;
  Metadata metadata;
};

/// Writes a safetensors file (https://github.com/huggingface/safetensors): the length of a header in 8 bytes, the
/// header in JSON, and the elements, row-major and little-endian. f32, f64, i64 and u8 become F32, F64, I64 and U8.
///
/// The file takes its place whole or not at all: it is written beside it as PATH.*.partial, brought to the disk and
/// renamed. A process that is killed leaves the file as it was, and perhaps a partial one.
/// @throws IoError when the file cannot be written; ValueError for a tensor without a value, or named "__metadata__"
void save_tensors(const std::string& path, const NamedTensors& tensors, const Metadata& metadata = {});

/// Reads a safetensors file. Memory is taken for no more than the file really holds.
/// @throws IoError, naming the file, the offset and what is wrong, for a file that is missing, cut short or malformed,
///         or that holds elements of another type than those four
TensorFile load_tensors(const std::string& path);

/// The values of parameters by their names. @throws ValueError when two have one name
NamedTensors named_values(const ConstParameters& parameters);

/// Gives every parameter the tensor of its name, or changes nothing.
/// @param source  of the tensors, for the message
/// @throws IoError unless names, shapes and dtypes are those of the parameters; it lists what differs, what is missing
///         and what is left over. ValueError when two parameters have one name
void assign(std::string_view source, const Parameters& parameters, const NamedTensors& tensors);

/// All that a network is at the moment: its parameters and, where it has such, its buffers.
template <class Net>
auto stored_values(Net& net) {
  auto all = net.parameters();
  if constexpr (requires { net.buffers(); })
    for (auto* buffer : net.buffers()) all.push_back(buffer);
  return all;
}

/// Writes the parameters and buffers of a network under their names. @throws as save_tensors, and as named_values
template <class Net>
void save(const std::string& path, const Net& net, const Metadata& metadata = {}) {
  save_tensors(path, named_values(stored_values(net)), metadata);
}

/// Reads them into a network of the same kind, which changes only when everything fits.
/// @throws as load_tensors, and as assign
template <class Net>
void load(const std::string& path, Net& net) {
  assign(path, stored_values(net), load_tensors(path).tensors);
}

}  // namespace nabla::io
