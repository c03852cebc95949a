#include "server/osia/templates.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "engine/formats.h"
#include "server/http/query.h"
#include "server/json/json_text.h"
#include "server/osia/answer_blocks.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kTypes[] = {"FINGER", "FACE"};
constexpr std::string_view kQualities[] = {kQualityFormat};

// What the query asks for; everything where it asks for nothing.
struct Wanted {
  std::optional<std::string> type;
  std::optional<std::string> sub_type;
  std::optional<std::string> instance;
  std::optional<std::string> format;
};

std::string_view sub_type_of(const engine::TemplateView& view) {
  if (view.modality == Modality::kFinger) return osia_name(static_cast<FingerPosition>(view.position));
  return view.position == kFacePortrait ? kPortrait : "UNKNOWN";
}

// A format that no template has is a mistake, not a question without answers.
Result<Wanted> wanted_of(const Query& query) {
  Wanted out{query.text("biometricType"), query.text("biometricSubType"), query.text("instance"),
             query.text("templateFormat")};
  if (out.sub_type && sub_type(*out.sub_type).kind == SubTypeKind::kUnheard) {
    return failure(ErrorCode::kSubTypeUnknown, "biometricSubType");
  }
  const bool known = !out.format || engine::template_format(Modality::kFinger, *out.format) ||
                     engine::template_format(Modality::kFace, *out.format);
  if (known) return out;
  const std::string all =
      engine::template_formats(Modality::kFinger) + ", " + engine::template_formats(Modality::kFace);
  return failure(ErrorCode::kTemplateFormatUnknown, "templateFormat", with<"formats">(all));
}

bool is_wanted(const engine::TemplateView& view, const Wanted& wanted) {
  return (!wanted.type || *wanted.type == type_name(view.modality)) &&
         (!wanted.sub_type || *wanted.sub_type == sub_type_of(view)) &&
         (!wanted.instance || *wanted.instance == view.instance);
}

Result<json::object> item_of(const engine::TemplateView& view, const engine::TemplateFormat& format,
                             const AnswerBlocks& blocks, const access::BlockKeys& keys) {
  WHORL_ASSIGN(const Bytes bytes, engine::template_in(format, view.position, view.bytes));
  WHORL_ASSIGN(const std::string text, buffer_text(blocks, keys, bytes));
  json::object out{{"biometricType", json_view(type_name(view.modality))},
                   {"biometricSubType", json_view(sub_type_of(view))},
                   {"template", text},
                   {"templateFormat", json_view(format.name)},
                   {"quality", view.quality},
                   {"qualityFormat", json_view(kQualityFormat)}};
  if (!view.instance.empty()) out["instance"] = view.instance;
  return out;
}

Result<Reply> read(const Exchange& exchange) {
  WHORL_ASSIGN(const Wanted wanted, wanted_of(exchange.query));
  WHORL_ASSIGN(const AnswerBlocks blocks, blocks_asked(exchange.query, exchange.block_keys));
  WHORL_ASSIGN(const auto views, in_osia_words(exchange.service.templates(exchange.call, exchange.path.at("personId"),
                                                                          exchange.path.at("encounterId"))));
  json::array out;
  for (const engine::TemplateView& view : views) {
    if (!is_wanted(view, wanted)) continue;
    const auto format =
        engine::template_format(view.modality, wanted.format.value_or(std::string(engine::template_name(view.format))));
    if (!format) continue;  // of another modality
    WHORL_ASSIGN(json::object item, item_of(view, *format, blocks, exchange.block_keys));
    out.emplace_back(std::move(item));
  }
  Reply reply = json_reply(out);
  if (blocks.recipient && !out.empty()) {
    reply.headers.emplace_back(kEncryptionHeader, R"({"type":"JWE","scope":"$[*].template"})");
  }
  return reply;
}

constexpr Parameter kParameters[] = {kTransactionId,
                                     kCallback,
                                     kPriority,
                                     {"biometricType", OneOfValue{kTypes}},
                                     {"biometricSubType", TextValue{1, 64}},
                                     {"instance", TextValue{1, 256}},
                                     {"templateFormat", TextValue{1, 64}},
                                     {"qualityFormat", OneOfValue{kQualities}},
                                     kEncryptTo};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/persons/{personId}/encounters/{encounterId}/templates",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kEncounterRead,
     .handler = read},
};

}  // namespace

std::span<const Route> template_routes() { return kRoutes; }

}  // namespace whorl::server
