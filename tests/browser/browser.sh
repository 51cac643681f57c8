#!/usr/bin/env bash
# Looks at reports in a browser without a window: browser.sh PAGES, the program of pages.cpp.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo "skipped: there is no chromium; install the Debian package chromium" >&2
  exit 77
}
command -v gnuplot > /dev/null || {
  echo "skipped: there is no gnuplot; install the Debian package gnuplot-nox" >&2
  exit 77
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/checks.html" "$here/bad.html" "$folder"
(cd "$folder" && "$1" .)

# look PAGE light|dark: prints what is wrong, and what came on the console. Names of hosts lead nowhere.
look() {
  local scheme=1
  [[ $2 == dark ]] && scheme=0
  timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --allow-file-access-from-files \
    --host-resolver-rules='MAP * ~NOTFOUND' --blink-settings=preferredColorScheme=$scheme --user-data-dir="$folder/user" \
    --enable-logging=stderr --virtual-time-budget=20000 --dump-dom "file://$folder/checks.html#$1" \
    > "$folder/dom" 2> "$folder/log"
  sed -n '/<pre id="result">/,/<\/pre>/p' "$folder/dom" | grep -v '^<.*>$' | sed '/^$/d'
  grep -o 'CONSOLE.*' "$folder/log" || true
}

failed=0
for page in whole wide empty hostile; do
  for scheme in light dark; do
    result=$(look $page.html $scheme)
    [[ $result == "$page.html seen, $scheme" ]] || failed=1
    printf '%s\n' "$result"
  done
done
[[ ! -e $folder/attacked ]] || { echo "a text was run as a command" && failed=1; }

# The checks themselves: on a page with every fault, each has to complain.
result=$(look bad.html light)
while read -r fault; do
  grep -qF "$fault" <<< "$result" || { echo "bad.html: nobody complained that it $fault" && failed=1; }
done << 'END'
may ask for other files
has scripts
runs a text as a script
points to other files
an image is not decoded
an image has no alternative text
a chart has no size
a chart has no label
a chart has no curve
a picture is cut off
a text leaves the picture: Outside
a text runs over another: Under Over
a text is wider than its cell: Much too wide
2008 wide in a window of 320
a part that scrolls cannot be reached by the keyboard
has no language
has no title
has no landmarks
has not one first heading
skips a level of headings
has an id twice
has a link to nowhere
a table has no caption
a head has no scope
a text has the contrast 2.3: Pale
said on the console
END
exit $failed
