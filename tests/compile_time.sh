#!/usr/bin/env bash
# compile_time.sh BUILD_DIR: how long it takes to compile and link a training loop (-O2, one core, no cache) against the
# library built in BUILD_DIR, a training by fit, and a loop with an activation made from a lambda, beside a program that
# includes nothing but fmt. Fails when one of them takes too long.
#
# The limits are on processor time, which is what one idle core takes; what else runs on the machine does not count.
set -euo pipefail
cd "$1"
limit=2.50
limit_elementwise=5.00
runs=3
cmake --build . --target compile_time_nabla compile_time_fit compile_time_elementwise compile_time_fmt -- --quiet

# Prints the commands, one a line, that compile and link <target>, without those of the libraries it needs.
commands() { ninja -t commands "$1" | grep -F "/$1.dir/"; }

# Prints "<processor seconds> <elapsed seconds>" of building <target>: the median of several runs.
seconds() {
  local script run
  script=$(commands "$1")
  for ((run = 0; run < runs; ++run)); do
    (TIMEFORMAT='%U %S %R' && time bash -ec "$script" &> /dev/null) 2>&1
  done | awk '{printf "%.2f %.2f\n", $1 + $2, $3}' | sort -n | sed -n $(((runs + 1) / 2))p
}

read -r nabla nabla_elapsed < <(seconds compile_time_nabla)
read -r fit fit_elapsed < <(seconds compile_time_fit)
read -r elementwise elementwise_elapsed < <(seconds compile_time_elementwise)
read -r fmt fmt_elapsed < <(seconds compile_time_fmt)
echo "                         processor time   elapsed"
row='%-24s %10.2f s  %6.2f s   %s\n'
printf "$row" '<nabla/nabla.hpp>' "$nabla" "$nabla_elapsed" "with a training loop; limit $limit s"
printf "$row" '' "$fit" "$fit_elapsed" "with fit, and its net saved and loaded; limit $limit s"
printf "$row" '<nabla/elementwise.hpp>' "$elementwise" "$elementwise_elapsed" "and an activation; limit $limit_elementwise s"
printf "$row" '<fmt/core.h>' "$fmt" "$fmt_elapsed" ''
within() { awk -v time="$1" -v limit="$2" 'BEGIN { exit !(time > 0 && time <= limit) }'; }
within "$nabla" "$limit" && within "$fit" "$limit" && within "$elementwise" "$limit_elementwise"
