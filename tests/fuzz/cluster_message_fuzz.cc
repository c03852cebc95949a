// What goes between a cluster's machines, on any bytes. The first byte chooses what they are read as; what is read can
// be written, and reads again as the same.
#include <cstddef>
#include <cstdint>

#include "cluster/messages.h"
#include "cluster/seal.h"
#include "cluster/slice_book.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::cluster;

void as_question(ByteView bytes) {
  const auto read = decode_asked(bytes);
  if (!read.ok()) return;
  const auto written = encode(*read);
  fuzz::require(written.ok());
  const auto again = decode_asked(*written);
  fuzz::require(again.ok());
  fuzz::require(*encode(*again) == *written);
}

template <class Answer>
void as_answer(ByteView bytes) {
  const auto read = decode_answer<Answer>(bytes);
  const auto written = encode(read);
  // An error of reading quotes nothing that came.
  fuzz::require(written.ok());
  if (read.ok()) fuzz::require(Bytes(bytes.begin(), bytes.end()) == *written);
}

void as_envelope(ByteView bytes) {
  static const Keys keys = std::move(*Keys::make(Bytes(kClusterKeyBytes, 1), "a"));
  static const auto session = *keys.session({1}, {2});
  // Nobody makes what opens under a key that they do not have.
  fuzz::require(!keys.open_greeting(bytes).ok());
  fuzz::require(!keys.open_answer(bytes, {}).ok());
  const auto envelope = parse_envelope(bytes);
  if (!envelope.ok() || envelope->kind == Kind::kForgotten) return;
  fuzz::require(!session->open(envelope->kind, envelope->number, bytes).ok());
}

// A row of a part's disk, which replicas and fronts read too.
void as_book(ByteView bytes) {
  auto read = SliceBook::parse(bytes);
  if (!read.ok()) return;
  fuzz::require(read->encoded() == Bytes(bytes.begin(), bytes.end()));
  // Whatever it says, steps end, and none of them makes it unreadable.
  const SliceMove of{static_cast<std::uint16_t>(bytes.size() % kSlices), 1};
  for (const std::uint16_t slice : read->under_way()) fuzz::require(!read->other(slice).empty());
  static_cast<void>(read->order("z", {of.slice}));
  static_cast<void>(read->fence(of));
  static_cast<void>(read->leave(of));
  static_cast<void>(read->take(of, "y"));
  static_cast<void>(read->give_up());
  fuzz::require(SliceBook::parse(read->encoded()).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  switch (data[0]) {
    case 'q': as_question(bytes); break;
    case 'p': as_answer<engine::PartAnswer>(bytes); break;
    case 's': as_answer<engine::ScoredPerson>(bytes); break;
    case 'r': as_answer<engine::EnrolReceipt>(bytes); break;
    case 'k': as_answer<std::optional<std::string>>(bytes); break;
    case 'e': as_answer<std::vector<engine::EncounterView>>(bytes); break;
    case 't': as_answer<std::vector<engine::TemplateView>>(bytes); break;
    case 'c': as_answer<engine::GalleryContent>(bytes); break;
    case 'h': as_answer<PartStatus>(bytes); break;
    case 'd': as_answer<PartDigest>(bytes); break;
    case 'n': as_answer<index::Moment::Names>(bytes); break;
    case 'w': as_answer<std::vector<index::EncodedRecord>>(bytes); break;
    case 'i': as_answer<index::KeptImage>(bytes); break;
    case 'a': as_answer<index::Moment::Answers>(bytes); break;
    case 'o': as_answer<PartSlices>(bytes); break;
    case 'x': as_answer<StillMissing>(bytes); break;
    case 'b': as_book(bytes); break;
    default: as_envelope(bytes);
  }
  return 0;
}
