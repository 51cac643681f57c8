#!/usr/bin/env bash
# The comparison of Nabla with its yardsticks: hand-written code, and other libraries.
set -euo pipefail
# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

usage() {
  cat << 'END'
Usage: benchmarks/run.sh [--without-peers] [OPTION...]

Installs the Debian packages that are missing, builds the library and the comparison, and
prints one table: figure, Nabla, yardstick, ratio (median of pairs, minimum, maximum), goal,
reached or not. Nabla and the yardstick run in turn. A yardstick whose package cannot be
installed is named and skipped.

  --without-peers  do not install LibTorch (500 MB), dlib and FANN; those that are there are compared
  --filter TEXT    only the rows whose name contains TEXT
  --list           list the rows and their goals
  --json FILE      also write the table to FILE
  --pairs N        pairs of blocks a row; 15 if not given
  --block MS       length of a block in milliseconds; 10 if not given
  --help           this text

The environment's OpenBLAS pins (OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE) are removed for all
programs. The programs build/benchmarks/bench_* measure parts in more detail.
END
}

packages=(libdnnl-dev libsleef-dev)
peers=(libtorch-dev libdlib-dev libfann-dev)
options=()
for argument in "$@"; do
  case $argument in
    --help | -h) usage && exit ;;
    --without-peers) peers=() ;;
    *) options+=("$argument") ;;
  esac
done

install_packages "${build_packages[@]}" nlohmann-json3-dev
for package in "${packages[@]}" "${peers[@]}"; do
  install_packages "$package" || echo "Going on without the package $package." >&2
done
build release nabla_comparison
exec env --unset=OPENBLAS_CORETYPE --unset=OPENBLAS_L2_SIZE "$root/build/benchmarks/nabla_compare" \
  ${options[@]+"${options[@]}"}
