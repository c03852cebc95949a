# For scripts that run cases of a test program: . scripts/run_gtest.bash
# gtest BINARY FILTER: its cases, at least one; prints how many passed, and the lines that they print themselves. Status 1, with all
# that was said on standard error, where one failed or the filter names none.
gtest() {
  local said
  said=$("$1" --gtest_brief=1 --gtest_filter="$2") || { echo "$said" >&2; return 1; }
  grep -q 'PASSED  \] [1-9]' <<<"$said" || { echo "$(basename "$0"): $2 names no case" >&2; return 1; }
  echo "$said" | sed -n 's/^.*PASSED  \] /passed: /p; /^[a-z0-9{]/p'
}
