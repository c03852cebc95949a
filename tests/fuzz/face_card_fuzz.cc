// Any text: parse_card refuses it or gives a card within its bounds, for which a network id can be made if it pins a
// digest.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "templates/face/card.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using whorl::face::Role;
  const auto card = whorl::face::parse_card(whorl::as_text({data, size}));
  if (!card.ok()) return 0;
  whorl::fuzz::require(!card->name.empty() && card->file.find('/') == std::string::npos);
  const bool usable = card->role == Role::kEmbedder && !card->sha256.empty();
  whorl::fuzz::require(whorl::face::network_id(*card).ok() == usable);
  if (card->role == Role::kEmbedder) {
    whorl::fuzz::require(card->input_width >= 16 && card->input_width <= 1024 && card->dimension >= 16);
  }
  return 0;
}
