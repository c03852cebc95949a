// Galleries in a temporary directory and records of random fingers.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "index/gallery.h"
#include "index/record/native_sample.h"
#include "index/store/store.h"
#include "tests/support/random_prints.h"
#include "tests/support/raw_gallery.h"
#include "tests/support/shared_data.h"

namespace whorl::index {

inline SampleRecord finger_record(FingerPosition position, const fingerprint::FingerprintTemplate& finger) {
  return native_sample(position, finger).value();
}

inline fingerprint::FingerprintTemplate finger_of(int person) {
  return tests::random_finger(static_cast<std::uint64_t>(person));
}

// One right index finger of person `i`, captured anew for each encounter number.
inline EncounterRecord record_of(int i, int encounter = 1) {
  EncounterRecord record;
  record.person_id = "p" + std::to_string(i);
  record.encounter_id = "e" + std::to_string(encounter);
  record.encounter_type = "test";
  record.created_ms = 1'700'000'000'000;
  record.galleries = {"default"};
  const auto capture = tests::another_capture(finger_of(i), static_cast<std::uint64_t>(encounter));
  record.samples = {finger_record(FingerPosition::kRightIndex, capture)};
  return record;
}

// A probe that owns what index::ProbeSample borrows.
class TestProbe {
 public:
  TestProbe() = default;
  explicit TestProbe(const fingerprint::FingerprintTemplate& finger,
                     FingerPosition position = FingerPosition::kRightIndex) {
    add(finger, position);
  }
  TestProbe(const face::FaceTemplate& face) { add(codec::Template(face), 0); }  // NOLINT(google-explicit-constructor)
  TestProbe(TestProbe&&) = default;  // a deque that is moved keeps its elements where they are
  TestProbe& operator=(TestProbe&&) = default;
  TestProbe(const TestProbe&) = delete;
  TestProbe& operator=(const TestProbe&) = delete;
  ~TestProbe() = default;
  void add(const fingerprint::FingerprintTemplate& finger, FingerPosition position) {
    add(codec::Template(finger), static_cast<std::uint8_t>(position));
  }
  void add(const codec::Template& content, std::uint8_t position) {
    prepared_.push_back(prepare_probe(content));
    samples_.push_back({position, &prepared_.back()});
  }
  [[nodiscard]] std::span<const ProbeSample> samples() const { return samples_; }

 private:
  std::deque<PreparedSample> prepared_;
  std::vector<ProbeSample> samples_;
};

inline TestProbe probe_of(int person) { return TestProbe(tests::another_capture(finger_of(person), 1000)); }

// Whether any file in the folder holds these bytes.
inline bool holds_anywhere(const std::filesystem::path& folder, const std::string& wanted) {
  return tests::any_file_holds(folder, wanted);
}

// A piece of each of these rows' values that is long enough to be found nowhere else, and short enough to stand in a
// file as it is.
inline std::vector<std::string> pieces_of(const std::vector<tests::RawRow>& rows, const std::string& family) {
  constexpr std::size_t kBegin = 20;
  constexpr std::size_t kBytes = 120;
  std::vector<std::string> out;
  for (const tests::RawRow& row : rows) {
    if (row.family == family && row.value.size() >= kBegin + kBytes) out.push_back(row.value.substr(kBegin, kBytes));
  }
  EXPECT_FALSE(out.empty());
  return out;
}

inline std::size_t found_in_files(const std::filesystem::path& folder, const std::vector<std::string>& pieces) {
  return static_cast<std::size_t>(std::count_if(
      pieces.begin(), pieces.end(), [&](const std::string& piece) { return holds_anywhere(folder, piece); }));
}

// Takes every snapshot away from a gallery that nobody has open.
inline void drop_snapshots(const std::filesystem::path& directory) {
  const auto store = Store::open({directory, false});
  ASSERT_TRUE(store.ok()) << store.error().text();
  std::vector<std::uint64_t> epochs;
  const auto manifest = (*store)->snapshots().manifest();
  for (const auto& entry : manifest.value()) epochs.push_back(entry.epoch);
  ASSERT_TRUE((*store)->snapshots().drop_manifest(epochs).ok());
}

inline double best_score(const PersonScore& person) {
  const auto& pairs = person.pairs;
  double best = 0;
  for (const PairScore& pair : pairs) best = std::max(best, pair.score);
  return best;
}

inline SearchRequest request_of(const TestProbe& probe, std::string gallery_id = "default") {
  SearchRequest request;
  request.gallery_id = std::move(gallery_id);
  request.probe = probe.samples();
  request.rank = best_score;
  return request;
}

class GalleryTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    gallery_.reset();
    options_.directory = directory_.path() / "gallery";
    options_.threads = 2;
    auto opened = Gallery::open(options_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    gallery_ = std::move(opened).value();
  }

  void add(const EncounterRecord& record, PersonRule rule = PersonRule::kNew) {
    const auto added = gallery_->add(record, rule);
    ASSERT_TRUE(added.ok()) << added.error().text();
  }

  [[nodiscard]] SearchResult search(const SearchRequest& request) const {
    auto result = gallery_->search(request);
    EXPECT_TRUE(result.ok()) << result.error().text();
    return result.ok() ? std::move(result).value() : SearchResult{};
  }

  [[nodiscard]] std::vector<std::string> found(const SearchRequest& request) const {
    std::vector<std::string> ids;
    for (const auto& person : search(request).persons) ids.push_back(person.person_id);
    return ids;
  }

  GalleryOptions options_;
  tests::TemporaryDirectory directory_;
  std::unique_ptr<Gallery> gallery_;
};

inline std::size_t pairs_of(const PersonScore& person, Modality modality) {
  return static_cast<std::size_t>(std::count_if(person.pairs.begin(), person.pairs.end(),
                                                [=](const PairScore& pair) { return pair.modality == modality; }));
}

}  // namespace whorl::index
