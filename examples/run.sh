#!/usr/bin/env bash
# The main job: backpropagation beside its closed form, then a network trained on real images.
set -euo pipefail
# shellcheck source=cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/setup.sh"

usage() {
  cat << 'END'
Usage: examples/run.sh [--quick | --data DIR] [OPTION...]

Installs the Debian packages that are missing, builds the library, and runs the main job:
the gradients of a network beside the closed form BP1 to BP4, then nabla-train, which
trains [784, 128, 10] on Fashion-MNIST and writes a page about it. The exit status is not
0 when a difference exceeds 1e-13, or the test accuracy stays below 87.5 %.

  --quick      train on the handwritten digits that the library holds; a few seconds
  --data DIR   train on the MNIST-style files in DIR: {train,t10k}-{images-idx3,labels-idx1}-ubyte,
               plain or .gz
  --seed N     seed of all random numbers; 0 if not given
  --out DIR    folder for the page, report.html; build/examples if not given
  --help       this text
END
}

fail() {
  printf 'examples/run.sh: %s; --help lists the options\n' "$1" >&2
  exit 2
}

fashion=/usr/share/datasets/fashion-mnist
data=$fashion seed=0 out=$root/build/examples
while (($#)); do
  case $1 in
    --*=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
      continue
      ;;
    --help | -h) usage && exit ;;
    --quick) data=digits ;;
    --data | --seed | --out)
      (($# > 1)) || fail "$1: a value is missing"
      declare "${1#--}=$2"
      shift
      ;;
    *) fail "unknown option '$1'" ;;
  esac
  shift
done
[[ $seed =~ ^[0-9]+$ ]] || fail "--seed: '$seed' is not a whole number"

install_packages "${build_packages[@]}"
if [[ $data == "$fashion" ]]; then
  install_packages dataset-fashion-mnist || echo "Going on without the package dataset-fashion-mnist." >&2
fi
install_packages gnuplot-nox || echo "Going on without the package gnuplot-nox." >&2
build release main_job nabla-train
"$root/build/examples/main_job" "$seed"

if [[ $data == "$fashion" && ! -d $data ]]; then
  echo "There is no Fashion-MNIST in $fashion. Training on the digits that the library holds instead."
  data=digits
fi
training=(--batch-size 64 --learning-rate 0.05) accuracy=0 # where it is not known what to expect
case $data in
  digits) training=(--batch-size 16 --learning-rate 0.1) accuracy=95 ;;
  "$fashion") data=fashion-mnist accuracy=87.5 ;;
esac
mkdir -p "$out"
"$root/build/tools/nabla-train" train --data "$data" --hidden 128 --activation relu --loss softmax-ce \
  --optimizer sgd --momentum 0.9 "${training[@]}" --schedule linear --epochs 20 --validation 0 --seed "$seed" \
  --report "$out/report.html" |
  awk -v demanded="$accuracy" '
    { print }
    /^test accuracy/ { reached = $3 }
    END {
      if (reached >= demanded) exit
      printf "missed: the test accuracy is %s %%; %s %% is demanded\n", reached, demanded > "/dev/stderr"
      exit 1
    }'
