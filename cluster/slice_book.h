// What a part knows of every slice: which it holds, which leave it for another part and which come, and how far each of
// these is. A pure value with its transitions; each of them may be asked for again, in any state, and does its work
// once: what is late names an earlier move, and changes nothing.
//
// A slice has a number of its moves, which only grows. The part that holds it knows the last; a move under way is the
// next one.
//
//   source                                            target
//   kHeld, with a target   people are sent      ->    kElsewhere, kComing
//   kFenced                takes no change
//   kLeaving, kLeft        is searched no more  ->    kTaking, kHeld
//   kElsewhere
//   kKept: given up, and the target must let go of what came
//
// Thread-safety: a plain value.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cluster/slices.h"

namespace whorl::cluster {

enum class SliceIs : std::uint8_t {
  kElsewhere = 0,
  kHeld = 1,
  kFenced = 2,   // searched, and takes no change
  kLeaving = 3,  // its people go; neither searched nor changed
  kLeft = 4,     // they are gone; its target may not know yet that it holds them
  kKept = 5,     // held; a move was given up, of which the target does not know yet
  kComing = 6,   // some of its people lie here, and are nobody's to find
  kTaking = 7,   // they are put into the gallery
};

// One slice in one move.
struct SliceMove {
  std::uint16_t slice = 0;
  std::uint32_t move = 0;

  friend bool operator==(const SliceMove&, const SliceMove&) = default;
};

using SliceSet = std::bitset<kSlices>;
// All of these ("0-1023", "7"). Errors: kInvalidInput.
Result<SliceSet> parse_slice_set(const std::vector<std::string>& ranges);

class SliceBook {
 public:
  struct Row {
    std::uint32_t move = 0;  // the last that is known of
    SliceIs is = SliceIs::kElsewhere;
    std::uint16_t other = 0;  // the other part's name, from 1; 0: none

    friend bool operator==(const Row&, const Row&) = default;
  };

  // Whether it is known what the part holds.
  [[nodiscard]] bool begun() const { return begun_; }
  // Grows with every change of what is searched.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  // Of the log of a part that has one: entries up to this one are made, since the last step was one of them.
  [[nodiscard]] std::uint64_t entry() const { return entry_; }
  void made(std::uint64_t entry) { entry_ = std::max(entry_, entry); }
  [[nodiscard]] const Row& row(std::size_t slice) const { return rows_[slice]; }
  [[nodiscard]] std::string other(std::size_t slice) const;
  // Searches look at it. Of one that takes changes too: takes_changes().
  [[nodiscard]] bool holds(std::size_t slice) const;
  [[nodiscard]] bool takes_changes(std::size_t slice) const;
  // Its people may lie in the gallery.
  [[nodiscard]] bool may_have_people(std::size_t slice) const;
  [[nodiscard]] SliceSet held() const;
  // The gallery is between two versions.
  [[nodiscard]] bool is_between() const;
  [[nodiscard]] bool any(SliceIs is) const;
  // Those of a state, in order.
  [[nodiscard]] std::vector<std::uint16_t> all(SliceIs is) const;
  // That leave for another part, or have to be let go there; in order.
  [[nodiscard]] std::vector<std::uint16_t> under_way() const;

  // -- Of the part that has them ------------------------------------------------------------------------------------

  // What the part holds when it begins; nothing where it has begun.
  void begin(const SliceSet& held);
  // These are to move there. Errors: kInvalidInput (one is not held, or leaves already; too many names): none is.
  Status order(const std::string& target, const std::vector<std::uint16_t>& slices);
  // No move goes on whose slice has not left. Gives how many there were.
  std::size_t give_up();
  // Errors of all: kInvalidInput: the slice is in no state for it. Of a later state: nothing is done.
  Status fence(const SliceMove& of);
  Status leave(const SliceMove& of);  // kLeaving
  Status left(const SliceMove& of);
  Status settle(const SliceMove& of);

  // -- Of the part that gets them -----------------------------------------------------------------------------------

  // Whether come() and take() would. Errors: kInvalidInput, which says how to go on.
  [[nodiscard]] Status can_take(const SliceMove& of) const;
  Status come(const SliceMove& of, const std::string& from);
  Status take(const SliceMove& of, const std::string& from);  // kTaking
  Status taken(const SliceMove& of);
  Status let_go(const SliceMove& of);

  // Bytes of one form; reading takes any bytes. Errors: kCorruption.
  [[nodiscard]] Bytes encoded() const;
  static Result<SliceBook> parse(ByteView bytes);

  friend bool operator==(const SliceBook&, const SliceBook&) = default;

 private:
  Result<std::uint16_t> named(const std::string& name);
  [[nodiscard]] Error not_now(const SliceMove& of, const char* what) const;

  bool begun_ = false;
  std::uint64_t version_ = 0;
  std::uint64_t entry_ = 0;
  std::vector<std::string> names_;
  std::array<Row, kSlices> rows_{};
};

// "kHeld" for a person: "held", "leaves, takes no change".
std::string_view told(SliceIs is);

// What is answered where somebody asks for other slices than are here now, having done nothing: they ask anew whose
// they are.
Error slice_moved(const std::string& why);
bool is_moved(const Error& error);

}  // namespace whorl::cluster
