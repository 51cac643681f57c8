// Whether a training fits into the machine.
#pragma once

#include "choices.hpp"

namespace nabla_train {

/// At least; in bytes but for the number of parameters, which may be beyond any integer.
struct Needs {
  double parameters, net;
  double step;      ///< what the samples of one take
  double training;  ///< all of it
};
/// @param batch_size  no more than there are samples
/// @param keeps_best  as early stopping does
Needs needs(std::span<const std::int64_t> layers, const Optimizer& optimizer, std::int64_t batch_size, bool keeps_best);

/// In bytes.
double memory_of_machine();

/// Before anything of that size is made. @throws DataError, with the figures, where the machine has less
void check_memory(std::span<const std::int64_t> layers, const std::string& optimizer_name, const Optimizer& optimizer,
                  std::int64_t batch_size, bool keeps_best);

}  // namespace nabla_train
