#!/usr/bin/env bash
# nabla_train.sh NABLA_TRAIN: the tool as it is used: what it says, what it writes, and its exit status.
set -euo pipefail
tool=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# run STATUS ARGUMENT...: the tool ends with that status. What it printed is then in the files out and err.
run() {
  local expected=$1 status=0
  shift
  call="nabla-train $*"
  "$tool" "$@" > out 2> err < /dev/null || status=$?
  ((status == expected)) || fail "exit status $status instead of $expected"
}

fail() {
  printf '%s\n%s\nstandard output:\n%s\nstandard error:\n%s\n' "$call" "$1" "$(cat out)" "$(tail -n 20 err)" >&2
  exit 1
}

# says FILE TEXT: some line holds the text.
says() { grep -Fq -e "$2" "$1" || fail "'$1' does not hold: $2"; }
# complains STATUS TEXT ARGUMENT...: an error of one line that holds the text, and no result.
complains() {
  run "$1" "${@:3}"
  says err "$2"
  (($(wc -l < err) == 1)) || fail "the error is not one line"
  [[ ! -s out ]] || fail "there is a result beside the error"
}
percent() { sed -nE "s/^$1accuracy ([0-9.]+) %.*/\1/p" out; }
at_least() { awk -v value="$1" -v bound="$2" 'BEGIN { exit !(value != "" && value >= bound) }' || fail "$1 is less than $2"; }

# What was printed; without all but the first byte of each character, for a character is one column.
fits_80_columns() {
  ! LC_ALL=C sed 's/[\x80-\xBF]//g' out | LC_ALL=C grep -Eq '.{81}' || fail "a line is longer than 80"
}

# Help: 80 columns, examples, defaults.
for command in "" train evaluate predict describe names; do
  run 0 $command --help
  says out "Usage: nabla-train"
  fits_80_columns
done
run 0 train --help
says out "Examples:"
says out "  --epochs N              how often every sample is learnt from [20]"

run 0 describe --help
says out "nabla-train describe iris.safetensors"
! grep -Fq -e "nabla-train train" out || fail "the examples are of another command"

run 0 help
says out "Usage: nabla-train COMMAND"
run 0 help train
says out "Usage: nabla-train train"
complains 2 "unknown command 'halp'; did you mean help?" halp

run 0 names
says out "  relu                  max(0, z)"
fits_80_columns

# The command line is wrong: status 2.
complains 2 "nabla-train --help lists the commands"
complains 2 "unknown command 'trian'; did you mean train?" trian
complains 2 "unknown option '--epohcs'; did you mean --epochs?" train --data iris --epohcs 3
complains 2 "--data is missing" train
complains 2 "--epochs: 'many' is not a whole number from 1" train --data iris --epochs many
complains 2 "--epochs: '0' is not" train --data iris --epochs 0
complains 2 "unknown optimizer 'adma'; did you mean adam? known: sgd," train --data iris --optimizer adma
complains 2 "unknown activation 'rleu'; did you mean relu?" train --data iris --activation rleu
complains 2 "unknown loss 'softmax'" train --data iris --loss softmax
complains 2 "unknown schedule 'cosin'; did you mean cosine?" train --data iris --schedule cosin
complains 2 "--momentum: the optimizer adam has none" train --data iris --momentum 0.9
complains 2 "--layers 5,8,3 does not fit iris, which has 4 inputs and 3 classes" train --data iris --layers 5,8,3
complains 2 "--layers excludes --hidden" train --data iris --layers 4,3 --hidden 5
complains 2 "--output-activation: the loss softmax-ce" train --data iris --output-activation softmax
complains 2 "--shift-augmentation moves square images" train --data iris --shift-augmentation 1
complains 2 "--resume goes on from the file of --checkpoint" train --data iris --resume
complains 2 "--model and --checkpoint both name ./m" train --data iris --model m --checkpoint ./m
printf "1,2\n" > t.csv
complains 2 "--data and --report both name t.csv" train --data t.csv --report t.csv
complains 2 "--data and --out both name ./t.csv" predict --model m --data t.csv --out ./t.csv
complains 2 "--seed is given twice" train --data iris --seed 1 --seed 2
complains 2 "--clip-norm: 'abc' is not a number above 0" train --data iris --clip-norm abc
complains 2 "--clip-norm: '-1' is not a number above 0" train --data iris --clip-norm -1
for option in l1 l2 clip-norm learning-rate warm-up weight-decay least-improvement; do
  complains 2 "--$option: 'inf' is not finite" train --data iris --$option inf
  complains 2 "--$option: 'nan' is not a number" train --data iris --$option nan
