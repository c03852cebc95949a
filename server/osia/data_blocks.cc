#include "server/osia/data_blocks.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "base/catalogue.h"
#include "server/json/json_text.h"
#include "server/osia/biometric_data.h"
#include "server/osia/block_carrier.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kEncounterId = "encounterId";

bool has(const json::value& body, std::string_view name) { return body.get_object().contains(json_view(name)); }

// Before anything is decrypted: an image or template that has no point is in base64, and cannot be a JWE.
Status check_encrypted(const json::value& body, std::span<const std::string_view> lists) {
  for (const std::string_view list : lists) {
    const json::value* const value = body.get_object().if_contains(json_view(list));
    const json::array* const items = value == nullptr ? nullptr : value->if_array();
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const json::object* const item = (*items)[i].if_object();
      for (const std::string_view name : {"image", "template"}) {
        const json::value* const buffer = item == nullptr ? nullptr : item->if_contains(json_view(name));
        if (buffer == nullptr ||
            (buffer->is_string() && std_view(buffer->get_string()).find('.') != std::string_view::npos))
          continue;
        return failure(ErrorCode::kEncryptionRequired, FieldPath(list, i) / FieldPath(name));
      }
    }
  }
  return {};
}

struct Item {
  std::string_view list;
  std::size_t index;
  BlockCarrier carrier;
};

// Adds the items of the arrays that are objects and not among them yet; pointers into the body. Of the new ones blocks
// over encrypted data are verified. Errors: more than are taken; those of the blocks.
Status add_items(json::value& body, std::span<const std::string_view> lists, const access::BlockKeys& keys,
                 std::vector<Item>& out) {
  for (const std::string_view list : lists) {
    json::value* const value = body.get_object().if_contains(json_view(list));
    json::array* const items = value == nullptr ? nullptr : value->if_array();
    if (items != nullptr && items->size() > kMaxBiometricItems) {
      return failure(ErrorCode::kTooManyItems, FieldPath(list), with<"most">(kMaxBiometricItems));
    }
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const auto is_it = [&](const Item& item) { return item.list == list && item.index == i; };
      if (!(*items)[i].is_object() || std::any_of(out.begin(), out.end(), is_it)) continue;
      out.push_back({list, i, BlockCarrier((*items)[i], FieldPath(list, i), keys)});
      WHORL_TRY(out.back().carrier.verify(true));
    }
  }
  return {};
}

// What costs next to nothing, before any private key is used.
Status check_before(const json::value& body, const BlockBody& kind, const access::BlockKeys& keys) {
  if (keys.encryption_required()) WHORL_TRY(check_encrypted(body, kind.lists));
  if (keys.integrity_required()) {
    if (!has(body, kIntegrityMember)) return failure(ErrorCode::kIntegrityRequired, kIntegrityMember);
    if (kind.names_encounter && !has(body, kEncounterId)) return failure(ErrorCode::kIntegrityRequired, kEncounterId);
  }
  if (!has(body, kEncryptionMember)) return {};
  for (const std::string_view name : kind.required) {
    if (!has(body, name)) return failure(ErrorCode::kMissingProperty, FieldPath(name));
  }
  return {};
}

}  // namespace

Status open_blocks(json::value& body, const BlockBody& kind, const access::BlockKeys& keys) {
  if (!body.is_object()) return {};
  WHORL_TRY(check_before(body, kind, keys));
  std::size_t left = kMostDecryptions;
  BlockCarrier whole(body, {}, keys, kind.lists);
  WHORL_TRY(whole.verify(true));
  std::vector<Item> items;
  WHORL_TRY(add_items(body, kind.lists, keys, items));
  // No array that is one already gets other memory by this, so its items stay where they are.
  WHORL_TRY(whole.decrypt(left));
  WHORL_TRY(add_items(body, kind.lists, keys, items));
  for (Item& item : items) WHORL_TRY(item.carrier.decrypt(left));
  WHORL_TRY(whole.verify(false));
  for (Item& item : items) WHORL_TRY(item.carrier.verify(false));
  if (keys.integrity_required() && whole.left_out()) {
    return failure(ErrorCode::kIntegrityRequired, *whole.left_out());
  }
  for (Item& item : items) item.carrier.remove_blocks();
  whole.remove_blocks();
  return {};
}

}  // namespace whorl::server
