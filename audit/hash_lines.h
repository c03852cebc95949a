// Hashes of a proof as lines of a text: base64, one a line, and an empty line behind the last. Private to this room.
#pragma once

#include <string>
#include <string_view>

#include "crypto/log/merkle_tree.h"

namespace whorl::audit {

std::string hash_lines(const crypto::TreeProof& hashes);
// Takes them from the front of `rest`, with the empty line. False, and anything taken, where there are none such, or
// more than a proof can have. Other spellings of the same bytes are taken: whoever parses holds the text against its
// own.
bool take_hash_lines(std::string_view& rest, crypto::TreeProof& out);
// Takes "NAME NUMBER" and its end. False where the front is no such line.
bool take_number_line(std::string_view& rest, std::string_view name, std::uint64_t& out);

}  // namespace whorl::audit