done
complains 2 "--nesterov is a form of momentum" train --data iris --optimizer sgd --nesterov
complains 2 "--hidden: '10,,3' has an empty entry" train --data iris --hidden 10,,3
complains 2 "--hidden: 'x' is not a whole number" train --data iris --hidden 10,x
complains 1 "there is no checkpoint nowhere to go on from" train --data iris --checkpoint nowhere --resume
run 0 --version
says out "nabla-train "
complains 2 "--warm-up 3 takes the whole training, which has 3 epochs" train --data iris --epochs 3 --warm-up 3
complains 2 "--warm-up: the schedule one-cycle has a rise of its own" \
  train --data iris --schedule one-cycle --warm-up 1

# Data and files are wrong: status 1.
complains 1 "There is no file or folder 'fashoin-mnist'; did you mean fashion-mnist?" train --data fashoin-mnist
complains 1 "there is no folder nowhere for nowhere/m; make it first" train --data iris --model nowhere/m
complains 1 "/dev/null is no file" train --data iris --model /dev/null
complains 1 "/proc/m" train --data iris --model /proc/m
printf '1,2,a\n3,x,b\n' > text.csv
complains 1 "text.csv, line 2, column 2, offset 8: 'x' is not a number" train --data text.csv
printf '1,2,a\n3,4\n' > short.csv
complains 1 "short.csv, line 2" train --data short.csv
: > empty.csv
complains 1 "empty.csv" train --data empty.csv
complains 1 "missing.safetensors" predict --model missing.safetensors --data iris
complains 1 "text.csv is no model; models are what nabla-train train --model writes" \
  predict --model text.csv --data iris
complains 2 "unknown argument 'iris'; if it is where the samples are, give --data iris" train iris

printf '%d,2,a\n' {1..9} > same.csv
complains 1 "are of the class a; classes are learnt from samples of two and more" train --data same.csv
awk 'BEGIN { print "name,x,kind"; for (i = 0; i < 20; ++i) print "n" i % 11 "," i "," (i % 2 ? "a" : "b") }' > people.csv
complains 1 "people.csv, column name: text such as 'n0', 11 different ones in 20 rows" train --data people.csv
run 0 train --data people.csv --ignore name

awk 'BEGIN { print "code,x,kind"; for (i = 0; i < 40; ++i) print i % 3 "," (i == 7 ? "" : i) "," (i % 2 ? "a" : "b") }' > gap.csv
complains 1 "fill it in, or leave such rows out (--missing drop" train --data gap.csv
complains 1 "name the column in --categories of train" train --data text.csv
complains 2 "--categories: " train --data gap.csv --categories cod
run 0 train --data gap.csv --missing drop --categories code --model gap.safetensors --epochs 1
says err "Training [4, 64, 2] on gap.csv"
run 0 describe gap.safetensors
says out "code (0, 1, 2), x"
run 0 train --data gap.csv --missing mean --categories code --model filled.safetensors --epochs 1
says err "Training [4, 64, 2] on gap.csv: 28 samples"
awk 'BEGIN { print "kept,gone,kind"; for (i = 0; i < 40; ++i) print i ",NA," i % 2 }' > gone.csv
complains 1 "gone.csv, column gone: no sample that is to be learnt from has a number there" \
  train --data gone.csv --missing mean
