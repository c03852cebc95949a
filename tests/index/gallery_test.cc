#include "index/gallery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "index/search/shard_fault.h"
#include "index/store/log_check.h"
#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(GalleryTest, FindsWhatWasPutIn) {
  for (int i = 0; i < 12; ++i) add(record_of(i));
  for (int i = 0; i < 12; ++i) {
    const auto probe = probe_of(i);
    const SearchResult result = search(request_of(probe));
    ASSERT_FALSE(result.persons.empty());
    EXPECT_EQ(result.persons[0].person_id, "p" + std::to_string(i));
    EXPECT_THAT(result.persons[0].encounter_ids, ElementsAre("e1"));
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.gallery_size, 12U);
    EXPECT_EQ(result.comparable_persons, 12U);
    EXPECT_EQ(result.compared, 12U);
    EXPECT_EQ(result.shards_total, 1);
  }
}

TEST_F(GalleryTest, AnEmptyGalleryIsSearchedCompletely) {
  const auto probe = probe_of(1);
  const SearchResult result = search(request_of(probe));
  EXPECT_THAT(result.persons, IsEmpty());
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.gallery_size, 0U);
  EXPECT_EQ(gallery_->search(request_of(probe, "elsewhere")).error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"default", 0, 0, 0}));
}

TEST_F(GalleryTest, PersonsAndEncountersAreToldApart) {
  add(record_of(1));
  EXPECT_EQ(gallery_->add(record_of(1, 2), PersonRule::kNew).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(gallery_->add(record_of(2), PersonRule::kExisting).error().kind, ErrorKind::kNotFound);
  add(record_of(1, 2), PersonRule::kExisting);
  EXPECT_EQ(gallery_->add(record_of(1, 2), PersonRule::kExisting).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(gallery_->encounters("p1")->size(), 2U);
  EXPECT_EQ(*gallery_->encounter("p1", "e2"), record_of(1, 2));
  EXPECT_EQ(gallery_->encounter("p1", "e3").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(gallery_->encounters("p2").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(gallery_->encounters("../etc").error().kind, ErrorKind::kNotFound);
}

TEST_F(GalleryTest, ARefusedRecordChangesNothing) {
  EncounterRecord record = record_of(1);
  record.samples[0].template_bytes[10] ^= 1;
  const auto added = gallery_->add(record, PersonRule::kNew);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(added.error().field.text(), HasSubstr("samples[0]"));
  record = record_of(1);
  record.galleries = {"ALL"};
  EXPECT_EQ(gallery_->add(record, PersonRule::kNew).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(gallery_->encounters("p1").error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"default", 0, 0, 0}));
}

TEST_F(GalleryTest, ErasedIsNeverFoundAgainEvenAfterReopening) {
  for (int i = 0; i < 6; ++i) add(record_of(i));
  add(record_of(2, 2), PersonRule::kExisting);
  ASSERT_TRUE(gallery_->erase_person("p2").ok());
  EXPECT_EQ(gallery_->erase_person("p2").error().kind, ErrorKind::kNotFound);
  const auto probe = probe_of(2);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found(request_of(probe)), Not(Contains("p2")));
    EXPECT_EQ(search(request_of(probe)).gallery_size, 5U);
    EXPECT_TRUE(search(request_of(probe)).complete());
    EXPECT_EQ(gallery_->encounters("p2").error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(gallery_->compare("default", "p2", probe.samples()).error().kind, ErrorKind::kNotFound);
    reopen();
  }
  add(record_of(2));
  EXPECT_EQ(found(request_of(probe))[0], "p2");
}

TEST_F(GalleryTest, ErasingTheLastEncounterErasesThePerson) {
  add(record_of(1));
  add(record_of(1, 2), PersonRule::kExisting);
  EXPECT_EQ(gallery_->erase_encounter("p1", "e9").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"default", 1, 1, 1}));
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e2").ok());
  EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"default", 0, 0, 0}));
  EXPECT_EQ(gallery_->erase_encounter("p1", "e2").error().kind, ErrorKind::kNotFound);
}

