#include "server/osia/encounters.h"

#include <algorithm>

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "engine/formats.h"
#include "engine/privacy_notices.h"
#include "engine/work.h"
#include "server/http/query.h"
#include "server/osia/encounter_json.h"
#include "server/osia/erasure.h"
#include "server/osia/error_words.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

constexpr std::string_view kCollection = "/v1/persons/{personId}/encounters";
constexpr std::string_view kOne = "/v1/persons/{personId}/encounters/{encounterId}";
using access::scope::kEncounterRead;
using access::scope::kEncounterWrite;
using access::scope::kEnrol;
using access::scope::kErase;

bool wants_images(const Exchange& exchange) { return exchange.query.boolean("images").value_or(true); }

bool has_images(const engine::EncounterView& view) {
  return std::any_of(view.samples.begin(), view.samples.end(),
                     [](const engine::SampleView& sample) { return sample.has_image; });
}

// Those with images are read once more, and left out where they have gone meanwhile.
Result<Reply> read_all(const Exchange& exchange) {
  WHORL_ASSIGN(const AnswerBlocks blocks, blocks_asked(exchange.query, exchange.block_keys));
  WHORL_ASSIGN(auto views, in_osia_words(exchange.service.encounters(exchange.call, exchange.path.at("personId"))));
  std::vector<engine::EncounterWithImages> out;
  std::uint64_t bytes = 0;
  for (engine::EncounterView& view : views) {
    if (!wants_images(exchange) || !has_images(view)) {
      out.push_back({std::move(view), {}});
      continue;
    }
    auto one = exchange.service.encounter_with_images(exchange.call, view.person_id, view.encounter_id);
    if (!one.ok() && one.error().kind == ErrorKind::kNotFound) continue;
    WHORL_TRY(in_osia_words(one));
    for (const engine::KeptImageView& image : one->images) bytes += image.bytes.size();
    if (bytes > engine::kMostImageBytesRead) {
      return failure(ErrorCode::kTooManyImagesToRead, "images", with<"most_bytes">(engine::kMostImageBytesRead));
    }
    out.push_back(std::move(*one));
  }
  return encounters_reply(out, blocks, exchange.block_keys);
}

// OSIA: an encounter for a person who does not exist makes the person.
Result<Reply> create(const Exchange& exchange) {
  return enrol_encounter(exchange, exchange.path.at("personId"), "", engine::PersonRule::kEither);
}

Result<Reply> create_with_id(const Exchange& exchange) {
  return enrol_encounter(exchange, exchange.path.at("personId"), exchange.path.at("encounterId"),
                         engine::PersonRule::kEither);
}

Result<Reply> read(const Exchange& exchange) {
  WHORL_ASSIGN(const AnswerBlocks blocks, blocks_asked(exchange.query, exchange.block_keys));
  const std::string& person = exchange.path.at("personId");
  const std::string& encounter = exchange.path.at("encounterId");
  if (wants_images(exchange)) {
    WHORL_ASSIGN(const auto found,
                 in_osia_words(exchange.service.encounter_with_images(exchange.call, person, encounter)));
    return encounter_reply(found, blocks, exchange.block_keys);
  }
  WHORL_ASSIGN(auto view, in_osia_words(exchange.service.encounter(exchange.call, person, encounter)));
  return encounter_reply({std::move(view), {}}, blocks, exchange.block_keys);
}

// Where people are told something before they are captured: what comes names what they heard.
Status check_notice(const Exchange& exchange, const engine::EnrolRequest& request) {
  const engine::PrivacyNotices* const notices = exchange.service.privacy_notices();
  return notices == nullptr ? Status() : in_osia_words(engine::require_notice(*notices, request.contextual_data));
}

// What stands in a change for an item that came from a reading without images: the sample that is kept, by its image
// where there is one, else by its template. Read when the first item asks for it.
class KeptSamples {
 public:
  explicit KeptSamples(const Exchange& exchange) : exchange_(exchange) {}

  // The next one of that position. As KeptSample.
  Result<Sample> next(Modality modality, std::uint8_t position) {
    WHORL_TRY(read());
    for (std::size_t i = 0; i < templates_.size(); ++i) {
      const engine::TemplateView& view = templates_[i];
      if (taken_[i] || view.modality != modality || view.position != position) continue;
      taken_[i] = true;
      return sample_of(i);
    }
    return failure(ErrorCode::kNoSample);
  }

 private:
  Status read() {
    if (!taken_.empty()) return {};
    const std::string& person = exchange_.path.at("personId");
    const std::string& encounter = exchange_.path.at("encounterId");
    WHORL_ASSIGN(kept_, in_osia_words(exchange_.service.encounter_with_images(exchange_.call, person, encounter)));
    WHORL_ASSIGN(templates_, in_osia_words(exchange_.service.templates(exchange_.call, person, encounter)));
    taken_.assign(templates_.size(), false);
    return {};
  }

  // Both lists are in the order of the record; one that was exchanged between the two readings has no images here.
  [[nodiscard]] const engine::KeptImageView* image_of(std::size_t i) const {
    const auto& samples = kept_.encounter.samples;
    if (samples.size() != templates_.size() || samples[i].position != templates_[i].position) return nullptr;
    const auto at = std::find_if(kept_.images.begin(), kept_.images.end(),
                                 [i](const engine::KeptImageView& image) { return image.sample == i; });
    return at == kept_.images.end() ? nullptr : &*at;
  }

