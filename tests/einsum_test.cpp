// Einstein summation against a loop over all subscripts, its derivatives, and what it says to wrong equations.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

using namespace nabla;

namespace {

/// Σ over everything, element by element, for an equation with "->" and without an ellipsis.
Tensor by_loops(const std::string& equation, const std::vector<Tensor>& operands) {
  std::vector<std::string> subscripts{""};
  const std::size_t arrow = equation.find("->");
  for (const char c : equation.substr(0, arrow))
    if (c == ',')
      subscripts.emplace_back();
    else
      subscripts.back() += c;
  const std::string result = equation.substr(arrow + 2);
  std::map<char, std::int64_t> extent, index;
  for (std::size_t i = 0; i < operands.size(); ++i)
    for (std::size_t k = 0; k < subscripts[i].size(); ++k) extent[subscripts[i][k]] = operands[i].shape()[k];
  Dims shape;
  for (const char c : result) shape.push_back(extent[c]);
  Tensor out = zeros(Shape(shape));
  std::int64_t total = 1;
  for (const auto& [letter, n] : extent) total *= n;
  for (std::int64_t count = 0; count < total; ++count) {
    std::int64_t rest = count;
    for (const auto& [letter, n] : extent) {
      index[letter] = rest % n;
      rest /= n;
    }
    const auto offset = [&](const std::string& letters) {
      std::int64_t at = 0;
      for (const char c : letters) at = at * extent[c] + index[c];
      return static_cast<std::size_t>(at);
    };
    double product = 1;
    for (std::size_t i = 0; i < operands.size(); ++i) product *= operands[i].data<double>()[offset(subscripts[i])];
    out.mutable_data<double>()[offset(result)] += product;
  }
  return out;
}

double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  return a.size() == 0 ? 0 : max(abs(a - b)).item();
}

struct Call {
  std::string equation;
  std::vector<Shape> shapes;
};

std::vector<Tensor> draw(const std::vector<Shape>& shapes) {
  Rng rng(3);
  std::vector<Tensor> operands;
  for (const Shape& shape : shapes) operands.push_back(rng.uniform(shape, -1, 1));
  return operands;
}

const std::vector<Call> calls = {{"ij,jk->ik", {{3, 4}, {4, 5}}},
                                 {"ij,kj->ik", {{3, 4}, {5, 4}}},
                                 {"ij,jk->ki", {{3, 4}, {4, 5}}},
                                 {"bij,bjk->bik", {{2, 3, 4}, {2, 4, 5}}},
                                 {"bhqd,bhkd->bhqk", {{2, 2, 3, 4}, {2, 2, 5, 4}}},
                                 {"ijkl,klm->mij", {{2, 3, 2, 4}, {2, 4, 3}}},
                                 {"abcd,ecbf->afde", {{2, 3, 2, 2}, {3, 2, 3, 2}}},
                                 {"i,j->ij", {{3}, {4}}},
                                 {"i,i->", {{5}, {5}}},
                                 {"ij,ij->ij", {{3, 4}, {3, 4}}},
                                 {"ij,ij->ji", {{3, 4}, {3, 4}}},
                                 {"ij,i->j", {{3, 4}, {3}}},
                                 {"ij->", {{3, 4}}},
                                 {"ij->j", {{3, 4}}},
                                 {"abc->cab", {{2, 3, 4}}},
                                 {"ii->i", {{4, 4}}},
                                 {"ii->", {{4, 4}}},
                                 {"iij->ji", {{3, 3, 2}}},
                                 {"iiji->j", {{3, 3, 2, 3}}},
                                 {"iiij->ji", {{3, 3, 3, 2}}},
                                 {"ijij->ij", {{2, 3, 2, 3}}},
                                 {"ii,ij->j", {{3, 3}, {3, 2}}},
                                 {"ij,j,i->", {{3, 2}, {2}, {3}}},
                                 {"ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 2}}},
                                 {"ia,ib,ic,id->abcd", {{3, 2}, {3, 2}, {3, 2}, {3, 2}}},
                                 {"ijk,jl,k->il", {{2, 3, 4}, {3, 2}, {4}}},
                                 {",ij->ij", {{}, {2, 3}}},
                                 {"->", {{}}},
                                 {"aB,Bc->ac", {{2, 3}, {3, 2}}},
                                 {"ij,jk->ik", {{0, 4}, {4, 2}}},
                                 {"ij,jk->ik", {{3, 0}, {0, 2}}}};

}  // namespace

TEST_CASE("einsum is the sum over the subscripts that the result does not have") {
  for (const Call& call : calls) {
    CAPTURE(call.equation);
    const std::vector<Tensor> operands = draw(call.shapes);
    CHECK(difference(einsum(call.equation, operands), by_loops(call.equation, operands)) < 1e-14);
  }
}

