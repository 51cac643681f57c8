// Backpropagation in closed form: the four equations and loops straight from them, on the standard library alone.
// It is the oracle that the tape is checked against, and a text to read: neurons, costs, the equations, the network.
#pragma once

#include "bp/cost.hpp"
#include "bp/equations.hpp"
#include "bp/matrix.hpp"
#include "bp/network.hpp"
#include "bp/neuron.hpp"
