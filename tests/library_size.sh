#!/usr/bin/env bash
# library_size.sh LIBRARY: the bytes of libnabla without its symbol table. Fails when there are too many. An archive holds
# the functions that several of its objects share once for each: they are merged first, as a linker does, and what is left
# of code and data is counted.
set -euo pipefail
limit=6000000
whole=$(mktemp)
trap 'rm -f "$whole"' EXIT

case $1 in
  *.a)
    ld -r --whole-archive "$1" -o "$whole"
    bytes=$(size "$whole" | awk 'NR == 2 { print $4 }')
    ;;
  *)
    strip -o "$whole" "$1"
    bytes=$(stat -c %s "$whole")
    ;;
esac
echo "$1: $bytes bytes of at most $limit"
((bytes > 0 && bytes <= limit))
