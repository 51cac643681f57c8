// Data sets: samples with targets, batches of them, and the files they come from.
#pragma once

#include <nabla/data/batches.hpp>
#include <nabla/data/csv.hpp>
#include <nabla/data/dataset.hpp>
#include <nabla/data/digits.hpp>
#include <nabla/data/generators.hpp>
#include <nabla/data/idx.hpp>
#include <nabla/data/images.hpp>
#include <nabla/data/iris.hpp>
#include <nabla/data/mnist.hpp>
#include <nabla/data/prefetch.hpp>
#include <nabla/data/shift.hpp>
#include <nabla/data/standardization.hpp>
#include <nabla/data/table.hpp>