TEST_F(GalleryTest, CountsAreExactByGallery) {
  EncounterRecord a = record_of(1);
  a.galleries = {"asylum", "visa"};
  EncounterRecord b = record_of(1, 2);
  b.galleries = {"visa"};
  b.samples.push_back(finger_record(FingerPosition::kLeftIndex, finger_of(50)));
  add(a);
  add(b, PersonRule::kExisting);
  add(record_of(2));
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"asylum", 1, 1, 1}, GalleryCounts{"default", 1, 1, 1},
                                                   GalleryCounts{"visa", 1, 2, 3}));
    reopen();
  }
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e1").ok());
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(gallery_->galleries(), ElementsAre(GalleryCounts{"default", 1, 1, 1}, GalleryCounts{"visa", 1, 1, 2}));
    reopen();
  }
}

TEST_F(GalleryTest, ASearchStaysWithinItsGallery) {
  EncounterRecord other = record_of(1);
  other.galleries = {"other"};
  add(other);
  add(record_of(2));
  const auto probe = probe_of(1);
  EXPECT_THAT(found(request_of(probe, "default")), ElementsAre("p2"));
  EXPECT_THAT(found(request_of(probe, "other")), ElementsAre("p1"));
  EXPECT_EQ(found(request_of(probe, "ALL")).size(), 2U);
  EXPECT_EQ(search(request_of(probe, "ALL")).gallery_size, 2U);
  EXPECT_EQ(gallery_->compare("default", "p1", probe.samples()).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(gallery_->compare("other", "p1", probe.samples()).ok());
  EXPECT_TRUE(gallery_->compare("ALL", "p1", probe.samples()).ok());
}

TEST_F(GalleryTest, KnownPositionsMeetTheirOwnAndUnknownOnes) {
  EncounterRecord record = record_of(1);
  record.samples = {finger_record(FingerPosition::kRightIndex, finger_of(1)),
                    finger_record(FingerPosition::kLeftIndex, finger_of(2)),
                    finger_record(FingerPosition::kUnknown, finger_of(3))};
  add(record);
  const auto pairs = [&](FingerPosition position) {
    const TestProbe probe(finger_of(1), position);
    return gallery_->compare("default", "p1", probe.samples())->pairs.size();
  };
  EXPECT_EQ(pairs(FingerPosition::kRightIndex), 2U);
  EXPECT_EQ(pairs(FingerPosition::kRightThumb), 1U);
  EXPECT_EQ(pairs(FingerPosition::kUnknown), 3U);
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  add(record_of(1));
  const TestProbe thumb(finger_of(1), FingerPosition::kRightThumb);
  const SearchResult result = search(request_of(thumb));
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.searched, 1U);
  EXPECT_EQ(result.comparable_persons, 0U);
}

