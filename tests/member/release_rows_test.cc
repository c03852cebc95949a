// Rows of releases: read as they were written, and nothing else.
#include "member/release_rows.h"

#include <gtest/gtest.h>

namespace whorl::member {
namespace {

using exchange::Item;

ReleaseAskRow asked() {
  ReleaseAskRow out;
  out.check_id = "c";
  out.member = "b.rbdes.test";
  out.items = {Item::kIdentity, Item::kStatus};
  out.iat = 5;
  out.exp = 9;
  out.reply_key = crypto::SecretBytes::copy_of(Bytes(32, 7));
  out.state = ReleaseAskRow::State::kDecided;
  out.decision = exchange::Released::kPartly;
  out.delete_by = 77;
  out.purposes = {"border.identity"};
  out.change = ReleaseAskRow::Change::kWithdrawn;
  out.notice = 3;
  return out;
}

ReleaseCaseRow got() {
  ReleaseCaseRow out;
  out.request_id = "r";
  out.basis = std::string(exchange::kMostBasisBytes, 'x');
  out.items = {Item::kDocument};
  out.room = exchange::Size::kLarge;
  out.person_id = "anna";
  out.state = ReleaseCaseRow::State::kWaiting;
  out.officers = {{"i", "s"}, {"", "local"}};
  out.first_items = {Item::kDocument};
  out.first_delete_by = 8;
  out.sent = true;
  return out;
}

DisclosureRow given() {
  DisclosureRow out;
  out.disclosure_id = "d";
  out.items = {Item::kEncounter};
  out.officers = {{"i", "s"}};
  out.delete_by = 6;
  out.room = exchange::Size::kMedium;
  out.encounters = {"e1", "e2"};
  out.digest = "abc";
  out.number = 2;
  out.notice = exchange::Noticed::kErased;
  out.receipt_at = 12;
  return out;
}

// Written again they are the same bytes; with a byte less or more they are refused. `added`: bytes that rows of earlier
// builds lack.
template <class Row, class Parse>
void expect_whole(const Row& row, Parse parse, std::size_t added = 0) {
  const Bytes bytes = encoded(row);
  auto read = parse(bytes);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(encoded(*read), bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_EQ(parse(ByteView(bytes).first(n)).ok(), n + added == bytes.size()) << n;
  Bytes more = bytes;
  more.push_back(0);
  EXPECT_FALSE(parse(more).ok());
  more = bytes;
  more[0] ^= 0xff;
  EXPECT_FALSE(parse(more).ok()) << "another version";
}

TEST(ReleaseRows, AreReadAsTheyWereWritten) {
  constexpr std::size_t kEmptyText = sizeof(std::uint32_t);
  expect_whole(asked(), parse_release_ask, kEmptyText);
  expect_whole(got(), parse_release_case);
  expect_whole(given(), parse_disclosure, sizeof(std::int64_t) + kEmptyText);
  EXPECT_EQ(parse_release_ask(encoded(asked()))->items, asked().items);
  EXPECT_EQ(parse_release_case(encoded(got()))->officers, got().officers);
  EXPECT_EQ(parse_disclosure(encoded(given()))->encounters, given().encounters);
}

}  // namespace
}  // namespace whorl::member
