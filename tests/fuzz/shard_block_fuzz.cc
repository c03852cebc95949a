// A sealed shard's block with bytes changed, and an index entry of any bytes. What is accepted is read through to its
// end.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "index/prepare.h"
#include "index/record/index_entry.h"
#include "index/shard/sample_preparation.h"
#include "index/shard/shard.h"
#include "tests/fuzz/require.h"
#include "tests/support/kept_samples.h"
#include "tests/support/random_prints.h"

namespace {

using namespace whorl;
using namespace whorl::index;

const Arena& good_block() {
  static const Arena arena = [] {
    std::vector<NewEncounter> all(3);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].person_id = "p" + std::to_string(i);
      all[i].encounter_id = "e";
      all[i].galleries = {"default", "g" + std::to_string(i)};
      const codec::Template finger = tests::random_finger(i);
      all[i].samples.push_back(keep_sample(2, finger, prepare_probe(finger))->prepared);
      make_rows(all[i].samples);
      if (i == 0) continue;
      all[i].samples.push_back({Modality::kFace, 0, 50, std::vector<std::byte>(64, static_cast<std::byte>(i)), {}});
    }
    return lay_out_shard(all.size(), [&](std::size_t i) { return all[i].entry(); });
  }();
  return arena;
}

// Input: changes to make, each a place (u32) and a byte.
void changed_block(ByteView input) {
  const auto good = good_block().bytes();
  std::vector<std::uint64_t> words(good.size() / 8);
  std::memcpy(words.data(), good.data(), good.size());
  auto* bytes = reinterpret_cast<std::uint8_t*>(words.data());
  ByteReader in(input);
  while (in.left() >= 5) {
    const std::uint32_t at = in.u32();
    bytes[at % good.size()] = in.u8();
  }
  Arena arena(good.size());
  std::memcpy(arena.bytes().data(), words.data(), good.size());
  const auto shard = SealedShard::make(std::move(arena));
  if (!shard.ok()) return;
  const ShardLayout& block = (*shard)->layout();
  const auto names = block.names();
  for (std::size_t e = 0; e < block.encounters(); ++e) {
    fuzz::require(is_valid_id(block.person_id(e)) && is_valid_id(block.encounter_id(e)));
    for (const auto local : block.galleries(e)) fuzz::require(local < names.size());
    for (const ModalityRow& row : modalities()) {
      const Column& column = block.column(row.modality);
      for (std::size_t k = 0; k < column.count(e); ++k) {
        fuzz::require(tests::look_at(row.modality, column.bytes(column.first_row(e) + k)) >= -1);
      }
    }
  }
  const Column& faces = block.column(Modality::kFace);
  if (faces.rows() == 0) return;
  const FaceProbe probe(std::vector<std::int8_t>(faces.sample_bytes(), 1));
  std::size_t met = 0;
  scan_faces(probe, (*shard)->face_rows(0, block.encounters()), [&](auto who, auto) {
    for (const std::uint32_t e : who) fuzz::require(faces.count(e) > 0);
    met += who.size();
  });
  fuzz::require(met == faces.rows());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  changed_block(input);
  if (const auto entry = parse_index(input); entry.ok()) {
    const Bytes again = encode_index(*entry);
    const bool newest = input[0] == kIndexVersion;  // earlier ones are read and not written
    fuzz::require(newest ? std::equal(again.begin(), again.end(), input.begin(), input.end())
                         : parse_index(again).value() == *entry);
  }
  return 0;
}
