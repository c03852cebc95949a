#include "cli/exit_codes.h"

namespace whorl::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInternal: return 1;
    case ErrorKind::kInvalidInput: return 3;
    case ErrorKind::kNotFound: return 4;
    case ErrorKind::kAlreadyExists: return 5;
    case ErrorKind::kCorruption: return 6;
    case ErrorKind::kUnauthorised: return 7;
    case ErrorKind::kExhausted: return 8;
    case ErrorKind::kUnavailable: return 9;
  }
  return 1;
}

int exit_code(engine::Decision decision) {
  switch (decision) {
    case engine::Decision::kMatch: return kExitOk;
    case engine::Decision::kNoMatch: return kExitNoMatch;
    case engine::Decision::kIndeterminate: return kExitIndeterminate;
  }
  return 1;
}

int exit_code_of_word(std::string_view decision) {
  if (decision == "match") return kExitOk;
  return decision == "no_match" ? kExitNoMatch : kExitIndeterminate;
}

std::string exit_code_help() {
  return "Exit status:\n"
         "  0  done; for identify, verify and exchange ask: match\n"
         "  1  internal error\n"
         "  2  wrong usage (unknown flag, missing argument)\n"
         "  3  invalid input      4  not found     5  already exists   6  corruption\n"
         "  7  unauthorised       8  exhausted     9  unavailable, try again\n"
         "     Of a file or folder: 4 not there, 7 this user may not, 8 no room, 3 it cannot be meant, 9 another "
         "error\n"
         " 10  no_match          11  indeterminate (identify, verify and exchange ask only)\n"
         " 12  done, but the answer could not be written to standard output\n"
         " 13  an assertion is false   14  an assertion is not shown: the sample does not decide (evaluate only)";
}

}  // namespace whorl::cli
