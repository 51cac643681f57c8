// The expected strings are what str() of NumPy 1.24.2 gave for the same arrays.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <limits>
#include <nabla/tensor.hpp>
#include <string>

using namespace nabla;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

std::string vector_text(std::initializer_list<double> values, DType dtype = f64, int precision = -1) {
  return to_string(Tensor::from({static_cast<std::int64_t>(values.size())}, values, dtype), precision);
}

std::string scalar_text(double value, DType dtype = f64, int precision = -1) {
  return to_string(Tensor::scalar(value, dtype), precision);
}

}  // namespace

TEST_CASE("elements share one format, so that columns align") {
  CHECK(vector_text({1, 2, 3}) == "[1. 2. 3.]");
  CHECK(vector_text({1, 2.5, 3.25}) == "[1.   2.5  3.25]");
  CHECK(vector_text({-1, 10, 0.5}) == "[-1.  10.   0.5]");
  CHECK(vector_text({0.1, 0.2, 1.0 / 3}) == "[0.1        0.2        0.33333333]");
  CHECK(vector_text({99.999999999, 0.5}) == "[100.    0.5]");
  CHECK(vector_text({0.0, -0.0}) == "[ 0. -0.]");
  CHECK(to_string(Tensor::from({2, 2}, {1, 2, 3, 4})) == "[[1. 2.]\n [3. 4.]]");
  CHECK(to_string(Tensor::from({2, 2}, {1, -20, 0.125, 4})) == "[[  1.    -20.   ]\n [  0.125   4.   ]]");
}

TEST_CASE("an exponent is written when magnitudes are large, small or far apart") {
  CHECK(vector_text({1e8, 1e7}) == "[1.e+08 1.e+07]");
  CHECK(vector_text({99999999, 100000}) == "[99999999.   100000.]");
  CHECK(vector_text({1e-4, 0.05}) == "[0.0001 0.05  ]");
  CHECK(vector_text({9e-5, 0.05}) == "[9.e-05 5.e-02]");
  CHECK(vector_text({1, 1000}) == "[   1. 1000.]");
  CHECK(vector_text({1, 1001}) == "[1.000e+00 1.001e+03]");
  CHECK(vector_text({0, 1e-5}) == "[0.e+00 1.e-05]");
  CHECK(vector_text({-1.5e100, 2}) == "[-1.5e+100  2.0e+000]");
  CHECK(vector_text({5e-324, 1.7976931348623157e308}) == "[4.94065646e-324 1.79769313e+308]");
  CHECK(vector_text({123456.789, 0.5}) == "[1.23456789e+05 5.00000000e-01]");
}

TEST_CASE("nan and infinities widen the columns") {
  CHECK(vector_text({0, nan, inf}) == "[ 0. nan inf]");
  CHECK(vector_text({1.25, -inf}) == "[1.25 -inf]");
  CHECK(vector_text({nan}) == "[nan]");
  CHECK(vector_text({inf, -inf}) == "[ inf -inf]");
  CHECK(vector_text({-inf, 1e10, nan}) == "[  -inf 1.e+10    nan]");
}

TEST_CASE("f32 shows the digits of an f32") {
  CHECK(vector_text({0.1, 0.3}, f32) == "[0.1 0.3]");
  CHECK(vector_text({67108872}, f32) == "[67108872.]");
  CHECK(vector_text({0.3, 0.114932634, 5e4}, f32) == "[3.00000012e-01 1.14932634e-01 5.00000000e+04]");
  CHECK(vector_text({1e-4}, f32) == "[1.e-04]");
}

TEST_CASE("integers stand at the right") {
  CHECK(vector_text({1, -20, 300}, i64) == "[  1 -20 300]");
  CHECK(vector_text({0, 1, 255}, u8) == "[  0   1 255]");
  CHECK(scalar_text(-7, i64) == "-7");
  CHECK(scalar_text(200, u8) == "200");
}

TEST_CASE("a precision takes the place of the 8 digits, ties to even") {
  CHECK(vector_text({1.0 / 3, 2}, f64, 3) == "[0.333 2.   ]");
  CHECK(vector_text({0.5, 1.5, 2.5}, f64, 0) == "[0. 2. 2.]");
  CHECK(vector_text({0.0006, 0.5}, f64, 3) == "[0.001 0.5  ]");
  CHECK(vector_text({1e-10, 0.5, 1.55e5}, f64, 1) == "[1.0e-10 5.0e-01 1.6e+05]");
  CHECK(vector_text({9.96e9, 1}, f64, 1) == "[1.e+10 1.e+00]");
  CHECK(vector_text({0.1, 1e5 / 3, 0.3}, f64, 20) ==
        "[1.0000000000000001e-01 3.3333333333333336e+04 2.9999999999999999e-01]");
  CHECK(fmt::format("{:.2} {}", Tensor::from({2}, {1.0 / 3, 1}), Tensor::from({1}, {2})) == "[0.33 1.  ] [2.]");
}

