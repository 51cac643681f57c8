// Networks.
#pragma once

#include <nabla/nn/activation.hpp>
#include <nabla/nn/initializer.hpp>
#include <nabla/nn/linear.hpp>
#include <nabla/nn/loss.hpp>
#include <nabla/nn/mlp.hpp>
#include <nabla/nn/module.hpp>
#include <nabla/nn/training.hpp>
