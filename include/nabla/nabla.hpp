// Nabla. What is costly to include, or seldom needed, has a header of its own: <nabla/op.hpp> for writing operations,
// <nabla/compare.hpp> for the closed form.
#pragma once

#include <nabla/data.hpp>
#include <nabla/einsum.hpp>
#include <nabla/error.hpp>
#include <nabla/gradcheck.hpp>
#include <nabla/gradient.hpp>
#include <nabla/io.hpp>
#include <nabla/nn.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/optim.hpp>
#include <nabla/random.hpp>
#include <nabla/tape.hpp>
#include <nabla/tensor.hpp>
#include <nabla/threads.hpp>
#include <nabla/train.hpp>
#include <nabla/transforms.hpp>
