// The fields of the values that messages hold, in their order on the wire: of what an engine answers with and is asked
// for. question_fields.h has those of the questions; docs/cluster.md says what a change of them means. Private to this
// room.
#pragma once

#include "base/catalogue.h"
#include "base/limits.h"
#include "cluster/fields.h"
#include "cluster/messages.h"
#include "cluster/slices.h"
#include "templates/codec/codec.h"

namespace whorl::cluster {

namespace most {
inline constexpr std::size_t kText = 4096;  // names, sentences, reasons
inline constexpr std::size_t kSamples = 64;
inline constexpr std::size_t kPersons = 4096;  // of a part's answer
inline constexpr std::size_t kFailures = 4096;
inline constexpr std::size_t kTerms = 256;  // of a filter, and values of a term
inline constexpr std::size_t kEncounters = 1024;
inline constexpr std::size_t kGalleries = 2048;
inline constexpr std::size_t kKept = 64 << 10;                    // bytes of an answer that is kept
inline constexpr std::size_t kEntries = 4096;                     // of a log, in one message
inline constexpr std::size_t kNames = 4096;                       // of a copy, in one message
inline constexpr std::size_t kRow = 512;                          // bytes by which a copy goes on
inline constexpr std::size_t kBook = std::size_t{64} << 10;       // bytes of what a part knows of its slices
inline constexpr std::size_t kOfManifest = std::size_t{1} << 17;  // encounters of slices that move together
}  // namespace most

// -- Small ones -------------------------------------------------------------------------------------------------------

template <class Io>
void texts(Io& io, Held<Io, std::vector<std::string>>& v, std::size_t count) {
  io.list(v, count, [&](auto& each) { io.text(each, most::kText); });
}

template <class Io>
void id(Io& io, Held<Io, std::string>& v) {
  io.text(v, limits::kIdBytes);
}

template <class Io>
void maybe_id(Io& io, Held<Io, std::optional<std::string>>& v) {
  io.maybe(v, [&](auto& each) { id(io, each); });
}

template <class Io>
void modality(Io& io, Held<Io, Modality>& v) {
  io.one_of(v, Modality::kFinger, Modality::kFace);
}

template <class Io>
void milliseconds(Io& io, Held<Io, std::chrono::system_clock::time_point>& v) {
  std::uint64_t ms = 0;
  if constexpr (!Io::kReads) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(v.time_since_epoch()).count();
    ms = static_cast<std::uint64_t>(since);
  }
  io.number(ms, std::uint64_t{9'000'000'000'000});
  // What is beyond the bound does not fit the clock's own unit either.
  if constexpr (Io::kReads) v = std::chrono::system_clock::time_point(std::chrono::milliseconds(io.failed() ? 0 : ms));
}

template <class Io>
void position(Io& io, Held<Io, engine::FingerPosition>& v) {
  io.one_of(v, engine::FingerPosition::kUnknown, static_cast<engine::FingerPosition>(limits::kLastFingerPosition));
}

template <class Io>
void format(Io& io, Held<Io, Format>& v) {
  io.one_of(v, Format::kUnstated, static_cast<Format>(UINT8_MAX));
}

// -- Reasons and errors -----------------------------------------------------------------------------------------------

// Of all codes of the catalogue the one of this name.
template <class Code>
std::optional<Code> find_code(std::string_view name, std::span<const Code> all) {
  for (const Code& code : all) {
    if (code == name) return code;
  }
  return {};
}
inline std::optional<ReasonCode> find_reason(std::string_view name) {
  if (auto answer = find_code(name, AnswerCode::all())) return answer;
  if (auto advice = find_code(name, FeedbackCode::all())) return advice;
  if (auto error = find_code(name, ErrorCode::all())) return ReasonCode(*error);
  return find_code(name, PhraseCode::all());
}
// The name of an argument as the code's sentence has it, which lives as long as the program. Empty: it has none.
inline std::string_view argument_in(std::string_view sentence, std::string_view name) {
  for (std::size_t at = sentence.find(name); !name.empty() && at != std::string_view::npos;
       at = sentence.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool whole = end < sentence.size() && (sentence[end] == ':' || sentence[end] == '}');
    if (at > 0 && sentence[at - 1] == '{' && whole) return sentence.substr(at, name.size());
  }
  return {};
}