// Four galleries that know their share of all people, beside one that has all.
TEST_F(GalleryTest, PartsOfKnownShareTogetherCompareAsManyAsTheWhole) {
  constexpr int kPeople = 1200;  // in each part enough that it learns what is rare
  constexpr std::size_t kParts = 4;
  constexpr std::size_t kCompared = 120;
  std::vector<std::unique_ptr<Gallery>> parts;
  for (std::size_t p = 0; p < kParts; ++p) {
    GalleryOptions options = options_;
    options.directory = directory_.path() / ("part-" + std::to_string(p));
    auto opened = Gallery::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    parts.push_back(std::move(opened).value());
  }
  for (int i = 0; i < kPeople; ++i) {
    add(record_of(i));
    const std::size_t part = std::hash<std::string>()("p" + std::to_string(i)) % kParts;
    ASSERT_TRUE(parts[part]->add(record_of(i), PersonRule::kNew).ok());
  }
  const auto of_parts = [&](SearchRequest request) {
    SearchResult out;
    request.share = 1.0 / kParts;
    for (const auto& part : parts) {
      auto found = part->search(request);
      EXPECT_TRUE(found.ok()) << found.error().text();
      out.compared_persons += found->compared_persons;
      out.searched += found->searched;
      std::move(found->persons.begin(), found->persons.end(), std::back_inserter(out.persons));
    }
    std::sort(out.persons.begin(), out.persons.end(),
              [](const auto& a, const auto& b) { return a.rank_value > b.rank_value; });
    return out;
  };
  for (int who = 0; who < kPeople; who += 80) {
    const auto probe = probe_of(who);
    SearchRequest request = request_of(probe);
    request.candidates.persons = kCompared;
    request.compare_all_samples = 0;
    const SearchResult one = search(request);
    const SearchResult four = of_parts(request);
    EXPECT_EQ(one.compared_persons, kCompared);
    EXPECT_EQ(four.compared_persons, kCompared);
    EXPECT_EQ(four.searched, one.searched);
    ASSERT_FALSE(four.persons.empty());
    EXPECT_EQ(four.persons[0].person_id, one.persons[0].person_id);
    EXPECT_EQ(four.persons[0].rank_value, one.persons[0].rank_value);
    EXPECT_EQ(one.persons[0].person_id, "p" + std::to_string(who));
    // Nobody is screened of a whole that is compared whole.
    request.compare_all_samples = kPeople;
    EXPECT_EQ(of_parts(request).compared_persons, std::size_t{kPeople});
  }
}

TEST_F(GalleryTest, APartThatIsTooSmallToLearnWhatIsRareComparesAllOfItsPeople) {
  constexpr int kPeople = 300;
  for (int i = 0; i < kPeople; ++i) add(record_of(i));
  const auto probe = probe_of(7);
  SearchRequest request = request_of(probe);
  request.candidates.persons = 40;
  request.compare_all_samples = 0;
  request.share = 0.01;
  EXPECT_EQ(search(request).compared_persons, 24U) << "three hundred say what is rare; so many are compared at least";
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i + 100)).ok());
  EXPECT_EQ(search(request).compared_persons, 200U);
  request.share = 1;
  EXPECT_EQ(search(request).compared_persons, 40U);
}

