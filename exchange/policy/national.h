// A member's own file beside the region's policy: it can only narrow.
//
// It is private to the member. A value that would allow more than the region does is refused, not ignored: its writer
// believed something that is not so. Thread-safety: plain values and pure functions.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/policy/policy.h"

namespace whorl::exchange {

struct NationalPair {
  std::optional<std::uint64_t> per_day;
  std::optional<std::uint64_t> per_year;
  std::optional<std::vector<std::string>> purposes;
};

struct NationalPolicy {
  std::string member;  // whose it is
  std::optional<bool> respond;
  // Who is answered from a gallery; a gallery that is not named is open to nobody.
  std::map<std::string, std::vector<std::string>> galleries;
  std::map<std::string, NationalPair> answers;  // [pairs.bel]: what bel may ask this member
  std::map<std::string, NationalPair> asks;     // [asks.bel]: what this member asks of bel
  std::optional<int> min_age;
  std::map<std::string, Seconds> retention;   // by the region's keys
  std::map<std::string, std::string> idp;     // for the node: who signs people in
  std::map<std::string, std::string> notify;  // for the node: whom it tells
};

// Errors: as parse_policy.
Result<NationalPolicy> parse_national(std::string_view toml, const std::filesystem::path& file);

// The region's policy as this member applies it. Errors: kInvalidInput (policy_widens, the field is the key) where a
// value would allow more; policy_malformed for a member or purpose that the region does not know.
Result<Policy> narrowed(const Policy& region, const NationalPolicy& national);

// The galleries that are searched for `asker`, in order of name.
std::vector<std::string> galleries_for(const NationalPolicy& national, std::string_view asker);

}  // namespace whorl::exchange
