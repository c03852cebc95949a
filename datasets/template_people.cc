#include "datasets/template_people.h"

#include <cstdio>

#include "datasets/population.h"

namespace whorl::datasets {

TemplatePerson::TemplatePerson(std::uint64_t seed, std::uint64_t person, int fingers) : person_(person) {
  for (int finger = 0; finger < fingers; ++finger) fingers_.emplace_back(TemplateFingerId{seed, person, finger});
}

std::string TemplatePerson::id() const {
  char text[32];
  std::snprintf(text, sizeof text, "synth-%07llu", static_cast<unsigned long long>(person_ + 1));
  return text;
}

std::vector<TemplateCapture> TemplatePerson::capture(std::uint64_t number) const {
  std::vector<TemplateCapture> out;
  for (std::size_t f = 0; f < fingers_.size(); ++f) {
    out.push_back({finger_order(static_cast<int>(f)), fingers_[f].impression(number)});
  }
  return out;
}

}  // namespace whorl::datasets
