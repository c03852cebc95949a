// Records of version 1 and 2, as earlier builds wrote them.
#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "index/record/record_key.h"
#include "index/record/stored_record.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

// What version 2 knew of a right index, a left index and a face.
Bytes old_value(const Bytes& key, const std::string& client_data) {
  ByteWriter out;
  out.u8(2).u64(1'700'000'000'000).sized(std::string_view("visit"));
  out.u8(1).sized(std::string_view("default"));
  out.u8(2);
  for (const std::uint8_t position : {2, 7}) out.u8(position).u8(80).u8(31).sized(tests::native(finger_of(position)));
  out.u8(1).u8(3).sized(std::string_view("bandaged"));
  out.u8(64).sized(Bytes(165, 1));
  out.sized(client_data);
  out.u32(crc32c(out.view(), crc32c(key)));
  return out.take();
}

EncounterRecord old_record(const std::string& client_data) {
  const Bytes key = encounter_key("p", "e");
  const auto parsed = parse_record(key, old_value(key, client_data));
  EXPECT_TRUE(parsed.ok()) << parsed.error().text();
  return parsed.ok() ? *parsed : EncounterRecord();
}

TEST(OldRecord, IsReadIntoTheShapeOfToday) {
  const EncounterRecord record = old_record("anything");
  ASSERT_EQ(record.samples.size(), 3U);
  EXPECT_EQ(finger_position(record.samples[1]), FingerPosition::kLeftIndex);
  EXPECT_EQ(record.samples[1].features, 31);
  EXPECT_EQ(record.samples[1].extractor_version, 1U);
  EXPECT_EQ(record.samples[2].modality, Modality::kFace);
  EXPECT_EQ(record.samples[2].quality, 64);
  ASSERT_EQ(record.missing.size(), 1U);
  EXPECT_EQ(record.missing[0].position, 3);
  EXPECT_EQ(record.missing[0].reason, "bandaged");
  EXPECT_EQ(record.status, EncounterStatus::kActive);
  EXPECT_EQ(record.client_data, "anything");
  const EncodedRecord stored = encoded(record).value();
  EXPECT_EQ(parse_record(stored.key, stored.value).value(), record);
}

TEST(OldRecord, WhatTheServerPackedIsUnpacked) {
  const EncounterRecord record = old_record(
      R"({"osia":1,"clientData":"AQID","contextualData":{"visits":[1,2.0]},"biographicData":{"name":"é"},)"
      R"("biometricData":[{"biometricSubType":"LEFT_INDEX","captureDevice":"d","impressionType":"LIVE_SCAN_ROLLED",)"
      R"("resolution":500,"captureDate":"2026-01-02T03:04:05Z"},{"biometricType":"FACE","biometricSubType":"PORTRAIT",)"
      R"("comment":"c"}]})");
  EXPECT_EQ(record.client_data, "\x01\x02\x03");
  EXPECT_EQ(record.contextual_data, R"({"visits":[1,2.0]})");
  EXPECT_EQ(record.biographic_data, R"({"name":"é"})");
  ASSERT_EQ(record.samples.size(), 3U);
  EXPECT_EQ(record.samples[0].capture, CaptureData());
  EXPECT_EQ(record.samples[1].capture.device, "d");
  EXPECT_EQ(record.samples[1].capture.impression, Impression::kLiveScanRolled);
  EXPECT_EQ(record.samples[1].capture.resolution_ppi, 500U);
  EXPECT_EQ(record.samples[1].capture.captured_at, "2026-01-02T03:04:05Z");
  EXPECT_EQ(record.samples[2].capture.comment, "c");
  EXPECT_EQ(record.samples[2].position, kFacePortrait);
}

TEST(OldRecord, ClientDataOfAnythingElseStays) {
  for (const std::string text : {R"({"a":1})", R"({"osia":)", R"({"osia":1,"clientData":"not base64"})", "[1]", ""}) {
    const EncounterRecord record = old_record(text);
    EXPECT_EQ(record.client_data, text);
    EXPECT_TRUE(record.contextual_data.empty());
  }
}

}  // namespace
}  // namespace whorl::index
