// OSIA's encryption and integrity blocks of a body that came: what they name is decrypted and verified before anything
// of the body is read. docs/http.md, "Encrypted and signed data", says what is taken.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "engine/access/block_keys.h"

namespace whorl::server {

// Of one array; and texts decrypted in one body: each capture of a record that is taken, and what is said of the
// person.
inline constexpr std::size_t kMostIntegrityBlocks = 4;
inline constexpr std::size_t kMostDecryptions = 32;

// The members of a body that are arrays of BiometricData.
inline constexpr std::string_view kOneList[] = {"biometricData"};
inline constexpr std::string_view kTwoLists[] = {"biometricData1", "biometricData2"};

// What a body is, as far as its blocks go by it.
struct BlockBody {
  std::span<const std::string_view> lists = kOneList;
  // Without these its reader refuses it, so an encrypted body is refused before anything is decrypted.
  std::span<const std::string_view> required = {};
  bool names_encounter = false;  // where integrity is required, encounterId has to be there
};

// Blocks over encrypted data are verified, of the body and of each item of its lists; what the encryption blocks name
// is decrypted in its place, the body's and then those of its items; items that came out of it are verified in between;
// then the other integrity blocks are verified, and no block is left. A body without blocks stays as it is; so does
// what is no object, which its reader refuses. Errors: kInvalidInput naming the property: a block that is not sound, or
// of a type that is not taken; data that does not decrypt, or that a hash or signature does not fit; what the node's
// own rules require and is not there: images and templates that are encrypted, and one signature of the body that
// covers all of it but the integrity blocks. The body is then of no use. Pure and thread-safe. Cost: that of
// decrypting, and of a digest for each integrity block.
Status open_blocks(boost::json::value& body, const BlockBody& kind, const access::BlockKeys& keys);

}  // namespace whorl::server
