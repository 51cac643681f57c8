#!/usr/bin/env bash
# add_operation.sh BUILD_DIR: adding an operation is one place under ops/ and nothing else. Adds tests/add_operation/cube_plus
# to a copy of the project, builds the copy as BUILD_DIR was, and has a program find the operation in the registry and
# check it. The program stands where users' programs stand, so that the copy's own rules build it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

tar -C "$root" --exclude='./build*' --exclude='./.*' -cf - . | tar -C "$copy" -xf -
cp "$root"/tests/add_operation/cube_plus.{hpp,cpp} "$copy/ops"
cp "$root/tests/add_operation/check.cpp" "$copy/tests/programs/cube_plus.cpp"

mapfile -t settings < <(
  grep -E '^(CMAKE_BUILD_TYPE|CMAKE_CXX_COMPILER|CMAKE_CXX_FLAGS|NABLA_SANITIZE|NABLA_WARNINGS_AS_ERRORS):' \
    "$1/CMakeCache.txt" | sed 's/^/-D/')
cmake -S "$copy" -B "$copy/build" -G Ninja --log-level=NOTICE "${settings[@]}" > /dev/null
cmake --build "$copy/build" --target program_cube_plus -- --quiet
ctest --test-dir "$copy/build" --output-on-failure --no-tests=error --tests-regex '^program_cube_plus$'
