#include "server/osia/data_blocks.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/catalogue.h"
#include "base/json_scope.h"
#include "base/sha256.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/biometric_data.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kEncryption = "encryption";
constexpr std::string_view kIntegrity = "integrity";
constexpr std::string_view kEncryptionKnown[] = {"type", "scope"};
constexpr std::string_view kIntegrityKnown[] = {"id",        "type", "scope",     "alg",         "encrypted",
                                                "followRef", "hash", "signature", "signatureRef"};
constexpr std::string_view kNotTaken[] = {"signatureRef"};
constexpr std::string_view kEncryptionTypes[] = {"JWE", "PKCS7"};
constexpr std::string_view kIntegrityTypes[] = {"NONE", "JWS", "PKCS7"};
// Members whose text is a buffer in base64; of a JWE in their place the plaintext is the buffer. Of any other member it
// is JSON. OSIA has clientData in base64 whatever it holds, so a JWE may be written so there.
constexpr std::string_view kClientData = "clientData";
constexpr std::string_view kBuffers[] = {"image", "template", kClientData};
// What is said of the person, beside the captures.
constexpr std::string_view kOfPerson[] = {"biographicData", "contextualData", kClientData};
constexpr std::size_t kMostIdBytes = 128;
constexpr std::size_t kMostHashBytes = 128;

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "biometricData[2].image", of names that came from outside.
FieldPath path_of(const JsonPlace& place) {
  std::vector<FieldPath::Step> steps;
  for (const JsonStep& step : place) {
    if (!step.position) {
      steps.push_back({shown(step.name), std::nullopt});
      continue;
    }
    if (steps.empty() || steps.back().index) steps.emplace_back();
    steps.back().index = step.position;
  }
  return FieldPath(std::move(steps));
}

Result<bool> flag(const ObjectReader& block, std::string_view name) {
  const json::value* value = block.find(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) return block.at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kBoolean)));
  return value->get_bool();
}

Result<JsonScope> scope_of(const ObjectReader& block) {
  WHORL_ASSIGN(const auto text, block.required_text("scope", kMostScopeBytes));
  auto scope = JsonScope::parse(text);
  return scope.ok() ? std::move(scope) : block.at("scope", scope.error());
}

Error refused(std::string_view type, std::string_view instead) {
  return failure(ErrorCode::kBlockTypeRefused, with<"type">(std::string(type)), with<"instead">(std::string(instead)));
}

struct IntegrityBlock {
  ObjectReader reader;
  JsonScope scope;
  std::string alg;
  std::string_view hash;
  std::optional<std::string_view> signature;  // of type JWS
  bool encrypted = false;
};

Result<IntegrityBlock> read_integrity(const json::value& value, const FieldPath& path) {
  WHORL_ASSIGN(auto block, ObjectReader::of(value, path));
  WHORL_TRY(block.refuse(kNotTaken));
  WHORL_TRY(block.allow_only(kIntegrityKnown));
  WHORL_TRY(block.text("id", kMostIdBytes));
  WHORL_ASSIGN(const auto type, block.one_of("type", kIntegrityTypes));
  WHORL_ASSIGN(const auto signature, block.text("signature", access::kMostSignatureBytes));
  if (type == "PKCS7") return block.at("type", refused("PKCS7", "JWS"));
  if (type == "JWS" && !signature) return block.at("signature", failure(ErrorCode::kMissingProperty));
  // Whoever sends one means it to be looked at.
  if (type != "JWS" && signature) return block.at("type", refused("NONE beside a signature", "JWS"));
  WHORL_ASSIGN(const bool follow, flag(block, "followRef"));
  if (follow) return block.at("followRef", failure(ErrorCode::kUnsupportedProperty));
  WHORL_ASSIGN(const bool encrypted, flag(block, "encrypted"));
  WHORL_ASSIGN(JsonScope scope, scope_of(block));
  WHORL_TRY(block.required_text("alg", kMostHashBytes));
  WHORL_ASSIGN(const auto alg, block.one_of("alg", access::kBlockDigests));
  WHORL_ASSIGN(const auto hash, block.required_text("hash", kMostHashBytes));
  return IntegrityBlock{std::move(block), std::move(scope), std::string(*alg), hash, signature, encrypted};
}

