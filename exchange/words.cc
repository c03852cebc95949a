#include "exchange/words.h"

#include <algorithm>
#include <span>

namespace whorl::exchange {
namespace {

template <class T>
std::optional<T> named(std::span<const T> all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](T each) { return name_of(each) == name; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string_view name_of(Lane lane) {
  switch (lane) {
    case Lane::kBorder: return "border";
    case Lane::kUrgent: return "urgent";
    case Lane::kRoutine: return "routine";
  }
  return {};
}

std::string_view name_of(AgeGroup age) {
  switch (age) {
    case AgeGroup::kUnder6: return "<6";
    case AgeGroup::k6To13: return "6-13";
    case AgeGroup::k14To17: return "14-17";
    case AgeGroup::kAdult: return "18+";
    case AgeGroup::kUnknown: return "unknown";
  }
  return {};
}

std::string_view name_of(Item item) {
  switch (item) {
    case Item::kIdentity: return "identity";
    case Item::kDocument: return "document";
    case Item::kEncounter: return "encounter";
    case Item::kStatus: return "status";
    case Item::kFaceImage: return "face_image";
    case Item::kFingerImages: return "finger_images";
  }
  return {};
}

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kPurpose: return "purpose";
    case Refusal::kPair: return "pair";
    case Refusal::kQuota: return "quota";
    case Refusal::kAge: return "age";
    case Refusal::kFpir: return "fpir";
    case Refusal::kFormat: return "format";
    case Refusal::kQuality: return "quality";
    case Refusal::kExpired: return "expired";
    case Refusal::kClock: return "clock";
    case Refusal::kPolicyVersion: return "policy_version";
    case Refusal::kPsk: return "psk";
  }
  return {};
}

std::string_view name_of(Released released) {
  switch (released) {
    case Released::kReleased: return "released";
    case Released::kPartly: return "partly";
    case Released::kRefused: return "refused";
  }
  return {};
}

std::optional<Released> released_named(std::string_view name) {
  constexpr std::array kAll{Released::kReleased, Released::kPartly, Released::kRefused};
  return named(std::span<const Released>(kAll), name);
}

std::string_view name_of(Noticed noticed) {
  switch (noticed) {
    case Noticed::kCorrected: return "corrected";
    case Noticed::kErased: return "erased";
    case Noticed::kWithdrawn: return "withdrawn";
  }
  return {};
}

std::optional<Noticed> noticed_named(std::string_view name) {
  constexpr std::array kAll{Noticed::kCorrected, Noticed::kErased, Noticed::kWithdrawn};
  return named(std::span<const Noticed>(kAll), name);
}

std::optional<Lane> lane_named(std::string_view name) { return named(std::span<const Lane>(kLanes), name); }
std::optional<AgeGroup> age_named(std::string_view name) { return named(std::span<const AgeGroup>(kAgeGroups), name); }
std::optional<Item> item_named(std::string_view name) { return named(std::span<const Item>(kAllItems), name); }
std::optional<Refusal> refusal_named(std::string_view name) { return named(std::span<const Refusal>(kRefusals), name); }

bool is_member_name(std::string_view name) {
  if (name.size() < 3 || name.size() > kMostMemberNameBytes || name.find('.') == std::string_view::npos) return false;
  char before = '.';
  for (const char c : name) {
    if (c == '.' ? !is_letter_or_digit(before) : !(is_letter_or_digit(c) || (c == '-' && before != '.'))) return false;
    before = c;
  }
  return is_letter_or_digit(before);
}

bool is_word(std::string_view text) {
  constexpr std::size_t kMostWordBytes = 64;
  return !text.empty() && text.size() <= kMostWordBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace whorl::exchange