complains 1 "In every row something is missing; fill some of it in, pass the column over" \
  train --data gone.csv --missing drop
run 0 train --data gone.csv --missing mean --ignore gone --epochs 1
printf 'code,x,kind\n,5,a\n2,,b\n1,3,\n' > holes.csv
run 0 predict filled.safetensors --data holes.csv
(($(wc -l < out) == 4)) || fail "not three predictions"
run 0 evaluate filled.safetensors --data holes.csv
says out "of 2)"
complains 1 "holes.csv, line 2, column 1 ('code'), offset 12: '' stands for no value; fill it in" \
  evaluate gap.safetensors --data holes.csv
printf 'code,x\n2,5\n' > code.csv
run 0 predict gap.safetensors --data code.csv

# A classifier of flowers: results to standard output, progress to standard error.
run 0 train --data iris --seed 1 --model iris.safetensors --history iris.csv
at_least "$(percent 'test ')" 90
says err "Training [4, 64, 3] on iris: 108 samples (validation 12, test 30)"
says err "epoch 20/20  loss "
says err "model written to iris.safetensors"
says iris.csv "epoch,loss,learning_rate,seconds,validation_loss,accuracy"
(($(wc -l < iris.csv) == 21)) || fail "the history has not 20 epochs"
cp out first
run 0 train --data iris --seed 1 --quiet --model again.safetensors --history iris.json
cmp -s out first || fail "the same seed gives other figures"
cmp -s <(tail -c +5000 iris.safetensors) <(tail -c +5000 again.safetensors) || fail "the same seed gives another network"
[[ ! -s err ]] || fail "--quiet is not quiet"
says iris.json '"epochs":'

run 0 evaluate --model iris.safetensors --data iris
at_least "$(percent '')" 90
says out "versicolor       50 "
run 0 describe --model iris.safetensors
cp out described
run 0 describe iris.safetensors
cmp -s out described || fail "another description without --model"
run 0 evaluate iris.safetensors --data iris
run 0 describe --model iris.safetensors
says out "sepal length, sepal width, petal length, petal width"
says out "20 epochs on 108 samples of iris, adam, batches of 5, seed 1"

# Predictions: columns are found by name in any order, and by place without names.
printf 'petal width,petal length,note,sepal width,sepal length\n0.2,1.4,old,3.5,5.1\n2.1,5.9,new,3.0,7.1\n' > named.csv
run 0 predict --model iris.safetensors --data named.csv
[[ $(cat out) == $'class\nsetosa\nvirginica' ]] || fail "other predictions"
printf '5.1,3.5,1.4,0.2\n7.1,3.0,5.9,2.1\n' > plain.csv
run 0 predict --model iris.safetensors --data plain.csv --probabilities --out predictions.csv
says out "2 predictions written to predictions.csv"
says predictions.csv "class,setosa,versicolor,virginica"
says predictions.csv "virginica,"
printf '5.1,3.5,1.4,0.2,setosa\n7.1,3.0,5.9,2.1,virginica\n' > labelled.csv
run 0 evaluate --model iris.safetensors --data labelled.csv
says out "accuracy 100.00 % (2 of 2)"
printf '5.1,3.5,1.4,0.2,rose\n' > rose.csv
complains 1 "'rose' in row 1 is unknown to the network; it knows setosa, versicolor, virginica" \
  evaluate --model iris.safetensors --data rose.csv
complains 1 "The network does not fit the data: it has 4 inputs, and digits has 64" \
  evaluate --model iris.safetensors --data digits
printf 'length,width\n1,2\n' > other.csv
complains 1 "no column 'sepal length'" predict --model iris.safetensors --data other.csv
complains 1 "have no targets" evaluate --model iris.safetensors --data plain.csv

# From a pipe.
for source in - /dev/stdin; do
  call="nabla-train predict < plain.csv"
  cat plain.csv | "$tool" predict iris.safetensors --data $source > out 2> err || fail "exit status $?"
  [[ $(cat out) == $'class\nsetosa\nvirginica' ]] || fail "other predictions"
