// A member's configuration, and the rows that it keeps: what is read and written reads the same. (A row of an earlier
// version is written in today's.)
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "member/config.h"
#include "member/cover_rows.h"
#include "member/release_rows.h"
#include "member/rows.h"
#include "tests/fuzz/require.h"

namespace {

bool same(whorl::ByteView a, whorl::ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

template <class Read>
void read_and_write(Read read, whorl::ByteView bytes) {
  const auto row = read(bytes);
  if (!row.ok()) return;
  const whorl::Bytes written = encoded(*row);
  const auto again = read(written);
  whorl::fuzz::require(again.ok() && same(encoded(*again), written));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::member;
  // Input: a byte that says what it is, and the bytes of that.
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  switch (data[0]) {
    case 'c': (void)parse_member_config(as_text(bytes), "member.toml"); break;
    case 'q': read_and_write(parse_question, bytes); break;
    case 'k': read_and_write(parse_check_row, bytes); break;
    case 'p': read_and_write(parse_protection_row, bytes); break;
    case 'a': read_and_write(parse_release_ask, bytes); break;
    case 'r': read_and_write(parse_release_case, bytes); break;
    case 'v': read_and_write(parse_cover, bytes); break;
    case 'd': read_and_write(parse_disclosure, bytes); break;
    case 'l': (void)parse_ledger(bytes); break;
    default: break;
  }
  Bytes padded(bytes.begin(), bytes.end());
  padded.resize(kCaseRowBytes);
  (void)parse_case_row(padded);
  return 0;
}
