// Policies and national files: what is read narrows, or is refused.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "exchange/policy/enumeration.h"
#include "exchange/policy/national.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::exchange;
  const std::string_view text = as_text({data, size});
  const auto policy = parse_policy(text, "policy");
  if (policy.ok() && policy->members.size() < 4 && policy->purposes.size() < 4) (void)matrix_of(*policy);
  const auto national = parse_national(text, "national");
  if (!national.ok() || !policy.ok()) return 0;
  const auto own = narrowed(*policy, *national);
  if (own.ok()) fuzz::require(enumerate(*policy, &*own).widenings.empty());
  return 0;
}
