// Any text: parse_node_config refuses it, or gives a configuration within its bounds, which written and read again is
// the same.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "engine/node_config.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = whorl::engine::parse_node_config(whorl::as_text({data, size}), "node.toml");
  if (!parsed.ok()) {
    whorl::fuzz::require(!parsed.error().field.empty());
    return 0;
  }
  whorl::fuzz::require(whorl::engine::check(*parsed).ok());
  const std::string text = whorl::engine::node_config_text(*parsed);
  if (text.size() > whorl::engine::kMaxNodeConfigBytes) return 0;  // escapes may make it longer
  const auto again = whorl::engine::parse_node_config(text, "node.toml");
  whorl::fuzz::require(again.ok() && whorl::engine::node_config_text(*again) == text);
  return 0;
}