done
call="nabla-train train --test-data - < labelled.csv"
"$tool" train --data iris --epochs 40 --test-data - --quiet < labelled.csv > out 2> err || fail "exit status $?"
says out "test accuracy 100.00 % (2 of 2)"
complains 2 "--data and --test-data cannot both be standard input" train --data - --test-data -

# A full disk.
for arguments in "predict --model iris.safetensors --data iris" "evaluate --model iris.safetensors --data iris" \
  "train --data iris --epochs 1 --quiet" "describe --model iris.safetensors" "names"; do
  call="nabla-train $arguments > /dev/full"
  status=0
  "$tool" $arguments > /dev/full 2> err || status=$?
  ((status == 1)) || fail "exit status $status instead of 1"
  says err "the results cannot be written to standard output: No space left on device"
done
complains 1 "/dev/full cannot be written" predict --model iris.safetensors --data iris --out /dev/full
complains 1 "nowhere/p.csv" predict --model iris.safetensors --data iris --out nowhere/p.csv

# Numbers: a column of categories among the inputs, targets in their own units.
awk 'BEGIN {
  print "id,area,district,price"
  for (i = 0; i < 200; ++i) {
    area = 40 + (i * 37) % 160
    print i "," area "," (i % 3 ? "north" : "south") "," area * 3000 + (i % 3 ? 100000 : 0)
  }
}' > houses.csv
run 0 train --data houses.csv --target price --ignore id --model houses.safetensors --epochs 40 --seed 2
at_least "$(sed -n 's/^test R² \([0-9.]*\),.*/\1/p' out)" 0.95
printf 'area,district\n100,north\n' > house.csv
run 0 predict --model houses.safetensors --data house.csv
price=$(sed -n 2p out)
at_least "$price" 370000
at_least 430000 "$price"
complains 2 "--loss softmax-ce is for classes" train --data houses.csv --target price --loss softmax-ce
complains 2 "--target:" train --data houses.csv --target prise

# Times in seconds since 1970, which f32 does not tell apart, among the inputs and as targets.
awk 'BEGIN {
  print "begin,end"
  for (i = 0; i < 200; ++i) { t = 1700000000 + (i * 37) % 100; printf "%d,%d\n", t, t + 7 + t % 2 }
}' > times.csv
run 0 train --data times.csv --target end --model times.safetensors --epochs 60 --seed 1 --quiet
at_least "$(sed -n 's/^test R² \([0-9.]*\),.*/\1/p' out)" 0.95
printf 'begin\n1700000050\n' > begin.csv
run 0 predict times.safetensors --data begin.csv
at_least "$(sed -n 2p out)" 1700000045
at_least 1700000070 "$(sed -n 2p out)"

awk 'BEGIN { print "x,small,large"; for (i = 0; i < 60; ++i) print i "," i / 100 "," 1000 * i }' > two.csv
run 0 train --data two.csv --target small,large --quiet
grep -Eq '^test small: R² .*, root mean squared error 0\..*; large: R² .* error [0-9]{3}' out || fail "pooled figures"

# Labels.
printf '\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\1ab' > two-images-idx3-ubyte
printf '\0\0\10\1\0\0\0\1\0' > one-labels-idx1-ubyte
complains 2 "--labels is missing" train --data two-images-idx3-ubyte
complains 1 "one-labels-idx1-ubyte has 1 labels, and two-images-idx3-ubyte has 2 images" \
  train --data two-images-idx3-ubyte --labels one-labels-idx1-ubyte
complains 1 "so it holds no class indices" train --data two-images-idx3-ubyte --labels two-images-idx3-ubyte
complains 2 "--labels goes with images in an IDX file" train --data iris --labels one-labels-idx1-ubyte

# Options of tables, where there is none.
for option in "--missing mean" "--categories x" "--ignore x" "--target x" "--header no" "--delimiter ;"; do
  complains 2 "${option% *} is about tables, and digits is none" train --data digits $option
