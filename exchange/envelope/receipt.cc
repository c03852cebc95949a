#include "exchange/envelope/receipt.h"

#include <boost/json.hpp>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jws.h"
#include "exchange/envelope/message.h"

namespace whorl::exchange {
namespace {

namespace json = boost::json;

constexpr std::string_view kType = "rbdes-receipt+jws";

Error malformed() {
  return failure(ErrorCode::kEnvelopeMalformed, with<"detail">("is no receipt, or not written in the one way"));
}

std::string text_of(const Receipt& receipt) {
  return R"({"iss":")" + receipt.iss + R"(","aud":")" + receipt.aud + R"(","re":")" + receipt.re + R"(","sha256":")" +
         crypto::base64url(receipt.envelope) + R"(","at":)" + std::to_string(receipt.at.time_since_epoch().count()) +
         "}";
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

Result<std::string> sign_receipt(const Receipt& receipt, const crypto::PrivateKey& identity) {
  const crypto::JoseHeader header{.kid = crypto::key_id(identity.public_key()), .typ = std::string(kType)};
  return crypto::sign_jws(identity, header, as_bytes(text_of(receipt)));
}

Result<Receipt> read_receipt(std::string_view jws, const std::string& from, const Directory& partners) {
  const auto find = [&](std::string_view kid) -> const crypto::Jwk* {
    const auto identity = partners.identity(kid);
    return identity && *identity->member == from ? identity->key : nullptr;
  };
  crypto::JwsRules rules;
  rules.most_bytes = kMostReceiptBytes;
  rules.types = {std::string(kType)};
  WHORL_ASSIGN(const crypto::Jws signed_receipt, crypto::verify_jws(jws, find, rules));
  json::error_code error;
  const json::value value = json::parse(as_text(signed_receipt.payload), error);
  if (error || !value.is_object()) return malformed();
  const json::object& object = value.get_object();
  const json::value* at = object.if_contains("at");
  const auto digest = crypto::decode_base64url(text_in(object, "sha256"));
  if (at == nullptr || !at->is_int64() || !digest || digest->size() != 32) return malformed();
  Receipt out{text_in(object, "iss"),
              text_in(object, "aud"),
              text_in(object, "re"),
              {},
              std::chrono::sys_seconds(std::chrono::seconds(at->get_int64()))};
  std::copy(digest->begin(), digest->end(), out.envelope.begin());
  if (!is_member_name(out.iss) || !is_member_name(out.aud) || !is_message_id(out.re)) return malformed();
  if (text_of(out) != as_text(signed_receipt.payload)) return malformed();
  if (out.iss != from) return failure(ErrorCode::kEnvelopeRefused, with<"detail">("the receipt is of another member"));
  return out;
}

}  // namespace whorl::exchange
