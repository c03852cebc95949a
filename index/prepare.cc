#include "index/prepare.h"

#include "index/comparator/comparator.h"
#include "index/record/native_sample.h"

namespace whorl::index {

PreparedSample prepare_probe(const codec::Template& content) {
  return comparator_of(codec::modality_of(content)).prepare_probe(content);
}

double compare_prepared(const PreparedSample& a, const PreparedSample& b) {
  return comparator_of(a.modality).comparer(a.bytes)->score(b.bytes);
}

Result<KeptSample> keep_sample(std::uint8_t position, const codec::Template& content, const PreparedSample& probe) {
  WHORL_ASSIGN(SampleRecord record, native_sample(position, content));
  PreparedSample prepared = comparator_of(probe.modality).keep(probe, record.template_bytes);
  prepared.position = position;
  return KeptSample{std::move(record), std::move(prepared)};
}

}  // namespace whorl::index
