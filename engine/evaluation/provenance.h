// Where figures come from: enough to make them again, and to see that a file was not changed since.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace whorl::evaluation {

// Something that was read, by its SHA-256 in hexadecimal.
struct Origin {
  std::string name;
  std::string sha256;       // empty where nothing was read (prints made in memory from the seed)
  std::uint64_t files = 1;  // more than one: the digest is that of the lines "digest  name" of all, as sha256sum prints
};

struct Provenance {
  std::string version;  // of Whorl
  std::string command;  // as it was given
  std::string date;     // RFC 3339
  std::uint64_t seed = 0;
  int extractor_version = 0;
  int comparator_version = 0;
  std::string network;  // of faces; empty for fingerprints
  std::vector<Origin> data;
  Origin calibration;
};

boost::json::object provenance_json(const Provenance& provenance);

// `svg` with the same in its <metadata>.
std::string with_provenance(const std::string& svg, const Provenance& provenance);

}  // namespace whorl::evaluation
