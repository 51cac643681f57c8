# What the run scripts share: installing Debian packages, configuring, building. To be sourced by bash.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that the library, its tests, benchmarks and examples are built with.
build_packages=(g++ cmake ninja-build ccache pkg-config libboost-dev libboost-graph-dev libfmt-dev doctest-dev
  libbenchmark-dev libcli11-dev libeigen3-dev libopenblas-dev librandom123-dev libstb-dev libxxhash-dev nlohmann-json3-dev
  zlib1g-dev python3-mpmath)
# What tests run beside it: reports are drawn, and looked at in a browser.
test_packages=(gnuplot-nox chromium)

# install_packages PACKAGE...: installs those that are missing; prints nothing when none is.
install_packages() {
  local missing how
  if ! command -v apt-get > /dev/null; then
    echo "There is no apt-get here; install what these Debian packages hold by other means: $*" >&2
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  how="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
  if ((EUID != 0)) && ! command -v sudo > /dev/null; then
    printf 'Packages are missing, and without root or sudo they cannot be installed. As root, run:\n  %s\n' "$how" >&2
    return 1
  fi
  echo "Installing Debian packages: ${missing[*]}"
  if ! install_now "${missing[@]}"; then
    printf 'The packages could not be installed; apt-get says above why. The command, for root:\n  %s\n' "$how" >&2
    return 1
  fi
}

# missing_packages PACKAGE...: prints those that are not installed, one a line.
missing_packages() {
  printf '%s\n' "$@" | grep -vxF -f <(
    dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null | sed -n 's/^installed //p')
}

# install_now PACKAGE...: apt's lists are brought up to date first when they do not know the packages, or are too old.
install_now() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
  local install=(install --yes --no-install-recommends "$@")
  ((EUID == 0)) || apt=(sudo "${apt[@]}")
  if apt-cache show "$@" &> /dev/null && "${apt[@]}" "${install[@]}" > /dev/null; then return; fi
  "${apt[@]}" update > /dev/null && "${apt[@]}" "${install[@]}" > /dev/null
}

# build PRESET [TARGET...]: configures and builds, everything unless targets are named.
build() (
  cd "$root" || exit
  cmake --preset "$1" --log-level=NOTICE > /dev/null
  folder=build
  [[ $1 == release ]] || folder+=-$1
  command=(cmake --build --preset "$1")
  shift
  (($# == 0)) || command+=(--target "$@")
  if [[ -t 1 ]]; then
    "${command[@]}" # ninja's progress, on one line
  else
    echo "Building in $root/$folder"
    "${command[@]}" -- --quiet
  fi
)