TEST(SearchPlaces, OfAllPartsAreThoseOfTheWhole) {
  for (const CandidateRule& rule : {kDefaultCandidates, kFastCandidates, kDefaultCandidates.for_fingers(10)}) {
    for (const std::size_t people : {100U, 3'000U, 8'000U, 100'000U, 1'000'000U, 20'000'000U}) {
      const SearchPlaces whole = places_of(rule, people, 1);
      EXPECT_EQ(whole.compared, rule.of(people));
      EXPECT_EQ(whole.looked_again, rule.looked_again(people));
      for (const std::size_t parts : {2U, 4U, 16U, 256U}) {
        const double of = static_cast<double>(parts);
        const SearchPlaces part = places_of(rule, people / parts, 1 / of);
        const auto in_share = [&](std::size_t all) { return static_cast<double>(all) / of; };
        const auto expect_as_many = [&](std::size_t each, std::size_t all) {
          const double together = of * static_cast<double>(each);
          EXPECT_GE(together, 0.99 * static_cast<double>(all)) << people << ' ' << parts;
          EXPECT_LE(together, static_cast<double>(all) + of) << people << ' ' << parts;
        };
        const auto fewest = [&](std::size_t n) { return std::max(of, of * static_cast<double>(n)); };
        if (in_share(whole.compared) >= SearchPlaces::kFewestCompared) expect_as_many(part.compared, whole.compared);
        EXPECT_GE(of * static_cast<double>(part.compared),
                  std::min(fewest(whole.compared), fewest(SearchPlaces::kFewestCompared)));
        if (in_share(whole.looked_again) >= SearchPlaces::kFewestLookedAgain) {
          expect_as_many(part.looked_again, whole.looked_again);
        }
        EXPECT_GE(part.looked_again, part.compared);
      }
    }
  }
}

// People with so many samples each are dealt out by chance, many times: hardly any part has more samples than it may.
TEST(SearchPlaces, AWholeThatIsComparedWholeIsSoInItsParts) {
  EXPECT_EQ(most_of_share(2000, 1, 1), 2000U);
  std::mt19937 draw(7);
  for (const std::size_t parts : {4U, 16U, 256U}) {
    for (const std::size_t of_person : {1U, 2U, 10U, 20U}) {
      const std::size_t most = most_of_share(2000, 1.0 / static_cast<double>(parts), static_cast<double>(of_person));
      EXPECT_LT(most, 2000U);
      std::size_t more = 0;
      constexpr std::size_t kDeals = 200;
      for (std::size_t deal = 0; deal < kDeals; ++deal) {
        std::vector<std::size_t> samples(parts);
        for (std::size_t person = 0; person < 2000 / of_person; ++person) samples[draw() % parts] += of_person;
        more +=
            static_cast<std::size_t>(std::count_if(samples.begin(), samples.end(), [&](auto n) { return n > most; }));
      }
      EXPECT_LE(static_cast<double>(more), 0.01 * static_cast<double>(kDeals * parts)) << parts << ' ' << of_person;
    }
  }
}

TEST_F(GalleryTest, AFailingShardShowsInTheReceipt) {
  options_.shard_fingers = 10;
  std::vector<Event> heard;
  options_.events = [&heard](const Event& event) { heard.push_back(event); };
  reopen();
  bool fail = true;
  const ShardFault fault([&fail](std::size_t shard) -> Status {
    if (fail && shard == 1) return internal_error("a defect");
    return {};
  });
  for (int i = 0; i < 35; ++i) add(record_of(i));
  const auto probe = probe_of(15);
  for (const std::size_t candidates : {std::size_t{0}, std::size_t{5}}) {
    SearchRequest request = request_of(probe);
    request.candidates.persons = candidates;
    request.compare_all_samples = 0;
    fail = true;
    SearchResult result = search(request);
    EXPECT_FALSE(result.complete());
    EXPECT_EQ(result.shards_total, 4);
    EXPECT_EQ(result.shards_ok, 3);
    EXPECT_EQ(result.gallery_size, 35U);
    EXPECT_EQ(result.searched, 25U);
    ASSERT_EQ(result.failures.size(), 1U);
    EXPECT_EQ(result.failures[0].shard, 1U);
    EXPECT_EQ(result.failures[0].reason, "internal: a defect");
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].code, "shard_failed");
    EXPECT_THAT(heard[0].text, testing::HasSubstr("shard 1 could not be searched: internal: a defect"));
    heard.clear();
    fail = false;
    result = search(request);
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.persons[0].person_id, "p15");
    EXPECT_TRUE(result.failures.empty());
  }
  EXPECT_TRUE(heard.empty());
}

TEST_F(GalleryTest, AShardThatThrowsShowsInTheReceipt) {
  add(record_of(1));
  const ShardFault fault([](std::size_t) -> Status { throw std::bad_alloc(); });
  const auto probe = probe_of(1);
  const SearchResult result = search(request_of(probe));
  EXPECT_FALSE(result.complete());
  EXPECT_EQ(result.searched, 0U);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].reason, "exhausted: not enough memory to search the shard");
}

