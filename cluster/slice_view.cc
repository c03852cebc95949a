#include "cluster/slice_view.h"

namespace whorl::cluster {
namespace {

// Whether the second of two that say that they hold a slice has it, and not the first.
bool later(const KnownSlices& first, const KnownSlices& second, std::size_t slice) {
  const std::uint32_t a = first.book.row(slice).move;
  const std::uint32_t b = second.book.row(slice).move;
  return b != a ? b > a : second.fresh && !first.fresh;
}

// Whoever gives it away, or gave it last.
std::optional<std::size_t> giving(const std::vector<std::optional<KnownSlices>>& parts, std::size_t slice) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) continue;
    const SliceIs is = parts[i]->book.row(slice).is;
    if (is == SliceIs::kLeaving || is == SliceIs::kLeft || is == SliceIs::kTaking) return i;
  }
  return {};
}

}  // namespace

SliceView view_of(const std::vector<std::optional<KnownSlices>>& parts, const std::vector<std::string>& names,
                  const SliceMap& file) {
  SliceView out;
  out.owner.fill(SliceView::kNobody);
  out.versions.assign(parts.size(), SliceView::kUnknown);
  out.holds.assign(parts.size(), false);
  const auto wrong = [&](std::size_t part, const std::string& what) {
    if (out.wrong) return;
    out.wrong = what;
    out.blamed = part;
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // It may hold anything: it is missing until it was heard once, whatever the file or another part says.
    if (!parts[i]) out.holds[i] = true;
    if (!parts[i] || !parts[i]->book.begun()) continue;
    out.versions[i] = parts[i]->book.version();
    for (std::size_t slice = 0; slice < kSlices; ++slice) {
      if (!parts[i]->book.holds(slice)) continue;
      std::uint16_t& owner = out.owner[slice];
      if (owner == SliceView::kNobody) {
        owner = static_cast<std::uint16_t>(i);
        continue;
      }
      const bool takes = later(*parts[owner], *parts[i], slice);
      const std::size_t loses = takes ? owner : i;
      if (parts[loses]->fresh) {
        wrong(i, "slice " + std::to_string(slice) + " is held by " + names[owner] + " and " + names[i] +
                     " at once (whorl cluster status)");
      }
      out.versions[loses] = SliceView::kUnknown;
      if (takes) owner = static_cast<std::uint16_t>(i);
    }
  }
  for (std::size_t slice = 0; slice < kSlices; ++slice) {
    std::uint16_t& owner = out.owner[slice];
    const std::size_t named = file.parts()[slice];
    const bool heard = parts[named] && parts[named]->book.begun();
    if (owner == SliceView::kNobody && !heard) owner = static_cast<std::uint16_t>(named);
    if (owner != SliceView::kNobody) {
      out.holds[owner] = true;
      continue;
    }
    const auto giver = giving(parts, slice);
    wrong(giver.value_or(named), giver
                                     ? "slice " + std::to_string(slice) + " is just moving; ask again"
                                     : "slice " + std::to_string(slice) +
                                           " is held by no part that this cluster's file names (whorl cluster status)");
  }
  out.shares.assign(parts.size(), 0);
  for (const std::uint16_t owner : out.owner) {
    if (owner != SliceView::kNobody) out.shares[owner] += 1.0 / static_cast<double>(kSlices);
  }
  for (double& share : out.shares) {
    if (share == 0) share = 1;
  }
  return out;
}

}  // namespace whorl::cluster