  Result<Sample> sample_of(std::size_t i) {
    const engine::TemplateView& view = templates_[i];
    const engine::KeptImageView* const image = image_of(i);
    const auto format = engine::template_format(view.modality, engine::template_name(view.format));
    if (image == nullptr && !format) return failure(ErrorCode::kNoSample);
    WHORL_ASSIGN(std::vector<Sample> found, image != nullptr ? engine::samples_of_image(image->bytes, view.modality)
                                                             : engine::samples_of_template(view.bytes, *format));
    if (found.size() != 1) return failure(ErrorCode::kNoSample);
    if (image != nullptr) found.front().resolution_ppi = image->resolution_ppi;
    return std::move(found.front());
  }

  const Exchange& exchange_;
  engine::EncounterWithImages kept_;
  std::vector<engine::TemplateView> templates_;
  std::vector<bool> taken_;
};

Result<Reply> update(const Exchange& exchange) {
  KeptSamples samples(exchange);
  WHORL_ASSIGN(auto parsed,
               read_enrol(exchange.request.body, exchange.path.at("personId"), exchange.path.at("encounterId"),
                          exchange.block_keys,
                          [&](Modality modality, std::uint8_t position) { return samples.next(modality, position); }));
  WHORL_TRY(check_notice(exchange, parsed.request));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  parsed.request.task_answer = [](const auto& kept) { return enrol_reply(kept).body; };
  WHORL_ASSIGN(const auto receipt,
               in_osia_words(exchange.service.update(exchange.call, parsed.request), parsed.biometrics));
  return enrol_reply(receipt);
}

Result<Reply> set_status(const Exchange& exchange) {
  const bool active = exchange.query.text("status") == "ACTIVE";
  WHORL_TRY(in_osia_words(exchange.service.set_status(exchange.call, exchange.path.at("personId"),
                                                      exchange.path.at("encounterId"), active)));
  return no_content();
}

Result<Reply> set_galleries(const Exchange& exchange) {
  WHORL_ASSIGN(const auto galleries, read_galleries(exchange.request.body));
  if (exchange.only_checking()) return Reply{};
  WHORL_TRY(in_osia_words(exchange.service.set_galleries(exchange.call, exchange.path.at("personId"),
                                                         exchange.path.at("encounterId"), galleries)));
  return no_content();
}

Result<Reply> move(const Exchange& exchange) {
  WHORL_TRY(in_osia_words(exchange.service.move_encounter(exchange.call, exchange.path.at("personIdTarget"),
                                                          exchange.path.at("personIdSource"),
                                                          exchange.path.at("encounterId"))));
  return no_content();
}

Result<Reply> erase(const Exchange& exchange) {
  const engine::TaskName who{exchange.path.at("personId"), exchange.path.at("encounterId")};
  return erase_with_tasks(
      exchange, who, [&] { return exchange.service.erase_encounter(exchange.call, who.person_id, who.encounter_id); });
}

constexpr std::size_t kMostGalleriesBytes = std::size_t{64} << 10;
constexpr std::string_view kStatuses[] = {"ACTIVE", "INACTIVE"};
constexpr Parameter kReadParameters[] = {kTransactionId, kCallback,       kPriority, {"images", BooleanValue{}},
                                         kEncryptTo,     kIntegrityWanted};
constexpr Parameter kStatusParameters[] = {kTransactionId, kCallback, {"status", OneOfValue{kStatuses}, true}};
constexpr Parameter kGalleriesParameters[] = {kTransactionId, kCallback};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = kCollection,
     .query = kReadParameters,
     .answers = kJsonAnswer,
     .scope = kEncounterRead,
     .handler = read_all},
    {.method = "POST",
     .path = kCollection,
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .part_of_scope = kEnrol,
     .keeps_answer = true,
     .handler = create},
    {.method = "GET",
     .path = kOne,
     .query = kReadParameters,
     .answers = kJsonAnswer,
     .scope = kEncounterRead,
     .handler = read},
    {.method = "POST",
     .path = kOne,
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .part_of_scope = kEnrol,
     .keeps_answer = true,
     .handler = create_with_id},
    {.method = "PUT",
     .path = kOne,
     .query = kEnrolParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = kEncounterWrite,
     .handler = update},
    {.method = "PUT",
     .path = "/v1/persons/{personId}/encounters/{encounterId}/status",
     .query = kStatusParameters,
     .scope = kEncounterWrite,
     .handler = set_status},
    {.method = "PUT",
     .path = "/v1/persons/{personId}/encounters/{encounterId}/galleries",
     .query = kGalleriesParameters,
     .body = json_body(kMostGalleriesBytes),
     .scope = kEncounterWrite,
     .handler = set_galleries},
    {.method = "POST",
     .path = "/v1/persons/{personIdTarget}/move/{personIdSource}/encounters/{encounterId}",
     .query = kCommonParameters,
     .scope = kEncounterWrite,
     .handler = move},
    {.method = "DELETE",
     .path = kOne,
     .query = kCommonParameters,
     .scope = kEncounterWrite,
     .part_of_scope = kErase,
     .handler = erase},
};

}  // namespace

std::span<const Route> encounter_routes() { return kRoutes; }

Result<Reply> enrol_encounter(const Exchange& exchange, const std::string& person_id, const std::string& encounter_id,
                              engine::PersonRule person_rule) {
  WHORL_ASSIGN(auto parsed, read_enrol(exchange.request.body, person_id, encounter_id, exchange.block_keys));
  WHORL_TRY(check_notice(exchange, parsed.request));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  parsed.request.person_rule = person_rule;
  parsed.request.task_answer = [](const auto& kept) { return enrol_reply(kept).body; };
  if (exchange.key) parsed.request.keep = {*exchange.key, [](const auto& kept) { return enrol_reply(kept).body; }};
  WHORL_ASSIGN(auto receipt, in_osia_words(exchange.service.enrol(exchange.call, parsed.request), parsed.biometrics));
  if (exchange.key) receipt.sequence = 0;  // the answer is the one that was kept, to the byte
  return enrol_reply(receipt);
}

}  // namespace whorl::server
