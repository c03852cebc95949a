// Pictures that are no fingerprint, drawn, looked at with the gate and without it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "templates/fingerprint/compare/prepared.h"
#include "tests/support/textures/texture.h"

namespace whorl::bench {

struct Picture {
  std::string kind;
  std::uint64_t seed = 0;
  bool refused = false;  // by extraction as it ships
  std::string why;       // where it was
};

struct Pictures {
  std::vector<Picture> all;
  // Of the pictures from which a template was made with the gate open, and which pictures they are.
  std::vector<fingerprint::PreparedTemplate> prepared;
  std::vector<std::size_t> of;
};

// `count` pictures of every kind, seeds from `seed` on.
Pictures draw_pictures(int count, std::uint64_t seed);

// The prints of a manifest. Errors: as read_manifest and extract_all.
Result<std::vector<fingerprint::PreparedTemplate>> real_prints(const std::filesystem::path& manifest);

// How alike pairs are, beside what decibels promise.
struct Shares {
  std::size_t pairs = 0;
  std::size_t at_20 = 0;
  std::size_t at_30 = 0;
};

// `count` pairs drawn from the seed, of two different ones where both sides are the same list; every pair once where
// there are not so many.
Shares compare_pairs(const std::vector<const fingerprint::PreparedTemplate*>& a,
                     const std::vector<const fingerprint::PreparedTemplate*>& b, std::size_t count, std::uint64_t seed);

}  // namespace whorl::bench
