// Synthetic people made as templates at once: no image, no extraction. For measurements that need a million
// of them.
//
// A finger is a ridge pattern given by a formula (ridge_phase.h) with minutiae in it; an impression reads its
// minutiae, its flow and its ridge map off that one pattern, so the three agree as those of an extracted
// template do. The parameters are fitted so that different fingers score against each other as real ones do,
// and impressions of one finger about as real ones do. Method, figures and limits: docs/synthetic.md.
//
// Everything is a pure function of its arguments: the same numbers give the same templates, bit for bit,
// whatever vector instructions the processor has. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "datasets/synthetic.h"
#include "templates/fingerprint/template.h"

namespace whorl::datasets {

// Which finger of which people. Any value of `person` is a person.
struct TemplateFingerId {
  std::uint64_t seed = 1;
  std::uint64_t person = 0;
  int finger = 0;  // in the order of finger_order() (population.h): 0 right index, 1 left index, ...
};

// One finger of a person. Immutable; share it between threads. About 4 KB.
class TemplateFinger {
 public:
  // Cost: about 60 microseconds.
  explicit TemplateFinger(const TemplateFingerId& id);
  TemplateFinger(TemplateFinger&&) noexcept;
  TemplateFinger& operator=(TemplateFinger&&) noexcept;
  ~TemplateFinger();

  [[nodiscard]] PatternClass pattern() const;

  // Capture number `number` of this finger, any number: turned, shifted, stretched, partly in contact, with
  // minutiae missed and invented and a quality of its own. Satisfies the bounds of the native format; equal
  // to its own quantised(). Cost: about 0.3 ms on one core.
  [[nodiscard]] fingerprint::FingerprintTemplate impression(std::uint64_t number) const;

  struct Parts;

 private:
  std::unique_ptr<const Parts> parts_;
};

}  // namespace whorl::datasets
