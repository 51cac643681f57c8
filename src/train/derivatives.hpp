// What a training asks of its derivatives, and of the tape that they are taken on.
#pragma once

#include <nabla/gradient.hpp>
#include <nabla/memory.hpp>
#include <nabla/parameter.hpp>
#include <nabla/tape.hpp>

namespace nabla::train {

/// The larger one; a NaN is the largest.
double larger(double a, double b);

/// The largest |element| of all; NaN where one is.
double largest_entry(const Gradients& gradients);

/// The results of operations with both a parameter and something else among their operands.
PooledVector<Var> weighted_inputs(Tape& tape);

/// Whether f was computed from one of these parameters.
bool depends_on(const Var& f, const Parameters& parameters);

}  // namespace nabla::train
