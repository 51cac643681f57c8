# Finds what the project stands on. What is missing is reported in one message, with the Debian packages to install.
#
# Targets: fmt::fmt, Boost::headers, ZLIB::ZLIB, Threads::Threads, OpenMP::OpenMP_CXX, nlohmann_json::nlohmann_json,
# CBLAS::CBLAS, Eigen3::Eigen, nabla_random123, nabla_stb, nabla_xxhash, and where they are needed doctest::doctest,
# benchmark::benchmark_main and CLI11::CLI11.

list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")

set(missing "")
set(missing_packages "")

# Notes that <what>, of the Debian package <package>, was not found unless the condition in <found> holds.
macro(nabla_require found what package)
  if(NOT ${found})
    string(APPEND missing "${what} was not found; install the Debian package ${package}\n")
    list(APPEND missing_packages ${package})
  endif()
endmacro()

# nabla_headers(<name> <header> <what> <package>): the target nabla_<name> for a library that is nothing but headers.
macro(nabla_headers name header what package)
  string(TOUPPER "${name}_INCLUDE_DIR" directory)
  find_path(${directory} "${header}" PATH_SUFFIXES "${name}")
  mark_as_advanced(${directory})
  nabla_require(${directory} "${what}" ${package})
  if(${directory})
    add_library(nabla_${name} INTERFACE IMPORTED)
    target_include_directories(nabla_${name} SYSTEM INTERFACE "${${directory}}")
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

find_package(Eigen3 3.4 CONFIG QUIET)
nabla_require(Eigen3_FOUND "Eigen 3.4 or later" libeigen3-dev)

find_package(nlohmann_json 3 CONFIG QUIET)
nabla_require(nlohmann_json_FOUND "JSON for Modern C++ 3" nlohmann-json3-dev)

nabla_headers(random123 Random123/philox.h "Random123" librandom123-dev)
nabla_headers(stb stb_image_write.h "stb_image" libstb-dev)
nabla_headers(xxhash xxh3.h "xxHash 0.8 or later" libxxhash-dev)

find_package(CBLAS QUIET)
nabla_require(CBLAS_FOUND "A CBLAS (cblas.h, cblas_dgemm)" libopenblas-dev)

if(NABLA_BUILD_TESTS)
  find_package(doctest CONFIG QUIET)
  nabla_require(doctest_FOUND "doctest" doctest-dev)
endif()

if(NABLA_BUILD_BENCHMARKS)
  find_package(benchmark CONFIG QUIET)
  nabla_require(benchmark_FOUND "Google Benchmark" libbenchmark-dev)
endif()

if(NABLA_BUILD_TOOLS OR NABLA_BUILD_TESTS)
  find_package(CLI11 2 CONFIG QUIET)
  nabla_require(CLI11_FOUND "CLI11 2" libcli11-dev)
endif()

if(missing)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "${missing}All of it: apt-get install ${missing_packages}")
endif()
