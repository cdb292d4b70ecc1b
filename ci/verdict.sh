#!/usr/bin/env bash
# ci/verdict.sh OUT ARGUMENT...: `millrace run ARGUMENT...` in a CI, and its reports in the folder OUT: comment.md (for a
# merge request), junit.xml, millrace.sarif, kcidb.json, report.html. Exits as the run did: 0 as expected, 1 not, 2 bad
# input, 3 the machine could not, 4 inconclusive. What ARGUMENTs say is handed on as words, never read by a shell.
set -uo pipefail
out=$1
shift
mkdir -p "$out" || exit 3
millrace() { node "$(dirname "$0")/../dist/cli/main.js" "$@"; }

before=$(millrace runs --json | node -pe 'JSON.parse(fs.readFileSync(0, "utf8")).runs?.[0]?.id ?? ""')
millrace run "$@"
code=$?
run=$(millrace runs --json | node -pe 'JSON.parse(fs.readFileSync(0, "utf8")).runs?.[0]?.id ?? ""')
if [ -z "$run" ] || [ "$run" = "$before" ]; then
  printf '### Millrace: no run\n\nIt ended with exit code %d before a run began: the log of the job says why.\n' "$code" >"$out/comment.md"
  exit "$code"
fi
millrace report "$run" --as markdown -o "$out/comment.md" &&
  millrace report "$run" --as junit -o "$out/junit.xml" &&
  millrace report "$run" --as sarif -o "$out/millrace.sarif" &&
  millrace report "$run" --as kcidb -o "$out/kcidb.json" &&
  millrace report "$run" --as html -o "$out/report.html" || exit 3
exit "$code"
