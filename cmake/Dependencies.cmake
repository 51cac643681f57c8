# Finds what the project stands on. What is missing is reported in one message, with the Debian packages to install.
#
# Targets: fmt::fmt, Boost::headers, ZLIB::ZLIB, Threads::Threads, OpenMP::OpenMP_CXX, nlohmann_json::nlohmann_json, nabla_cblas,
# nabla_random123, and where they are needed doctest::doctest, benchmark::benchmark_main and CLI11::CLI11.

set(missing "")
set(missing_packages "")

# Notes that <what>, of the Debian package <package>, was not found unless the condition in <found> holds.
macro(nabla_require found what package)
  if(NOT ${found})
    string(APPEND missing "${what} was not found; install the Debian package ${package}\n")
    list(APPEND missing_packages ${package})
  endif()
endmacro()

find_package(Boost 1.74 CONFIG QUIET)
nabla_require(Boost_FOUND "Boost 1.74 or later" libboost-dev)

find_package(fmt 9 CONFIG QUIET)
nabla_require(fmt_FOUND "fmt 9 or later" libfmt-dev)

find_package(ZLIB QUIET)
nabla_require(ZLIB_FOUND "zlib" zlib1g-dev)

find_package(Threads QUIET)
nabla_require(Threads_FOUND "The thread library" libc6-dev)

# g++ brings it along.
find_package(OpenMP QUIET COMPONENTS CXX)
nabla_require(OpenMP_CXX_FOUND "OpenMP" libomp-dev)

find_package(nlohmann_json 3 CONFIG QUIET)
nabla_require(nlohmann_json_FOUND "JSON for Modern C++ 3" nlohmann-json3-dev)

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
mark_as_advanced(RANDOM123_INCLUDE_DIR)
nabla_require(RANDOM123_INCLUDE_DIR "Random123" librandom123-dev)
if(RANDOM123_INCLUDE_DIR)
  add_library(nabla_random123 INTERFACE IMPORTED)
  target_include_directories(nabla_random123 SYSTEM INTERFACE "${RANDOM123_INCLUDE_DIR}")
endif()

# Optional: without it, PNG files are refused by a message.
find_path(STB_INCLUDE_DIR stb_image.h PATH_SUFFIXES stb)
mark_as_advanced(STB_INCLUDE_DIR)

# CBLAS: by its pkg-config name, else whatever FindBLAS finds, provided that cblas.h and cblas_dgemm go with it.
include(CheckCXXSourceCompiles)
add_library(nabla_cblas INTERFACE IMPORTED)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_search_module(CBLAS QUIET IMPORTED_TARGET ${NABLA_CBLAS})
endif()
if(CBLAS_FOUND)
  target_link_libraries(nabla_cblas INTERFACE PkgConfig::CBLAS)
else()
  find_package(BLAS QUIET)
  if(BLAS_FOUND)
    target_link_libraries(nabla_cblas INTERFACE BLAS::BLAS)
  endif()
endif()
set(CMAKE_REQUIRED_LIBRARIES nabla_cblas)
set(CMAKE_REQUIRED_QUIET ON)
check_cxx_source_compiles(
  "#include <cblas.h>
   int main() {
     double c = 0, x = 1;
     cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &x, 1, &x, 1, 0, &c, 1);
   }" NABLA_CBLAS_WORKS)
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_QUIET)
nabla_require(NABLA_CBLAS_WORKS "A CBLAS (cblas.h, cblas_dgemm)" libopenblas-dev)

if(NABLA_BUILD_TESTS)
  find_package(doctest CONFIG QUIET)
  nabla_require(doctest_FOUND "doctest" doctest-dev)
endif()

if(NABLA_BUILD_BENCHMARKS)
  find_package(benchmark CONFIG QUIET)
  nabla_require(benchmark_FOUND "Google Benchmark" libbenchmark-dev)
endif()

if(NABLA_BUILD_TESTS OR NABLA_BUILD_EXAMPLES)
  find_package(CLI11 2 CONFIG QUIET)
  nabla_require(CLI11_FOUND "CLI11 2" libcli11-dev)
endif()

if(missing)
  unset(NABLA_CBLAS_WORKS CACHE)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "${missing}All of it: apt-get install ${missing_packages}")
endif()