TEST_F(GalleryTest, AnExpiredSearchIsNoAnswer) {
  add(record_of(1));
  const auto probe = probe_of(1);
  SearchRequest request = request_of(probe);
  request.expired = [] { return true; };
  EXPECT_EQ(gallery_->search(request).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(gallery_->compare("default", "p1", probe.samples(), [] { return true; }).error().kind,
            ErrorKind::kUnavailable);
}

// The mates and their scores of every probe, for comparing two states of a gallery.
std::vector<std::pair<std::string, double>> top_of(const Gallery& gallery, SearchRequest request, int person) {
  const auto probe = probe_of(person);
  request.probe = probe.samples();
  std::vector<std::pair<std::string, double>> out;
  const SearchResult result = gallery.search(request).value();
  for (const auto& found : result.persons) out.emplace_back(found.person_id, found.rank_value);
  return out;
}

TEST_F(GalleryTest, ReopeningGivesTheSameAnswers) {
  options_.shard_fingers = 16;
  reopen();
  for (int i = 0; i < 60; ++i) add(record_of(i));
  for (int i = 0; i < 60; i += 7) add(record_of(i, 2), PersonRule::kExisting);
  for (int i = 1; i < 60; i += 3) ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
  const auto empty = probe_of(0);
  SearchRequest request = request_of(empty);
  request.compare_all_samples = 0;
  for (const std::size_t candidates : {std::size_t{0}, std::size_t{8}}) {
    request.candidates.persons = candidates;
    std::vector<std::vector<std::pair<std::string, double>>> before;
    for (int i = 0; i < 60; i += 5) before.push_back(top_of(*gallery_, request, i));
    const auto counts = gallery_->galleries();
    reopen();
    EXPECT_THAT(gallery_->galleries(), counts);
    for (int i = 0; i < 60; i += 5) {
      EXPECT_EQ(top_of(*gallery_, request, i), before[static_cast<std::size_t>(i / 5)]) << i;
    }
  }
}

// One side of each pair: the other side finds it.
TEST_F(GalleryTest, CandidatesAfterAnIdentifierAreNoOthersAndTheReceiptStaysWhole) {
  options_.shard_fingers = 16;
  reopen();
  for (int i = 0; i < 60; ++i) add(record_of(i));
  EncounterRecord twin = record_of(30, 2);
  twin.person_id = "p5x";  // after p30, before p6
  add(twin);
  const auto probe = probe_of(30);
  SearchRequest request = request_of(probe);
  request.compare_all_samples = 0;
  request.candidates.persons = 40;
  request.max_results = 100;
  request.after = "p30";
  const SearchResult result = search(request);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.gallery_size, 61U);
  ASSERT_FALSE(result.persons.empty());
  EXPECT_EQ(result.persons.front().person_id, "p5x");
  for (const PersonScore& person : result.persons) EXPECT_GT(person.person_id, "p30");
  request.after = "p5x";
  for (const std::string& person : found(request)) EXPECT_GT(person, "p5x");
}

TEST_F(GalleryTest, CandidatesAgreeWithEverybodyOnMates) {
  options_.shard_fingers = 64;
  reopen();
  for (int i = 0; i < 300; ++i) add(record_of(i));
  int agreed = 0;
  for (int i = 0; i < 300; i += 10) {
    const auto probe = probe_of(i);
    SearchRequest request = request_of(probe);
    request.max_results = 1;
    const SearchResult oracle = search(request);
    request.compare_all_samples = 0;
    request.candidates.persons = 15;
    const SearchResult fast = search(request);
    EXPECT_EQ(oracle.compared, 300U);
    EXPECT_EQ(oracle.compared_persons, 300U);
    EXPECT_LE(fast.compared, 15U);
    EXPECT_EQ(fast.compared_persons, fast.compared) << "each has one finger";
    EXPECT_TRUE(fast.complete());
    if (fast.persons.at(0).person_id != oracle.persons.at(0).person_id) continue;
    EXPECT_EQ(fast.persons[0].rank_value, oracle.persons[0].rank_value);
    ++agreed;
  }
  EXPECT_GE(agreed, 29);
}

