#!/usr/bin/env bash
# Makes the folder $1: links to what a machine has before anything is installed on it, as its PATH. That is Node, npm,
# git, and the packages without which Debian would be none; no compiler, no QEMU, whatever an earlier run has installed.
set -euo pipefail
folder=$1
mkdir -p "$folder"

add() {
  local found
  found=$(command -v "$1") && ln -sf "$(readlink -f "$found")" "$folder/$1"
}

for name in node npm npx git; do add "$name"; done

if command -v dpkg-query >/dev/null; then
  packages=$(dpkg-query -W -f '${Package} ${Essential} ${Priority}\n' |
    awk '$2 == "yes" || $3 == "required" || $3 == "important" { print $1 }')
  # A package names its programs by where they were before /bin became /usr/bin.
  for path in $(dpkg -L $packages | grep -E '^(/usr)?/s?bin/[^/]+$' | sort -u); do
    name=${path##*/}
    [ -e "$folder/$name" ] || add "$name" || true
  done
else
  echo "not Debian: PATH has all that is installed, compilers among it" >&2
  IFS=:
  for directory in $PATH; do
    for path in "$directory"/*; do [ -e "$folder/${path##*/}" ] || ln -s "$path" "$folder/"; done
  done
fi