template <class Io>
void fields(Io& io, Held<Io, ReasonArgument>& v, std::string_view sentence) {
  std::string name;
  if constexpr (!Io::kReads) name = v.name;
  io.text(name, most::kText);
  if constexpr (Io::kReads) v.name = argument_in(sentence, name);
  if constexpr (Io::kReads) io.check(!v.name.empty());
  std::uint8_t type = 0;
  if constexpr (!Io::kReads) type = static_cast<std::uint8_t>(v.value.index());
  io.number(type, std::uint8_t{3});
  if constexpr (Io::kReads) {
    if (type == 0) v.value = std::string();
    if (type == 1) v.value = 0.0;
    if (type == 2) v.value = std::uint64_t{};
    if (type == 3) v.value = std::int64_t{};
  }
  if (auto* text = std::get_if<std::string>(&v.value)) io.text(*text, std::size_t{16} << 10);
  if (auto* real = std::get_if<double>(&v.value)) io.real(*real);
  if (auto* whole = std::get_if<std::uint64_t>(&v.value)) io.number(*whole, std::uint64_t{UINT64_MAX});
  if (auto* whole = std::get_if<std::int64_t>(&v.value)) {
    auto bits = static_cast<std::uint64_t>(*whole);
    io.number(bits, std::uint64_t{UINT64_MAX});
    if constexpr (Io::kReads) *whole = static_cast<std::int64_t>(bits);
  }
}

template <class Io>
void fields(Io& io, Held<Io, Reason>& v) {
  std::string name;
  if constexpr (!Io::kReads) name = v.code.name();
  io.text(name, most::kText);
  if constexpr (Io::kReads) {
    const auto code = find_reason(name);
    io.check(name.empty() || code);
    if (code) v.code = *code;
  }
  io.list(v.arguments, most::kTerms, [&](auto& each) { fields(io, each, v.code.sentence()); });
}

template <class Io>
void fields(Io& io, Held<Io, Error>& v) {
  io.one_of(v.kind, ErrorKind::kInvalidInput, ErrorKind::kInternal);
  io.text(v.message, std::size_t{16} << 10);
  std::vector<FieldPath::Step> steps;
  if constexpr (!Io::kReads) steps = v.field.steps();
  io.list(steps, most::kSamples, [&](auto& step) {
    io.text(step.name, most::kText);
    io.maybe(step.index, [&](auto& index) { io.count(index); });
  });
  if constexpr (Io::kReads) v.field = FieldPath(std::move(steps));
  fields(io, v.reason);
}

template <class Io>
void reasons(Io& io, Held<Io, std::vector<Reason>>& v) {
  io.list(v, most::kSamples, [&](auto& each) { fields(io, each); });
}

// -- Samples ----------------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, CaptureData>& v) {
  io.text(v.instance, most::kText);
  io.text(v.captured_at, most::kText);
  io.text(v.device, most::kText);
  io.maybe(v.impression, [&](auto& impression) {
    io.one_of(impression, Impression::kLiveScanPlain, Impression::kUnknown);
    if constexpr (Io::kReads) io.check(is_impression(static_cast<std::uint8_t>(impression)));
  });
  for (auto* number : {&v.width_px, &v.height_px, &v.bit_depth, &v.resolution_ppi}) {
    io.number(*number, std::uint32_t{UINT32_MAX});
  }
  io.text(v.media_type, most::kText);
  io.text(v.compression, most::kText);
  io.text(v.metadata, most::kText);
  io.text(v.comment, most::kText);
}

template <class Io>
void fields(Io& io, Held<Io, Sample>& v) {
  modality(io, v.modality);
  io.number(v.position, std::uint8_t{UINT8_MAX});
  format(io, v.format);
  io.bytes(v.bytes, kMostMessageBytes);
  io.maybe(v.resolution_ppi, [&](auto& ppi) { io.real(ppi); });
  fields(io, v.capture);
}

template <class Io>
void fields(Io& io, Held<Io, engine::MissingFinger>& v) {
  position(io, v.position);
  io.text(v.reason, most::kText);
}

template <class Io>
void fields(Io& io, Held<Io, engine::SampleQuality>& v) {
  modality(io, v.modality);
  io.number(v.position, std::uint8_t{UINT8_MAX});
  io.count(v.quality);
  io.count(v.features);
  io.text(v.feedback, std::size_t{16} << 10);
  reasons(io, v.why);
}

template <class Io>
void fields(Io& io, Held<Io, engine::SampleView>& v) {
  modality(io, v.modality);
  io.number(v.position, std::uint8_t{UINT8_MAX});
  io.count(v.quality);
  io.count(v.features);
  reasons(io, v.why);
  fields(io, v.capture);
  format(io, v.format);
}

