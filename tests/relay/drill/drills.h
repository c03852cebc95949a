// Drills: whorl-switch as a process, members around it, figures. Each prints one line of JSON and says whether all is
// as it must be. They throw where they cannot go on.
#pragma once

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace whorl::drill {

struct Options {
  std::string program;  // whorl-switch
  bool full = false;
};

// Envelopes and markers are looked for in the switch's memory, folder and journal.
bool switch_forgets(const Options& options);
// What passes has one length for each size, whatever it says.
bool lengths(const Options& options);
// Sender, switch and receiver count alike, to the last one that a quota allows.
bool quota(const Options& options);
// Silent and slow connections beside honest members.
bool slow(const Options& options);
// Checks and answers among three members through a switch on one core.
bool throughput(const Options& options);

// Of sorted or unsorted times; p from 0 to 1. 0 where there are none.
inline double percentile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace whorl::drill
