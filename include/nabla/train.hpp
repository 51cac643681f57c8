// Training.
#pragma once

#include <nabla/train/accuracy.hpp>
#include <nabla/train/progress.hpp>
