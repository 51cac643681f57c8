#!/usr/bin/env bash
# The main job: backpropagation beside its closed form, then a network trained on real images.
set -euo pipefail
# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

usage() {
  cat << 'END'
Usage: examples/run.sh [--quick | --data DIR] [OPTION...]

Installs the Debian packages that are missing, builds the library, and runs the main job:
the gradients of a network beside the closed form BP1 to BP4, then the training of
[784, 128, 10] on Fashion-MNIST, with the loss curve as an SVG.

  --quick      train on the handwritten digits that the library holds; a few seconds
  --data DIR   train on the MNIST-style files in DIR: {train,t10k}-{images-idx3,labels-idx1}-ubyte,
               plain or .gz
  --seed N     seed of all random numbers; 0 if not given
  --out DIR    folder for the loss curve; build/examples if not given
  --help       this text

Everything is handed on to examples/main_job.cpp; the exit status is the job's.
END
}

data_needed=true
for argument in "$@"; do
  case $argument in
    --help | -h) usage && exit ;;
    --quick | --data | --data=*) data_needed=false ;;
  esac
done

install_packages "${build_packages[@]}"
if $data_needed; then
  install_packages dataset-fashion-mnist || echo "Going on without the package dataset-fashion-mnist." >&2
fi
install_packages gnuplot-nox || echo "Going on without the package gnuplot-nox." >&2
build release main_job
exec "$root/build/examples/main_job" "$@"
