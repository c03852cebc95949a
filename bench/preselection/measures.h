// The ways of choosing candidates that were compared.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "templates/fingerprint/compare/cylinder.h"
#include "templates/fingerprint/compare/prepared.h"

namespace whorl::bench {

struct Prints {
  std::vector<fingerprint::PreparedTemplate> prepared;
  std::vector<std::vector<fingerprint::FoldedCylinder>> descriptors;  // of every described minutia
  std::vector<std::string> finger;
};

struct Timed {
  std::vector<float> votes;  // of the probe for every print
  double seconds = 0;        // processor time
};

struct Measure {
  std::string name;
  std::function<Timed(std::size_t probe)> votes;
};

// `prints` must outlive them. One thread at a time.
std::vector<Measure> measures(const Prints& prints);

}  // namespace whorl::bench
