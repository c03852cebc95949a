#include "server/osia/answer_blocks.h"

#include <boost/json/array.hpp>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/catalogue.h"
#include "server/json/json_text.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

FieldPath id_of(const json::object& encounter) {
  const json::value* const id = encounter.if_contains("encounterId");
  return id == nullptr || !id->is_string() ? FieldPath() : FieldPath(shown(std_view(id->get_string())));
}

Status put_integrity(const std::string& type, const access::BlockKeys& keys, json::object& encounter) {
  std::string scope;
  for (const auto& member : encounter) scope += (scope.empty() ? "$." : " $.") + std::string(std_view(member.key()));
  const auto text = canonical_json(encounter);
  // Whoever reads has sent nothing that could be at fault: which record it is says where to look.
  if (!text.ok()) return text.error().within(FieldPath("integrity")).within(id_of(encounter));
  const std::string_view alg = access::kBlockDigests[0];
  WHORL_ASSIGN(const Bytes digest, access::block_digest(alg, *text));
  const std::string hash = encode_base64(digest);
  json::object block{{"type", type}, {"scope", scope}, {"alg", json_view(alg)}, {"hash", hash}};
  if (type == "JWS") {
    WHORL_ASSIGN(block["signature"], keys.signature_of(hash));
  }
  encounter["integrity"] = json::array{std::move(block)};
  return {};
}

// In place; the scope gets the path.
Status encrypt(const std::string& recipient, const access::BlockKeys& keys, ByteView plain, std::string_view path,
               json::value& node, std::string& scope) {
  WHORL_ASSIGN(node, keys.encrypted_for(recipient, plain));
  if (scope.find(path) == std::string::npos) scope += (scope.empty() ? "" : " ") + std::string(path);
  return {};
}

Status put_encryption(const std::string& recipient, const access::BlockKeys& keys, json::object& encounter) {
  std::string scope;
  if (json::value* const data = encounter.if_contains("clientData")) {
    const auto bytes = decode_base64(std_view(data->as_string()));
    if (!bytes) return internal_error("client data is not in base64");
    WHORL_TRY(encrypt(recipient, keys, *bytes, "$.clientData", *data, scope));
    *data = encode_base64(as_bytes(std_view(data->as_string())));  // as OSIA has it whatever it holds
  }
  for (const std::string_view name : {"contextualData", "biographicData"}) {
    json::value* const data = encounter.if_contains(json_view(name));
    if (data == nullptr) continue;
    const std::string text = json_text(*data);
    WHORL_TRY(encrypt(recipient, keys, as_bytes(text), "$." + std::string(name), *data, scope));
  }
  for (json::value& item : encounter.at("biometricData").as_array()) {
    json::value* const image = item.as_object().if_contains("image");
    if (image == nullptr) continue;
    const auto bytes = decode_base64(std_view(image->as_string()));
    if (!bytes) return internal_error("an image is not in base64");
    WHORL_TRY(encrypt(recipient, keys, *bytes, "$.biometricData[*].image", *image, scope));
  }
  if (!scope.empty()) encounter["encryption"] = json::object{{"type", "JWE"}, {"scope", scope}};
  return {};
}

}  // namespace

Result<AnswerBlocks> blocks_asked(const Query& query, const access::BlockKeys& keys) {
  AnswerBlocks out{query.text(kEncryptTo.name), query.text(kIntegrityWanted.name)};
  if (out.recipient && !keys.knows_recipient(*out.recipient)) {
    return failure(ErrorCode::kRecipientUnknown, kEncryptTo.name);
  }
  if (out.integrity == "JWS" && keys.signing_kid().empty()) {
    return failure(ErrorCode::kNoSigningKey, kIntegrityWanted.name);
  }
  return out;
}

Status put_blocks(const AnswerBlocks& asked, const access::BlockKeys& keys, json::object& encounter) {
  if (asked.integrity) WHORL_TRY(put_integrity(*asked.integrity, keys, encounter));
  if (asked.recipient) WHORL_TRY(put_encryption(*asked.recipient, keys, encounter));
  return {};
}

Result<std::string> buffer_text(const AnswerBlocks& asked, const access::BlockKeys& keys, ByteView bytes) {
  if (!asked.recipient) return encode_base64(bytes);
  return keys.encrypted_for(*asked.recipient, bytes);
}

}  // namespace whorl::server
