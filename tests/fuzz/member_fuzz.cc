// A member's configuration, and the rows that it keeps: what is read is written back byte for byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "member/config.h"
#include "member/rows.h"
#include "tests/fuzz/require.h"

namespace {

bool same(whorl::ByteView a, whorl::ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

template <class Row>
void read_and_write(const whorl::Result<Row>& row, whorl::ByteView bytes) {
  if (row.ok()) whorl::fuzz::require(same(encoded(*row), bytes));
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
    case 'q': read_and_write(parse_question(bytes), bytes); break;
    case 'k': read_and_write(parse_check_row(bytes), bytes); break;
    case 'p': read_and_write(parse_protection_row(bytes), bytes); break;
    case 'l': (void)parse_ledger(bytes); break;
    default: break;
  }
  Bytes padded(bytes.begin(), bytes.end());
  padded.resize(kCaseRowBytes);
  (void)parse_case_row(padded);
  return 0;
}
