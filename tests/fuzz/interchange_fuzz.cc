// Any bytes: the checker answers, its findings lie inside the file, and what is read leniently can be used or is
// refused.
#include <cstddef>
#include <cstdint>

#include "templates/image/decode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/identifiers.h"
#include "templates/interchange/samples.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const ByteView file{data, size};
  const auto reading = interchange::read_leniently(file);
  for (const auto& finding : reading.report.findings.all()) {
    fuzz::require(finding.offset <= size && !finding.rule.empty() && !finding.text.empty());
  }
  fuzz::require(reading.report.verdict != interchange::Verdict::kValid || reading.report.findings.errors() == 0);
  fuzz::require(interchange::check(file).verdict == reading.report.verdict);  // strict and lenient find the same
  for (const std::string_view stated : interchange::stated_formats()) {
    static_cast<void>(interchange::check(file, {nullptr, 0, std::string(stated)}));
  }
  static_cast<void>(interchange::itl_value(file, 1, 9));
  static_cast<void>(interchange::cbeff_index(file));
  for (const Modality modality : {Modality::kFinger, Modality::kFace}) {
    const auto found = interchange::samples_of(file, modality);
    if (!found.ok()) continue;
    for (const Sample& sample : found->samples) fuzz::require(sample.modality == modality);
  }
  return 0;
}
