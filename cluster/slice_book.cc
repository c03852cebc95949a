#include "cluster/slice_book.h"

#include <algorithm>

namespace whorl::cluster {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostNameBytes = 32;
constexpr const char* kMovedField = "slices";

}  // namespace

Result<SliceSet> parse_slice_set(const std::vector<std::string>& ranges) {
  SliceSet out;
  for (const std::string& text : ranges) {
    WHORL_ASSIGN(const SliceRange range, parse_slices(text));
    for (std::size_t slice = range.first; slice <= range.last; ++slice) out[slice] = true;
  }
  return out;
}

std::string_view told(SliceIs is) {
  switch (is) {
    case SliceIs::kElsewhere: return "elsewhere";
    case SliceIs::kHeld: return "held";
    case SliceIs::kFenced: return "held, and takes no change";
    case SliceIs::kLeaving: return "leaves";
    case SliceIs::kLeft: return "has left, and is to be taken";
    case SliceIs::kKept: return "held; its move was given up";
    case SliceIs::kComing: return "comes";
    case SliceIs::kTaking: return "is taken";
  }
  return "unknown";
}

Error slice_moved(const std::string& why) { return Error{ErrorKind::kUnavailable, why, FieldPath(kMovedField)}; }
bool is_moved(const Error& error) { return error.kind == ErrorKind::kUnavailable && error.field == kMovedField; }

std::string SliceBook::other(std::size_t slice) const {
  const std::uint16_t name = rows_[slice].other;
  return name == 0 ? std::string() : names_[name - 1];
}

bool SliceBook::holds(std::size_t slice) const {
  const SliceIs is = rows_[slice].is;
  return is == SliceIs::kHeld || is == SliceIs::kFenced || is == SliceIs::kKept;
}

bool SliceBook::takes_changes(std::size_t slice) const {
  return rows_[slice].is == SliceIs::kHeld || rows_[slice].is == SliceIs::kKept;
}

bool SliceBook::may_have_people(std::size_t slice) const {
  return holds(slice) || rows_[slice].is == SliceIs::kLeaving || rows_[slice].is == SliceIs::kTaking;
}

SliceSet SliceBook::held() const {
  SliceSet out;
  for (std::size_t slice = 0; slice < kSlices; ++slice) out[slice] = holds(slice);
  return out;
}

bool SliceBook::any(SliceIs is) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.is == is; });
}

bool SliceBook::is_between() const { return any(SliceIs::kLeaving) || any(SliceIs::kTaking); }

std::vector<std::uint16_t> SliceBook::all(SliceIs is) const {
  std::vector<std::uint16_t> out;
  for (std::uint16_t slice = 0; slice < kSlices; ++slice) {
    if (rows_[slice].is == is) out.push_back(slice);
  }
  return out;
}

std::vector<std::uint16_t> SliceBook::under_way() const {
  std::vector<std::uint16_t> out;
  for (std::uint16_t slice = 0; slice < kSlices; ++slice) {
    const Row& row = rows_[slice];
    const bool comes = row.is == SliceIs::kComing || row.is == SliceIs::kTaking;
    if (row.other != 0 && !comes) out.push_back(slice);
  }
  return out;
}

// Names that nobody has any more are taken anew.
Result<std::uint16_t> SliceBook::named(const std::string& name) {
  if (name.empty() || name.size() > kMostNameBytes) return invalid_input("that is no part's name", "part");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return static_cast<std::uint16_t>(i + 1);
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto used = [&](const Row& row) { return row.other == i + 1; };
    if (std::any_of(rows_.begin(), rows_.end(), used)) continue;
    names_[i] = name;
    return static_cast<std::uint16_t>(i + 1);
  }
  if (names_.size() >= kMostParts) return invalid_input("too many parts are named in moves under way", "part");
  names_.push_back(name);
  return static_cast<std::uint16_t>(names_.size());
}

Error SliceBook::not_now(const SliceMove& of, const char* what) const {
  return invalid_input("slice " + std::to_string(of.slice) + " cannot " + what + " in its move " +
                       std::to_string(of.move) + ": it is in move " + std::to_string(rows_[of.slice].move) + " and " +
                       std::string(told(rows_[of.slice].is)));
}

// -- Of the part that has them ----------------------------------------------------------------------------------------

void SliceBook::begin(const SliceSet& held) {
  if (begun_) return;
  begun_ = true;
  version_ = 1;
  for (std::size_t slice = 0; slice < kSlices; ++slice) {
    if (held[slice]) rows_[slice].is = SliceIs::kHeld;
  }
}

Status SliceBook::order(const std::string& target, const std::vector<std::uint16_t>& slices) {
  for (const std::uint16_t slice : slices) {
    if (slice >= kSlices) return invalid_input("there is no slice " + std::to_string(slice), "slices");
    const Row& row = rows_[slice];
    if (row.is == SliceIs::kHeld && row.other == 0) continue;
    return invalid_input("slice " + std::to_string(slice) + " cannot be moved from here: " +
                             (row.other != 0 ? "it is in a move with part " + other(slice) : std::string("it ")) +
                             (row.other != 0 ? "" : std::string("is ") + std::string(told(row.is))),
                         "slices");
  }
  if (slices.empty()) return {};
  WHORL_ASSIGN(const std::uint16_t name, named(target));
  for (const std::uint16_t slice : slices) rows_[slice].other = name;
  return {};
}

// The target has heard of a move that is fenced: its number is used up.
std::size_t SliceBook::give_up() {
  std::size_t out = 0;
  for (Row& row : rows_) {
    if (row.other == 0 || (row.is != SliceIs::kHeld && row.is != SliceIs::kFenced)) continue;
    row.is = SliceIs::kKept;
    ++row.move;
    ++out;
  }
  return out;
}