bool is_hash(std::string_view text, const Bytes& digest) {
  if (text.size() == base64_size(digest.size())) return text == encode_base64(digest);
  Bytes given(digest.size());
  return read_hex(text, given) && given == digest;
}

// What carries blocks: the body, or an item of one of its arrays.
class Carrier {
 public:
  Carrier(json::value& value, FieldPath path, const access::BlockKeys& keys)
      : value_(value), path_(std::move(path)), keys_(keys) {}

  // Those whose hash is of encrypted data, or the others. Data that is encrypted itself is not looked into.
  Status verify(bool encrypted) {
    const json::value* const list = member(kIntegrity);
    if (encrypted) hidden_ = list != nullptr && list->is_string();
    if (list == nullptr || (encrypted && hidden_)) return {};
    const ObjectReader reader = *ObjectReader::of(value_, path_);
    WHORL_ASSIGN(const auto* blocks, reader.array(kIntegrity, kMostIntegrityBlocks));
    for (std::size_t i = 0; i < blocks->size(); ++i) {
      WHORL_ASSIGN(const auto block, read_integrity((*blocks)[i], reader.path_of(kIntegrity, i)));
      // What it was a hash of is gone by now.
      if (block.encrypted && hidden_) return block.reader.at("encrypted", failure(ErrorCode::kUnsupportedProperty));
      if (block.encrypted == encrypted) WHORL_TRY(verify(block));
    }
    return {};
  }

  // `left`: how many texts may be decrypted still.
  Status decrypt(std::size_t& left) {
    const json::value* const given = member(kEncryption);
    if (given == nullptr) return {};
    WHORL_ASSIGN(const auto block, ObjectReader::of(*given, path_ / kEncryption));
    WHORL_TRY(block.allow_only(kEncryptionKnown));
    WHORL_TRY(block.required_text("type", kMostIdBytes));
    WHORL_ASSIGN(const auto type, block.one_of("type", kEncryptionTypes));
    if (type == "PKCS7") return block.at("type", refused("PKCS7", "JWE"));
    WHORL_ASSIGN(const JsonScope scope, scope_of(block));
    const auto places = scope.places(value_);
    if (!places.ok()) return block.at("scope", places.error());
    if (places->size() > left)
      return block.at("scope", failure(ErrorCode::kScopeTooWide, with<"most">(kMostDecryptions)));
    left -= places->size();
    for (const JsonPlace& place : *places) {
      const Status opened = decrypt(*at_place(value_, place), place.back());
      if (!opened.ok()) return opened.error().within(path_ / path_of(place));
    }
    value_.get_object().erase(json_view(kEncryption));
    return {};
  }

  void remove_blocks() { value_.get_object().erase(json_view(kIntegrity)); }

  // Whether somebody's signature covers the member as a whole.
  [[nodiscard]] bool is_signed(const JsonPlace& place) const { return covers(signed_, value_, place); }
  [[nodiscard]] const json::value& value() const { return value_; }
  [[nodiscard]] const FieldPath& path() const { return path_; }

 private:
  [[nodiscard]] const json::value* member(std::string_view name) const {
    return value_.get_object().if_contains(json_view(name));
  }

  Status verify(const IntegrityBlock& block) {
    auto places = block.scope.places(value_);
    if (!places.ok()) return block.reader.at("scope", places.error());
    const auto text = canonical_json(only_places(value_, *places));
    if (!text.ok()) return block.reader.at("scope", text.error());
    WHORL_ASSIGN(const Bytes digest, access::block_digest(block.alg, *text));
    if (block.hash.size() != base64_size(digest.size()) && block.hash.size() != 2 * digest.size()) {
      return block.reader.at("hash", failure(ErrorCode::kHashMalformed, with<"alg">(block.alg)));
    }
    if (!is_hash(block.hash, digest)) return block.reader.at("hash", failure(ErrorCode::kHashWrong));
    if (!block.signature) return {};
    const auto signer = keys_.signer_of(*block.signature, block.hash);
    if (!signer.ok()) return block.reader.at("signature", signer.error());
    signed_.insert(signed_.end(), places->begin(), places->end());
    return {};
  }

