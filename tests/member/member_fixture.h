// A member that answers: an engine over a gallery of its own, the example's policy, and questions of the other members.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "exchange/policy/rules.h"
#include "index/gallery.h"
#include "member/answering.h"
#include "tests/engine/engine_fixture.h"
#include "tests/exchange/example.h"
#include "tests/exchange/members.h"
#include "tests/support/set_world.h"

namespace whorl::member {

inline const std::vector<std::string>& short_names() {
  static const std::vector<std::string> names{"aru", "bel", "cor", "del", "esp"};
  return names;
}

// Keys of the five members, by short name.
inline const std::map<std::string, tests::MemberKeys>& all_keys() {
  static const std::map<std::string, tests::MemberKeys> keys = [] {
    std::map<std::string, tests::MemberKeys> out;
    const auto policy = tests::example_policy();
    for (const std::string& each : short_names()) out.emplace(each, tests::make_member(policy.members.at(each).name));
    return out;
  }();
  return keys;
}

// As the member `me` sees the region: every gallery that is named here is open to everybody.
inline std::shared_ptr<const Standing> standing_of(const std::string& me,
                                                   const std::vector<std::string>& galleries = {"default"}) {
  auto out = std::make_shared<Standing>();
  out->policy = tests::example_policy();
  out->me = me;
  out->name = out->name_of(me);
  std::vector<const tests::MemberKeys*> all;
  for (const auto& [name, each] : all_keys()) all.push_back(&each);
  out->partners = tests::directory_of(all);
  out->national.member = me;
  for (const std::string& each : galleries) out->national.galleries[each] = short_names();
  return out;
}

inline OwnKeys keys_of(const std::string& me) { return {all_keys().at(me).identity, {}}; }

// A question that the policy lets `from` ask of `to`, by the fingers of `samples`.
inline Arrived question(const std::shared_ptr<const Standing>& standing, const std::string& from,
                        const std::string& purpose, const std::vector<engine::Sample>& samples) {
  const exchange::Policy& policy = standing->policy;
  const exchange::Purpose& rules = policy.purposes.at(purpose);
  const std::int64_t now = tests::kNow.time_since_epoch().count();
  std::string fpir = std::to_string(exchange::fpir_share(policy, from, purpose));
  while (fpir.back() == '0') fpir.pop_back();
  exchange::Check check{*exchange::new_id(),
                        1,
                        purpose,
                        rules.lanes.front(),
                        {"officer", *exchange::new_id(), rules.reasons.front(), *exchange::new_id()},
                        exchange::AgeGroup::kAdult,
                        fpir,
                        {},
                        tests::agreement_key().public_key()};
  check.probe.format = "native";
  for (const engine::Sample& each : samples)
    check.probe.fingers.push_back({each.position, 0, 0, crypto::SecretBytes::copy_of(each.bytes)});
  const std::int64_t expires = policy.lanes.at(check.lane).expires.count();
  exchange::Message message{
      {standing->name_of(from), standing->name, *exchange::new_id(), now, now + expires, policy.id()},
      std::move(check)};
  exchange::Opened opened{std::move(message), exchange::Size::kSmall, true, {}, {}};
  return {std::move(opened), standing, now * 1000};
}

// A second one of the same content and number: as another member would have got it.
inline Arrived copy_of(const Arrived& question) {
  const auto size = exchange::size_of(question.opened.message);
  const auto payload = exchange::write_message(question.opened.message, *size);
  exchange::Opened opened{*exchange::read_message(payload->view()), question.opened.size, question.opened.second_layer,
                          question.opened.kid, question.opened.signed_text};
  return {std::move(opened), question.standing, question.received_ms};
}

// The payload of an answer with what is drawn anew for each made the same.
inline Bytes without_random_fields(const exchange::Message& message) {
  static const crypto::PublicKey key = tests::agreement_key().public_key();
  const auto written = exchange::write_message(message, exchange::Size::kReply);
  if (!written.ok()) return {};
  exchange::Message out = *exchange::read_message(written->view());
  auto& answer = std::get<exchange::Answer>(out.body);
  out.common.jti = std::string(22, 'A');
  answer.handle = std::string(22, 'A');
  answer.release = key;
  const auto payload = exchange::write_message(out, exchange::Size::kReply);
  return payload.ok() ? Bytes(payload->view().begin(), payload->view().end()) : Bytes();
}

// A gallery with its engine, and the answering side on top. People i have the two fingers of EngineTest's person i.
class Responder {
 public:
  explicit Responder(const std::string& me, MemberConfig config = {}) : config_(std::move(config)), keys_(keys_of(me)) {
    engine::EngineConfig engine_config;
    engine_config.directory = folder_.path() / "gallery";
    engine_config.calibrations[Modality::kFinger] = engine::test_calibration();
    engine_config.threads = 2;
    auto opened = engine::Engine::open(std::move(engine_config), world_);
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
    reopen();
  }

  // Everything but the gallery is forgotten, and read again.
  void reopen() {
    rows_ = engine_->exchange_rows();
    shield_ = std::make_unique<Shield>(config_, *engine_, *engine_->exchange_rows());
    answering_ = std::make_unique<Answering>(
        Answering::With{keys_, *engine_, *rows_, *shield_, world_, crypto::system_random()});
  }

  static std::vector<engine::Sample> fingers(int person, std::uint64_t capture) {
    const auto seed = static_cast<std::uint64_t>(person) * 10;
    using engine::FingerPosition;
    return {
        engine::sample(FingerPosition::kRightIndex, tests::another_capture(tests::random_finger(seed + 2), capture)),
        engine::sample(FingerPosition::kLeftIndex, tests::another_capture(tests::random_finger(seed + 7), capture))};
  }
  // `id`'s fingers are those of `person`.
  void enrol(const std::string& id, int person, const std::string& gallery = "default") {
    engine::EnrolRequest request;
    request.person_id = id;
    request.encounter_id = "e";
    request.galleries = {gallery};
    request.samples = fingers(person, 1);
    const auto receipt = engine_->enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }

  // Closes it, and counts the leaves of its audit log.
  std::uint64_t close_and_count_leaves() {
    answering_.reset();
    shield_.reset();
    engine_.reset();
    index::GalleryOptions options;
    options.directory = folder_.path() / "gallery";
    const auto gallery = index::Gallery::open(options);
    EXPECT_TRUE(gallery.ok());
    return gallery.ok() ? (*gallery)->audit()->leaves : 0;
  }

  engine::Engine& engine() { return *engine_; }
  engine::TaskStore& rows() { return *rows_; }
  Answering& answering() { return *answering_; }
  Shield& shield() { return *shield_; }
  tests::SetWorld& world() { return world_; }

 private:
  tests::TemporaryDirectory folder_;
  MemberConfig config_;
  OwnKeys keys_;
  tests::SetWorld world_{tests::kNow};  // the first moment of the example's policy
  std::unique_ptr<engine::Engine> engine_;
  engine::TaskStore* rows_ = nullptr;
  std::unique_ptr<Shield> shield_;
  std::unique_ptr<Answering> answering_;
};

}  // namespace whorl::member
