// Payloads: what is read is what would be written. The input's padding is made right, so that more of it is looked at.
#include <cstddef>
#include <cstdint>
#include <string>

#include "exchange/envelope/message.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::exchange;

void read(const std::string& payload) {
  const auto message = read_message(as_bytes(payload));
  if (!message.ok()) return;
  for (const Size size : kSizes) {
    if (payload_bytes(size) != payload.size()) continue;
    const auto again = write_message(*message, size);
    fuzz::require(again.ok() && as_text(again->view()) == payload);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(as_text({data, size}));
  read(text);
  const std::size_t pad = text.find(",\"pad\":\"");
  if (pad != std::string::npos) text.resize(pad);
  text += ",\"pad\":\"";
  const std::size_t whole =
      text.size() + 2 <= payload_bytes(Size::kReply) ? payload_bytes(Size::kReply) : payload_bytes(Size::kSmall);
  if (text.size() + 2 > whole) return 0;
  text.append(whole - text.size() - 2, '0');
  read(text + "\"}");
  return 0;
}
