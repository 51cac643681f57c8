// Optimisers.
#pragma once

#include <nabla/optim/optimizer.hpp>
#include <nabla/optim/sgd.hpp>
