// A million faces: clusters of synthetic embeddings about random identities, with real ones among them where there are
// images and networks.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace whorl::bench {

struct Faces {
  std::size_t dimension = 0;
  std::vector<float> enrolled;       // unit vectors, row after row
  std::vector<std::size_t> persons;  // whose each row is
  std::vector<float> probes;         // other captures of enrolled persons
  std::vector<std::size_t> wanted;   // whose each probe is
  std::string note;                  // how it came about
  [[nodiscard]] std::size_t rows() const { return persons.size(); }
};

// Deterministic but for the networks. `n` enrolled rows (two an identity), `probes` probes; of either, as many as can
// be had are of LFW.
Faces make_faces(std::size_t n, std::size_t probes);

}  // namespace whorl::bench
