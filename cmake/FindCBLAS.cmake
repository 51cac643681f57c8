# A CBLAS: a library with cblas_dgemm, and cblas.h. By its pkg-config name, the first of the list NABLA_CBLAS that is found;
# else whatever FindBLAS finds, provided that a program with both can be linked.
#
#   CBLAS_FOUND
#   CBLAS::CBLAS
#   CBLAS_PKG_MODULE_NAME   its pkg-config name, if it was found by that

include(CheckCXXSourceCompiles)

if(NOT TARGET CBLAS::CBLAS)
  add_library(CBLAS::CBLAS INTERFACE IMPORTED)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_search_module(CBLAS_PKG QUIET IMPORTED_TARGET ${NABLA_CBLAS})
  endif()
  if(TARGET PkgConfig::CBLAS_PKG)
    target_link_libraries(CBLAS::CBLAS INTERFACE PkgConfig::CBLAS_PKG)
  else()
    find_package(BLAS QUIET)
    if(BLAS_FOUND)
      target_link_libraries(CBLAS::CBLAS INTERFACE BLAS::BLAS)
    endif()
  endif()
endif()

set(CMAKE_REQUIRED_LIBRARIES CBLAS::CBLAS)
set(CMAKE_REQUIRED_QUIET ON)
check_cxx_source_compiles(
  "#include <cblas.h>
   int main() {
     double c = 0, x = 1;
     cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &x, 1, &x, 1, 0, &c, 1);
   }" NABLA_CBLAS_WORKS)
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_QUIET)
set(CBLAS_FOUND ${NABLA_CBLAS_WORKS})
if(NOT CBLAS_FOUND)
  unset(NABLA_CBLAS_WORKS CACHE) # the next run looks again
  if(CBLAS_FIND_REQUIRED)
    message(FATAL_ERROR "A CBLAS (cblas.h, cblas_dgemm) was not found; install the Debian package libopenblas-dev")
  endif()
endif()
