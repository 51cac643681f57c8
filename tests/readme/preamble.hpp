// What the fragments of README.md may use without having declared it.
#pragma once

#include <boost/graph/topological_sort.hpp>
#include <fstream>
#include <iterator>
#include <nabla/compare.hpp>
#include <nabla/graph_view.hpp>
#include <nabla/nabla.hpp>
#include <nabla/paths.hpp>
#include <vector>

using namespace nabla;

namespace {

// By names that fragments take up from those before them; what they declare themselves hides these.
Tape tape;
nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::identity, .seed = 4});
optim::Sgd sgd{.learning_rate = 0.5};
optim::Adam adam;
Rng rng(1);
const data::Dataset training = data::digits(), &pictures = training;
const Tensor inputs = training.inputs.sliced(0, 0, 32), targets = zeros({32, 10}, f32);
Tensor next_inputs() { return inputs; }
Tensor next_targets() { return targets; }
void train_with(const data::Batch&) {}

}  // namespace
