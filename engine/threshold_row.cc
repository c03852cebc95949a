#include "engine/threshold_row.h"

#include <bit>
#include <cmath>

namespace whorl::engine {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostText = 1024;

class Writer {
 public:
  Writer() { out_.u8(kVersion); }
  Writer& text(std::string_view value) { return out_.sized(value), *this; }
  Writer& number(std::uint64_t value) { return out_.u64(value), *this; }
  Writer& flag(bool value) { return out_.u8(value ? 1 : 0), *this; }
  Writer& real(double value) { return number(std::bit_cast<std::uint64_t>(value)); }
  Writer& real(const std::optional<double>& value) { return value ? flag(true).real(*value) : flag(false); }
  Writer& time(std::chrono::sys_seconds value) {
    return number(static_cast<std::uint64_t>(value.time_since_epoch().count()));
  }
  Writer& state(ThresholdChange::State value) { return out_.u8(static_cast<std::uint8_t>(value)), *this; }
  Writer& person(const ThresholdPerson& value) { return text(value.issuer).text(value.subject); }
  Bytes take() { return out_.take(); }

 private:
  ByteWriter out_;
};

class Reader {
 public:
  explicit Reader(ByteView in) : in_(in) { sound_ = in_.u8() == kVersion; }
  std::string text() { return std::string(as_text(in_.sized(kMostText))); }
  std::uint64_t number() { return in_.u64(); }
  bool flag() {
    const auto value = in_.u8();
    sound_ = sound_ && value <= 1;
    return value == 1;
  }
  double real() {
    const auto value = std::bit_cast<double>(number());
    sound_ = sound_ && std::isfinite(value);
    return value;
  }
  std::optional<double> optional_real() { return flag() ? std::optional(real()) : std::nullopt; }
  std::chrono::sys_seconds time() {
    return std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(number())));
  }
  ThresholdPerson person() {
    std::string issuer = text();
    return {std::move(issuer), text()};
  }
  ThresholdChange::State state() {
    const auto value = in_.u8();
    sound_ = sound_ && value <= static_cast<std::uint8_t>(ThresholdChange::State::kWithdrawn);
    return static_cast<ThresholdChange::State>(sound_ ? value : 0);
  }
  [[nodiscard]] bool done() const { return sound_ && in_.finished(); }

 private:
  ByteReader in_;
  bool sound_ = true;
};

void write(Writer& out, const ThresholdProposal& what) {
  out.text(what.gallery_id).text(what.reason).flag(what.extrapolated).flag(what.rule.has_value());
  if (what.rule) out.real(what.rule->threshold_db).real(what.rule->target_fpir).real(what.rule->review_band_db);
  out.flag(what.basis.has_value());
  if (!what.basis) return;
  out.text(what.basis->evaluation).text(what.basis->set).number(static_cast<std::uint64_t>(what.basis->fingers));
  out.text(what.basis->sha256).real(what.basis->supported_db);
}

ThresholdProposal read_proposal(Reader& in) {
  ThresholdProposal out;
  out.gallery_id = in.text();
  out.reason = in.text();
  out.extrapolated = in.flag();
  if (in.flag()) {
    out.rule.emplace();
    out.rule->threshold_db = in.optional_real();
    out.rule->target_fpir = in.optional_real();
    out.rule->review_band_db = in.optional_real();
  }
  if (in.flag()) {
    out.basis.emplace();
    out.basis->evaluation = in.text();
    out.basis->set = in.text();
    out.basis->fingers = static_cast<int>(in.number());
    out.basis->sha256 = in.text();
    out.basis->supported_db = in.real();
  }
  return out;
}

}  // namespace

Bytes encoded(const ThresholdChange& change) {
  Writer out;
  write(out, change.what);
  // What is in force is settled by the numbers of what was approved.
  const bool approved = change.number > 0;
  out.number(change.number).real(change.proposed_db).person(change.proposed_by).time(change.proposed_at);
  out.state(approved ? ThresholdChange::State::kInForce : change.state).flag(change.decided_by.has_value());
  if (change.decided_by) out.person(*change.decided_by).time(*change.decided_at);
  return out.text(change.decision_reason).real(change.before_db).take();
}

Result<ThresholdChange> parse_threshold_change(const std::string& id, ByteView bytes) {
  Reader in(bytes);
  ThresholdChange out;
  out.id = id;
  out.what = read_proposal(in);
  out.number = in.number();
  out.proposed_db = in.real();
  out.proposed_by = in.person();
  out.proposed_at = in.time();
  out.state = in.state();
  if (in.flag()) {
    out.decided_by = in.person();
    out.decided_at = in.time();
  }
  out.decision_reason = in.text();
  out.before_db = in.optional_real();
  if (!in.done()) return corruption("a change of thresholds is malformed");
  return out;
}

}  // namespace whorl::engine
