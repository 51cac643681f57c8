# The options of the build, and what they set for every target of this project (and for nobody else's).

if(DEFINED ENV{CI})
  set(in_ci ON)
else()
  set(in_ci OFF)
endif()

option(NABLA_BUILD_TOOLS "Build the command-line tool nabla-train" ${PROJECT_IS_TOP_LEVEL})
option(NABLA_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(NABLA_BUILD_BENCHMARKS "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(NABLA_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(NABLA_INSTALL "Have rules for `cmake --install`" ${PROJECT_IS_TOP_LEVEL})
option(NABLA_WARNINGS_AS_ERRORS "Stop at the first warning" ${in_ci})
set(NABLA_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined")
set(NABLA_CBLAS "openblas;cblas;blas" CACHE STRING "CBLAS by its pkg-config name; the first of a list that is found is taken")

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT multi_config)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_COMPILE_WARNING_AS_ERROR ${NABLA_WARNINGS_AS_ERRORS})
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow)

if(NABLA_SANITIZE)
  add_compile_options(-fsanitize=${NABLA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NABLA_SANITIZE})
endif()

# With paths taken relative to the project, copies of it in other folders share what ccache has compiled.
find_program(CCACHE ccache)
if(CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_ABSSTDERR=1 "${CCACHE}")
endif()
