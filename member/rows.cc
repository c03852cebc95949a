#include "member/rows.h"

#include <bit>

#include "member/row_fields.h"

namespace whorl::member {
namespace {

using rows::kMostText;
using rows::kVersion;
using rows::number_of;
using rows::Reader;
using rows::Writer;

std::int64_t number_of(double value) { return std::bit_cast<std::int64_t>(value); }
double double_of(std::int64_t value) { return std::bit_cast<double>(value); }

}  // namespace

Bytes encoded(const Question& q) {
  Writer out;
  out.text(q.check_id).text(q.member).text(q.jti).text(q.ref).number(number_of(q.lane)).number(q.iat).number(q.exp);
  out.number(number_of(q.state)).secret(q.reply_key).text(q.req).number(number_of(q.outcome)).text(q.why);
  out.number(q.score_db).number(q.late ? 1 : 0).number(q.at);
  return out.text(q.handle).text(q.release_key).text(q.taken).take();
}

Result<Question> parse_question(ByteView bytes) {
  Reader in(bytes);
  Question out;
  out.check_id = in.text();
  out.member = in.text();
  out.jti = in.text();
  out.ref = in.text();
  out.lane = in.chosen<exchange::Lane>(2);
  out.iat = in.number();
  out.exp = in.number();
  out.state = in.chosen<QuestionState>(4);
  out.reply_key = in.secret();
  out.req = in.text();
  out.outcome = in.chosen<exchange::Outcome>(3);
  out.why = in.text();
  out.score_db = static_cast<int>(in.chosen<std::int64_t>(999));
  out.late = in.flag();
  out.at = in.number();
  if (!in.more()) return in.done(std::move(out));
  out.handle = in.text();
  out.release_key = in.text();
  if (in.more()) out.taken = in.text();
  return in.done(std::move(out));
}

Bytes encoded(const CheckRow& row) {
  Writer out;
  out.text(row.check_id).text(row.issuer).text(row.subject).text(row.key).text(row.request).text(row.purpose);
  out.text(row.role).number(row.asked_at).number(row.expires_at).number(static_cast<std::int64_t>(row.left_out.size()));
  for (const auto& each : row.left_out) out.text(each.member).text(each.why);
  out.number(static_cast<std::int64_t>(row.members.size()));
  for (const auto& each : row.members) out.text(each.member).text(each.state).text(each.why);
  return out.text(row.reason).text(row.matter).take();
}

Result<CheckRow> parse_check_row(ByteView bytes) {
  Reader in(bytes);
  CheckRow out;
  out.check_id = in.text();
  out.issuer = in.text();
  out.subject = in.text();
  out.key = in.text();
  out.request = in.text();
  out.purpose = in.text();
  out.role = in.text();
  out.asked_at = in.number();
  out.expires_at = in.number();
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) {
    auto& each = out.left_out.emplace_back();
    each.member = in.text();
    each.why = in.text();
  }
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) {
    auto& each = out.members.emplace_back();
    each.member = in.text();
    each.state = in.text();
    each.why = in.text();
  }
  if (!in.more()) return in.done(std::move(out));
  out.reason = in.text();
  out.matter = in.text();
  return in.done(std::move(out));
}

Result<Bytes> encoded(const CaseRow& row) {
  Writer out;
  out.text(row.member).text(row.jti).text(row.ref).text(row.purpose).number(number_of(row.lane)).number(row.received);
  out.number(row.check_exp).number(row.due_ms).number(row.answer_exp).text(row.answer_jti).number(row.sent ? 1 : 0);
  out.number(number_of(row.outcome)).text(row.why).text(row.handle).secret(row.release_key);
  const std::size_t hits = std::min(row.hidden.size(), kMostHiddenHits);
  out.number(static_cast<std::int64_t>(hits));
  for (std::size_t i = 0; i < hits; ++i) {
    const engine::HiddenHit& hit = row.hidden[i];
    out.text(hit.person_id).text(hit.rule).number(number_of(hit.score_db));
  }
  // Behind what rows of earlier builds have: in those the padding reads as nobody.
  out.text(row.person_id).number(row.release_asked ? 1 : 0).number(row.release_requests);
  out.text(row.cover_jti).text(row.release_jti).text(row.heard_jti);
  if (out.size() > kCaseRowBytes) return internal_error("a case of the exchange is too long to be kept");
  Bytes bytes = out.take();
  bytes.resize(kCaseRowBytes);
  return bytes;
}

