// What the process's exit status means; the same table is in `whorl --help` and docs/operations.md. What a failure with
// a path is stands in base/path_failure.h.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/types.h"

namespace whorl::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNoMatch = 10;
inline constexpr int kExitIndeterminate = 11;
inline constexpr int kExitOutput = 12;          // done, but standard output did not take the whole answer
inline constexpr int kExitAssertionFalse = 13;  // an assertion of evaluate is refuted
inline constexpr int kExitNotShown = 14;        // none is refuted, but the sample does not decide one

// 1 internal, 3 invalid input, 4 not found, 5 already exists, 6 corruption, 7 unauthorised, 8 exhausted,
// 9 unavailable.
int exit_code(ErrorKind kind);
// 0 match, 10 no_match, 11 indeterminate.
int exit_code(engine::Decision decision);
// Of a node's word for one: "match", "no_match"; whatever else is indeterminate.
int exit_code_of_word(std::string_view decision);

// The table as text, for --help.
std::string exit_code_help();

}  // namespace whorl::cli
