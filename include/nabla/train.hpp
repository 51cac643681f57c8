// Training.
#pragma once

#include <nabla/train/accuracy.hpp>
#include <nabla/train/fit.hpp>
#include <nabla/train/health.hpp>
#include <nabla/train/history.hpp>
#include <nabla/train/metrics.hpp>
#include <nabla/train/progress.hpp>
