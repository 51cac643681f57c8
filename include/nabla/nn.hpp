// Networks.
#pragma once

#include <nabla/nn/activation.hpp>
#include <nabla/nn/convolution.hpp>
#include <nabla/nn/describe.hpp>
#include <nabla/nn/dropout.hpp>
#include <nabla/nn/embedding.hpp>
#include <nabla/nn/initializer.hpp>
#include <nabla/nn/linear.hpp>
#include <nabla/nn/loss.hpp>
#include <nabla/nn/mlp.hpp>
#include <nabla/nn/module.hpp>
#include <nabla/nn/normalization.hpp>
#include <nabla/nn/penalty.hpp>
#include <nabla/nn/sequential.hpp>
#include <nabla/nn/training.hpp>
