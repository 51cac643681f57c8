#!/usr/bin/env bash
# Builds everything and runs all tests.
set -euo pipefail
# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

usage() {
  cat << 'END'
Usage: tests/run.sh [--sanitize | --clang] [CTEST OPTION...]

Installs the Debian packages that are missing, configures and builds everything
(Release, warnings are errors), and runs all tests.

  --sanitize   build in build-sanitize/ with the address and undefined behaviour sanitizers
  --clang      build in build-clang/ with clang++
  --help       this text

Everything else goes to ctest:
  tests/run.sh -R tensor     the tests whose names contain "tensor"
  tests/run.sh -LE slow      all but the slow ones
END
}

preset=release
packages=("${build_packages[@]}")
while (($#)); do
  case $1 in
    --sanitize) preset=sanitize ;;
    --clang) preset=clang packages+=(clang libomp-dev) ;;
    --help) usage && exit ;;
    *) break ;;
  esac
  shift
done

install_packages "${packages[@]}"
install_packages "${test_packages[@]}" || echo "Going on without these packages; what needs them is skipped." >&2
build "$preset"
cd "$root"
exec ctest --preset "$preset" --no-label-summary --parallel "$(nproc)" "$@"