TEST_CASE("einsum has the derivatives that differences give, to second order") {
  for (const Call& call : calls) {
    CAPTURE(call.equation);
    const GradcheckReport report = gradcheck([&](std::span<const Var> xs) { return einsum(call.equation, xs); },
                                             std::span<const Tensor>(draw(call.shapes)));
    CHECK_MESSAGE(report.passed(), to_string(report));
  }
}

TEST_CASE("an ellipsis stands for axes that broadcast, and ones stretch") {
  const std::vector<Tensor> operands = draw({{2, 1, 3, 2}, {4, 2, 3}});
  const Tensor &a = operands[0], &b = operands[1];
  CHECK(difference(einsum("...ij,...jk->...ik", a, b), matmul(a, b)) < 1e-15);
  CHECK(difference(einsum("...ij,...jk", a, b), matmul(a, b)) < 1e-15);
  CHECK(difference(einsum("...ij->ij...", a), permute(a, {2, 3, 0, 1})) == 0);
  CHECK(difference(einsum("...ij->...", a), sum(a, {2, 3})) < 1e-15);
  CHECK(difference(einsum("...ij->ij", a), sum(a, {0, 1})) < 1e-15);
  CHECK(difference(einsum("i...,j...->ij...", b, b), reshape(b, {4, 1, 2, 3}) * b) < 1e-15);
  CHECK(difference(einsum("ij,jk->ik", draw({{2, 1}, {3, 4}})),
                   matmul(expand(draw({{2, 1}, {3, 4}})[0], {2, 3}), draw({{2, 1}, {3, 4}})[1])) < 1e-15);
  CHECK(einsum("...,...->...", ones({2, 1}), ones({1, 3})).shape() == Shape{2, 3});
  const GradcheckReport report = gradcheck([](std::span<const Var> xs) { return einsum("...ij,...jk->...ik", xs); },
                                           std::span<const Tensor>(operands));
  CHECK_MESSAGE(report.passed(), to_string(report));
}

TEST_CASE("without an arrow the result has the letters that stand once, in alphabetical order") {
  const std::vector<Tensor> operands = draw({{2, 3}, {3, 4}});
  CHECK(difference(einsum("ij,jk", operands), einsum("ij,jk->ik", operands)) == 0);
  CHECK(difference(einsum("ki,ij", operands), einsum("ki,ij->jk", operands)) == 0);
  CHECK(difference(einsum("ba", operands[0]), transpose(operands[0])) == 0);
  CHECK(difference(einsum("ii", ones({3, 3})), Tensor::scalar(3)) == 0);
  CHECK(difference(einsum(" i j , j k -> i k ", operands), einsum("ij,jk->ik", operands)) == 0);
}

TEST_CASE("a wrong equation is named, with what is wrong") {
  const Tensor a = ones({2, 3}), b = ones({4, 5});
  const auto complaint = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const auto says = [&](std::string_view text, std::string_view equation, std::vector<Tensor> operands) {
    const std::string got = complaint([&] { static_cast<void>(einsum(equation, operands)); });
    INFO(got);
    CHECK(got.find(fmt::format("[einsum] In \"{}\": {}", equation, text)) == 0);
  };
  says("axis 0 of operand 1 of shape [4, 5] has a subscript whose extent is 3 elsewhere", "ij,jk->ik", {a, b});
  says("there are 2 lists of subscripts for 1 operands", "ij,jk->ik", {a});
  says("operand 0 has shape [2, 3] and the subscripts 'ijk'", "ijk->i", {a});
  says("operand 0 has shape [2, 3] and the subscripts '...ijk'", "...ijk->i", {a});
  says("axes 0 and 1 of operand 0 of shape [2, 3] have one subscript", "ii->i", {a});
  says("'1' in 'i1' is no subscript", "i1->i", {a});
  says("'.' in '......' is no subscript", "......->", {ones({2, 3, 2})});
  says("the result 'iji' names an axis twice", "ij->iji", {a});
  says("the result 'k' has a subscript that no operand has", "ij->k", {a});
  says("operands of f64 and f32", "ij,ij->ij", {a, a.to(f32)});
  Tape tape;  // four operands, each of which shares axes with every other: no pair has a product of few axes
  const Var x = tape.constant(ones({2, 2, 2, 2, 2, 2, 2, 2}));
  const Var z = tape.constant(ones({2}));
  CHECK(complaint([&] {
          static_cast<void>(einsum("abcdefgh,abijklmn,cdeijkop,fghlmnop,z,z->", x, x, x, x, z, z));
        }).find("a product of two operands would have more than 8 axes") != std::string::npos);
  CHECK(tape.size() == 2);
  CHECK_THROWS_AS(einsum("i->i", std::vector<Tensor>{}), ValueError);
  CHECK_THROWS_AS(einsum("i->i", Tensor()), ValueError);
}
