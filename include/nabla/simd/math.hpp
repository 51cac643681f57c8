// The mathematical functions on packs, under their usual names; argument-dependent lookup finds them.
#pragma once

#include <nabla/simd/activation.hpp>
#include <nabla/simd/error_function.hpp>
#include <nabla/simd/exponential.hpp>
#include <nabla/simd/inverse.hpp>
#include <nabla/simd/logarithm.hpp>
#include <nabla/simd/power.hpp>
#include <nabla/simd/rounding.hpp>
#include <nabla/simd/trigonometric.hpp>
