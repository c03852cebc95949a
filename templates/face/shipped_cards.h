// The model cards of templates/face/cards, as CMake put them into the binary. Private to this room.
#pragma once

#include <string_view>
#include <vector>

namespace whorl::face {

std::vector<std::string_view> shipped_card_texts();

}  // namespace whorl::face
