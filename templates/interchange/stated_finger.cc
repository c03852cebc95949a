#include "templates/interchange/stated_finger.h"

#include <algorithm>
#include <array>
#include <bit>

#include "templates/fingerprint/template.h"

namespace whorl::interchange {
namespace {

constexpr int kOfAHand = 5;
constexpr std::array<std::string_view, 2> kHands{"Right", "Left"};
constexpr std::array<std::string_view, kOfAHand> kFingers{"Thumb", "IndexFinger", "MiddleFinger", "RingFinger",
                                                          "LittleFinger"};

template <std::size_t N>
unsigned bit_of(std::string_view word, const std::array<std::string_view, N>& names) {
  const auto at = std::find(names.begin(), names.end(), word) - names.begin();
  return at == static_cast<std::ptrdiff_t>(N) ? 0 : 1U << at;
}

}  // namespace

std::optional<StatedFinger> StatedFinger::of_sub_type(int code) {
  constexpr int kBothHands = 3;
  const int hand = code & 3;
  const int finger = code >> 2;
  if (code < 0 || hand == kBothHands || finger > kOfAHand) return std::nullopt;
  StatedFinger out;
  if (hand != 0) out.hands_ = 1U << (hand - 1);
  if (finger != 0) out.fingers_ = 1U << (finger - 1);
  return out;
}

StatedFinger StatedFinger::of_words(std::string_view words) {
  constexpr std::string_view kSpaces = " \t\r\n";
  StatedFinger out;
  for (std::size_t at = 0; (at = words.find_first_not_of(kSpaces, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(words.find_first_of(kSpaces, at), words.size());
    const std::string_view word = words.substr(at, end - at);
    out.hands_ |= bit_of(word, kHands);
    out.fingers_ |= bit_of(word, kFingers);
    at = end;
  }
  return out;
}

std::uint8_t StatedFinger::position() const {
  if (std::popcount(hands_) != 1 || std::popcount(fingers_) != 1) return 0;
  return static_cast<std::uint8_t>(1 + kOfAHand * std::countr_zero(hands_) + std::countr_zero(fingers_));
}

bool StatedFinger::contradicts(int position) const {
  if (position < 1 || position > 2 * kOfAHand) return false;
  const unsigned hand = 1U << ((position - 1) / kOfAHand);
  const unsigned finger = 1U << ((position - 1) % kOfAHand);
  return (hands_ != 0 && (hands_ & hand) == 0) || (fingers_ != 0 && (fingers_ & finger) == 0);
}

std::string StatedFinger::text() const {
  if (const std::uint8_t one = position()) return std::string(name_of(static_cast<fingerprint::FingerPosition>(one)));
  std::string out;
  for (std::size_t i = 0; i < kHands.size(); ++i) {
    if ((hands_ >> i & 1U) != 0) out += (out.empty() ? "" : " ") + std::string(kHands[i]);
  }
  for (std::size_t i = 0; i < kFingers.size(); ++i) {
    if ((fingers_ >> i & 1U) != 0) out += (out.empty() ? "" : " ") + std::string(kFingers[i]);
  }
  return out;
}

}  // namespace whorl::interchange