TEST_F(GalleryTest, APersonEnrolledOftenDoesNotCrowdOthersOutOfTheCandidates) {
  for (int i = 10; i < 20; ++i) add(record_of(i));
  for (int encounter = 1; encounter <= 5; ++encounter)
    add(record_of(1, encounter), encounter == 1 ? PersonRule::kNew : PersonRule::kExisting);
  EncounterRecord look_alike = record_of(2);
  look_alike.samples = {finger_record(FingerPosition::kRightIndex, tests::another_capture(finger_of(1), 50, 2.5, 0.4))};
  add(look_alike);
  const auto probe = probe_of(1);
  SearchRequest request = request_of(probe);
  request.compare_all_samples = 0;
  request.candidates.persons = 2;
  EXPECT_THAT(found(request), ElementsAre("p1", "p2"));
}

TEST_F(GalleryTest, APersonWithOneFingerIsNotCrowdedOutByTenFingersOfNonMated) {
  const auto finger = [](int person, int position) { return finger_of(1000 + person * 10 + position); };
  for (int i = 1; i <= 15; ++i) {
    EncounterRecord record = record_of(i);
    record.samples.clear();
    for (int p = 1; p <= 10; ++p) {
      record.samples.push_back(finger_record(static_cast<FingerPosition>(p), finger(i, p)));
    }
    add(record);
  }
  EncounterRecord record = record_of(0);
  record.samples = {finger_record(FingerPosition::kLeftLittle, tests::another_capture(finger(0, 10), 1, 2.5, 0.5))};
  add(record);
  TestProbe probe(finger(0, 1), FingerPosition::kRightThumb);
  for (int p = 2; p <= 10; ++p) probe.add(finger(0, p), static_cast<FingerPosition>(p));
  SearchRequest request = request_of(probe);
  request.compare_all_samples = 0;
  request.candidates.persons = 2;
  const SearchResult result = search(request);
  ASSERT_FALSE(result.persons.empty());
  EXPECT_EQ(result.persons[0].person_id, "p0");
}

TEST_F(GalleryTest, OnlyDecisiveProbeFingersMakePersonsComparable) {
  add(record_of(1));
  const auto probe = probe_of(2);
  std::vector<ProbeSample> samples(probe.samples().begin(), probe.samples().end());
  samples[0].decisive = false;
  SearchRequest request = request_of(probe);
  request.probe = samples;
  const SearchResult result = search(request);
  EXPECT_EQ(result.comparable_persons, 0U);
  EXPECT_EQ(result.compared, 1U);
}

TEST_F(GalleryTest, CandidatesDoNotDependOnHowTheShardsCameAbout) {
  const auto results = [&](std::size_t shard_fingers) {
    options_.shard_fingers = shard_fingers;
    reopen();
    std::vector<std::vector<std::string>> out;
    for (int i = 0; i < 100; i += 9) {
      const auto probe = probe_of(i);
      SearchRequest request = request_of(probe);
      request.compare_all_samples = 0;
      request.candidates.persons = 10;
      out.push_back(found(request));
    }
    return out;
  };
  for (int i = 0; i < 100; ++i) add(record_of(i));
  EXPECT_EQ(results(32), results(512));
}

TEST_F(GalleryTest, CompactedShardsLoseOnlyTheErased) {
  options_.shard_fingers = 10;
  reopen();
  for (int i = 0; i < 45; ++i) add(record_of(i));
  for (int i = 0; i < 40; ++i) {
    if (i % 4 != 0) {
      ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
    }
    const auto probe = probe_of(i - i % 4);
    const SearchResult result = search(request_of(probe));
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.persons.at(0).person_id, "p" + std::to_string(i - i % 4));
  }
  const auto probe = probe_of(44);
  EXPECT_EQ(search(request_of(probe)).searched, 15U);
  for (int i = 0; i < 45; ++i) {
    if (i >= 40 || i % 4 == 0) {
      ASSERT_TRUE(gallery_->erase_person("p" + std::to_string(i)).ok());
    }
  }
  const SearchResult nobody = search(request_of(probe));
  EXPECT_TRUE(nobody.complete());
  EXPECT_EQ(nobody.searched, 0U);
}

TEST_F(GalleryTest, ASecondOpenIsUnavailable) {
  const auto second = Gallery::open(options_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable) << second.error().text();
}

