// Template against template: the exact comparator, and the descriptors that candidate search uses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// Bumped whenever the same two templates may give another score; a calibration belongs to one version.
inline constexpr int kComparatorVersion = 1;

// A template made ready for comparing (descriptors computed once). Immutable: share it freely between threads.
// Cost to make: about a millisecond; cost to hold: about memory_bytes(). Copies are deep; move where you can.
class PreparedTemplate {
 public:
  explicit PreparedTemplate(const FingerprintTemplate& source, const CompareParameters& parameters = {});
  PreparedTemplate(PreparedTemplate&&) noexcept;
  PreparedTemplate& operator=(PreparedTemplate&&) noexcept;
  ~PreparedTemplate();

  [[nodiscard]] std::size_t memory_bytes() const;

  struct Data;
  [[nodiscard]] const Data& data() const { return *data_; }

 private:
  std::unique_ptr<const Data> data_;
};

struct MinutiaPair {
  std::uint8_t probe = 0;      // index into the probe template's minutiae
  std::uint8_t reference = 0;  // index into the reference template's minutiae
};

struct Comparison {
  double score = 0;                // raw, >= 0, higher is more alike; meaningful through a calibration only
  std::vector<MinutiaPair> pairs;  // filled only when asked for
};

// Compares two templates. Symmetric up to rounding. Never fails: templates without minutiae score 0.
// Thread-safe, no allocation kept between calls. Cost: see docs/benchmarks.md.
Comparison compare(const PreparedTemplate& probe, const PreparedTemplate& reference,
                   const CompareParameters& parameters = {}, bool want_pairs = false);

// A rotation-invariant binary descriptor of one minutia's neighbourhood; the unit of candidate search.
// Near in Hamming distance means alike.
inline constexpr std::size_t kSearchDescriptorBytes = 32;
using SearchDescriptor = std::array<std::uint8_t, kSearchDescriptorBytes>;

// One descriptor for each usable minutia of `source` (at most kMaxMinutiae, often fewer), best quality first.
// Deterministic. Cost: about a millisecond.
std::vector<SearchDescriptor> search_descriptors(const FingerprintTemplate& source,
                                                 const CompareParameters& parameters = {});

}  // namespace whorl::fingerprint
