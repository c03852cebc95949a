// kept image -> read as at enrolment -> one record replaced in one atomic batch, an encounter at a time
#include "engine/re_extract.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "base/sha256.h"
#include "engine/engine_state.h"
#include "engine/fusion.h"
#include "engine/kept_images.h"
#include "engine/read_finger.h"
#include "index/prepare.h"
#include "index/record/native_sample.h"
#include "templates/codec/codec.h"

namespace whorl::engine {
namespace {

using index::EncounterRecord;
using index::SampleRecord;
using Encounter = index::ReExtractable::Encounter;

// What stops the whole work rather than one sample's.
bool is_of_everything(const Error& error) {
  return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kExhausted;
}

// A template of the same picture is like the one before, whatever extractor made each; less is another person's, of a
// picture of several, say.
constexpr double kSameFace = 0.8;  // cosine

bool like(Modality modality, const PreparedContent& before, const PreparedContent& again, const EngineState& state) {
  const double score = index::compare_prepared(before.prepared(), again.prepared());
  return modality == Modality::kFace ? score >= kSameFace
                                     : state.config.calibrations[Modality::kFinger]->db(score) >= kSameFingerDb;
}

// Extractors before the third blurred fine ridges, so that what they made of a small child's print may be little like
// what this one makes of the same picture. It is like what this one makes when it reads as they did.
Status require_same(const SampleRecord& kept, const PreparedContent& again, const Sample& image,
                    const EngineState& state) {
  if (kept.quality == 0) return {};  // nothing can be compared with it
  const Sample before{kept.modality, kept.position, static_cast<Format>(kept.format), kept.template_bytes, {}};
  WHORL_ASSIGN(codec::Template content, codec::read_template(before));
  const PreparedContent old(std::move(content));
  if (like(kept.modality, old, again, state)) return {};
  if (kept.modality == Modality::kFinger) {
    auto as_before = read_without_enlarging(image, state.config);
    if (as_before.ok() && like(kept.modality, old, PreparedContent(std::move(*as_before)), state)) return {};
  }
  return invalid_input("the new template is not like the one before: is it another person's?");
}

// Less than half of the quality is worth less than a newer version.
Status require_no_worse(int before, int now, int usable) {
  if (now > 0 && 2 * now >= before && (now >= usable || now >= before)) return {};
  return invalid_input("its quality would fall from " + std::to_string(before) + " to " + std::to_string(now));
}

// The sample as this build's extractor makes it of its image. Errors: kInvalidInput where that would be of less use, or
// somebody else's.
Result<SampleRecord> extracted_again(const EncounterRecord& record, std::size_t i, const EngineState& state) {
  const SampleRecord& kept = record.samples[i];
  WHORL_ASSIGN(index::KeptImage image, state.gallery->image(record, i));
  const Sample sample = sample_of(kept, std::move(image));
  WHORL_ASSIGN(const auto read, read_samples({sample}, state.config, state.workers, {}));
  const ReadSample& again = read.front();
  if (!again.content) return invalid_input(again.quality.feedback);
  const auto held = state.gallery->face_network();
  const auto* face = std::get_if<face::FaceTemplate>(&again.content->content());
  if (held && face != nullptr && face->network != *held) {
    return invalid_input("a gallery holds the faces of one network, and this face would be of " + face->network.text() +
                         " among those of " + held->text());
  }
  WHORL_TRY(require_no_worse(kept.quality, again.quality.quality, state.config.min_quality));
  WHORL_TRY(require_same(kept, *again.content, sample, state));
  WHORL_ASSIGN(SampleRecord out, index::native_sample(kept.position, again.content->content()));
  out.capture = kept.capture;
  out.image = kept.image;
  out.extensions = kept.extensions;
  return out;
}

// Names an encounter without its identifiers: those of an erased one must not stay in a mark.
Sha256 name_of(const Encounter& e) {
  constexpr std::string_view kZero("\0", 1);
  return sha256_of({as_bytes(e.person_id), as_bytes(kZero), as_bytes(e.encounter_id)});
}

class ReExtraction {
 public:
  ReExtraction(EngineState& state, const ReExtractRequest& request) : state_(state), request_(request) {}

  Result<ReExtractReport> run() {
    WHORL_ASSIGN(const index::ReExtractable found, state_.gallery->re_extractable(request_.all));
    report_.without_image = found.without_image;
    total_ = found.encounters.size();
    WHORL_ASSIGN(done_, first_left(found.encounters));
    report_.resumed_after = done_;
    tell();
    const std::size_t batch = std::max<std::size_t>(request_.batch, 1);
    for (std::size_t begin = done_; begin < total_; begin += batch) {
      const std::size_t end = std::min(begin + batch, static_cast<std::size_t>(total_));
      each(found.encounters, begin, end);
      if (fatal_) return *fatal_;
      if (report_.stopped) return std::move(report_);
      WHORL_TRY(note(found.encounters[end - 1]));
    }
    if (request_.all) WHORL_TRY(state_.gallery->drop_load_mark(kMark));
    return std::move(report_);
  }

 private:
  static constexpr const char* kMark = "re-extract all";

  void each(const std::vector<Encounter>& encounters, std::size_t begin, std::size_t end) {
    state_.workers.each(end - begin, 1, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = begin + from; i < begin + to; ++i) one(encounters[i]);
    });
  }

