// Optimisers, schedules for their rates, and bounds for their gradients.
#pragma once

#include <nabla/optim/adagrad.hpp>
#include <nabla/optim/adam.hpp>
#include <nabla/optim/clip.hpp>
#include <nabla/optim/optimizer.hpp>
#include <nabla/optim/schedule.hpp>
#include <nabla/optim/sgd.hpp>