done
complains 2 "--missing is about tables" evaluate iris.safetensors --data iris --missing drop
complains 2 "--ignore is about tables" predict iris.safetensors --data iris --ignore x
run 0 train --data iris --test-data labelled.csv --header no --epochs 1 --quiet

# Pictures, in a folder for each class; classes are known by their names.
mkdir -p pictures/{dark,light} others/light
for i in {1..20}; do
  printf 'P2 2 2 255 %d 20 60 %d\n' $((i * 4)) $((100 - i)) > "pictures/dark/$i.pgm"
  printf 'P2 2 2 255 %d 220 160 %d\n' $((255 - i * 4)) $((150 + i)) > "pictures/light/$i.pgm"
done
cp pictures/light/* others/light
run 0 train --data pictures --hidden 8 --model pictures.safetensors
run 0 evaluate --model pictures.safetensors --data others
says out "accuracy 100.00 % (20 of 20)"
mv others/light others/grey
complains 1 "others has the class grey, and the network knows dark, light" \
  evaluate --model pictures.safetensors --data others

# Every loss and every optimiser learns, and can be used afterwards.
for loss in softmax-ce sigmoid-ce multi-margin categorical-ce bernoulli-ce quadratic quadratic-per-neuron \
  half-squared-error mse l1 smooth-l1 huber log-cosh; do
  run 0 train --data iris --loss $loss --optimizer rmsprop --epochs 10 --quiet --model loss.safetensors
  run 0 evaluate --model loss.safetensors --data iris
  at_least "$(percent '')" 75
done
for optimizer in sgd crowley-sgd adagrad adadelta rmsprop adam adamw adamax nadam radam; do
  run 0 train --data iris --optimizer $optimizer --epochs 20 --batch-size 2 --quiet
  at_least "$(percent 'test ')" 75
done

# More than any machine has.
complains 1 "has 1e+12 parameters, 4e+03 GB; with their derivatives, what adam remembers" \
  train --data iris --hidden 1000000,1000000
call="nabla-train train, with a batch that is too large"
neurons=$(awk '/MemTotal/ { printf "%d", $2 * 1024 / 800 }' /proc/meminfo) # 108 samples of them take 8 times as many bytes
complains 1 "a step with 108 samples at once takes" \
  train --data iris --hidden $neurons --optimizer sgd --batch-size 1000000000
says err "Give a smaller --batch-size"
run 0 train --data iris --epochs 1 --batch-size 1000000000

# What is descended beside the loss, and by what the training goes; the losses shown can be compared.
run 0 train --data iris --loss half-squared-error --optimizer sgd --learning-rate 0.01 --quiet --history h.csv --seed 1
awk -F, 'END { exit !($2 < 1 && $2 > $5 / 3 && $2 < $5 * 3) }' h.csv || fail "losses of training and validation differ"
run 0 train --data iris --quiet --l2 0.3 --model small.safetensors
cp out small
run 0 train --data iris --quiet --l1 0.1
! cmp -s out small || fail "l1 is l2"
run 0 train --data iris --quiet
! cmp -s out small || fail "l2 does nothing"
run 0 train --data iris --class-weights 1,1,50 --quiet --seed 2
cp out weighted
run 0 train --data iris --class-weights balanced --quiet --seed 2
! cmp -s out weighted || fail "weights do nothing"
complains 2 "--class-weights has 2 numbers, and there are 3 classes: setosa" train --data iris --class-weights 1,2
complains 2 "--class-weights: 'x' is not a number above 0" train --data iris --class-weights 1,2,x
complains 2 "--class-weights is for the loss softmax-ce, not for mse" \
  train --data iris --class-weights balanced --loss mse
run 0 train --data iris --hidden 8,6 --activation relu,tanh --model two.safetensors
run 0 describe two.safetensors
says out "relu"
says out "tanh"
run 0 predict two.safetensors --data iris
complains 2 "--activation names 2 activations, and there is 1 hidden layer;" train --data iris --activation relu,tanh
run 0 train --data iris --early-stopping 3 --watch macro-f1 --least-improvement 0.01 --epochs 200 --top-k 2
says err "stopped: no improvement in 3 epochs"
says err "macro f1"
says out "top-2 accuracy"
complains 2 "--watch says what --early-stopping" train --data iris --watch accuracy
complains 2 "unknown figure 'acuracy'; did you mean accuracy?" train --data iris --watch acuracy --early-stopping 2
complains 2 "r-squared is a figure of numbers" train --data iris --watch r-squared --early-stopping 2
complains 2 "--checkpoint-every is about the file" train --data iris --checkpoint-every 3
complains 2 "--history a.xml: the name says in which format" train --data iris --history a.xml
complains 2 "--top-k 4: there are 3 classes" train --data iris --top-k 4
run 0 evaluate two.safetensors --data iris --top-k 2
says out "top-2 accuracy"
run 0 train --data iris --health --activation sigmoid --hidden 8,8,8,8,8
says out "net.5"
says out "! δ vanishes towards the first layers"
fits_80_columns

# The learning rate falls where the validation loss does not.
run 0 train --data iris --schedule plateau --learning-rate 0.1 --epochs 80 --quiet --history plateau.csv
[[ $(cut -d, -f3 plateau.csv | sed -n 2p) != $(cut -d, -f3 plateau.csv | tail -n 1) ]] || fail "the rate stays"
complains 2 "--least-improvement is of --early-stopping" \
  train --data iris --schedule plateau --least-improvement 0.1
complains 2 "--schedule plateau goes by the validation set" \
  train --data iris --schedule plateau --validation 0
complains 2 "--warm-up: the schedule plateau" train --data iris --schedule plateau --warm-up 1

# Lines of counts, as in Nielsen's book.
run 0 train --data digits --hidden 30 --activation sigmoid --loss quadratic --optimizer sgd --learning-rate 3 \
  --batch-size 10 --epochs 2 --initializer standard-normal --validation 0 --display counts
grep -Eq '^Epoch 1: [0-9]+ / 359$' err || fail "no count of epoch 1"

# A page about a training: of images, of a table, of numbers.
run 0 train --data digits --epochs 3 --quiet --report digits.html
says digits.html "test accuracy"
says digits.html "Weights of the first layer"
run 0 train --data iris --epochs 3 --quiet --report iris.html
says iris.html "versicolor"
for setting in "layers 4,64,3" "loss softmax-ce" "learning-rate 0.001" "batch-size 5"; do
  says iris.html ">${setting% *}</th><td class=\"left\">${setting#* }</td>"
done
says iris.html "Confusions of the test set"
run 0 train --data iris --epochs 2 --quiet --validation 0 --optimizer sgd --report iris_sgd.html
says iris_sgd.html "<dt>test accuracy</dt>"
says iris_sgd.html "momentum</th><td class=\"left\">0<"
grep -Eq '>net.0<.*<td>[0-9.]+e-[0-9]+</td></tr>' iris.html || fail "no update / weight"
run 0 train --data houses.csv --ignore id --epochs 3 --quiet --report houses.html
says houses.html "root mean squared error"
# It says which epoch the network is of: with early stopping the best one.
run 0 train --data iris --early-stopping 2 --epochs 300 --optimizer sgd --learning-rate 0.5 --report best.html
best=$(sed -n 's/.*stopped: .*the best was epoch \([0-9]*\).*/\1/p' err)
says best.html "<p>Result of the net after epoch $best, the best: test accuracy"
says best.html "Of the net after epoch $best, the best, by 108 samples"
says best.html "<p>Figures of epoch $((best + 2)), the last:</p>"
says iris.html "Of the net after epoch 3, the last, by 108 samples"
run 1 train --data iris --loss mse --output-activation identity --learning-rate 1e9 --quiet --report diverged.html
says diverged.html "Of the net before its first epoch"