  Status decrypt(json::value& node, const JsonStep& name) const {
    const bool is_buffer = !name.position && is_among(name.name, kBuffers);
    const auto* given = node.if_string();
    std::string text = given == nullptr ? std::string() : std::string(std_view(*given));
    if (is_buffer && name.name == kClientData && !text.empty() && text.find('.') == std::string::npos) {
      const auto inside = decode_base64(text);
      text = inside ? std::string(as_text(*inside)) : std::string();
    }
    if (std::count(text.begin(), text.end(), '.') != 4) return failure(ErrorCode::kNotEncrypted);
    WHORL_ASSIGN(const Bytes plain, keys_.decrypted(text));
    if (is_buffer) {
      node = encode_base64(plain);
      return {};
    }
    WHORL_ASSIGN(node, parse_json(as_text(plain)));
    return {};
  }

  json::value& value_;
  FieldPath path_;
  const access::BlockKeys& keys_;
  std::vector<JsonPlace> signed_;
  bool hidden_ = false;  // the list of integrity blocks was itself encrypted
};

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
  Carrier carrier;
};

Status check_signed(const Carrier& whole, const std::vector<Item>& items) {
  for (const std::string_view name : kOfPerson) {
    if (!whole.value().get_object().contains(json_view(name))) continue;
    if (!whole.is_signed({{.name = std::string(name)}})) {
      return failure(ErrorCode::kIntegrityRequired, FieldPath(name));
    }
  }
  for (const Item& item : items) {
    if (whole.is_signed({{.name = std::string(item.list)}, {.position = item.index}})) continue;
    for (const auto& member : item.carrier.value().get_object()) {
      const std::string name(std_view(member.key()));
      if (name == kIntegrity) continue;
      const JsonPlace in_whole = {{.name = std::string(item.list)}, {.position = item.index}, {.name = name}};
      if (item.carrier.is_signed({{.name = name}}) || whole.is_signed(in_whole)) continue;
      return failure(ErrorCode::kIntegrityRequired, item.carrier.path() / FieldPath(shown(name)));
    }
  }
  return {};
}

// The items of the arrays that are objects; pointers into the body. Errors: more than are taken.
Result<std::vector<Item>> items_of(json::value& body, std::span<const std::string_view> lists,
                                   const access::BlockKeys& keys) {
  std::vector<Item> out;
  for (const std::string_view list : lists) {
    json::value* const value = body.get_object().if_contains(json_view(list));
    json::array* const items = value == nullptr ? nullptr : value->if_array();
    if (items != nullptr && items->size() > kMaxBiometricItems) {
      return failure(ErrorCode::kTooManyItems, FieldPath(list), with<"most">(kMaxBiometricItems));
    }
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      if ((*items)[i].is_object()) out.push_back({list, i, Carrier((*items)[i], FieldPath(list, i), keys)});
    }
  }
  return out;
}

}  // namespace

Status open_blocks(json::value& body, std::span<const std::string_view> lists, const access::BlockKeys& keys) {
  if (!body.is_object()) return {};
  if (keys.encryption_required()) WHORL_TRY(check_encrypted(body, lists));
  std::size_t left = kMostDecryptions;
  Carrier whole(body, {}, keys);
  WHORL_TRY(whole.verify(true));
  WHORL_TRY(whole.decrypt(left));
  WHORL_ASSIGN(std::vector<Item> items, items_of(body, lists, keys));
  for (Item& item : items) {
    WHORL_TRY(item.carrier.verify(true));
    WHORL_TRY(item.carrier.decrypt(left));
  }
  WHORL_TRY(whole.verify(false));
  for (Item& item : items) WHORL_TRY(item.carrier.verify(false));
  if (keys.integrity_required()) WHORL_TRY(check_signed(whole, items));
  for (Item& item : items) item.carrier.remove_blocks();
  whole.remove_blocks();
  return {};
}

}  // namespace whorl::server
