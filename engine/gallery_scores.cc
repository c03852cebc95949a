// a gallery -> some people, drawn at random -> scores of pairs of them -> those that are one person set aside
#include "engine/gallery_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "base/catalogue.h"
#include "base/parallel.h"
#include "index/prepare.h"
#include "templates/codec/codec.h"

namespace whorl::engine {
namespace {

using index::PreparedSample;

constexpr std::size_t kLeastPeople = 64;
constexpr std::size_t kPilotPeople = 200;
constexpr std::size_t kFingersOfPair = 2;  // of one position
// The tail is read off between the scores that a ten thousandth and a thousandth of all reach, or the 20th and the
// 200th.
constexpr double kTailShare = 1e-4;
constexpr double kFewestOfTail = 20;
constexpr double kTailSpan = 10;
constexpr double kExpectedBeyond = 0.1;  // strangers' scores among those set aside

enum Population : std::uint8_t { kOnePosition, kOthers, kPopulations };

struct Person {
  std::vector<PreparedSample> shown;  // of one encounter
  std::vector<PreparedSample> again;  // of the person's other encounters
};

struct Compared {
  std::uint32_t a = 0;  // people
  std::uint32_t b = 0;
  Population population = kOthers;
  double score = 0;
};

// ---- Drawing people

std::vector<std::string> people_of(const index::GalleryPage& page) {
  std::vector<std::string> out;
  for (const auto& entry : page.entries) {
    if (out.empty() || out.back() != entry.person_id) out.push_back(entry.person_id);
  }
  return out;
}

Result<std::vector<PreparedSample>> samples_of(const index::EncounterRecord& record, Modality modality) {
  std::vector<PreparedSample> out;
  for (const index::SampleRecord& kept : record.samples) {
    if (kept.modality != modality || kept.quality == 0) continue;
    const Sample sample{kept.modality, kept.position, static_cast<Format>(kept.format), kept.template_bytes, {}};
    auto content = codec::read_template(sample);
    if (!content.ok()) return std::move(content).error().within("encounter " + record.encounter_id);
    PreparedSample prepared = index::prepare_probe(*content);
    prepared.position = kept.position;
    out.push_back(std::move(prepared));
  }
  return out;
}

Result<Person> read_person(const index::Gallery& gallery, const std::string& id, Modality modality) {
  Person out;
  auto records = gallery.encounters(id);
  // Whoever was erased meanwhile is passed over.
  if (!records.ok()) return records.error().kind == ErrorKind::kNotFound ? Result<Person>(out) : records.error();
  for (const index::EncounterRecord& record : *records) {
    if (record.status != index::EncounterStatus::kActive) continue;
    WHORL_ASSIGN(std::vector<PreparedSample> samples, samples_of(record, modality));
    auto& to = out.shown.empty() ? out.shown : out.again;
    to.insert(to.end(), std::make_move_iterator(samples.begin()), std::make_move_iterator(samples.end()));
  }
  return out;
}

// Those that have a sample, in the order of the draw.
Result<std::vector<Person>> read_people(const index::Gallery& gallery, const GalleryScoresRequest& request) {
  WHORL_ASSIGN(const index::GalleryPage page, gallery.content("ALL", 0, std::numeric_limits<std::size_t>::max()));
  std::vector<std::string> ids = people_of(page);
  std::mt19937_64 draw(request.seed);
  std::shuffle(ids.begin(), ids.end(), draw);
  std::vector<Person> out;
  for (std::size_t next = 0; next < ids.size() && out.size() < request.people;) {
    const std::size_t n = std::min(request.people - out.size(), ids.size() - next);
    std::vector<Result<Person>> read(n, Person{});
    parallel_each(n, [&](std::size_t i) { read[i] = read_person(gallery, ids[next + i], request.modality); }, {});
    for (auto& person : read) {
      if (!person.ok()) return std::move(person).error();
      if (!person->shown.empty()) out.push_back(std::move(person).value());
    }
    next += n;
  }
  return out;
}

// ---- Comparing them

// Which samples of two people are compared: indices into `shown`.
struct Choice {
  std::size_t a = 0;
  std::size_t b = 0;
  Population population = kOthers;
};

bool known(const PreparedSample& sample) { return sample.position != 0; }

std::vector<Choice> choices_of(const Person& a, const Person& b, std::size_t turn, Modality modality) {
  if (modality == Modality::kFace) return {{0, 0, kOthers}};
  std::vector<Choice> same;
  std::vector<Choice> others;
  for (std::size_t i = 0; i < a.shown.size(); ++i) {
    for (std::size_t j = 0; j < b.shown.size(); ++j) {
      const bool one = known(a.shown[i]) && a.shown[i].position == b.shown[j].position;
      (one ? same : others).push_back({i, j, one ? kOnePosition : kOthers});
    }
  }
  std::vector<Choice> out;
  for (std::size_t k = 0; k < std::min(kFingersOfPair, same.size()); ++k) out.push_back(same[(turn + k) % same.size()]);
  if (!others.empty()) out.push_back(others[turn % others.size()]);
  return out;
}

// Scores of all pairs: the few that are most alike one by one, the others by how many there are.
class Scores {
 public:
  // Those of more than `line` are kept one by one.
  explicit Scores(double line) : line_(line) {}

