// Which part holds which slice, as whoever asks them all sees it: of what each part says of itself. Pure values;
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/slice_book.h"
#include "cluster/slices.h"

namespace whorl::cluster {

// What is known of a part's slices. Nothing at all: it never answered.
struct KnownSlices {
  SliceBook book;
  bool fresh = false;  // it answered just now
};

struct SliceView {
  static constexpr std::uint16_t kNobody = UINT16_MAX;
  // A version that no part has: who is asked by it says what it holds first.
  static constexpr std::uint64_t kUnknown = UINT64_MAX;

  std::array<std::uint16_t, kSlices> owner{};
  // Of each part the version by which it is asked, whether it holds anything, and its share of all slices: of one that
  // may hold anything, of which nothing was heard yet, and that is taken to hold none, all.
  std::vector<std::uint64_t> versions;
  std::vector<bool> holds;
  std::vector<double> shares;
  // A slice that none of them holds, or two: nobody is to be told that somebody is not there. `blamed`: the part of
  // which it is said.
  std::optional<std::string> wrong;
  std::size_t blamed = 0;
};

// A slice is of the part that says so. Where two do, and one was not heard now, it is of the later move's, and the
// other one says anew what it holds before it is asked. What nobody says is of the part that the cluster's file names,
// as long as that one was never heard.
SliceView view_of(const std::vector<std::optional<KnownSlices>>& parts, const std::vector<std::string>& names,
                  const SliceMap& file);

}  // namespace whorl::cluster
