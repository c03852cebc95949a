#include "cli/losses.h"

#include <algorithm>

#include "cli/print.h"
#include "templates/interchange/fingerprint_minutiae.h"

namespace whorl::cli {

using interchange::MinutiaeEdition;

void note_losses(const std::string& name, MinutiaeEdition edition, std::size_t most,
                 const std::vector<fingerprint::FingerprintTemplate>& fingers) {
  const bool ridges = std::any_of(fingers.begin(), fingers.end(), [](const auto& each) {
    return !each.ridges.bits.empty() || !each.flow.cells.empty();
  });
  if (ridges) print_notice(name + " holds minutiae alone: the ridge map and the flow are left out");
  if (edition == MinutiaeEdition::kIsoCardNormal || edition == MinutiaeEdition::kIsoCardCompact) {
    print_notice(name + " does not hold which finger it is, its image's size, or any quality: these are left out");
  }
  std::size_t all = 0;
  std::size_t kept = 0;
  for (const auto& each : fingers) {
    all += each.minutiae.size();
    kept += interchange::view_of(each, edition, most).minutiae.size();
  }
  if (kept == all) return;
  print_notice(std::to_string(all - kept) + " of " + std::to_string(all) +
               " minutiae are left out: beyond the most of a finger, or at the place of a better one");
}

}  // namespace whorl::cli