  void one(const Encounter& encounter) {
    if (ended_.load()) return;
    if (request_.stop && request_.stop()) {
      const std::scoped_lock lock(mutex_);
      report_.stopped = true;
      ended_.store(true);
      return;
    }
    const Status replaced = safely_replaced(encounter);
    const std::scoped_lock lock(mutex_);
    if (!replaced.ok() && is_of_everything(replaced.error())) {
      if (!fatal_) fatal_ = replaced.error();
      ended_.store(true);
      return;
    }
    if (!replaced.ok()) fail(encounter, replaced.error());
    ++done_;
    tell();
  }

  // What a library throws over one image as a value.
  Status safely_replaced(const Encounter& encounter) {
    try {
      return replace(encounter);
    } catch (const std::bad_alloc&) {
      return exhausted("not enough memory to extract templates again");
    } catch (const std::exception& e) {
      return internal_error(std::string("extracting again: ") + e.what());
    }
  }

  // Errors: of the encounter as a whole.
  Status replace(const Encounter& encounter) {
    const auto read = state_.gallery->encounter(encounter.person_id, encounter.encounter_id);
    if (!read.ok() && read.error().kind == ErrorKind::kNotFound) return add_changed();
    WHORL_TRY(read);
    EncounterRecord after = *read;
    std::uint64_t samples = 0;
    for (std::size_t i = 0; i < after.samples.size(); ++i) {
      SampleRecord& sample = after.samples[i];
      const bool wanted = request_.all || sample.extractor_version != codec::extractor_version_of(sample.modality);
      if (!wanted || !sample.image) continue;
      auto again = extracted_again(*read, i, state_);
      if (again.ok()) {
        sample = std::move(again).value();
        ++samples;
      } else if (is_of_everything(again.error())) {
        return again.error();
      } else {
        const std::scoped_lock lock(mutex_);
        fail(encounter, again.error().within(FieldPath("samples", i)));
      }
    }
    return samples == 0 ? Status() : put(*read, std::move(after), samples);
  }

  Status put(const EncounterRecord& before, EncounterRecord after, std::uint64_t samples) {
    const bool same = after == before;
    if (!same) {
      const auto replaced = state_.gallery->replace_samples(before, std::move(after));
      const bool gone = !replaced.ok() && replaced.error().kind == ErrorKind::kNotFound;
      if (gone || (replaced.ok() && !*replaced)) return add_changed();
      WHORL_TRY(replaced);
    }
    const std::scoped_lock lock(mutex_);
    report_.samples += samples;
    report_.encounters += same ? 0 : 1;
    return {};
  }

  Status add_changed() {
    const std::scoped_lock lock(mutex_);
    ++report_.changed;
    return {};
  }

  // Under mutex_.
  void fail(const Encounter& encounter, Error error) {
    ++report_.failed;
    if (report_.failures.size() == ReExtractReport::kMostFailures) return;
    report_.failures.push_back({encounter.person_id, encounter.encounter_id, std::move(error)});
  }

  // Under mutex_, or with no other thread at work.
  void tell() const {
    if (!request_.progress) return;
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    const auto now = static_cast<double>(done_ - report_.resumed_after);
    const double left = now == 0 ? 0 : elapsed / now * static_cast<double>(total_ - done_);
    request_.progress({done_, total_, elapsed, left});
  }

  // Samples that were extracted again tell it by their version; where all are wanted, a mark has to.
  // With what makes a template what it is: a call that would make others begins anew.
  [[nodiscard]] Bytes mark_of(const Encounter& last) const {
    const EngineConfig& config = state_.config;
    ByteWriter out;
    for (const ModalityRow& row : modalities()) out.u32(codec::extractor_version_of(row.modality));
    out.sized(config.face_extractor ? config.face_extractor->network().text() : std::string());
    out.u8(static_cast<std::uint8_t>(config.face_options.several));
    out.u32(static_cast<std::uint32_t>(config.face_options.min_confidence * 1000));
    out.u32(static_cast<std::uint32_t>(config.min_quality));
    return out.bytes(name_of(last)).take();
  }

  Status note(const Encounter& last) {
    return request_.all ? state_.gallery->put_load_mark(kMark, mark_of(last)) : Status();
  }

  // The place behind the last encounter that an earlier call of the same kind has done; 0 where there is none.
  Result<std::uint64_t> first_left(const std::vector<Encounter>& encounters) const {
    if (!request_.all) return std::uint64_t{0};
    WHORL_ASSIGN(const auto mark, state_.gallery->load_mark(kMark));
    if (!mark) return std::uint64_t{0};
    for (std::size_t i = 0; i < encounters.size(); ++i) {
      if (mark_of(encounters[i]) == *mark) return std::uint64_t{i} + 1;
    }
    return std::uint64_t{0};
  }

  EngineState& state_;
  const ReExtractRequest& request_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::uint64_t total_ = 0;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::uint64_t done_ = 0;      // guarded by mutex_
  ReExtractReport report_;      // guarded by mutex_
  std::optional<Error> fatal_;  // guarded by mutex_
};

}  // namespace

Result<ReExtractReport> Engine::re_extract(const ReExtractRequest& request) {
  try {
    return ReExtraction(*state_, request).run();
  } catch (const std::bad_alloc&) {
    return exhausted("not enough memory to extract templates again");
  } catch (const std::exception& e) {
    return internal_error(std::string("extracting again: ") + e.what());
  }
}

}  // namespace whorl::engine
