#!/usr/bin/env bash
# reference_fails.sh REFERENCE_TEST: the program that compares with reference values must notice a wrong one. It runs on a
# copy of one operation's cases: as they are, with one number changed of each kind that is compared, and under the name of
# an operation that nobody knows. Then the same with each of the sets.
set -euo pipefail
program=$1
reference=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/reference
original=$reference/ops
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

operation=mul id=mul-00
cases=$(grep -c '^{"id"' "$original/$operation.json")

# corpus NAME: a corpus of that one operation.
corpus() {
  cp "$original/$operation".{json,bin} "$copy"
  chmod u+w "$copy"/*
  cat > "$copy/index.json" << END
{"format": "refvec-1", "byte_order": "little", "ops":
  [{"op": "$1", "json": "$operation.json", "blob": "$operation.bin", "cases": $cases}]}
END
}

# run STATUS PATTERN: the program ends with that status, and prints a line that matches.
run() {
  local status=0 output
  output=$("$program" --corpus "$copy") || status=$?
  if ((status != $1)) || ! grep -Eq "$2" <<< "$output"; then
    printf 'Expected exit status %s and a line /%s/, got status %s and\n%s\n' "$1" "$2" "$status" "$output" >&2
    exit 1
  fi
}

corpus "$operation"
run 0 "^$cases passed, 0 failed, 0 skipped$"

for change in outputs:value grads:first grad_of_gv:second jvp:jvp; do
  corpus "$operation"
  offset=$(sed -nE "s/.*\"$id\".*\"${change%:*}\":\[\{[^}]*\"offset\":([0-9]+).*/\1/p" "$copy/$operation.json")
  printf '\0\0\0\0\0\0\x59\x40' | dd of="$copy/$operation.bin" bs=1 seek="$offset" conv=notrunc status=none # 100.0
  run 1 "^$id +${change#*:} .* instead of 100 at"
  run 1 "^$((cases - 1)) passed, 1 failed, 0 skipped$"
done

corpus unheard_of
run 0 "^$id +skipped: no entry for unheard_of$"
run 0 "^0 passed, 0 failed, $cases skipped$"

# corpus_of_set KIND NAME: a corpus of that one set, under another name.
corpus_of_set() {
  cp "$reference/sets/$1".{json,bin} "$copy"
  chmod u+w "$copy"/*
  items=$(grep -c '^{"id"' "$copy/$1.json")
  cat > "$copy/index.json" << END
{"format": "refvec-1", "byte_order": "little", "ops": [], "sets":
  [{"kind": "$2", "json": "$1.json", "blob": "$1.bin", "items": $items}]}
END
}

for change in optimizers:params schedules:lr clipping:clipped0 mlp:hv_W1 sigmoid_nets:delta1; do
  kind=${change%:*}
  corpus_of_set "$kind" "$kind"
  run 0 "^$items passed, 0 failed, 0 skipped$"
  offset=$(sed -nE "s/.*\"${change#*:}\":\{[^}]*\"offset\":([0-9]+).*/\1/p" "$copy/$kind.json" | head -n 1)
  printf '\0\0\0\0\0\0\x59\x40' | dd of="$copy/$kind.bin" bs=1 seek="$offset" conv=notrunc status=none # 100.0
  run 1 " instead of "
  run 1 "^$((items - 1)) passed, 1 failed, 0 skipped$"
done

corpus_of_set initialisers initialisers
sed -i '0,/"xavier_uniform_bound":0/s//"xavier_uniform_bound":1/' "$copy/initialisers.json"
run 1 "^$((items - 1)) passed, 1 failed, 0 skipped$"

corpus_of_set optimizers optimizers
sed -i '0,/"lr":/s//"unheard_of":1,"lr":/' "$copy/optimizers.json"
run 0 "skipped: the hyper-parameter 'unheard_of' is unknown$"
run 0 "^$((items - 1)) passed, 0 failed, 1 skipped$"

corpus_of_set optimizers unheard_of
run 0 "^0 passed, 0 failed, $items skipped$"
