# What `cmake --install` puts where: headers, the library and bp, the files that find_package and pkg-config read, and the
# tools. Nothing that is installed holds a path of this machine, so the folder may be moved.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/nabla")

install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp" PATTERN "*.inc")
install(DIRECTORY ops DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/nabla" FILES_MATCHING PATTERN "*.hpp")
install(FILES "${PROJECT_BINARY_DIR}/generated/nabla/ops.hpp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/nabla")

install(TARGETS nabla bp EXPORT nabla INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nabla NAMESPACE nabla:: FILE nablaTargets.cmake DESTINATION "${package_folder}")
configure_package_config_file(cmake/nablaConfig.cmake.in nablaConfig.cmake INSTALL_DESTINATION "${package_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(nablaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES
    "${PROJECT_BINARY_DIR}/nablaConfig.cmake"
    "${PROJECT_BINARY_DIR}/nablaConfigVersion.cmake"
    cmake/FindCBLAS.cmake
  DESTINATION "${package_folder}")

# A static library's own needs are its users', too.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE prefix_from_pkgconfig)
get_target_property(type nabla TYPE)
if(type STREQUAL "STATIC_LIBRARY")
  set(requires_of_static "zlib ${CBLAS_PKG_MODULE_NAME}")
  # A program may be compiled by another compiler than the library: g++ does not know clang's -fopenmp=libomp.
  set(openmp -fopenmp)
  if(NOT OpenMP_CXX_FLAGS STREQUAL "-fopenmp")
    list(JOIN OpenMP_CXX_LIBRARIES " " openmp)
  endif()
  set(libs_of_static "${openmp} ${CMAKE_THREAD_LIBS_INIT} -l${CMAKE_DL_LIBS}")
endif()
configure_file(cmake/nabla.pc.in nabla.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nabla.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
