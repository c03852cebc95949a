#include "index/record/kept_answer.h"

#include <algorithm>

#include "index/record/record.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 1;

Sha256 read_digest(ByteReader& in) {
  Sha256 out{};
  const ByteView bytes = in.bytes(out.size());
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace

Bytes answer_key(const Sha256& key) { return ByteWriter().u8(kAnswerKeyPrefix).bytes(key).take(); }

Result<Bytes> encode_answer(const KeptAnswer& answer) {
  if (answer.answer.size() > kMaxAnswerBytes) {
    return exhausted("the answer has " + std::to_string(answer.answer.size()) + " bytes, " +
                     std::to_string(kMaxAnswerBytes) + " can be kept");
  }
  ByteWriter out;
  out.u8(kVersion).u64(answer.created_ms).bytes(answer.request);
  out.sized(answer.person_id).sized(answer.encounter_id).sized(answer.answer);
  return out.take();
}

KeptAnswer erased_answer(const KeptAnswer& answer) {
  KeptAnswer out;
  out.key = answer.key;
  out.created_ms = answer.created_ms;
  return out;
}

Result<KeptAnswer> parse_answer(ByteView key, ByteView value) {
  KeptAnswer out;
  ByteReader of_key(key);
  const bool named = of_key.u8() == kAnswerKeyPrefix;
  out.key = read_digest(of_key);
  if (!named || !of_key.finished()) return corruption("a kept answer has a malformed key");
  ByteReader in(value);
  if (in.u8() != kVersion) return corruption("a kept answer has an unknown version");
  out.created_ms = in.u64();
  out.request = read_digest(in);
  out.person_id = as_text(in.sized(kMaxIdBytes));
  out.encounter_id = as_text(in.sized(kMaxIdBytes));
  const ByteView answer = in.sized(kMaxAnswerBytes);
  out.answer.assign(answer.begin(), answer.end());
  if (!in.finished()) return corruption("a kept answer is too short or too long");
  if (out == erased_answer(out)) return out;
  if (!is_valid_id(out.person_id) || !is_valid_id(out.encounter_id)) {
    return corruption("a kept answer names no encounter");
  }
  return out;
}

bool is_kept(const KeptAnswer& answer, std::uint64_t now_ms) {
  return now_ms < answer.created_ms || now_ms - answer.created_ms < static_cast<std::uint64_t>(kAnswerKept.count());
}

}  // namespace whorl::index
