#include "crypto/log/note_text.h"

#include <algorithm>
#include <cstdint>

#include "crypto/log/note.h"
#include "crypto/utf8.h"

namespace whorl::crypto {
namespace {

std::uint32_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

bool is_note_text(std::string_view text) {
  const auto is_control = [](char c) { return byte_of(c) < 0x20 && c != '\n'; };
  return text.ends_with('\n') && std::none_of(text.begin(), text.end(), is_control) && is_utf8(text);
}

bool is_note_name(std::string_view name) {
  const auto is_visible = [](char c) { return c > ' ' && c <= '~' && c != '+'; };
  return !name.empty() && name.size() <= kMostNoteNameBytes && std::all_of(name.begin(), name.end(), is_visible);
}

}  // namespace whorl::crypto
