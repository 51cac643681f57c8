#!/usr/bin/env bash
# Puts the mistakes of list.txt into a copy of the project, one at a time, and shows which test finds each. Takes half an
# hour. An argument is a part of the names of those that are to be tried, or --check: whether each can be put in at all.
# NABLA_TEST_TIMEOUT is the seconds after which a test counts as failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
only=${1:-}
timeout=${NABLA_TEST_TIMEOUT:-120}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fail() {
  echo "mutations: $*" >&2
  exit 2
}

# f NAME FILE OLD NEW for every mistake of the list.
for_all() {
  local f=$1 line name file old
  while IFS= read -r line; do
    case $line in
      'name: '*) name=${line#name: } ;;
      'file: '*) file=${line#file: } ;;
      'old: '*) old=${line#old: } ;;
      'new:'*) "$f" "$name" "$file" "$old" "$(sed 's/^new: \{0,1\}//' <<<"$line")" ;;
      '' | '#'*) ;;
      *) fail "list.txt has a line that is none of name, file, old and new: $line" ;;
    esac
  done <"$here/list.txt"
}

require_once() {
  local name=$1 file=$project/$2 old=$3 text without
  [[ -f $file ]] || fail "'$name': there is no file $2"
  text=$(<"$file")
  without=${text//"$old"/}
  ((${#text} - ${#without} == ${#old})) || fail "'$name': the old text must stand in $2 exactly once: $old"
}

for_all require_once
[[ $only != --check ]] || exit 0

tar -C "$project" --exclude=./.git --exclude='./build*' -cf - . | tar -C "$copy" -xf -
cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DNABLA_BUILD_BENCHMARKS=OFF \
  -DNABLA_BUILD_EXAMPLES=OFF >"$copy/configure.log" 2>&1 || fail "CMake: $(tail -n 5 "$copy/configure.log")"

build() { ninja -C "$copy/build" nabla_tests reference_test random_graphs >"$copy/build.log" 2>&1; }

# The entries of ctest that run these programs, those first that find most.
first=(ops_test values_test gradient_test reference random_graphs)
mapfile -t others < <(ctest --test-dir "$copy/build" -N | sed -n 's/.*: \([a-z0-9_]*_test\)$/\1/p' | grep -vx bp_test)
entries=("${first[@]}")
for entry in "${others[@]}"; do
  [[ " ${first[*]} " == *" $entry "* ]] || entries+=("$entry")
done

# The first entry that fails; nothing when all pass.
first_failure() {
  local entry
  for entry in "${entries[@]}"; do
    if ! ctest --test-dir "$copy/build" -R "^$entry\$" --timeout "$timeout" --no-tests=error >"$copy/test.log" 2>&1; then
      echo "$entry"
      return
    fi
  done
}

build || fail "The project does not build: $(tail -n 20 "$copy/build.log")"
failure=$(first_failure)
[[ -z $failure ]] || fail "$failure fails without any mistake: $(tail -n 20 "$copy/test.log")"

tried=0 caught=0

# Mistake $1: in file $2 the text $3 becomes $4.
try() {
  local name=$1 file=$copy/$2 old=$3 new=$4 text result
  [[ $name == *"$only"* ]] || return 0
  tried=$((tried + 1))
  text=$(<"$file")
  printf '%s\n' "${text/"$old"/"$new"}" >"$file"
  if build; then
    result=$(first_failure)
    [[ -n $result ]] && caught=$((caught + 1))
    result=${result:+caught by $result}
  else
    result="DOES NOT COMPILE"
  fi
  printf '%2d  %-30s  %s\n' "$tried" "${result:-SURVIVED}" "$name"
  printf '%s\n' "$text" >"$file"
}

for_all try

echo "$caught of $tried caught"
((tried > 0 && caught == tried))