Result<CaseRow> parse_case_row(ByteView bytes) {
  if (bytes.size() != kCaseRowBytes) return corruption("a case of the exchange has another length");
  Reader in(bytes);
  CaseRow out;
  out.member = in.text();
  out.jti = in.text();
  out.ref = in.text();
  out.purpose = in.text();
  out.lane = in.chosen<exchange::Lane>(2);
  out.received = in.number();
  out.check_exp = in.number();
  out.due_ms = in.number();
  out.answer_exp = in.number();
  out.answer_jti = in.text();
  out.sent = in.flag();
  out.outcome = in.chosen<exchange::Outcome>(3);
  out.why = in.text();
  out.handle = in.text();
  out.release_key = in.secret();
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) {
    engine::HiddenHit& hit = out.hidden.emplace_back();
    hit.at = std::chrono::sys_seconds(std::chrono::seconds(out.received));
    hit.member = out.member;
    hit.purpose = out.purpose;
    hit.person_id = in.text();
    hit.rule = in.text();
    hit.score_db = double_of(in.number());
  }
  out.person_id = in.text();
  out.release_asked = in.flag();
  out.release_requests = in.chosen<int>(kMostReleaseRequests);
  out.cover_jti = in.text();
  out.release_jti = in.text();
  out.heard_jti = in.text();
  return in.done(std::move(out), true);
}

Bytes encoded(const ProtectionRow& row) {
  Writer out;
  out.text(row.person_id).text(row.protection.citizenship).number(row.protection.shielded ? 1 : 0);
  out.number(row.protection.birth_year.value_or(0)).number(static_cast<std::int64_t>(row.protection.never_to.size()));
  for (const std::string& each : row.protection.never_to) out.text(each);
  return out.take();
}

Result<ProtectionRow> parse_protection_row(ByteView bytes) {
  Reader in(bytes);
  ProtectionRow out;
  out.person_id = in.text();
  out.protection.citizenship = in.text();
  out.protection.shielded = in.flag();
  if (const int year = in.chosen<int>(9999); year != 0) out.protection.birth_year = year;
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) out.protection.never_to.push_back(in.text());
  return in.done(std::move(out));
}

Bytes encoded(const exchange::QuotaLedger& ledger) {
  ByteWriter out;
  out.u8(kVersion);
  for (const auto& [pair, count] : ledger.counts()) {
    out.sized(pair.first).sized(pair.second).u64(static_cast<std::uint64_t>(count.day));
    out.u64(static_cast<std::uint64_t>(count.year)).u64(count.of_day).u64(count.of_year);
  }
  return out.take();
}

Result<exchange::QuotaLedger> parse_ledger(ByteView bytes) {
  ByteReader in(bytes);
  exchange::QuotaLedger out;
  bool sound = in.u8() == kVersion;
  while (sound && in.left() > 0) {
    const std::string from(as_text(in.sized(kMostText)));
    const std::string to(as_text(in.sized(kMostText)));
    exchange::QuotaCount count;
    count.day = static_cast<std::int64_t>(in.u64());
    count.year = static_cast<int>(in.u64());
    count.of_day = in.u64();
    count.of_year = in.u64();
    sound = !in.failed();
    if (sound) out.restore(from, to, count);
  }
  if (!sound) return corruption("the counts of the exchange are malformed");
  return out;
}

}  // namespace whorl::member
