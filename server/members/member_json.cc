#include "server/members/member_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/catalogue.h"
#include "base/world.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kCheckKnown[] = {"purpose", "reason", "case", "lane", "members", "subject", "biometricData"};
constexpr std::string_view kSubjectKnown[] = {"age", "country", "avoid"};
constexpr std::string_view kProtectionKnown[] = {"citizenship", "shielded", "neverTo", "birthYear"};
constexpr std::string_view kSealedKnown[] = {"sealed"};
constexpr std::string_view kLanes[] = {"border", "urgent", "routine"};
constexpr std::string_view kAges[] = {"<6", "6-13", "14-17", "18+", "unknown"};
constexpr std::string_view kCitizenships[] = {"other", "own", "resident", "own_and_resident"};
constexpr std::int64_t kFirstYear = 1880;
constexpr std::int64_t kLastYear = 2200;

}  // namespace

Result<std::vector<std::string>> texts(const ObjectReader& body, std::string_view name) {
  std::vector<std::string> out;
  WHORL_ASSIGN(const auto* items, body.array(name, kMaxListedMembers));
  if (items == nullptr) return out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* text = (*items)[i].if_string();
    if (text == nullptr || text->empty() || text->size() > kMaxMemberWordBytes)
      return failure(ErrorCode::kWrongType, body.path_of(name, i), with<"type">(PhraseCode::kString));
    out.emplace_back(*text);
  }
  return out;
}

namespace {

Status read_subject(const json::value& value, const FieldPath& path, engine::CheckQuestion& out) {
  WHORL_ASSIGN(const auto subject, ObjectReader::of(value, path));
  WHORL_TRY(subject.allow_only(kSubjectKnown));
  WHORL_ASSIGN(const auto age, subject.one_of("age", kAges));
  if (age) out.age = *age;
  WHORL_ASSIGN(const auto country, subject.text("country", kMaxMemberWordBytes));
  out.country = country.value_or("");
  WHORL_ASSIGN(out.avoid, texts(subject, "avoid"));
  return {};
}

json::value time_or_null(const std::optional<std::chrono::sys_seconds>& at) {
  return at ? json::value(rfc3339(*at)) : json::value(nullptr);
}

}  // namespace

Result<Parsed<engine::CheckQuestion>> read_check_question(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kCheckKnown));
  Parsed<engine::CheckQuestion> out;
  engine::CheckQuestion& question = out.request;
  WHORL_ASSIGN(question.purpose, body.required_text("purpose", kMaxMemberWordBytes));
  WHORL_ASSIGN(question.reason, body.required_text("reason", kMaxMemberWordBytes));
  WHORL_ASSIGN(question.matter, body.required_text("case", kMaxMemberWordBytes));
  WHORL_ASSIGN(const auto lane, body.one_of("lane", kLanes));
  question.lane = lane.value_or("");
  WHORL_ASSIGN(question.members, texts(body, "members"));
  if (const json::value* subject = body.find("subject"))
    WHORL_TRY(read_subject(*subject, body.path_of("subject"), question));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  question.samples = std::move(out.biometrics.samples);
  question.missing = std::move(out.biometrics.missing);
  return out;
}

Result<std::string> read_sealed(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kSealedKnown));
  WHORL_ASSIGN(const auto sealed, body.required_text("sealed", kMaxSealedBytes));
  return std::string(sealed);
}

Result<engine::Protection> read_protection(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kProtectionKnown));
  engine::Protection out;
  WHORL_ASSIGN(const auto citizenship, body.one_of("citizenship", kCitizenships));
  if (citizenship) out.citizenship = *citizenship;
  WHORL_ASSIGN(const auto shielded, body.boolean("shielded"));
  out.shielded = shielded.value_or(false);
  WHORL_ASSIGN(out.never_to, texts(body, "neverTo"));
  WHORL_ASSIGN(const auto year, body.integer("birthYear", kFirstYear, kLastYear));
  if (year) out.birth_year = static_cast<int>(*year);
  return out;
}

