#include "server/osia/block_carrier.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/catalogue.h"
#include "base/sha256.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/data_blocks.h"
#include "server/osia/names.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

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
constexpr std::size_t kMostIdBytes = 128;
constexpr std::size_t kMostHashBytes = 128;

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

Result<JsonScope> scope_of(const ObjectReader& block) {
  WHORL_ASSIGN(const auto text, block.required_text("scope", kMostScopeBytes));
  auto scope = JsonScope::parse(text);
  return scope.ok() ? std::move(scope) : block.at("scope", scope.error());
}

Error refused(std::string_view type, std::string_view instead) {
  return failure(ErrorCode::kBlockTypeRefused, with<"type">(std::string(type)), with<"instead">(std::string(instead)));
}

}  // namespace

struct IntegrityBlock {
  ObjectReader reader;
  JsonScope scope;
  std::string alg;
  std::string_view hash;
  std::optional<std::string_view> signature;  // of type JWS
  bool encrypted = false;
};

namespace {

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
  WHORL_ASSIGN(const auto follow, block.boolean("followRef"));
  if (follow.value_or(false)) return block.at("followRef", failure(ErrorCode::kUnsupportedProperty));
  WHORL_ASSIGN(const auto encrypted, block.boolean("encrypted"));
  WHORL_ASSIGN(JsonScope scope, scope_of(block));
  WHORL_TRY(block.required_text("alg", kMostHashBytes));
  WHORL_ASSIGN(const auto alg, block.one_of("alg", access::kBlockDigests));
  WHORL_ASSIGN(const auto hash, block.required_text("hash", kMostHashBytes));
  return IntegrityBlock{std::move(block), std::move(scope),         std::string(*alg), hash,
                        signature,        encrypted.value_or(false)};
}

// Empty for what is no digest of so many bytes, in base64 or hexadecimal digits.
std::optional<Bytes> digest_in(std::string_view text, std::size_t bytes) {
  if (text.size() == base64_size(bytes)) {
    auto out = decode_base64(text);
    return out && out->size() == bytes ? std::move(out) : std::nullopt;
  }
  Bytes out(bytes);
  return read_hex(text, out) ? std::optional(std::move(out)) : std::nullopt;
}

// The first member, in the order of the document, that the places leave out.
class LeftOut {
 public:
  LeftOut(const json::value& root, const std::vector<JsonPlace>& places) : root_(root), places_(places) {}

  [[nodiscard]] std::optional<FieldPath> of_body(std::span<const std::string_view> lists) const {
    return of_members(root_, {}, [&](const JsonPlace& place, const json::value& value) {
      const auto* const items = value.if_array();
      if (items == nullptr || items->empty() || !is_one_of(place.back().name, lists))
        return std::optional(path_of(place));
      return of_items(*items, place);
    });
  }

