#include "member/rows.h"

#include <bit>

namespace whorl::member {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostText = 256;
constexpr std::size_t kMostListed = 256;
constexpr std::size_t kKeyBytes = 32;

// Fields in a fixed order. Numbers are of 8 bytes.
class Writer {
 public:
  Writer() { out_.u8(kVersion); }
  Writer& text(std::string_view value) { return out_.sized(value), *this; }
  Writer& number(std::int64_t value) { return out_.u64(static_cast<std::uint64_t>(value)), *this; }
  Writer& secret(const crypto::SecretBytes& value) { return out_.sized(value.view()), *this; }
  [[nodiscard]] std::size_t size() const { return out_.view().size(); }
  Bytes take() { return out_.take(); }

 private:
  ByteWriter out_;
};

class Reader {
 public:
  explicit Reader(ByteView in) : in_(in) { sound_ = in_.u8() == kVersion; }
  std::string text() { return std::string(as_text(in_.sized(kMostText))); }
  std::int64_t number() { return static_cast<std::int64_t>(in_.u64()); }
  bool flag() { return chosen<std::uint8_t>(1) != 0; }
  crypto::SecretBytes secret() { return crypto::SecretBytes::copy_of(in_.sized(kKeyBytes)); }
  // A number of items that follow.
  std::size_t count() { return static_cast<std::size_t>(chosen<std::uint64_t>(kMostListed)); }
  // One of 0 to `last`.
  template <class T>
  T chosen(std::uint64_t last) {
    const auto value = in_.u64();
    if (value > last) sound_ = false;
    return static_cast<T>(value > last ? 0 : value);
  }
  [[nodiscard]] bool going() const { return sound_ && !in_.failed(); }
  template <class T>
  Result<T> done(T value, bool padded = false) {
    if (!going() || (!padded && in_.left() != 0)) return corruption("a row of the exchange is malformed");
    return value;
  }

 private:
  ByteReader in_;
  bool sound_ = true;
};

std::int64_t number_of(double value) { return std::bit_cast<std::int64_t>(value); }
double double_of(std::int64_t value) { return std::bit_cast<double>(value); }

template <class T>
std::int64_t number_of(T value) requires std::is_enum_v<T> {
  return static_cast<std::int64_t>(value);
}

}  // namespace

Bytes encoded(const Question& q) {
  Writer out;
  out.text(q.check_id).text(q.member).text(q.jti).text(q.ref).number(number_of(q.lane)).number(q.iat).number(q.exp);
  out.number(number_of(q.state)).secret(q.reply_key).text(q.req).number(number_of(q.outcome)).text(q.why);
  return out.number(q.score_db).number(q.late ? 1 : 0).number(q.at).take();
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
  return in.done(std::move(out));
}

Bytes encoded(const CheckRow& row) {
  Writer out;
  out.text(row.check_id).text(row.issuer).text(row.subject).text(row.key).text(row.request).text(row.purpose);
  out.text(row.role).number(row.asked_at).number(row.expires_at).number(static_cast<std::int64_t>(row.left_out.size()));
  for (const auto& each : row.left_out) out.text(each.member).text(each.why);
  out.number(static_cast<std::int64_t>(row.members.size()));
  for (const auto& each : row.members) out.text(each.member).text(each.state).text(each.why);
  return out.take();
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
