// Sealed messages: nobody without the key reads, makes or repeats one; the file and the map of a cluster.
#include "cluster/seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "cluster/config.h"
#include "tests/support/shared_data.h"

namespace whorl::cluster {
namespace {

using testing::HasSubstr;

Bytes key_of(std::uint8_t byte) { return Bytes(kClusterKeyBytes, byte); }
Keys keys(std::uint8_t byte = 1, const std::string& part = "a") { return Keys::make(key_of(byte), part).value(); }
Greeting greeting(std::uint8_t byte) {
  Greeting out;
  out.draw.fill(byte);
  out.setting.fill(7);
  return out;
}

TEST(ClusterSeal, BothEndsOfAGreetingHaveOneSession) {
  const auto at_part = keys().open_greeting(keys().greeting(greeting(1)));
  ASSERT_TRUE(at_part.ok());
  EXPECT_EQ(at_part->draw, greeting(1).draw);
  EXPECT_EQ(at_part->setting, greeting(1).setting);
  const auto at_front = keys().open_answer(keys().answer(greeting(2), *at_part), greeting(1));
  ASSERT_TRUE(at_front.ok());
  const auto one = keys().session(greeting(1).draw, at_front->draw).value();
  const auto other = keys().session(at_part->draw, greeting(2).draw).value();
  EXPECT_EQ(one->id(), other->id());
  const Bytes sealed = one->seal(Kind::kQuestion, 5, as_bytes("who is it?")).value();
  EXPECT_EQ(as_text(other->open(Kind::kQuestion, 5, sealed).value()), "who is it?");
  const Envelope envelope = parse_envelope(sealed).value();
  EXPECT_EQ(envelope.kind, Kind::kQuestion);
  EXPECT_EQ(envelope.number, 5U);
  EXPECT_EQ(envelope.session, one->id());
}

TEST(ClusterSeal, AGreetingOfAnotherKeyOrPartOrAnswerIsRefused) {
  const Bytes sent = keys().greeting(greeting(1));
  EXPECT_FALSE(keys(2).open_greeting(sent).ok());
  EXPECT_FALSE(keys(1, "b").open_greeting(sent).ok());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    Bytes changed = sent;
    changed[i] ^= 1;
    EXPECT_FALSE(keys().open_greeting(changed).ok()) << i;
  }
  // An answer to another greeting.
  EXPECT_FALSE(keys().open_answer(keys().answer(greeting(2), greeting(3)), greeting(1)).ok());
  EXPECT_FALSE(keys().open_answer(keys(2).answer(greeting(2), greeting(1)), greeting(1)).ok());
  EXPECT_FALSE(keys().open_greeting({}).ok());
}

TEST(ClusterSeal, AMessageOpensAsItWasSealedOrNotAtAll) {
  const auto session = keys().session(greeting(1).draw, greeting(2).draw).value();
  const Bytes sealed = session->seal(Kind::kAnswer, 5, as_bytes("nobody")).value();
  EXPECT_FALSE(session->open(Kind::kAnswer, 6, sealed).ok());
  EXPECT_FALSE(session->open(Kind::kQuestion, 5, sealed).ok());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(session->open(Kind::kAnswer, 5, changed).ok()) << i;
    EXPECT_FALSE(session->open(Kind::kAnswer, 5, ByteView(sealed).first(i)).ok()) << i;
  }
  // Another session of the same key, as after a new start.
  const auto later = keys().session(greeting(1).draw, greeting(3).draw).value();
  EXPECT_FALSE(later->open(Kind::kAnswer, 5, sealed).ok());
}

TEST(ClusterSeal, OnlyAPartSaysThatItHasForgotten) {
  const SessionId session{1, 2, 3};
  const Bytes said = keys().forgotten(session, 4);
  EXPECT_TRUE(keys().is_forgotten(said, session, 4));
  EXPECT_FALSE(keys().is_forgotten(said, session, 5));
  EXPECT_FALSE(keys(2).is_forgotten(said, session, 4));
}

TEST(ClusterSeal, EachNumberIsTakenOnce) {
  ReplayWindow window;
  std::set<std::uint64_t> came;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t number = static_cast<std::uint64_t>(i) / 2 + random() % 3000;
    const bool fresh = !came.contains(number) && (came.empty() || *came.rbegin() < number + 4096);
    EXPECT_EQ(window.take(number), fresh) << i;
    if (fresh) came.insert(number);
  }
  EXPECT_TRUE(window.take(std::uint64_t{1} << 40));
  EXPECT_FALSE(window.take(std::uint64_t{1} << 40));
  EXPECT_FALSE(window.take(15'000));
}

// -- The map and the file ---------------------------------------------------------------------------------------------

TEST(ClusterSlices, APersonsSliceNeverChanges) {
  // The first 12 bits of SHA-256 of "abc" are ba7.
  EXPECT_EQ(slice_of("abc"), 0xba7U);
  EXPECT_LT(slice_of(""), kSlices);
}

TEST(ClusterSlices, EverySliceHasOnePart) {
  const auto map = SliceMap::make({{{0, 99}, {200, 4095}}, {{100, 199}}});
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->parts()[99], 0);
  EXPECT_EQ(map->parts()[100], 1);
  EXPECT_EQ(map->parts()[200], 0);
  EXPECT_EQ(map->part_of("abc"), 0U);
  EXPECT_THAT(SliceMap::make({{{0, 4094}}}).error().message, HasSubstr("slice 4095 belongs to no part"));
  EXPECT_THAT(SliceMap::make({{{0, 4095}}, {{7, 7}}}).error().message, HasSubstr("slice 7 belongs to two parts"));
  EXPECT_FALSE(SliceMap::make({}).ok());
}

