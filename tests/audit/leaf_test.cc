// Leaves: one form, nothing but words, numbers and digests; times; checkpoints in a file.
#include "audit/leaf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "audit/checkpoint_file.h"
#include "audit/leaf_time.h"
#include "tests/audit/drawn_log.h"
#include "tests/support/shared_data.h"

namespace whorl::audit {
namespace {

TEST(Leaf, IsReadBackToTheByte) {
  std::mt19937_64 random(7);
  for (std::uint64_t n = 0; n < 500; ++n) {
    const Leaf leaf = drawn_leaf(n, random, 1'790'000'000'000 + random() % 1'000'000'000);
    const auto line = encoded(leaf);
    ASSERT_TRUE(line.ok());
    EXPECT_TRUE(line->size() == kLeafBytes || line->size() == kLongLeafBytes) << line->size();
    const auto back = parse_leaf(*line);
    ASSERT_TRUE(back.ok()) << as_text(*line);
    EXPECT_EQ(*back, leaf);
  }
}

TEST(Leaf, IsCanonicalJsonOnOneLine) {
  Leaf leaf;
  leaf.n = 18223;
  leaf.time_ms = 1795646463120;
  leaf.operation = Operation::kIdentify;
  leaf.outcome = "match";
  leaf.auth = "token";
  leaf.role = "officer";
  leaf.who.fill(0xab);
  leaf.persons = 1000000;
  leaf.threshold_mdb = 53000;
  const auto line = encoded(leaf);
  ASSERT_TRUE(line.ok());
  const std::string text(as_text(*line));
  EXPECT_EQ(text.find("{\"auth\":\"token\",\"n\":18223,\"op\":\"identify\",\"outcome\":\"match\",\"pad\":\"000"), 0U);
  EXPECT_NE(text.find("\",\"persons\":1000000,\"req\":\"00000000000000000000000000000000\",\"role\":\"officer\""),
            std::string::npos);
  EXPECT_NE(text.find("\"t\":\"2026-11-25T22:41:03.120Z\",\"threshold_mdb\":53000,\"v\":1,\"who\":\"abab"),
            std::string::npos);
}

TEST(Leaf, OfAnotherFormIsRefused) {
  std::mt19937_64 random(8);
  const Bytes line = encoded(drawn_leaf(3, random, 1'790'000'000'000)).value();
  const auto refused = [](const std::string& text) { return !parse_leaf(as_bytes(text)).ok(); };
  const std::string text(as_text(line));
  EXPECT_FALSE(refused(text));
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(text + " "));
  EXPECT_TRUE(refused(text.substr(1)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 0x80);
    EXPECT_TRUE(refused(other)) << i;
  }
  std::string unknown = text;
  unknown.replace(unknown.find("\"v\":1"), 5, "\"x\":1");
  EXPECT_TRUE(refused(unknown));
}

TEST(Leaf, TakesNoTextThatIsNoWord) {
  for (const char* text : {"a\"b", "a\\b", "a\nb", "\xc3\xa9", "a/b", "<script>"}) {
    Leaf leaf;
    leaf.outcome = text;
    EXPECT_FALSE(encoded(leaf).ok()) << text;
  }
  Leaf leaf;
  leaf.role = std::string(kMostWordBytes + 1, 'a');
  EXPECT_FALSE(encoded(leaf).ok());
  leaf.role.clear();
  leaf.count = (std::uint64_t{1} << 53) + 1;
  EXPECT_FALSE(encoded(leaf).ok()) << "a number that a reader of JSON may round";
}

TEST(LeafTime, IsReadBackAndNothingElseIs) {
  for (const std::uint64_t ms :
       {std::uint64_t{0}, std::uint64_t{951782399999}, std::uint64_t{1795646463120}, kLastTime_ms}) {
    EXPECT_EQ(time_of(time_text(ms)), ms) << time_text(ms);
  }
  for (const char* text : {"", "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-11-25T24:00:00.000Z",
                           "2026-11-25T22:41:60.000Z", "2026-11-25t22:41:03.120Z", "1969-12-31T23:59:59.999Z",
                           "2026-11-25T22:41:03.120+"}) {
    EXPECT_FALSE(time_of(text).has_value()) << text;
  }
}

TEST(CheckpointFile, GivesTheLastWholeOneThatTheLogSigned) {
  tests::TemporaryDirectory folder;
  const auto file = folder.path() / "kept";
  DrawnLog log(1);
  ASSERT_TRUE(last_checkpoint(file, log.key()).ok());
  EXPECT_FALSE(last_checkpoint(file, log.key())->has_value());
  for (const std::uint64_t size : {1, 5, 300}) {
    log.grow_to(size);
    ASSERT_TRUE(append_note(file, log.note_of(size)).ok());
  }
  EXPECT_EQ((*last_checkpoint(file, log.key()))->size, 300U);
  // An appending that was cut off, then another one; and one of another log.
  const std::string note = log.note_of(200);
  for (const std::size_t bytes : {std::size_t{3}, note.size() / 3, note.size() / 2, note.size() - 2}) {
    {
      std::ofstream out(file, std::ios::app | std::ios::binary);
      out << "\n\n" << note.substr(0, bytes);
    }
    EXPECT_EQ((*last_checkpoint(file, log.key()))->size, log.all().size()) << bytes;
    log.grow_to(log.all().size() + 1);
    ASSERT_TRUE(append_note(file, log.note_of(log.all().size())).ok());
    EXPECT_EQ((*last_checkpoint(file, log.key()))->size, log.all().size()) << bytes;
    ASSERT_TRUE(append_note(file, log.note_of(300)).ok());
  }
  DrawnLog other(2);
  other.grow_to(900);
  ASSERT_TRUE(append_note(file, other.note_of(900)).ok());
  EXPECT_EQ((*last_checkpoint(file, log.key()))->size, log.all().size());
}

}  // namespace
}  // namespace whorl::audit
