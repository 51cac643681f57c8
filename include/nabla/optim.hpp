// Optimisers.
#pragma once

#include <nabla/optim/adagrad.hpp>
#include <nabla/optim/adam.hpp>
#include <nabla/optim/optimizer.hpp>
#include <nabla/optim/sgd.hpp>