TEST(ClusterSlices, RangesAreReadToTheirEnd) {
  EXPECT_EQ(parse_slices("0-1023").value(), (SliceRange{0, 1023}));
  EXPECT_EQ(parse_slices("7").value(), (SliceRange{7, 7}));
  for (const char* wrong : {"", "-", "1-", "-1", "9-8", "0-4096", "4096", "1-2-3", " 1", "1x", "0x1"}) {
    EXPECT_FALSE(parse_slices(wrong).ok()) << wrong;
  }
}

std::string file(const std::string& root, const std::string& parts = "[[parts]]\nname='a'\nslices=['0-4095']\n") {
  return "name='border'\nkey='k'\nservers=['nats://127.0.0.1:4222']\n" + root + parts;
}

TEST(ClusterFile, IsReadWithPathsOfItsFolder) {
  const auto read = parse_cluster_config(file("authorities='ca.pem'\nanswer_within_ms=250\n"), "/etc/whorl/c.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->name, "border");
  EXPECT_EQ(read->key, "/etc/whorl/k");
  EXPECT_EQ(read->broker.authorities, "/etc/whorl/ca.pem");
  EXPECT_EQ(read->answer_within, std::chrono::milliseconds(250));
  EXPECT_EQ(read->subject_of("a"), "whorl.border.part.a");
  EXPECT_EQ(read->place_of("a"), 0U);
  EXPECT_FALSE(read->place_of("b"));
}

TEST(ClusterFile, TheExampleOfThreeMachinesIsOne) {
  const auto read = read_cluster_config(tests::source_path("scripts/cluster/cluster.toml"));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->needed_of(0), 2U);
  EXPECT_EQ(read->place_of("b3"), 1U);
  EXPECT_EQ(read->keep_log_at_most, std::chrono::hours(24));
}

TEST(ClusterOptions, WhatDecidesOfAChangeIsInTheDigest) {
  engine::EngineConfig config;
  const Sha256 before = making_options(config, false);
  EXPECT_NE(making_options(config, true), before);
  config.threads = 7;
  config.memory_limit_bytes = 1;
  EXPECT_EQ(making_options(config, false), before) << "what a machine is like is not";
  config.min_quality += 1;
  EXPECT_NE(making_options(config, false), before);
}

TEST(ClusterFile, WhatIsWrongIsNamed) {
  const auto error = [](const std::string& text) {
    const auto read = parse_cluster_config(text, "/c.toml");
    return read.ok() ? "nothing was wrong" : read.error().text();
  };
  EXPECT_THAT(error(file("nonsense=1\n")), HasSubstr("nonsense"));
  EXPECT_THAT(error(file("certificate='c'\n")), HasSubstr("private_key"));
  EXPECT_THAT(error(file("user='u'\n")), HasSubstr("password"));
  EXPECT_THAT(error(file("answer_within_ms=0\n")), HasSubstr("answer_within_ms"));
  EXPECT_THAT(error(file("keep_log_at_most_s=86401\n")), HasSubstr("keep_log_at_most_s"));
  EXPECT_THAT(error(file("keep_log_s=60\nkeep_log_at_most_s=59\n")), HasSubstr("keep_log_s"));
  EXPECT_THAT(error(file("", "")), HasSubstr("parts"));
  EXPECT_THAT(error(file("", "[[parts]]\nname='a'\nslices=['0-4094']\n")), HasSubstr("belongs to no part"));
  EXPECT_THAT(error(file("", "[[parts]]\nname='A.b'\nslices=['0-4095']\n")), HasSubstr("name"));
  EXPECT_THAT(error(file("", "[[parts]]\nname='a'\nslices=['0-9']\n[[parts]]\nname='a'\nslices=['10-4095']\n")),
              HasSubstr("another part's"));
  EXPECT_THAT(error("name='border'\n"), HasSubstr("key"));
}

TEST(ClusterFile, NothingGoesToAnotherMachineInTheClear) {
  BrokerConfig broker;
  for (const char* server : {"nats://10.0.0.1:4222", "nats://127.0.0.1.example:4222", "10.0.0.1"}) {
    broker.servers = {server};
    const auto connected = connect_nats(broker, "test");
    ASSERT_FALSE(connected.ok()) << server;
    EXPECT_EQ(connected.error().kind, ErrorKind::kInvalidInput) << server;
  }
}

}  // namespace
}  // namespace whorl::cluster
