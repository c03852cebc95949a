#include "exchange/directory/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/directory/pins.h"
#include "tests/exchange/members.h"

namespace whorl::tests {
namespace {

using namespace exchange;

class DirectoryTest : public testing::Test {
 protected:
  [[nodiscard]] std::string note(const Directory& directory) const { return note_of(directory.text(), office_, {}); }
  [[nodiscard]] std::string code(const std::string& text, std::chrono::sys_seconds now = kNow,
                                 std::uint64_t serial = 0) const {
    const auto opened = open_directory(text, office_key_, now, serial);
    return opened.ok() ? "taken" : std::string(opened.error().code());
  }

  const Office office_ = make_office();
  const std::vector<crypto::NoteVerifier> office_key_{office_.signer.verifier()};
  const MemberKeys a_ = make_member("a.rbdes.test"), b_ = make_member("b.rbdes.test"), p_ = make_member("p.rbdes.test");
  const Directory directory_ = directory_of({&a_, &b_, &p_});
};

TEST_F(DirectoryTest, IsReadAsItWasWritten) {
  const auto read = parse_directory(directory_.text());
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->text(), directory_.text());
  const std::string kid = crypto::key_id(p_.identity.public_key());
  ASSERT_TRUE(read->identity(kid));
  EXPECT_EQ(*read->identity(kid)->member, "p.rbdes.test");
  EXPECT_TRUE(read->knows_tls_key("a.rbdes.test", a_.tls));
  EXPECT_FALSE(read->knows_tls_key("b.rbdes.test", a_.tls));
  EXPECT_FALSE(read->identity("x"));
}

TEST_F(DirectoryTest, IsTakenFromTheOfficeInItsTimeAndNotBackwards) {
  EXPECT_EQ(code(note(directory_)), "taken");
  EXPECT_EQ(code(note_of(directory_.text(), make_office(), {})), "directory_not_signed");
  EXPECT_EQ(code(note(directory_), directory_.valid_until), "not_in_force");
  EXPECT_EQ(code(note(directory_), directory_.valid_from - std::chrono::seconds(1)), "not_in_force");
  EXPECT_EQ(code(note(directory_), kNow, 18), "directory_malformed");
  std::string changed = note(directory_);
  changed.replace(changed.find("AAA"), 3, "AAB");
  EXPECT_NE(code(changed), "taken");
}

// Every byte: another text, or the same directory never.
TEST_F(DirectoryTest, ThereIsOneWayToWriteIt) {
  const std::string text = directory_.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {' ', '\n', ',', 'A', '0'}) {
      std::string changed = text;
      if (changed[i] == c) continue;
      changed[i] = c;
      const auto read = parse_directory(changed);
      EXPECT_TRUE(!read.ok() || read->text() == changed) << changed;
    }
    const auto cut = parse_directory(text.substr(0, i));
    EXPECT_TRUE(!cut.ok() || cut->members.size() < directory_.members.size()) << i;
  }
}

// Not the last moment that a file can name, but one that every clock here can.
TEST_F(DirectoryTest, EndsBeforeAnyClockDoes) {
  Directory directory = directory_;
  directory.valid_until = std::chrono::sys_seconds(std::chrono::seconds(kLatestSecond));
  EXPECT_TRUE(parse_directory(directory.text()).ok());
  std::string text = directory.text();
  text.replace(text.find("2200-"), 4, "3027");
  EXPECT_FALSE(parse_directory(text).ok());
}

TEST_F(DirectoryTest, AKeyOfTwoMembersIsRefused) {
  Directory directory = directory_;
  directory.members.at("b.rbdes.test").identity = directory.members.at("a.rbdes.test").identity;
  EXPECT_FALSE(parse_directory(directory.text()).ok());
  directory = directory_;
  directory.members.at("b.rbdes.test").tls = directory.members.at("a.rbdes.test").tls;
  EXPECT_FALSE(parse_directory(directory.text()).ok());
}

// The office, or who has its key, puts in a key of its own: whoever has pinned the member's sees it.
TEST_F(DirectoryTest, APinnedMemberCannotBeReplaced) {
  const auto thumb = [](const MemberKeys& each) { return hex_of(crypto::jwk_thumbprint(each.identity.public_key())); };
  const auto pins =
      parse_pins("# from the agreements\nb.rbdes.test " + thumb(b_) + "\nz.rbdes.test " + thumb(p_) + "\n");
  ASSERT_TRUE(pins.ok()) << pins.error().text();
  const auto known = partners(directory_, *pins);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->members.size(), 1u);
  const MemberKeys impostor = make_member("b.rbdes.test");
  EXPECT_EQ(partners(directory_of({&a_, &impostor}), *pins).error().code(), "identity_not_pinned");
  EXPECT_FALSE(parse_pins("b.rbdes.test 00\n").ok());
  EXPECT_FALSE(parse_pins("b " + thumb(b_)).ok());
}

}  // namespace
}  // namespace whorl::tests
