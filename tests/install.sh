#!/usr/bin/env bash
# install.sh BUILD_DIR: Nabla as it is used by other projects. What BUILD_DIR installs is moved to another folder, must hold
# no path of this project, and is then all that tests/install is built with: by find_package, and by pkg-config. A project
# that adds the folder of Nabla instead compiles too.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$1" --prefix "$scratch/installed" > /dev/null
mv "$scratch/installed" "$scratch/moved"
if grep -rlF -e "$root" -e "$scratch" "$scratch/moved"; then
  echo "These files hold a path of the machine they were built on." >&2
  exit 1
fi

if [[ -e $scratch/moved/bin/nabla-train ]]; then
  "$scratch/moved/bin/nabla-train" train --data iris --quiet > /dev/null
fi

mapfile -t settings < <(
  grep -E '^(CMAKE_BUILD_TYPE|CMAKE_CXX_COMPILER|CMAKE_CXX_FLAGS|NABLA_CBLAS):' "$1/CMakeCache.txt" | sed 's/^/-D/')
configure() { cmake -S "$root/tests/install" -B "$1" -G Ninja --log-level=NOTICE "${settings[@]}" "${@:2}" > /dev/null; }

configure "$scratch/by_package" -DCMAKE_PREFIX_PATH="$scratch/moved"
cmake --build "$scratch/by_package" -- --quiet
"$scratch/by_package/consumer"
"$scratch/by_package/closed_form"

compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$1/CMakeCache.txt")
pkg_config_folder=$(dirname "$(find "$scratch/moved" -name nabla.pc)")
read -ra flags < <(PKG_CONFIG_PATH=$pkg_config_folder pkg-config --cflags --libs nabla)
for one in "$compiler" g++ clang++; do  # a program may be compiled by another compiler than the library
  command -v "$one" > /dev/null || continue
  "$one" -std=c++20 "$root/tests/install/consumer.cpp" -o "$scratch/by_pkg_config" "${flags[@]}"
  "$scratch/by_pkg_config"
done

# The headers of the library's own folder are complete when CMake has run; compiling all of the library would take long.
configure "$scratch/by_folder" -DNABLA_FOLDER="$root"
cmake --build "$scratch/by_folder" --target CMakeFiles/consumer.dir/consumer.cpp.o -- --quiet
