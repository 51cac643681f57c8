// Reductions, and what runs along an axis.
#include "table.hpp"

namespace reference {

using namespace nabla;

namespace {

template <class F>
Entry reduction(F f) {
  return [f](const Call& c) { return f(c[0], c.attributes.axes("dim"), c.attributes.flag("keepdim", false)); };
}

/// An operation on one axis, with no other attribute.
template <class F>
Entry along_axis(F f) {
  return [f](const Call& c) { return f(c[0], c.attributes.integer("dim")); };
}

}  // namespace

void add_reductions(Table& table) {
  table["sum"] = reduction([](const auto&... args) { return sum(args...); });
  table["mean"] = reduction([](const auto&... args) { return mean(args...); });
  table["prod"] = reduction([](const auto&... args) { return prod(args...); });
  table["amax"] = reduction([](const auto&... args) { return amax(args...); });
  table["amin"] = reduction([](const auto&... args) { return amin(args...); });
  table["logsumexp"] = reduction([](const auto&... args) { return logsumexp(args...); });
  table["norm"] = [](const Call& c) {
    return norm(c[0], c.attributes.number("p", 2), c.attributes.axes("dim"), c.attributes.flag("keepdim", false));
  };
  table["var"] = [](const Call& c) {
    return var(c[0], c.attributes.axes("dim"), c.attributes.flag("keepdim", false),
               c.attributes.integer("correction", 1));
  };
  table["std"] = [](const Call& c) {
    return stddev(c[0], c.attributes.axes("dim"), c.attributes.flag("keepdim", false),
                  c.attributes.integer("correction", 1));
  };
  table["max_dim"] = [](const Call& c) {
    return max_dim(c[0], c.attributes.integer("dim"), c.attributes.flag("keepdim", false));
  };
  table["min_dim"] = [](const Call& c) {
    return min_dim(c[0], c.attributes.integer("dim"), c.attributes.flag("keepdim", false));
  };
  table["cumsum"] = along_axis([](const Var& x, std::int64_t axis) { return cumsum(x, axis); });
  table["cumprod"] = along_axis([](const Var& x, std::int64_t axis) { return cumprod(x, axis); });
  table["logcumsumexp"] = along_axis([](const Var& x, std::int64_t axis) { return logcumsumexp(x, axis); });
  table["softmax"] = along_axis([](const Var& x, std::int64_t axis) { return softmax(x, axis); });
  table["log_softmax"] = along_axis([](const Var& x, std::int64_t axis) { return log_softmax(x, axis); });
}

}  // namespace reference