 private:
  // `inside` says of a member that is not covered as it stands what is left out of it.
  template <class Inside>
  [[nodiscard]] std::optional<FieldPath> of_members(const json::value& object, JsonPlace place,
                                                    const Inside& inside) const {
    for (const auto& member : object.get_object()) {
      if (member.key() == json_view(kIntegrityMember)) continue;
      place.push_back({.name = std::string(std_view(member.key()))});
      if (!covers(places_, root_, place)) {
        if (auto out = inside(place, member.value())) return out;
      }
      place.pop_back();
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<FieldPath> of_items(const json::array& items, JsonPlace place) const {
    for (std::size_t i = 0; i < items.size(); ++i) {
      place.push_back({.position = i});
      if (!covers(places_, root_, place)) {
        if (!items[i].is_object() || items[i].get_object().empty()) return path_of(place);
        auto out = of_members(items[i], place,
                              [](const JsonPlace& at, const json::value&) { return std::optional(path_of(at)); });
        if (out) return out;
      }
      place.pop_back();
    }
    return std::nullopt;
  }

  const json::value& root_;
  const std::vector<JsonPlace>& places_;
};

// Of the plaintext; it is not kept. Errors: not_decrypted for what is no JSON, as for what does not decrypt: whoever
// sends another's text learns nothing of it.
Result<json::value> value_of(ByteView plain, bool is_buffer) {
  if (is_buffer) return json::value(encode_base64(plain));
  auto out = parse_json(as_text(plain));
  if (!out.ok()) return failure(ErrorCode::kNotDecrypted);
  return out;
}

// The JWE that stands there. Of clientData in base64 it may be what is inside.
std::string jwe_in(const json::value& node, bool is_client_data) {
  const auto* given = node.if_string();
  std::string text = given == nullptr ? std::string() : std::string(std_view(*given));
  if (!is_client_data || text.empty() || text.find('.') != std::string::npos) return text;
  const auto inside = decode_base64(text);
  return inside ? std::string(as_text(*inside)) : std::string();
}

}  // namespace

Status BlockCarrier::verify(bool encrypted) {
  const json::value* const list = member(kIntegrityMember);
  if (list == nullptr) return {};
  if (encrypted) is_list_seen_ = !list->is_string();
  if (encrypted && !is_list_seen_) return {};
  const ObjectReader reader = *ObjectReader::of(value_, path_);
  WHORL_ASSIGN(const auto* blocks, reader.array(kIntegrityMember, kMostIntegrityBlocks));
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    WHORL_ASSIGN(const auto block, read_integrity((*blocks)[i], reader.path_of(kIntegrityMember, i)));
    if (block.encrypted && !is_list_seen_) {
      return block.reader.at("encrypted", refused("true in a list that is encrypted itself", "false"));
    }
    if (block.encrypted == encrypted) WHORL_TRY(verify(block));
  }
  return {};
}

Status BlockCarrier::decrypt(std::size_t& left) {
  const json::value* const given = member(kEncryptionMember);
  if (given == nullptr) return {};
  WHORL_ASSIGN(const auto block, ObjectReader::of(*given, path_ / kEncryptionMember));
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
  value_.get_object().erase(json_view(kEncryptionMember));
  return {};
}

void BlockCarrier::remove_blocks() { value_.get_object().erase(json_view(kIntegrityMember)); }

const json::value* BlockCarrier::member(std::string_view name) const {
  return value_.get_object().if_contains(json_view(name));
}

Status BlockCarrier::verify(const IntegrityBlock& block) {
  const auto places = block.scope.places(value_);
  if (!places.ok()) return block.reader.at("scope", places.error());
  const auto text = canonical_json(only_places(value_, *places));
  if (!text.ok()) return block.reader.at("scope", text.error());
  WHORL_ASSIGN(const Bytes digest, access::block_digest(block.alg, *text));
  const auto given = digest_in(block.hash, digest.size());
  if (!given) return block.reader.at("hash", failure(ErrorCode::kHashMalformed, with<"alg">(block.alg)));
  if (*given != digest) return block.reader.at("hash", failure(ErrorCode::kHashWrong));
  if (!block.signature) return {};
  const auto signer = keys_.signer_of(*block.signature, block.hash, digest);
  if (!signer.ok()) return block.reader.at("signature", signer.error());
  if (keys_.integrity_required() && left_out_) left_out_ = LeftOut(value_, *places).of_body(lists_);
  return {};
}

Status BlockCarrier::decrypt(json::value& node, const JsonStep& name) const {
  const bool is_buffer = !name.position && is_one_of(name.name, kBuffers);
  const std::string text = jwe_in(node, is_buffer && name.name == kClientData);
  if (std::count(text.begin(), text.end(), '.') != 4) return failure(ErrorCode::kNotEncrypted);
  WHORL_ASSIGN(Bytes plain, keys_.decrypted(text));
  auto value = value_of(plain, is_buffer);
  access::wipe(plain);
  WHORL_ASSIGN(node, std::move(value));
  return {};
}

}  // namespace whorl::server