  void add(const Compared& pair) {
    ++counts_[pair.population];
    if (pair.score > line_) {
      alike_.push_back(pair);
    } else {
      ++below_[pair.population][std::ceil(pair.score / kBin)];
    }
  }
  void add(const Scores& other) {
    alike_.insert(alike_.end(), other.alike_.begin(), other.alike_.end());
    for (std::size_t p = 0; p < kPopulations; ++p) {
      counts_[p] += other.counts_[p];
      for (const auto& [bin, n] : other.below_[p]) below_[p][bin] += n;
    }
  }

  [[nodiscard]] const std::vector<Compared>& alike() const { return alike_; }
  [[nodiscard]] std::uint64_t count() const { return counts_[kOnePosition] + counts_[kOthers]; }
  // Without those of the pairs of people in `aside`.
  [[nodiscard]] std::vector<Calibration::Tally> tallies(
      Population population, const std::set<std::pair<std::uint32_t, std::uint32_t>>& aside) const {
    std::vector<Calibration::Tally> out;
    for (const auto& [bin, n] : below_[population]) out.push_back({bin * kBin, n});
    for (const Compared& pair : alike_) {
      if (pair.population == population && !aside.contains({pair.a, pair.b})) out.push_back({pair.score, 1});
    }
    return out;
  }

 private:
  static constexpr double kBin = 1.0 / 1024;  // rounded up: never a score too low

  double line_;
  std::array<std::uint64_t, kPopulations> counts_{};
  std::array<std::map<double, std::uint64_t>, kPopulations> below_;
  std::vector<Compared> alike_;
};

Scores compare_all(std::span<const Person> people, Modality modality, double line, const ProgressCallback& progress) {
  Scores out(line);
  std::mutex mutex;
  parallel_each(
      people.size(),
      [&](std::size_t i) {
        Scores row(line);
        for (std::size_t j = i + 1; j < people.size(); ++j) {
          for (const Choice& c : choices_of(people[i], people[j], i + j, modality)) {
            const double score = index::compare_prepared(people[i].shown[c.a], people[j].shown[c.b]);
            row.add({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), c.population, score});
          }
        }
        const std::scoped_lock lock(mutex);
        out.add(row);
      },
      progress);
  return out;
}

std::vector<double> mated_scores(std::span<const Person> people) {
  std::vector<double> out;
  for (const Person& person : people) {
    for (const PreparedSample& again : person.again) {
      for (const PreparedSample& shown : person.shown) {
        if (shown.position == again.position) out.push_back(index::compare_prepared(shown, again));
      }
    }
  }
  return out;
}

// ---- One person under two numbers

// On a scale on which the tail of strangers is about straight: a face's scores are that already (their tail falls
// faster, which is the cautious side), a finger's once they are decibels.
double on_scale(double score, Modality modality) {
  return modality == Modality::kFace ? score : Calibration::shipped().db(score);
}

double tail_rank(std::uint64_t n) { return std::max(kFewestOfTail, kTailShare * static_cast<double>(n)); }

// From where on strangers' scores are not to be expected, on that scale. Robust: a few pairs too many at the very top
// do not move the two places that it is read off.
double beyond_strangers(const Scores& scores, Modality modality) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<double> sorted;
  for (const Compared& pair : scores.alike()) sorted.push_back(on_scale(pair.score, modality));
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const double rank = tail_rank(scores.count());
  if (kTailSpan * rank >= static_cast<double>(sorted.size())) return kNever;
  const double high = sorted[static_cast<std::size_t>(rank)];
  const double slope = (high - sorted[static_cast<std::size_t>(kTailSpan * rank)]) / std::log(kTailSpan);
  return slope > 0 ? high + slope * std::log(rank / kExpectedBeyond) : kNever;
}

