#include "index/record/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/crc32c.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

EncounterRecord full_record() {
  EncounterRecord record = record_of(3);
  record.galleries = {"default", "asylum:2024", "x-1.y_z"};
  record.fingers.push_back(finger_record(FingerPosition::kLeftIndex, tests::random_finger(8)));
  record.missing = {{FingerPosition::kLeftThumb, "amputated"}, {FingerPosition::kRightRing, ""}};
  record.client_data = std::string("{\"a\":1}\0binary", 14);
  return record;
}

Bytes key_of(const EncounterRecord& record) { return encounter_key(record.person_id, record.encounter_id); }

// The bytes with their last four replaced by the right checksum.
Bytes sealed(const Bytes& key, Bytes value) {
  value.resize(value.size() - 4);
  const std::uint32_t crc = crc32c(value, crc32c(key));
  return ByteWriter().bytes(value).u32(crc).take();
}

TEST(Record, ComesBackAsItWent) {
  const EncounterRecord record = full_record();
  const auto parsed = parse_record(key_of(record), encode_record(record).value());
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  EXPECT_EQ(*parsed, record);
}

TEST(Record, TheLargestAcceptedComesBack) {
  EncounterRecord record = full_record();
  record.client_data.assign(kMaxClientDataBytes, 'x');
  record.encounter_type.assign(kMaxEncounterTypeBytes, 't');
  record.fingers.assign(kMaxFingers, {FingerPosition::kUnknown, 100, 255, Bytes(1024 * 1024, 7)});
  const auto encoded = encode_record(record);
  ASSERT_TRUE(encoded.ok()) << encoded.error().text();
  const auto parsed = parse_record(key_of(record), *encoded);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  EXPECT_EQ(*parsed, record);
}

TEST(Record, KeysOfOnePersonAreOneRange) {
  const Bytes prefix = person_prefix("ab");
  EXPECT_TRUE(std::equal(prefix.begin(), prefix.end(), encounter_key("ab", "e").begin()));
  for (const char* other : {"a", "abc", "ab-", "ab.1", "aa", "b"}) {
    const Bytes key = encounter_key(other, "e");
    EXPECT_FALSE(key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin())) << other;
  }
}

TEST(Record, IdentifiersAreBounded) {
  EXPECT_TRUE(is_valid_id("A.b_c:d-9"));
  EXPECT_TRUE(is_valid_id(std::string(128, 'a')));
  for (const std::string& id : {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a/b"),
                                std::string("a\0b", 3), std::string("\xC3\xA9")}) {
    EXPECT_FALSE(is_valid_id(id)) << id;
  }
}

TEST(Record, EveryBrokenBoundIsRefusedByName) {
  struct Case {
    std::string field;
    std::function<void(EncounterRecord&)> breakit;
  };
  const Case table[] = {
      {"person_id", [](auto& r) { r.person_id = "a b"; }},
      {"encounter_id", [](auto& r) { r.encounter_id = ""; }},
      {"created", [](auto& r) { r.created_ms = kMaxCreatedMs + 1; }},
      {"encounter_type", [](auto& r) { r.encounter_type = std::string(65, 't'); }},
      {"client_data", [](auto& r) { r.client_data = std::string(kMaxClientDataBytes + 1, 't'); }},
      {"galleries", [](auto& r) { r.galleries.clear(); }},
      {"galleries",
       [](auto& r) {
         r.galleries = {"a", "a"};
       }},
      {"galleries", [](auto& r) { r.galleries.assign(17, "a"); }},
      {"galleries", [](auto& r) { r.galleries = {"a/b"}; }},
      {"fingers", [](auto& r) { r.fingers.clear(); }},
      {"fingers", [](auto& r) { r.fingers.resize(11, r.fingers[0]); }},
      {"fingers", [](auto& r) { r.fingers[0].quality = 101; }},
      {"fingers", [](auto& r) { r.fingers[0].position = static_cast<FingerPosition>(11); }},
      {"fingers", [](auto& r) { r.fingers[0].native_template.resize(2 << 20); }},
      {"missing", [](auto& r) { r.missing.resize(11); }},
      {"missing", [](auto& r) { r.missing[0].reason = std::string(65, 'r'); }},
      {"missing", [](auto& r) { r.missing[0].position = static_cast<FingerPosition>(99); }},
  };
  for (const Case& c : table) {
    EncounterRecord record = full_record();
    c.breakit(record);
    const auto encoded = encode_record(record);
    ASSERT_FALSE(encoded.ok()) << c.field;
    EXPECT_EQ(encoded.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(encoded.error().field, c.field);
  }
}

TEST(Record, EveryTruncationAndEveryChangedByteIsCorruption) {
  const EncounterRecord record = full_record();
  const Bytes key = key_of(record);
  const Bytes good = encode_record(record).value();
  for (std::size_t n = 0; n < good.size(); ++n) {
    const auto parsed = parse_record(key, ByteView(good).first(n));
    ASSERT_FALSE(parsed.ok()) << n;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kCorruption);
  }
  for (std::size_t n = 0; n < good.size(); ++n) {
    Bytes bad = good;
    bad[n] ^= 0x41;
    EXPECT_FALSE(parse_record(key, bad).ok()) << n;
  }
}

TEST(Record, AValueUnderAnotherKeyIsCorruption) {
  const EncounterRecord record = full_record();
  const Bytes value = encode_record(record).value();
  EXPECT_FALSE(parse_record(encounter_key("p4", record.encounter_id), value).ok());
  EXPECT_FALSE(parse_record(Bytes{kEncounterKeyPrefix}, value).ok());
  EXPECT_FALSE(parse_record({}, value).ok());
}

TEST(Record, AnUnknownVersionSaysSo) {
  const EncounterRecord record = full_record();
  Bytes value = encode_record(record).value();
  value[0] = 9;
  const auto parsed = parse_record(key_of(record), sealed(key_of(record), value));
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message, HasSubstr("unknown version 9"));
}

// Changed bytes under a right checksum: what a hostile writer would make. Never crashes, and what is accepted
// can be written again.
TEST(Record, ForgedRecordsAreParsedWithinBounds) {
  const EncounterRecord record = full_record();
  const Bytes key = key_of(record);
  const Bytes good = encode_record(record).value();
  std::mt19937 random(11);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes bad = good;
    const std::size_t head = i % 2 == 0 ? bad.size() : 120;
    for (int change = 0; change < 3; ++change) bad[random() % head] = static_cast<std::uint8_t>(random());
    if (i % 5 == 0) bad.resize(5 + random() % (bad.size() - 5));
    const auto parsed = parse_record(key, sealed(key, bad));
    if (!parsed.ok()) continue;
    ++accepted;
    EXPECT_TRUE(encode_record(*parsed).ok());
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace whorl::index
