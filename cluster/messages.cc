// Versions and numbers of messages; their fields are question_fields.h's.
#include "cluster/messages.h"

#include "cluster/question_fields.h"

namespace whorl::cluster {
namespace {

constexpr std::uint8_t kGiven = 0;
constexpr std::uint8_t kFailed = 1;

Error unreadable() { return invalid_input("the message is not of this version of the format, or is damaged"); }
Error too_long() { return invalid_input("something in it is longer than a message between parts may hold"); }

Result<Bytes> written(FieldWriter& out) {
  if (out.failed()) return too_long();
  Bytes bytes = out.take();
  if (bytes.size() > kMostMessageBytes) return too_long();
  return bytes;
}

template <std::size_t i = 0>
void read_question(FieldReader& in, std::uint8_t number, Question& out) {
  if constexpr (i == std::variant_size_v<Question>) {
    in.check(false);
  } else if (number == i) {
    fields(in, out.emplace<i>());
  } else {
    read_question<i + 1>(in, number, out);
  }
}

}  // namespace

Result<Bytes> encode(const Asked& asked) {
  FieldWriter out;
  out.number(kWireVersion, kWireVersion);
  fields(out, asked.asker);
  out.array(asked.operation);
  out.number(asked.at_least, std::uint64_t{UINT64_MAX});
  out.number(asked.slices, std::uint64_t{UINT64_MAX});
  out.number(static_cast<std::uint8_t>(asked.question.index()), std::uint8_t{UINT8_MAX});
  std::visit([&](const auto& question) { fields(out, question); }, asked.question);
  return written(out);
}

Result<Asked> decode_asked(ByteView bytes) {
  if (bytes.size() > kMostMessageBytes) return too_long();
  FieldReader in(bytes);
  std::uint8_t number = 0;
  Asked out;
  std::uint8_t& version = out.wire_version;
  in.number(version, kWireVersion);
  in.check(version >= kOldestWireVersion);
  fields(in, out.asker);
  in.array(out.operation);
  in.number(out.at_least, std::uint64_t{UINT64_MAX});
  if (version >= kSlicesWireVersion) in.number(out.slices, std::uint64_t{UINT64_MAX});
  in.number(number, std::uint8_t{UINT8_MAX});
  if (!in.failed()) read_question(in, number, out.question);
  // A log holds changes alone, and nothing else is older than who reads it.
  in.check(version == kWireVersion ||
           std::visit([](const auto& each) { return kIsChange<std::decay_t<decltype(each)>>; }, out.question));
  if (!in.finished()) return unreadable();
  return out;
}

template <class Answer>
Result<Bytes> encode(const Result<Answer>& answer) {
  FieldWriter out;
  out.number(kWireVersion, kWireVersion);
  out.number(answer.ok() ? kGiven : kFailed, kFailed);
  if (answer.ok()) {
    fields(out, *answer);
  } else {
    fields(out, answer.error());
  }
  return written(out);
}

template <class Answer>
Result<Answer> decode_answer(ByteView bytes) {
  FieldReader in(bytes.size() <= kMostMessageBytes ? bytes : ByteView());
  std::uint8_t version = 0;
  std::uint8_t outcome = 0;
  in.number(version, kWireVersion);
  in.check(version == kWireVersion);
  in.number(outcome, kFailed);
  Answer value{};
  Error error;
  if (outcome == kGiven) fields(in, value);
  if (outcome == kFailed) fields(in, error);
  if (!in.finished()) return corruption("a part's answer cannot be read: " + unreadable().message);
  if (outcome == kFailed) return error;
  return value;
}

// One a kind of answer.
#define WHORL_ANSWERED(Answer)                                 \
  template Result<Bytes> encode(const Result<Answer>& answer); \
  template Result<Answer> decode_answer(ByteView bytes);
WHORL_ANSWERED(engine::PartAnswer)
WHORL_ANSWERED(engine::ScoredPerson)
WHORL_ANSWERED(engine::EnrolReceipt)
WHORL_ANSWERED(std::optional<std::string>)
WHORL_ANSWERED(Done)
WHORL_ANSWERED(std::vector<engine::EncounterView>)
WHORL_ANSWERED(engine::EncounterView)
WHORL_ANSWERED(std::vector<engine::TemplateView>)
WHORL_ANSWERED(engine::GalleryContent)
WHORL_ANSWERED(PartStatus)
WHORL_ANSWERED(VoteAnswer)
WHORL_ANSWERED(AppendAnswer)
WHORL_ANSWERED(Position)
WHORL_ANSWERED(PartDigest)
WHORL_ANSWERED(CopyBegun)
WHORL_ANSWERED(index::Moment::Names)
WHORL_ANSWERED(std::vector<index::EncodedRecord>)
WHORL_ANSWERED(index::KeptImage)
WHORL_ANSWERED(index::Moment::Answers)
WHORL_ANSWERED(std::optional<Bytes>)
WHORL_ANSWERED(PartSlices)
WHORL_ANSWERED(StillMissing)
WHORL_ANSWERED(SlicesLeft)
#undef WHORL_ANSWERED

}  // namespace whorl::cluster
