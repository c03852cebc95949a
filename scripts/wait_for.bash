# For scripts that start a program and wait until it says something: . scripts/wait_for.bash
# wait_for FILE PATTERN PID: prints what first matches the pattern (grep -E) in the file, for half a minute at most; status
# 1, with the file on standard error, where that has not come or the program has ended without it.
wait_for() {
  for _ in $(seq 300); do
    grep -oE "$2" "$1" 2>/dev/null | head -n 1 | grep . && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  echo "$(basename "$0"): did not start:" >&2 && cat "$1" >&2 && return 1
}
