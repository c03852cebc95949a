// What carries OSIA's encryption and integrity blocks: a body, or an item of one of its arrays. data_blocks.h says in
// which order they are opened.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/json_scope.h"
#include "base/result.h"
#include "engine/access/block_keys.h"

namespace whorl::server {

struct IntegrityBlock;

inline constexpr std::string_view kEncryptionMember = "encryption";
inline constexpr std::string_view kIntegrityMember = "integrity";

// Value, lists and keys must outlive it. Of one thread.
class BlockCarrier {
 public:
  // `lists`: the value's members whose items may have blocks of their own; none of an item.
  BlockCarrier(boost::json::value& value, FieldPath path, const access::BlockKeys& keys,
               std::span<const std::string_view> lists = {})
      : value_(value), path_(std::move(path)), keys_(keys), lists_(lists) {}

  // Integrity blocks whose hash is of data as it was encrypted (then a list that is encrypted itself is not looked
  // into), or the others. Errors: kInvalidInput naming the property; among the others a block over encrypted data that
  // came out of an encrypted list, where nobody could verify it.
  Status verify(bool encrypted);
  // What the encryption block names, in its place; then the block is gone. `left`: how many texts may be decrypted
  // still. Errors: kInvalidInput naming the property.
  Status decrypt(std::size_t& left);
  void remove_blocks();

  // What no one signature covers together with all the rest, the integrity blocks aside; empty where one covers all.
  // Looked at where the keys' owner requires integrity, and then "integrity" before verify.
  [[nodiscard]] const std::optional<FieldPath>& left_out() const { return left_out_; }
  [[nodiscard]] const boost::json::value& value() const { return value_; }
  [[nodiscard]] const FieldPath& path() const { return path_; }

 private:
  [[nodiscard]] const boost::json::value* member(std::string_view name) const;
  Status verify(const IntegrityBlock& block);
  Status decrypt(boost::json::value& node, const JsonStep& name) const;

  boost::json::value& value_;
  FieldPath path_;
  const access::BlockKeys& keys_;
  std::span<const std::string_view> lists_;
  bool is_list_seen_ = false;  // by verify(true)
  std::optional<FieldPath> left_out_ = FieldPath(kIntegrityMember);
};

}  // namespace whorl::server
