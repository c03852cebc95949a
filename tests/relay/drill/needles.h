// Looks for many byte strings at once, in memory and in files. Thread-safety: as a container.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"

namespace whorl::drill {

// A secret in the forms in which a program may hold it: raw, base64 and base64url at each of three offsets, hexadecimal
// in both cases, and each of them reversed.
std::vector<std::string> forms_of(std::string_view secret);

class Needles {
 public:
  // At least 16 bytes, at most 128. `owner` is what it is of: a message, a marker.
  void add(std::string_view text, std::uint32_t owner);
  void add_forms(std::string_view secret, std::uint32_t owner);
  // Pieces of 32 bytes, each 256.
  void add_pieces(std::string_view text, std::uint32_t owner);
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

  struct Found {
    std::size_t times = 0;
    std::set<std::uint32_t> owners;
    std::set<std::uint32_t> needles;
    std::uint64_t bytes = 0;  // that were looked through
  };
  void look(ByteView bytes, Found& found) const;
  // Every file in the folder.
  [[nodiscard]] Found look_in(const std::filesystem::path& folder) const;

 private:
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> owners_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_start_;
  std::vector<bool> may_be_ = std::vector<bool>(std::size_t{1} << 22);
};

}  // namespace whorl::drill
