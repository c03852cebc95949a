#include "member/cover_rows.h"

#include "member/row_fields.h"

namespace whorl::member {

using rows::number_of;
using rows::Reader;
using rows::Writer;

Bytes encoded(const CoverRow& row) {
  Writer out;
  out.text(row.member).text(row.to).number(row.due_ms).number(number_of(row.state));
  return out.text(row.other).text(row.jti).number(row.exp).secret(row.reply_key).text(row.taken).take();
}

Result<CoverRow> parse_cover(ByteView bytes) {
  Reader in(bytes);
  CoverRow out;
  out.member = in.text();
  out.to = in.text();
  out.due_ms = in.number();
  out.state = in.chosen<CoverRow::State>(4);
  out.other = in.text();
  out.jti = in.text();
  out.exp = in.number();
  out.reply_key = in.secret();
  out.taken = in.text();
  return in.done(std::move(out));
}

std::int64_t followup_due(const exchange::Policy& policy, std::int64_t now_ms, std::uint64_t random) {
  constexpr std::int64_t kMs = 1000;
  const auto jitter_ms = static_cast<std::uint64_t>(policy.followup_jitter.count() * kMs);
  const std::int64_t drawn = jitter_ms > 0 ? static_cast<std::int64_t>(random % jitter_ms) : 0;
  return now_ms + policy.followup_slot.count() * kMs + drawn;
}

}  // namespace whorl::member
