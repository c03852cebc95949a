#include "index/record/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/crc32c.h"
#include "index/record/index_entry.h"
#include "index/record/record_key.h"
#include "index/record/stored_record.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

EncounterRecord full_record() {
  EncounterRecord record = record_of(3);
  record.galleries = {"default", "asylum:2024", "x-1.y_z"};
  record.status = EncounterStatus::kInactive;
  record.updated_ms = 1'700'000'000'001;
  record.retention_due_ms = 1'900'000'000'000;
  record.hold = true;
  record.subject_class = {SubjectClass::Citizenship::kOther, SubjectClass::Protection::kShielded, 1985, {"BOR", "x"}};
  record.samples.push_back(finger_record(FingerPosition::kLeftIndex, tests::random_finger(8)));
  SampleRecord& described = record.samples.back();
  described.quality_name = "NFIQ2";
  described.quality_version = 3;
  described.capture = {"second",    "2026-01-02T03:04:05+01:00",
                       "scanner 7", Impression::kLiveScanRolled,
                       500,         600,
                       8,           500,
                       "image/png", "PNG",
                       "m",         "a comment"};
  described.image = ImageReference{2, 12'345, {1, 2, 3}};
  described.extensions = {{300, {1, 2}}, {301, {}}};
  record.missing = {{Modality::kFinger, 6, "amputated"}, {Modality::kFinger, 4, ""}};
  record.biographic_data = R"({"name":"x"})";
  record.contextual_data = "{}";
  record.client_data = std::string("{\"a\":1}\0binary", 14);
  record.extensions = {{1, {7}}, {9, {}}};
  return record;
}

Bytes value_of(const EncounterRecord& record) { return encoded(record).value().value; }
Bytes key_of(const EncounterRecord& record) { return encounter_key(record.person_id, record.encounter_id); }

// The bytes with their last four replaced by the right checksum.
Bytes sealed(const Bytes& key, Bytes value) {
  value.resize(value.size() - 4);
  const std::uint32_t crc = crc32c(value, crc32c(key));
  return ByteWriter().bytes(value).u32(crc).take();
}

TEST(Record, ComesBackAsItWent) {
  const EncounterRecord record = full_record();
  const auto parsed = parse_record(key_of(record), value_of(record));
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  EXPECT_EQ(*parsed, record);
}

TEST(Record, TheLargestAcceptedComesBack) {
  EncounterRecord record = full_record();
  record.client_data.assign(kMaxClientDataBytes, 'x');
  record.encounter_type.assign(kMaxEncounterTypeBytes, 't');
  record.biographic_data.clear();
  record.contextual_data.clear();
  SampleRecord sample = record.samples.back();
  sample.template_bytes.assign(1024 * 1024, 7);
  sample.capture.metadata.assign(capture_limits::kMetadataBytes, 'm');
  sample.capture.comment.assign(capture_limits::kCommentBytes, 'c');
  sample.extensions.clear();
  for (std::uint16_t i = 0; i < kMaxExtensions; ++i) {
    sample.extensions.push_back({static_cast<std::uint16_t>(300 + i), Bytes(kMaxExtensionBytes, 1)});
  }
  record.extensions = sample.extensions;
  record.samples.assign(kMaxFingers, sample);
  const auto stored = encoded(record);
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  const auto parsed = parse_record(stored->key, stored->value);
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
      {"created", [](auto& r) { r.created_ms = kMaxDateMs + 1; }},
      {"encounter_type", [](auto& r) { r.encounter_type = std::string(65, 't'); }},
      {"client_data", [](auto& r) { r.client_data = std::string(kMaxClientDataBytes + 1, 't'); }},
      {"galleries", [](auto& r) { r.galleries.clear(); }},
      {"galleries",
       [](auto& r) {
         r.galleries = {"a", "a"};
       }},
      {"galleries", [](auto& r) { r.galleries.assign(17, "a"); }},
      {"galleries", [](auto& r) { r.galleries = {"a/b"}; }},
      {"updated", [](auto& r) { r.updated_ms = kMaxDateMs + 1; }},
      {"retention_due", [](auto& r) { r.retention_due_ms = kMaxDateMs + 1; }},
      {"status", [](auto& r) { r.status = static_cast<EncounterStatus>(3); }},
      {"subject_class", [](auto& r) { r.subject_class.citizenship = static_cast<SubjectClass::Citizenship>(4); }},
      {"subject_class", [](auto& r) { r.subject_class.never_to.assign(17, "A"); }},
      {"subject_class", [](auto& r) { r.subject_class.never_to = {"not a member"}; }},
      {"subject_class", [](auto& r) { r.subject_class.birth_year = 10'000; }},
      {"extensions",
       [](auto& r) {
         r.extensions.assign(2, {5, {}});
       }},
      {"samples", [](auto& r) { r.samples.clear(); }},
      {"samples", [](auto& r) { r.samples.resize(11, r.samples[0]); }},
      {"samples[0].quality", [](auto& r) { r.samples[0].quality = 101; }},
      {"samples[0].position", [](auto& r) { r.samples[0].position = 11; }},
      {"samples[0].modality", [](auto& r) { r.samples[0].modality = static_cast<Modality>(77); }},
      {"samples[0].template", [](auto& r) { r.samples[0].template_bytes.resize(2 << 20); }},
      {"samples[1].impression", [](auto& r) { r.samples[1].capture.impression = static_cast<Impression>(20); }},
      {"samples[1].device", [](auto& r) { r.samples[1].capture.device.assign(257, 'd'); }},
      {"samples[1].extensions", [](auto& r) { r.samples[1].extensions[0].tag = 2; }},
      {"samples[1].extensions", [](auto& r) { r.samples[1].extensions[1].tag = 300; }},
      {"missing", [](auto& r) { r.missing.resize(33); }},
      {"missing", [](auto& r) { r.missing[0].reason = std::string(65, 'r'); }},
      {"missing", [](auto& r) { r.missing[0].position = 99; }},
  };
  for (const Case& c : table) {
    EncounterRecord record = full_record();
    c.breakit(record);
    const auto stored = encoded(record);
    ASSERT_FALSE(stored.ok()) << c.field;
    EXPECT_EQ(stored.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(stored.error().field, c.field);
  }
}

TEST(Record, EveryTruncationAndEveryChangedByteIsCorruption) {
  const EncounterRecord record = full_record();
  const Bytes key = key_of(record);
  const Bytes good = value_of(record);
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
  const Bytes value = value_of(record);
  EXPECT_FALSE(parse_record(encounter_key("p4", record.encounter_id), value).ok());
  EXPECT_FALSE(parse_record(Bytes{kEncounterKeyPrefix}, value).ok());
  EXPECT_FALSE(parse_record({}, value).ok());
}

TEST(Record, AnUnknownVersionSaysSo) {
  const EncounterRecord record = full_record();
  Bytes value = value_of(record);
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
  const Bytes good = value_of(record);
  std::mt19937 random(11);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes bad = good;
    const std::size_t head = i % 2 == 0 ? bad.size() : 160;
    for (int change = 0; change < 3; ++change) bad[random() % head] = static_cast<std::uint8_t>(random());
    if (i % 5 == 0) bad.resize(5 + random() % (bad.size() - 5));
    const auto parsed = parse_record(key, sealed(key, bad));
    if (!parsed.ok()) continue;
    ++accepted;
    EXPECT_TRUE(encoded(*parsed).ok());
  }
  EXPECT_GT(accepted, 0);
}

// A later build's fields: read by this one, and given on as they came.
TEST(Record, FieldsOfLaterBuildsAreKept) {
  EncounterRecord record = full_record();
  record.samples[0].extensions = {{15, {1, 2, 3}}};  // the next tag that is free
  const auto parsed = parse_record(key_of(record), value_of(record));
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  EXPECT_EQ(value_of(*parsed), value_of(record));
}

TEST(IndexEntry, SaysWhatTheRecordSaysWithoutItsTemplates) {
  const EncounterRecord record = full_record();
  const IndexEntry entry = index_entry(record, RecordDigest{1, 2, 3});
  EXPECT_EQ(parse_index(encode_index(entry)).value(), entry);
  EXPECT_EQ(entry.status, EncounterStatus::kInactive);
  EXPECT_TRUE(entry.hold);
  EXPECT_EQ(entry.retention_due_ms, record.retention_due_ms);
  EXPECT_EQ(entry.subject_class, record.subject_class);
  EXPECT_EQ(entry.encounter_type, "test");
  ASSERT_EQ(entry.samples.size(), 2U);
  EXPECT_EQ(entry.samples[1].position, static_cast<std::uint8_t>(FingerPosition::kLeftIndex));
  EXPECT_EQ(entry.samples[1].extractor_version, static_cast<std::uint32_t>(fingerprint::kExtractorVersion));
  EXPECT_TRUE(entry.samples[1].has_image);
  EXPECT_EQ(entry.count(Modality::kFinger), 2U);
  EXPECT_EQ(entry.count(Modality::kFace), 0U);
}

TEST(IndexEntry, EveryTruncationAndATrailingByteIsCorruption) {
  Bytes bytes = encode_index(index_entry(full_record(), {}));
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(parse_index(ByteView(bytes).first(n)).ok()) << n;
  bytes.push_back(0);
  EXPECT_FALSE(parse_index(bytes).ok());
}

}  // namespace
}  // namespace whorl::index