# Ctrl-C: what was learnt until then is written. A training that goes on from there ends as one that was left alone.
digits=(train --data digits --hidden 100 --epochs 150 --schedule cosine --dropout 0.1 --seed 3 --display lines)
run 0 "${digits[@]}"
cp out whole
call="nabla-train ${digits[*]}, interrupted"
rm err # of the run before
set -m # or the shell would have it ignore SIGINT
"$tool" "${digits[@]}" --model interrupted.safetensors --checkpoint state > out 2> err < /dev/null &
set +m
until grep -qs 'epoch *3/' err; do
  kill -0 $! || fail "it ended by itself"
  sleep 0.01
done
kill -INT $!
status=0
wait $! || status=$?
((status == 130)) || fail "exit status $status instead of 130"
says err "stopped: SIGINT in epoch"
says out "test accuracy"
says err "model written to interrupted.safetensors"
run 0 evaluate --model interrupted.safetensors --data digits
run 0 "${digits[@]}" --checkpoint state --resume
says err "epoch 150/150"
! grep -q 'epoch *2/' err || fail "it began anew"
cmp -s out whole || fail "a training that was resumed ends elsewhere"

# A checkpoint is gone on from with the settings of its training, however they are given; more epochs are none.
started=(train --data iris --quiet --checkpoint started)
run 0 "${started[@]}" --epochs 2
run 0 "${started[@]}" --epochs 4 --resume
run 0 "${started[@]}" --epochs 4 --resume --layers 4,64,3 --loss softmax_ce --learning-rate 0.001 --threads 2
run 0 "${started[@]}" --epochs 4 --resume --top-k 2
says out "top-2 accuracy"
table=(train --data people.csv --ignore name --quiet --checkpoint table)
run 0 "${table[@]}" --epochs 1
run 0 "${table[@]}" --epochs 2 --resume --header yes
complains 1 "--loss is 'softmax-ce' there and 'mse' here" "${started[@]}" --epochs 5 --resume --loss mse
complains 1 "--learning-rate is '0.001' there and '0.01' here" "${started[@]}" --epochs 5 --resume --learning-rate 0.01
complains 1 "resume with what it was begun with" "${started[@]}" --epochs 5 --resume --activation tanh
complains 1 "--dropout is '0' there and '0.1' here" "${started[@]}" --epochs 5 --resume --dropout 0.1
complains 1 "--test is '0.2' there and '0.3' here" "${started[@]}" --epochs 5 --resume --test 0.3
complains 1 "--schedule is 'constant' there and 'cosine over 5 epochs' here" \
  "${started[@]}" --epochs 5 --resume --schedule cosine
