# The operations: each is a pair of files, ops/NAME.hpp and ops/NAME.cpp, that defines nabla::ops::Name (log_softmax.hpp:
# LogSoftmax). Finding the pair is all it takes: the umbrella header and the registry are generated from the folder. Files
# whose names start with _ hold what several operations share; they are compiled, but are no operations.

# nabla_operations(<target> <folder>): compiles the folder's operations into <target>, and generates
#   generated/nabla/ops.hpp   <nabla/ops.hpp>: all operations; their tables are declared, not compiled again
#   generated/nabla/ops       <nabla/ops/NAME.hpp>: a link to the folder
#   generated/registry.cpp    nabla::registry()
function(nabla_operations target folder)
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated")
  file(GLOB headers RELATIVE "${folder}" CONFIGURE_DEPENDS "${folder}/*.hpp")
  file(GLOB sources RELATIVE "${folder}" CONFIGURE_DEPENDS "${folder}/*.cpp")
  set(operations ${headers} ${sources})
  list(FILTER operations EXCLUDE REGEX "^_")
  list(TRANSFORM operations REPLACE "\\.[hc]pp$" "")
  list(REMOVE_DUPLICATES operations)
  list(SORT operations)
  list(LENGTH operations count)

  foreach(name IN LISTS operations)
    foreach(file IN ITEMS ${name}.hpp ${name}.cpp)
      if(NOT EXISTS "${folder}/${file}")
        message(FATAL_ERROR "ops/${file} is missing: an operation is the pair ops/${name}.hpp and ops/${name}.cpp")
      endif()
    endforeach()
    nabla_pascal_case("${name}" type)
    string(APPEND includes "#include <nabla/ops/${name}.hpp>\n")
    string(APPEND declarations "extern template const OpTable& op_table<ops::${type}>();\n")
    string(APPEND tables "      &op_table<ops::${type}>(),\n")
  endforeach()

  configure_file("${PROJECT_SOURCE_DIR}/cmake/ops.hpp.in" "${generated}/nabla/ops.hpp" @ONLY)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/registry.cpp.in" "${generated}/registry.cpp" @ONLY)
  file(CREATE_LINK "${folder}" "${generated}/nabla/ops" SYMBOLIC)

  list(TRANSFORM sources PREPEND "${folder}/")
  target_sources(${target} PRIVATE ${sources} "${generated}/registry.cpp")
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${generated}>")
endfunction()

# nabla_pascal_case(<snake_case> <variable>): log_softmax becomes LogSoftmax.
function(nabla_pascal_case name variable)
  string(REPLACE "_" ";" words "${name}")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND result "${first}${rest}")
  endforeach()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()