std::set<std::pair<std::uint32_t, std::uint32_t>> one_person_twice(const Scores& scores, Modality modality) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> out;
  const double line = beyond_strangers(scores, modality);
  for (const Compared& pair : scores.alike()) {
    if (on_scale(pair.score, modality) > line) out.insert({pair.a, pair.b});
  }
  return out;
}

// A score that a few hundredths of a per cent of pairs pass: enough above it to read the tail off, few enough to keep.
double line_of(std::span<const Person> people, Modality modality) {
  const auto pilot = people.first(std::min(kPilotPeople, people.size()));
  const double lowest = -std::numeric_limits<double>::infinity();
  std::vector<double> sorted;
  const Scores tried = compare_all(pilot, modality, lowest, {});
  for (const Compared& pair : tried.alike()) sorted.push_back(pair.score);
  if (sorted.empty()) return lowest;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const double of_all = static_cast<double>(people.size()) / static_cast<double>(pilot.size());
  const double n = static_cast<double>(sorted.size()) * of_all * of_all;
  const double share = 4 * kTailSpan * tail_rank(static_cast<std::uint64_t>(n)) / n;
  return share >= 1 ? lowest : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size()))];
}

Result<Calibration::Origin> origin_of(const index::Gallery& gallery, Modality modality) {
  if (modality == Modality::kFinger) return Calibration::fingerprints();
  const auto network = gallery.face_network();
  if (!network)
    return failure(ErrorCode::kTooFewToCalibrate, "--from-gallery", with<"count">(0), with<"least">(kLeastPeople));
  return Calibration::faces(network->text());
}

}  // namespace

Result<GalleryScores> score_gallery(index::Gallery& gallery, const GalleryScoresRequest& request) {
  GalleryScores out;
  WHORL_ASSIGN(out.origin, origin_of(gallery, request.modality));
  audit::Event asked;
  asked.operation = audit::Operation::kCompareAll;
  asked.outcome = "calibration";
  asked.count = request.people;
  WHORL_TRY(gallery.note(std::move(asked), {}));
  WHORL_ASSIGN(const std::vector<Person> people, read_people(gallery, request));
  if (people.size() < kLeastPeople) {
    return failure(ErrorCode::kTooFewToCalibrate, "--from-gallery", with<"count">(people.size()),
                   with<"least">(kLeastPeople));
  }
  const Scores scores = compare_all(people, request.modality, line_of(people, request.modality), request.progress);
  const auto aside = one_person_twice(scores, request.modality);
  for (const Population population : {kOnePosition, kOthers}) {
    const bool faces = request.modality == Modality::kFace;
    const char* name = faces                        ? "faces of a gallery"
                       : population == kOnePosition ? "fingers of one position"
                                                    : "fingers of two positions";
    Calibration::NonMated made{name, scores.tallies(population, aside)};
    std::uint64_t n = 0;
    for (const auto& tally : made.scores) n += tally.count;
    if (n >= Calibration::kMinNonMated) out.non_mated.push_back(std::move(made));
  }
  if (out.non_mated.empty()) {
    return failure(ErrorCode::kTooFewToCalibrate, "--from-gallery", with<"count">(people.size()),
                   with<"least">(kLeastPeople));
  }
  // Searches without a position take nothing off: fingers of two positions are needed to say what a score is worth
  // there. Faces are of one population.
  if (out.non_mated.size() == kPopulations) out.non_mated[kOnePosition].one_position = true;
  out.mated = mated_scores(people);
  out.people = people.size();
  out.pairs = people.size() * (people.size() - 1) / 2;
  out.set_aside = aside.size();
  return out;
}

}  // namespace whorl::engine