run 0 train --data iris --checkpoint started --epochs 4 --resume
says err "started holds all 4 epochs, nothing was left to do"

# What cannot be written in the end does not keep the rest from being written.
status=0
call="nabla-train train > /dev/full"
"$tool" train --data iris --quiet --model full.safetensors --history full.csv > /dev/full 2> err || status=$?
((status == 1)) || fail "exit status $status instead of 1"
run 0 describe --model full.safetensors
[[ -s full.csv ]] || fail "no history"
mkdir -p going/away
call="nabla-train train, whose folder goes away"
set -m
"$tool" train --data digits --epochs 100000 --display lines --model going/away/m --report kept.html > out 2> err < /dev/null &
set +m
until grep -qs 'epoch *1/' err; do
  kill -0 $! || fail "it ended by itself"
  sleep 0.01
done
rm -r going/away
kill -INT $!
status=0
wait $! || status=$?
((status == 1)) || fail "exit status $status instead of 1"
says err "going/away/m cannot be created"
(($(grep -c "^nabla-train: " err) == 1)) || fail "not one error"
says out "test accuracy"
[[ -s kept.html ]] || fail "no report"

# Numbers that are no longer finite.
run 1 train --data iris --loss mse --output-activation identity --learning-rate 1e9 --test 0 --validation 0
says err "learning_rate"
echo "nabla-train: all as it should be"
