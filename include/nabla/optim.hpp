// Optimisers, schedules for their rates, and bounds for their gradients; minimisers that choose their own steps.
#pragma once

#include <nabla/optim/adagrad.hpp>
#include <nabla/optim/adam.hpp>
#include <nabla/optim/clip.hpp>
#include <nabla/optim/lbfgs.hpp>
#include <nabla/optim/levenberg_marquardt.hpp>
#include <nabla/optim/minimum.hpp>
#include <nabla/optim/optimizer.hpp>
#include <nabla/optim/schedule.hpp>
#include <nabla/optim/sgd.hpp>
