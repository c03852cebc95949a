#include "index/comparator/comparator.h"

#include <algorithm>
#include <array>

#include "index/comparator/face_comparator.h"
#include "index/comparator/finger_comparator.h"

namespace whorl::index {
namespace {

const std::array<Comparator, kModalities>& rows() {
  static const std::array<Comparator, kModalities> all{finger_comparator(), face_comparator()};
  return all;
}

}  // namespace

std::span<const Comparator> comparators() { return rows(); }

const Comparator* find_comparator(std::uint32_t modality) {
  const auto found = std::find_if(rows().begin(), rows().end(), [=](const Comparator& row) {
    return static_cast<std::uint32_t>(row.modality) == modality;
  });
  return found == rows().end() ? nullptr : &*found;
}

const Comparator& comparator_of(Modality modality) {
  return *find_comparator(static_cast<std::uint32_t>(modality));  // the table has every modality
}

}  // namespace whorl::index