TEST_CASE("scalars have the fewest digits that round-trip") {
  CHECK(scalar_text(1) == "1.0");
  CHECK(scalar_text(-0.0) == "-0.0");
  CHECK(scalar_text(0.1) == "0.1");
  CHECK(scalar_text(1.0 / 3) == "0.3333333333333333");
  CHECK(scalar_text(1e15) == "1000000000000000.0");
  CHECK(scalar_text(1e16) == "1e+16");
  CHECK(scalar_text(1.5e-5) == "1.5e-05");
  CHECK(scalar_text(0.0001) == "0.0001");
  CHECK(scalar_text(5e-324) == "5e-324");
  CHECK(scalar_text(-nan) == "nan");
  CHECK(scalar_text(-inf) == "-inf");
  CHECK(scalar_text(0.1, f32) == "0.1");
  CHECK(scalar_text(67108872, f32) == "67108870.0");
  CHECK(scalar_text(123456789012, f32) == "123456790000.0");
  CHECK(scalar_text(0.0001, f32) == "1e-04");
}

TEST_CASE("scalars take a precision as well") {  // NumPy has no such thing
  CHECK(scalar_text(3.14159, f64, 3) == "3.142");
  CHECK(scalar_text(2, f64, 3) == "2.0");
  CHECK(scalar_text(0.04, f64, 1) == "0.0");
  CHECK(scalar_text(1.23456e-7, f64, 2) == "1.23e-07");
  CHECK(fmt::format("{:.3}", Tensor::scalar(0.12345)) == "0.123");
}

TEST_CASE("blocks of a tensor of higher rank stand apart") {
  CHECK(to_string(arange(0, 12).reshaped({2, 2, 3})) ==
        "[[[ 0.  1.  2.]\n  [ 3.  4.  5.]]\n\n [[ 6.  7.  8.]\n  [ 9. 10. 11.]]]");
  CHECK(to_string(arange(0, 8, 1, i64).reshaped({2, 2, 1, 2})) ==
        "[[[[0 1]]\n\n  [[2 3]]]\n\n\n [[[4 5]]\n\n  [[6 7]]]]");
}

TEST_CASE("views are printed as they look") {
  const Tensor x = arange(0, 6, 1, i64).reshaped({2, 3});
  CHECK(to_string(x.transposed()) == "[[0 3]\n [1 4]\n [2 5]]");
  CHECK(to_string(x.sliced(1, 1, 3)) == "[[1 2]\n [4 5]]");
  CHECK(to_string(Tensor::scalar(7).expanded({3})) == "[7. 7. 7.]");
}

TEST_CASE("rows are broken at 75 characters") {
  CHECK(to_string(arange(0, 30)) ==
        "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
        " 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29.]");
  CHECK(to_string(arange(0, 42, 1, i64).reshaped({1, 1, 42})) ==
        "[[[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22\n"
        "   23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41]]]");
}

TEST_CASE("more than 1000 elements are summarised by their edges") {
  CHECK(to_string(arange(0, 1001, 1, i64)) == "[   0    1    2 ...  998  999 1000]");
  CHECK(to_string(arange(0, 1000, 1, i64)).find("...") == std::string::npos);
  CHECK(to_string(arange(0, 2000).reshaped({1000, 2})) ==
        "[[0.000e+00 1.000e+00]\n [2.000e+00 3.000e+00]\n [4.000e+00 5.000e+00]\n ...\n [1.994e+03 1.995e+03]\n"
        " [1.996e+03 1.997e+03]\n [1.998e+03 1.999e+03]]");
  CHECK(to_string(arange(0, 1400, 1, i64).reshaped({7, 2, 100})) ==
        "[[[   0    1    2 ...   97   98   99]\n  [ 100  101  102 ...  197  198  199]]\n\n"
        " [[ 200  201  202 ...  297  298  299]\n  [ 300  301  302 ...  397  398  399]]\n\n"
        " [[ 400  401  402 ...  497  498  499]\n  [ 500  501  502 ...  597  598  599]]\n\n ...\n\n"
        " [[ 800  801  802 ...  897  898  899]\n  [ 900  901  902 ...  997  998  999]]\n\n"
        " [[1000 1001 1002 ... 1097 1098 1099]\n  [1100 1101 1102 ... 1197 1198 1199]]\n\n"
        " [[1200 1201 1202 ... 1297 1298 1299]\n  [1300 1301 1302 ... 1397 1398 1399]]]");
}

TEST_CASE("no elements and no value") {
  CHECK(to_string(zeros({0})) == "[]");
  CHECK(to_string(zeros({2, 0, 3})) == "[]");
  CHECK(to_string(Tensor()) == "<empty>");
}
