#include "templates/interchange/impressions.h"

namespace whorl::interchange {
namespace {

constexpr int kAnsiLatent = 7;  // INCITS 381-2004 and 378-2004 know one latent print, whatever shows it

bool is_contactless_or_unnamed(int code) { return code == 24 || code == 28 || code == 29; }
bool is_latent(int code) { return code >= 4 && code <= 7; }

// Codes are those of ANSI/NIST-ITL wherever the edition has them.
bool has(int code, FingerImageEdition edition) {
  switch (edition) {
    case FingerImageEdition::kIso2005: return code >= 0 && code <= 9;
    case FingerImageEdition::kIso2011: return (code >= 0 && code <= 15) || is_contactless_or_unnamed(code);
    case FingerImageEdition::kAnsi2004: return (code >= 0 && code <= 3) || (code >= kAnsiLatent && code <= 9);
  }
  return false;
}

bool has(int code, MinutiaeEdition edition) {
  const bool plain_or_rolled = code >= 0 && code <= 3;
  switch (edition) {
    case MinutiaeEdition::kIso2005: return plain_or_rolled || code == 8;
    case MinutiaeEdition::kIso2011: return (code >= 0 && code <= 9) || is_contactless_or_unnamed(code);
    case MinutiaeEdition::kAnsi2004: return plain_or_rolled || code == 8 || code == 9;
    case MinutiaeEdition::kAnsi2007Draft:
    case MinutiaeEdition::kAnsi2009:
    case MinutiaeEdition::kAnsi2009Am1:
      return plain_or_rolled || code == 8 || code == 10 || code == 11 || is_contactless_or_unnamed(code);
    case MinutiaeEdition::kIsoCardNormal:
    case MinutiaeEdition::kIsoCardCompact: return false;
  }
  return false;
}

template <class Edition>
std::optional<std::uint8_t> code_in(Impression impression, Edition edition) {
  const int code = static_cast<int>(impression);
  constexpr int kOther = static_cast<int>(Impression::kOther);
  if (has(code, edition)) return static_cast<std::uint8_t>(code);
  return has(kOther, edition) ? std::optional<std::uint8_t>(kOther) : std::nullopt;
}

}  // namespace

std::optional<Impression> impression_of_itl(int code) {
  constexpr int kMost = 255;
  if (code < 0 || code > kMost || !is_impression(static_cast<std::uint8_t>(code))) return std::nullopt;
  return static_cast<Impression>(code);
}

std::optional<Impression> impression_of(int code, FingerImageEdition edition) {
  if (!has(code, edition)) return std::nullopt;
  if (edition == FingerImageEdition::kAnsi2004 && code == kAnsiLatent) return Impression::kLatentImpression;
  return impression_of_itl(code);
}

std::optional<Impression> impression_of(int code, MinutiaeEdition edition) {
  return has(code, edition) ? impression_of_itl(code) : std::nullopt;
}

std::optional<std::uint8_t> code_of(Impression impression, FingerImageEdition edition) {
  if (edition == FingerImageEdition::kAnsi2004 && is_latent(static_cast<int>(impression))) return kAnsiLatent;
  return code_in(impression, edition);
}

std::optional<std::uint8_t> code_of(Impression impression, MinutiaeEdition edition) {
  return code_in(impression, edition);
}

}  // namespace whorl::interchange
