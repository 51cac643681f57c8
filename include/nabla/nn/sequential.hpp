// Layers one after the other.
#pragma once

#include <initializer_list>
#include <memory>
#include <nabla/nn/activation.hpp>
#include <nabla/nn/describe.hpp>
#include <nabla/nn/module.hpp>
#include <nabla/nn/training.hpp>
#include <string>
#include <vector>

namespace nabla::nn {

/// Anything that takes one value and gives one: a module, or a function. A copy has parameters of its own.
class Layer {
 public:
  template <class M>
  requires(!std::same_as<M, Layer> && std::is_invocable_r_v<Var, const M&, const Var&>) Layer(M module) {
    if constexpr (std::is_invocable_r_v<Tensor, const M&, const Tensor&>)
      model_ = std::make_unique<Model<M>>(std::move(module));
    else
      model_ = std::make_unique<Model<Activation>>(std::move(module));
  }
  Layer(const Layer& other) : model_(other.model_->copy()) {}
  Layer(Layer&&) noexcept = default;
  Layer& operator=(Layer other) noexcept {
    model_ = std::move(other.model_);
    return *this;
  }

  Var operator()(const Var& x) const { return model_->evaluate(x); }
  Tensor operator()(const Tensor& x) const { return model_->evaluate(x); }
  Var operator()(const Var& x, const Training& training) { return model_->train(x, training); }
  Tensor operator()(const Tensor& x, const Training& training) { return model_->train(x, training); }

  Parameters parameters() { return model_->parameters(); }
  ConstParameters parameters() const { return model_->fixed_parameters(); }
  Parameters buffers() { return model_->buffers(); }
  ConstParameters buffers() const { return model_->fixed_buffers(); }
  /// One row; or those of a net that holds layers itself. `name` stands before the dot in its parameters' names.
  std::vector<LayerDescription> description(const std::string& name) const { return model_->description(name); }

  /// The layer as what it was made from; null where that was something else.
  template <class M>
  M* as() {
    auto* model = dynamic_cast<Model<M>*>(model_.get());
    return model ? &model->module : nullptr;
  }
  template <class M>
  const M* as() const {
    const auto* model = dynamic_cast<const Model<M>*>(model_.get());
    return model ? &model->module : nullptr;
  }

 private:
  struct Interface {
    virtual ~Interface() = default;
    virtual std::unique_ptr<Interface> copy() const = 0;
    virtual Var evaluate(const Var& x) const = 0;
    virtual Tensor evaluate(const Tensor& x) const = 0;
    virtual Var train(const Var& x, const Training& training) = 0;
    virtual Tensor train(const Tensor& x, const Training& training) = 0;
    virtual Parameters parameters() = 0;
    virtual ConstParameters fixed_parameters() const = 0;
    virtual Parameters buffers() = 0;
    virtual ConstParameters fixed_buffers() const = 0;
    virtual std::vector<LayerDescription> description(const std::string& name) const = 0;
  };
  template <class M>
  struct Model;

  std::unique_ptr<Interface> model_;
};

template <class M>
struct Layer::Model final : Layer::Interface {
  M module;
  explicit Model(M m) : module(std::move(m)) {}

  std::unique_ptr<Interface> copy() const override { return std::make_unique<Model>(module); }
  Var evaluate(const Var& x) const override { return module(x); }
  Tensor evaluate(const Tensor& x) const override { return module(x); }
  Var train(const Var& x, const Training& training) override { return forward(module, x, training); }
  Tensor train(const Tensor& x, const Training& training) override { return forward(module, x, training); }

  Parameters parameters() override {
    if constexpr (Module<M>)
      return module.parameters();
    else
      return {};
  }
  ConstParameters fixed_parameters() const override {
    if constexpr (Module<M>)
      return module.parameters();
    else
      return {};
  }
  Parameters buffers() override {
    if constexpr (requires { module.buffers(); })
      return module.buffers();
    else
      return {};
  }
  ConstParameters fixed_buffers() const override {
    if constexpr (requires { module.buffers(); })
      return module.buffers();
    else
      return {};
  }
  std::vector<LayerDescription> description(const std::string& name) const override {
    if constexpr (DescribesLayers<M>)
      return named_by_place(module.description(), name);
    else
      return {{name, what(), fixed_parameters()}};
  }
  std::string what() const {
    if constexpr (requires { std::string(module.description()); })
      return module.description();
    else if constexpr (std::same_as<M, Activation>)
      return module.name();
    else if constexpr (requires { std::string(module.name); })
      return std::string(module.name);
    else
      return "custom";
  }
};

/// Each layer takes what the one before gives. Layer i names its parameters net.i.weight and so on; a Sequential at
/// place i of another has net.i.0.weight.
///
///   Rng rng(1);
///   nn::Sequential net{nn::Linear(64, 30, rng), nn::relu, nn::Dropout(0.2), nn::Linear(30, 10, rng)};
class Sequential {
 public:
  Sequential(std::initializer_list<Layer> layers) : Sequential(std::vector<Layer>(layers)) {}
  /// @throws ValueError when two parameters are of one name: within a layer, they must differ
  explicit Sequential(std::vector<Layer> layers);

  std::vector<Layer>& layers() { return layers_; }
  const std::vector<Layer>& layers() const { return layers_; }

  template <Value V>
  V operator()(const V& x) const {
    V a = x;
    for (const Layer& layer : layers_) a = layer(a);
    return a;
  }
  /// The same in training, which changes buffers.
  template <Value V>
  V operator()(const V& x, const Training& training) {
    V a = x;
    for (Layer& layer : layers_) a = layer(a, training);
    return a;
  }

  Parameters parameters();
  ConstParameters parameters() const;
  Parameters buffers();
  ConstParameters buffers() const;
  std::vector<LayerDescription> description() const;

 private:
  std::vector<Layer> layers_;
};

}  // namespace nabla::nn
