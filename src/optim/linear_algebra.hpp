// Vectors, matrices and the QR factorisation, of Eigen.
#pragma once

// Under another name: programs may hold an Eigen of their own, compiled for other instructions, and templates of one
// name are merged when they are linked. And on one thread, for the same bits on any number of them.
#define Eigen nabla_eigen
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <Eigen/QR>

namespace nabla::optim {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

}  // namespace nabla::optim
