#include "templates/fingerprint/ridges/ridge_decode.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/simd.h"
#include "templates/fingerprint/ridges/ridge_encode.h"
#include "templates/fingerprint/ridges/ridge_lanes.h"

namespace whorl::fingerprint {
namespace {

// Takes a bit of share f from a state, which may then need a refill.
std::uint32_t take(std::uint32_t& state, std::uint32_t share) {
  const std::uint32_t slot = state & (kWhole - 1);
  const bool bit = slot < share;
  state = (state >> kShareBits) * (bit ? share : kWhole - share) + (bit ? slot : slot - share);
  return bit ? 1 : 0;
}

bool padding_clear(const RidgeMap& map) {
  if (map.columns % 8 == 0) return true;
  const auto row_bytes = static_cast<std::size_t>(map.row_bytes());
  for (std::size_t at = row_bytes; at <= map.bits.size(); at += row_bytes) {
    if (map.bits[at - 1] >> (map.columns % 8) != 0) return false;
  }
  return true;
}

// The map's own bytes, which stand where coding would take more.
bool read_plain(ByteView bytes, RidgeMap& map) {
  if (bytes.size() != map.bits.size()) return false;
  std::copy(bytes.begin(), bytes.end(), map.bits.begin());
  return padding_clear(map) && encode_ridges(map).front() == kPlain;
}

// Reads the form and takes memory for the bits; whether there is something to decode.
enum class Begun { kDone, kBad, kCoded };

Begun begin(ByteView& code, RidgeMap& map) {
  map.bits.assign(static_cast<std::size_t>(map.rows * map.row_bytes()), 0);
  if (map.bits.empty()) return code.empty() ? Begun::kDone : Begun::kBad;
  if (code.empty()) return Begun::kBad;
  const std::uint8_t form = code.front();
  code = code.subspan(1);
  if (form == kPlain) return read_plain(code, map) ? Begun::kDone : Begun::kBad;
  return form == kCoded && code.size() <= map.bits.size() ? Begun::kCoded : Begun::kBad;
}

// Any way of decoding all lanes side by side.
template <class DecodeLanes>
bool decode_by(const DecodeLanes& decode, ByteView code, RidgeMap& ridges) {
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  const Walk walk(ridges);
  static thread_local Scratch kept;
  Scratch& scratch = kept.begin(walk);
  const bool sound = decode(in, walk, scratch);
  scratch.write_rows(walk, ridges);
  return sound;
}

}  // namespace

bool decode_lanes(Stream& in, const Walk& walk, Scratch& scratch) {
  std::array<std::uint32_t, kLanes + 4> history{};  // four late ones, then the lanes
  std::array<int, kLanes> row, column;
  for (std::size_t k = 0; k < kLanes; ++k) {
    row[k] = static_cast<int>(k);
    column[k] = -kLag * static_cast<int>(k);
  }
  for (int step = 0; step < walk.steps; ++step) {
    std::copy_n(scratch.late[static_cast<std::size_t>((step + kAhead) % walk.period)].begin(), 4, history.begin());
    for (std::size_t k = kLanes; k-- > 0;) {  // downwards: a lane looks at those before it as they were
      std::uint32_t bit = 0;
      if (column[k] >= 0 && column[k] < walk.columns && row[k] < walk.rows) {
        const std::uint32_t context = history[k + 4] >> 14 | (history[k + 3] >> 10) << 2 |
                                      (history[k + 2] >> 8 & 1) << 8 | (history[k + 2] >> 10 & 1) << 9 |
                                      (history[k + 1] >> 2 & 1) << 10 | (history[k] >> 2 & 1) << 11;
        bit = take(in.state[k], kShare[context]);
      }
      history[k + 4] = history[k + 4] >> 1 | bit << 15;
      if (++column[k] == walk.period) {
        column[k] = 0;
        row[k] += kLanes;
      }
    }
    for (std::uint32_t& x : in.state) {
      if (x < kLeastState) in.refill(x);
    }
    if (in.next > in.end) return false;
    std::copy_n(history.begin() + kLanes, 4, scratch.late[static_cast<std::size_t>(step % walk.period)].begin());
    if (step % Scratch::kStepsBetween != Scratch::kStepsBetween - 1) continue;
    auto& bytes = scratch.finished[static_cast<std::size_t>(step / Scratch::kStepsBetween)];
    for (std::size_t k = 0; k < kLanes; ++k) bytes[k] = static_cast<std::uint8_t>(history[k + 4] >> 8);
  }
  return in.exact();
}

bool decode_ridges_plainly(ByteView code, RidgeMap& ridges) {
  const Begun begun = begin(code, ridges);
  if (begun != Begun::kCoded) return begun == Begun::kDone;
  Stream in;
  if (!in.open(code)) return false;
  Walk(ridges).each([&](int lane, int row, int column) {
    std::uint32_t& x = in.state[static_cast<std::size_t>(lane)];
    const bool bit = take(x, kShare[context_of(ridges, row, column)]) != 0;
    if (x < kLeastState) in.refill(x);
    if (bit) {
      ridges.bits[static_cast<std::size_t>(row * ridges.row_bytes() + column / 8)] |=
          static_cast<std::uint8_t>(1U << (column % 8));
    }
  });
  return in.exact();
}

bool decode_ridges(ByteView code, RidgeMap& ridges) {
#ifdef WHORL_AVX512
  if (has_avx512()) return decode_by(decode_lanes_avx512, code, ridges);
  if (has_avx2()) return decode_by(decode_lanes_avx2, code, ridges);
#endif
  return decode_by(decode_lanes, code, ridges);
}

bool decode_ridges_portably(ByteView code, RidgeMap& ridges) { return decode_by(decode_lanes, code, ridges); }

}  // namespace whorl::fingerprint