TEST_F(GalleryTest, ANewGalleryIsReadableByItsOwnerAlone) {
  EXPECT_EQ(std::filesystem::status(options_.directory).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(GalleryTest, AnAbsentGalleryIsNotMadeUnasked) {
  GalleryOptions options = options_;
  options.directory = directory_.path() / "absent";
  options.create_if_missing = false;
  EXPECT_EQ(Gallery::open(options).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(options.directory));
}

TEST_F(GalleryTest, SamplesOfSeveralExtractorVersionsLieSideBySide) {
  EncounterRecord older = record_of(1);
  older.samples[0].extractor_version = record_of(1).samples[0].extractor_version + 1;
  add(older);
  add(record_of(2));
  reopen();
  EXPECT_EQ(gallery_->encounters("p1").value(), std::vector{older});
  const TestProbe probe = probe_of(1);
  EXPECT_EQ(found(request_of(probe))[0], "p1");
}

TEST_F(GalleryTest, ALostCurrentFileIsCorruptionNotAnEmptyGallery) {
  add(record_of(1));
  reopen();  // the log becomes a table file
  gallery_.reset();
  std::filesystem::remove(options_.directory / "CURRENT");
  EXPECT_EQ(Gallery::open(options_).error().kind, ErrorKind::kCorruption);
}

// Overwrites six bytes in the middle of the largest file of this kind.
void damage_largest(const std::filesystem::path& directory, const std::string& extension) {
  std::filesystem::path largest;
  std::uintmax_t size = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != extension || entry.file_size() <= size) continue;
    largest = entry.path();
    size = entry.file_size();
  }
  ASSERT_GT(size, 2000U) << extension;
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size / 2));
  file.write("damage", 6);
}

TEST_F(GalleryTest, ADamagedTableIsCorruption) {
  for (int i = 0; i < 20; ++i) add(record_of(i));
  reopen();  // the log becomes a table file
  gallery_.reset();
  damage_largest(options_.directory, ".sst");
  const auto opened = Gallery::open(options_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption) << opened.error().text();
}

// Acknowledged records behind the damage must not be dropped in silence.
TEST_F(GalleryTest, ALogDamagedInItsMiddleIsCorruption) {
  for (int i = 0; i < 20; ++i) add(record_of(i));
  // As a process leaves it that is killed: one that ends in order leaves an empty log.
  const tests::TemporaryDirectory killed;
  GalleryOptions options = options_;
  options.directory = killed.path() / "gallery";
  std::filesystem::copy(options_.directory, options.directory, std::filesystem::copy_options::recursive);
  damage_largest(options.directory, ".log");
  const auto opened = Gallery::open(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption) << opened.error().text();
}

// Wherever the damage is, also where it makes an entry look as if the log ended within it.
TEST_F(GalleryTest, ALogDamagedAnywhereBeforeItsLastEntryIsCorruption) {
  for (int i = 0; i < 6; ++i) add(record_of(i));
  const tests::TemporaryDirectory killed;
  std::filesystem::path log;
  for (const auto& entry : std::filesystem::directory_iterator(options_.directory)) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) log = entry.path();
  }
  std::ifstream in(log, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const Bytes good(as_bytes(text).begin(), as_bytes(text).end());
  ASSERT_GT(good.size(), 2000U);
  ASSERT_FALSE(damaged_log_entry(good));
  const std::size_t before_last = good.size() - good.size() / 5;
  for (std::size_t at = 0; at < before_last; ++at) {
    Bytes bad = good;
    bad[at] ^= 0x81;
    ASSERT_TRUE(damaged_log_entry(bad)) << at;
  }
  for (std::size_t n = 0; n < good.size(); n += 3) {  // torn ends
    ASSERT_FALSE(damaged_log_entry(ByteView(good).first(n))) << n;
  }
}

}  // namespace
}  // namespace whorl::index