Status SliceBook::fence(const SliceMove& of) {
  Row& row = rows_[of.slice];
  if (row.move >= of.move || (row.is == SliceIs::kFenced && row.move + 1 == of.move)) return {};
  if (row.is != SliceIs::kHeld || row.other == 0 || row.move + 1 != of.move) return not_now(of, "be fenced");
  row.is = SliceIs::kFenced;
  return {};
}

Status SliceBook::leave(const SliceMove& of) {
  Row& row = rows_[of.slice];
  const bool later = row.is == SliceIs::kLeaving || row.is == SliceIs::kLeft || row.is == SliceIs::kElsewhere;
  if (row.move == of.move && later) return {};
  // Of a move that was given up, too: another one may be at its fence by now.
  if (row.is != SliceIs::kFenced || row.move + 1 != of.move) return not_now(of, "leave");
  row.is = SliceIs::kLeaving;
  row.move = of.move;
  return {};
}

Status SliceBook::left(const SliceMove& of) {
  Row& row = rows_[of.slice];
  if (row.move != of.move || row.is != SliceIs::kLeaving) return {};
  row.is = SliceIs::kLeft;
  ++version_;
  return {};
}

Status SliceBook::settle(const SliceMove& of) {
  Row& row = rows_[of.slice];
  if (row.move != of.move) return row.move > of.move ? Status() : Status(not_now(of, "be settled"));
  if (row.is == SliceIs::kLeft) row.is = SliceIs::kElsewhere;
  if (row.is == SliceIs::kKept) row.is = SliceIs::kHeld;
  if (row.is == SliceIs::kElsewhere || row.is == SliceIs::kHeld) row.other = 0;
  return {};
}

// -- Of the part that gets them ---------------------------------------------------------------------------------------

Status SliceBook::can_take(const SliceMove& of) const {
  const Row& row = rows_[of.slice];
  const bool fresh = row.is == SliceIs::kElsewhere && row.move < of.move;
  const bool more = row.is == SliceIs::kComing && row.move <= of.move;
  const bool takes = row.is == SliceIs::kTaking && row.move == of.move;
  if (begun_ && (fresh || more || takes)) return {};
  Error out = not_now(of, "come");
  if (row.is == SliceIs::kElsewhere) {
    out.message += "; give the move up and order it anew until its number is later (whorl cluster move --give-up)";
  }
  return out;
}

Status SliceBook::come(const SliceMove& of, const std::string& from) {
  Row& row = rows_[of.slice];
  const bool fresh = row.is == SliceIs::kElsewhere && row.move < of.move;
  const bool more = row.is == SliceIs::kComing && row.move <= of.move;
  if (!begun_ || (!fresh && !more)) return not_now(of, "come");
  WHORL_ASSIGN(row.other, named(from));
  row.is = SliceIs::kComing;
  row.move = of.move;
  return {};
}

Status SliceBook::take(const SliceMove& of, const std::string& from) {
  const Row& before = rows_[of.slice];
  if (before.is == SliceIs::kTaking && before.move == of.move) return {};
  WHORL_TRY(come(of, from));
  rows_[of.slice].is = SliceIs::kTaking;
  return {};
}

Status SliceBook::taken(const SliceMove& of) {
  Row& row = rows_[of.slice];
  if (row.move != of.move || row.is != SliceIs::kTaking) return {};
  row.is = SliceIs::kHeld;
  row.other = 0;
  ++version_;
  return {};
}

Status SliceBook::let_go(const SliceMove& of) {
  Row& row = rows_[of.slice];
  if (row.is == SliceIs::kComing && row.move <= of.move) {
    row.is = SliceIs::kElsewhere;
    row.other = 0;
  }
  // What of it is still on its way comes too late.
  if (row.is == SliceIs::kElsewhere) row.move = std::max(row.move, of.move);
  return {};
}

// -- Bytes ------------------------------------------------------------------------------------------------------------

Bytes SliceBook::encoded() const {
  ByteWriter out;
  out.u8(kVersion).u8(begun_ ? 1 : 0).u64(version_).u64(entry_).u16(static_cast<std::uint16_t>(names_.size()));
  for (const std::string& name : names_) out.sized(name);
  for (const Row& row : rows_) out.u32(row.move).u8(static_cast<std::uint8_t>(row.is)).u16(row.other);
  return out.take();
}

Result<SliceBook> SliceBook::parse(ByteView bytes) {
  ByteReader in(bytes);
  SliceBook out;
  bool sound = in.u8() == kVersion;
  const std::uint8_t begun = in.u8();
  out.begun_ = begun == 1;
  out.version_ = in.u64();
  out.entry_ = in.u64();
  const std::uint16_t names = in.u16();
  sound = sound && begun <= 1 && names <= kMostParts;
  for (std::uint16_t i = 0; sound && !in.failed() && i < names; ++i) {
    out.names_.emplace_back(as_text(in.sized(kMostNameBytes)));
    sound = !out.names_.back().empty();
  }
  for (Row& row : out.rows_) {
    row.move = in.u32();
    const std::uint8_t is = in.u8();
    row.other = in.u16();
    sound = sound && is <= static_cast<std::uint8_t>(SliceIs::kTaking) && row.other <= names;
    row.is = sound ? static_cast<SliceIs>(is) : SliceIs::kElsewhere;
  }
  if (!sound || !in.finished()) return corruption("what this part knows of its slices cannot be read");
  return out;
}

}  // namespace whorl::cluster