template <class Io>
void fields(Io& io, Held<Io, engine::TemplateView>& v) {
  modality(io, v.modality);
  io.number(v.position, std::uint8_t{UINT8_MAX});
  io.count(v.quality);
  io.text(v.instance, most::kText);
  format(io, v.format);
  io.bytes(v.bytes, limits::kFingerTemplateBytes);
}

// -- Searches ---------------------------------------------------------------------------------------------------------

// The template as a record holds it; what comparing needs is made of it anew.
inline void template_fields(FieldWriter& out, const engine::PreparedContent& v) {
  const auto bytes = codec::native_form(v.modality()).write(v.content());
  out.check(bytes.ok());
  if (bytes.ok()) out.bytes(*bytes, limits::kFingerTemplateBytes);
}
inline std::optional<engine::PreparedContent> read_template(FieldReader& in, Modality of) {
  Sample sample{of, 0, codec::native_form(of).row.format, {}, {}};
  in.bytes(sample.bytes, limits::kFingerTemplateBytes);
  if (in.failed()) return {};
  auto content = codec::read_template(sample);
  in.check(content.ok());
  if (!content.ok()) return {};
  return engine::PreparedContent(std::move(content).value());
}

// A sample of a probe but for its template.
struct ProbeSampleRest {
  std::uint8_t position = 0;
  bool decisive = true;
  std::uint32_t group = 0;
  bool elsewhere = false;
  std::size_t sample = 0;
};
template <class Io>
void fields(Io& io, Held<Io, ProbeSampleRest>& v) {
  io.number(v.position, std::uint8_t{UINT8_MAX});
  io.flag(v.decisive);
  io.number(v.group, std::uint32_t{UINT32_MAX});
  io.flag(v.elsewhere);
  io.count(v.sample);
}

inline void fields(FieldWriter& out, const engine::Probe& v) {
  out.list(v.samples, most::kSamples, [&](const engine::ProbeSample& each) {
    modality(out, each.modality());
    fields(out, ProbeSampleRest{each.position, each.decisive, each.group, each.elsewhere, each.sample});
    template_fields(out, each.content);
  });
}
inline void fields(FieldReader& in, engine::Probe& v) {
  std::vector<std::uint8_t> each_one;
  in.list(each_one, most::kSamples, [&](std::uint8_t&) {
    Modality of{};
    ProbeSampleRest rest;
    modality(in, of);
    fields(in, rest);
    if (in.failed()) return;
    auto content = read_template(in, of);
    in.check(rest.position <= row_of(of).last_position);
    if (!content || in.failed()) return;
    v.samples.push_back({rest.position, std::move(*content), rest.decisive, rest.group, rest.elsewhere, rest.sample});
  });
}

template <class Io>
void fields(Io& io, Held<Io, engine::Filter::Term>& v) {
  const auto value = [&](auto& text) { io.text(text, limits::kClientDataBytes); };
  io.flag(v.of_type);
  value(v.name);
  io.list(v.one_of, most::kTerms, value);
  io.maybe(v.least, value);
  io.maybe(v.most, value);
  io.flag(v.may_be_absent);
}

template <class Io>
void fields(Io& io, Held<Io, engine::Query>& v) {
  id(io, v.gallery_id);
  io.one_of(v.accuracy, engine::Accuracy::kFast, engine::Accuracy::kExhaustive);
  io.count(v.max_candidates);
  io.real(v.share);
  if constexpr (Io::kReads) {
    io.check(v.max_candidates >= 1 && v.max_candidates <= most::kPersons);
    io.check(v.share >= 1.0 / static_cast<double>(kSlices) && v.share <= 1);
  }
  io.list(v.filter.terms, most::kTerms, [&](auto& each) { fields(io, each); });
}

template <class Io>
void fields(Io& io, Held<Io, engine::SampleScore>& v) {
  modality(io, v.modality);
  id(io, v.encounter_id);
  io.number(v.probe, std::uint8_t{UINT8_MAX});
  io.number(v.reference, std::uint8_t{UINT8_MAX});
  io.maybe(v.score_db, [&](auto& db) { io.real(db); });
  io.real(v.cosine);
  texts(io, v.galleries, limits::kGalleriesOfEncounter);
}

template <class Io>
void fields(Io& io, Held<Io, engine::ScoredPerson>& v) {
  id(io, v.person_id);
  io.real(v.order);
  io.real(v.score_db);
  for (auto& each : v.by_modality.values) {
    io.flag(each.compared);
    io.real(each.db);
  }
  io.flag(v.conclusive);
  io.list(v.scores, most::kSamples, [&](auto& each) { fields(io, each); });
  io.list(v.by_finger, most::kSamples, [&](auto& each) {
    position(io, each.position);
    io.number(each.group, std::uint32_t{UINT32_MAX});
    io.real(each.score_db);
    io.flag(each.good);
  });
}