json::array list(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::value terms_json(const engine::ExchangeTerms& terms) {
  json::array purposes;
  for (const auto& each : terms.purposes) {
    purposes.push_back(json::object{{"name", each.name},
                                    {"text", each.text},
                                    {"reasons", list(each.reasons)},
                                    {"lanes", list(each.lanes)},
                                    {"items", list(each.items)},
                                    {"members", list(each.members)},
                                    {"protectsSubject", each.protects_subject}});
  }
  return json::object{{"member", terms.member}, {"purposes", std::move(purposes)}};
}

json::object use_json(const engine::Partner::Use& use) {
  return {{"purposes", list(use.purposes)},
          {"today", use.today},
          {"perDay", use.per_day},
          {"thisYear", use.this_year},
          {"perYear", use.per_year}};
}

json::value partners_json(const std::vector<engine::Partner>& partners) {
  json::array out;
  for (const auto& each : partners) {
    out.push_back({{"member", each.member},
                   {"responds", each.responds},
                   {"asked", use_json(each.asked)},
                   {"asks", use_json(each.asks)}});
  }
  return json::object{{"members", std::move(out)}};
}

json::value check_json(const engine::CheckView& view, std::string_view matter) {
  json::array members;
  for (const engine::MemberAnswer& each : view.members) {
    members.push_back(json::object{{"name", each.member},
                                   {"state", each.state},
                                   {"why", each.why},
                                   {"scoreDb", each.score_db},
                                   {"late", each.late},
                                   {"answeredAt", time_or_null(each.at)}});
  }
  json::array left_out;
  for (const auto& each : view.left_out) left_out.push_back(json::object{{"name", each.member}, {"why", each.why}});
  json::object out{
      {"checkId", view.check_id},      {"purpose", view.purpose},           {"result", view.result},
      {"reason", view.reason},         {"askedAt", rfc3339(view.asked_at)}, {"expiresAt", rfc3339(view.expires_at)},
      {"members", std::move(members)}, {"leftOut", std::move(left_out)}};
  if (!matter.empty()) out["case"] = matter;
  return out;
}

json::value desk_keys_json(const engine::DeskKeys& keys) {
  json::array earlier;
  for (const auto& each : keys.earlier)
    earlier.push_back(json::object{{"kid", each.kid}, {"opensUntil", rfc3339(each.opens_until)}});
  return json::object{{"key", json::parse(keys.jwk)}, {"earlier", std::move(earlier)}};
}

json::value protection_json(const engine::Protection& protection) {
  json::array never_to;
  for (const std::string& each : protection.never_to) never_to.emplace_back(each);
  json::object out{
      {"citizenship", protection.citizenship}, {"shielded", protection.shielded}, {"neverTo", std::move(never_to)}};
  if (protection.birth_year) out["birthYear"] = *protection.birth_year;
  return out;
}

json::value alarms_json(const std::vector<engine::HitAlarm>& alarms) {
  json::array out;
  for (const engine::HitAlarm& alarm : alarms) {
    out.push_back(json::object{{"member", alarm.member},
                               {"personId", alarm.person_id},
                               {"hits", alarm.hits},
                               {"hidden", alarm.hidden},
                               {"first", rfc3339(alarm.first)},
                               {"last", rfc3339(alarm.last)}});
  }
  return out;
}

json::value hidden_json(const std::vector<engine::HiddenHit>& hits) {
  json::array out;
  for (const engine::HiddenHit& hit : hits) {
    out.push_back(json::object{{"at", rfc3339(hit.at)},
                               {"member", hit.member},
                               {"purpose", hit.purpose},
                               {"personId", hit.person_id},
                               {"rule", hit.rule},
                               {"scoreDb", hit.score_db}});
  }
  return out;
}

}  // namespace whorl::server
