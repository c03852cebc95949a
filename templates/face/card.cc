#include "templates/face/card.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/catalogue.h"
#include "base/sha256.h"
#include "templates/face/shipped_cards.h"

namespace whorl::face {
namespace {

std::vector<ModelCard> parse_shipped() {
  std::vector<ModelCard> out;
  for (const std::string_view json : shipped_card_texts()) {
    auto card = parse_card(json);
    if (!card.ok()) {  // a build that no test can have passed
      std::fprintf(stderr, "a model card inside this binary is unusable: %s\n", card.error().text().c_str());
      std::abort();
    }
    out.push_back(std::move(card).value());
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

// Fixed point, so that the digest does not depend on how a number is printed.
std::uint64_t millionths(double v) { return static_cast<std::uint64_t>(std::llround(v * 1e6)); }

}  // namespace

const std::vector<ModelCard>& shipped_cards() {
  static const std::vector<ModelCard> cards = parse_shipped();
  return cards;
}

Result<ModelCard> shipped_card(std::string_view name, Role role) {
  std::string known;
  for (const ModelCard& card : shipped_cards()) {
    if (card.role != role) continue;
    if (card.name == name) return card;
    known += (known.empty() ? "" : ", ") + card.name;
  }
  return failure(ErrorCode::kModelCardUnknown, with<"name">(name), with<"known">(known));
}

Result<NetworkId> network_id(const ModelCard& card) {
  const auto weights = sha256_named(card.sha256);
  if (!weights) return failure(ErrorCode::kModelCardDigest, FieldPath(card.name) / "sha256");
  if (card.role != Role::kEmbedder)
    return failure(ErrorCode::kModelCardRole, FieldPath(card.name) / "role", with<"role">("embedder"));
  ByteWriter out;
  out.sized("whorl face network").u32(kExtractorVersion).bytes(*weights);
  out.u32(static_cast<std::uint32_t>(card.input_width)).u32(static_cast<std::uint32_t>(card.input_height));
  out.u8(card.channels == ChannelOrder::kRgb ? 1 : 0).u64(millionths(card.scale));
  for (const double mean : card.mean) out.u64(millionths(mean));
  out.u32(static_cast<std::uint32_t>(card.dimension));
  for (const Point& p : card.alignment) {
    out.u64(millionths(static_cast<double>(p.x))).u64(millionths(static_cast<double>(p.y)));
  }
  WHORL_ASSIGN(const Sha256 digest, sha256(out.view()));
  NetworkId id;
  id.name = card.name;
  std::copy_n(digest.begin(), id.digest.size(), id.digest.begin());
  return id;
}

}  // namespace whorl::face