template <class Io>
void fields(Io& io, Held<Io, engine::PartAnswer>& v) {
  io.list(v.persons, most::kPersons, [&](auto& each) { fields(io, each); });
  for (auto* count : {&v.gallery_size, &v.searched, &v.comparable, &v.compared, &v.compared_persons}) {
    io.number(*count, std::uint64_t{1} << 48);
  }
  io.count(v.shards_ok);
  io.count(v.shards_total);
  io.list(v.failures, most::kFailures, [&](auto& each) {
    io.text(each.part, most::kText);
    io.text(each.reason, most::kText);
    io.maybe(each.shard, [&](auto& shard) { io.number(shard, std::uint32_t{UINT32_MAX}); });
  });
  texts(io, v.absent, most::kTerms);
}

// -- Encounters -------------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, engine::RequestKey>& v) {
  io.array(v.key);
  io.array(v.request);
}

// But for what is asked back for: `keep` and `task_answer`.
template <class Io>
void fields(Io& io, Held<Io, engine::EnrolRequest>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.one_of(v.person_rule, engine::PersonRule::kNew, engine::PersonRule::kEither);
  texts(io, v.galleries, most::kSamples);
  io.list(v.samples, most::kSamples, [&](auto& each) { fields(io, each); });
  io.list(v.missing, most::kSamples, [&](auto& each) { fields(io, each); });
  io.text(v.encounter_type, most::kText);
  for (auto* data : {&v.biographic_data, &v.contextual_data, &v.client_data}) io.text(*data, limits::kClientDataBytes);
  io.flag(v.active);
}

template <class Io>
void fields(Io& io, Held<Io, engine::EnrolReceipt>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.list(v.samples, most::kSamples, [&](auto& each) { fields(io, each); });
  io.number(v.sequence, std::uint64_t{UINT64_MAX});
}

template <class Io>
void fields(Io& io, Held<Io, engine::EncounterView>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.text(v.encounter_type, most::kText);
  milliseconds(io, v.created);
  io.maybe(v.updated, [&](auto& at) { milliseconds(io, at); });
  io.flag(v.active);
  texts(io, v.galleries, most::kSamples);
  io.list(v.samples, most::kSamples, [&](auto& each) { fields(io, each); });
  io.list(v.missing, most::kSamples, [&](auto& each) { fields(io, each); });
  for (auto* data : {&v.biographic_data, &v.contextual_data, &v.client_data}) io.text(*data, limits::kClientDataBytes);
}

template <class Io>
void fields(Io& io, Held<Io, std::vector<engine::EncounterView>>& v) {
  io.list(v, most::kEncounters, [&](auto& each) { fields(io, each); });
}

template <class Io>
void fields(Io& io, Held<Io, std::vector<engine::TemplateView>>& v) {
  io.list(v, most::kSamples, [&](auto& each) { fields(io, each); });
}

template <class Io>
void fields(Io& io, Held<Io, engine::GalleryContent>& v) {
  io.list(v.entries, kMostEntriesOfPage, [&](auto& each) {
    id(io, each.person_id);
    id(io, each.encounter_id);
  });
  io.number(v.total, std::uint64_t{UINT64_MAX});
}

template <class Io>
void fields(Io& io, Held<Io, std::optional<std::string>>& v) {
  io.maybe(v, [&](auto& text) { io.text(text, most::kKept); });
}

template <class Io>
void fields(Io&, Held<Io, Done>&) {}

template <class Io>
void fields(Io& io, Held<Io, PartStatus>& v) {
  io.list(v.galleries, most::kGalleries, [&](auto& each) {
    id(io, each.gallery_id);
    for (auto* count : {&each.persons, &each.encounters}) io.number(*count, std::uint64_t{1} << 48);
    for (auto& count : each.samples.values) io.number(count, std::uint64_t{1} << 48);
  });
  io.list(v.memory, most::kSamples, [&](auto& each) {
    io.text(each.kind, most::kText);
    io.number(each.bytes, std::uint64_t{1} << 56);
  });
  for (auto* count : {&v.snapshots_written, &v.shards_written, &v.housekeeping_failures, &v.due_not_erased, &v.due_held,
                      &v.erased_when_due}) {
    io.number(*count, std::uint64_t{UINT64_MAX});
  }
  io.text(v.last_failure, most::kText);
  io.maybe(v.changes_refused, [&](auto& error) { fields(io, error); });
}

}  // namespace whorl::cluster
