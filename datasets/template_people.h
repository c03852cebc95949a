// Synthetic people of several fingers each, as templates (template_population.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/template_population.h"
#include "templates/fingerprint/template.h"

namespace whorl::datasets {

struct TemplatePeople {
  std::uint64_t persons = 0;
  int fingers = 2;      // of each, in the order of finger_order(): index fingers first
  int impressions = 1;  // of each finger
  std::uint64_t seed = 1;
};

// One finger's template, and which finger it is.
struct TemplateCapture {
  fingerprint::FingerPosition position = fingerprint::FingerPosition::kUnknown;
  fingerprint::FingerprintTemplate extracted;
};

// A person of such people. The same numbers give the same templates. Thread-safe: every method is const.
class TemplatePerson {
 public:
  // `person` counts from 0. Cost: that of a TemplateFinger for each finger.
  TemplatePerson(std::uint64_t seed, std::uint64_t person, int fingers);

  // "synth-0000001" is the first.
  [[nodiscard]] std::string id() const;
  // Capture `number` (from 0) of every finger. Cost: that of TemplateFinger::impression for each.
  [[nodiscard]] std::vector<TemplateCapture> capture(std::uint64_t number) const;

 private:
  std::uint64_t person_;
  std::vector<TemplateFinger> fingers_;
};

}  // namespace whorl::datasets
