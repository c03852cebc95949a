// Finger, face, and both fused, on people who do not exist: each finger of a set of prints is given the face of
// somebody else. What fusion gains where the two are independent, which they are here by the making.
//
// Fingers and faces are halved by person. Each half is a gallery and its searches; the calibrations, of fingers and of
// faces, are fitted to the strangers of the other half, and the threshold of the second table follows from them alone.
// There are more faces than fingers, so it is done in rounds: the same fingers with other faces.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "base/parallel.h"
#include "datasets/face_files.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "engine/calibration.h"
#include "engine/evaluation/intervals.h"
#include "engine/fusion.h"
#include "engine/node_faces.h"
#include "engine/threshold.h"
#include "engine/verdict.h"
#include "templates/face/extract.h"
#include "templates/fingerprint/compare/compare.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

using engine::Calibration;
using fingerprint::PreparedTemplate;

using Faces = std::vector<face::FaceTemplate>;  // of one person: two at least

struct Person {
  std::string subject;                                   // whose finger it is
  std::vector<std::optional<PreparedTemplate>> fingers;  // by impression; empty: nothing could be extracted
  Faces faces;
};

struct Half {
  std::vector<Person> people;
  std::vector<Faces> faces;  // those of its people in every round, one round after the other
};

// Persons by finger, without faces.
Result<std::map<std::string, Person>> read_fingers(const std::filesystem::path& manifest, const std::string& set) {
  WHORL_ASSIGN(const auto data, datasets::read_manifest(manifest, set));
  std::vector<datasets::SampleFile> files;
  for (const auto& sample : data.samples) files.push_back({sample.path, sample.ppi});
  WHORL_ASSIGN(const auto extracted, datasets::extract_all(files, {}));
  std::map<std::string, Person> out;
  for (std::size_t i = 0; i < extracted.size(); ++i) {
    Person& person = out[data.samples[i].finger];
    person.subject = data.samples[i].subject;
    auto& finger = person.fingers.emplace_back();
    if (extracted[i]) finger.emplace(*extracted[i]);
  }
  return out;
}

// Of everybody who has two images at least, by name; at most `images` each.
Result<std::vector<Faces>> read_faces(const face::FaceExtractor& extractor, const std::filesystem::path& folder,
                                      std::size_t images) {
  std::map<std::string, std::set<std::filesystem::path>> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".jpg") files[file.path().parent_path().filename()].insert(file.path());
  }
  std::vector<std::vector<std::filesystem::path>> wanted;
  for (const auto& [name, own] : files) {
    if (own.size() < 2) continue;
    wanted.emplace_back(own.begin(), std::next(own.begin(), static_cast<std::ptrdiff_t>(std::min(images, own.size()))));
  }
  std::vector<Faces> out(wanted.size());
  parallel_each(wanted.size(),
                [&](std::size_t p) {
                  for (const auto& path : wanted[p]) {
                    const auto image = datasets::load_colour_image(path);
                    if (!image.ok()) continue;
                    auto found = extractor.extract(*image, {face::SeveralFaces::kCentral, 0.75F});
                    if (found.ok()) out[p].push_back(std::move(found->face));
                  }
                },
                {});
  std::erase_if(out, [](const auto& own) { return own.size() < 2; });
  return out;
}

double finger_score(const Person& probe, std::size_t capture, const Person& reference) {
  if (!probe.fingers[capture] || !reference.fingers[0]) return 0;
  return fingerprint::compare(*probe.fingers[capture], *reference.fingers[0]).score;
}

// A finger's captures go round the face's images; the first of each is enrolled.
double face_score(const Person& probe, std::size_t capture, const Person& reference) {
  const std::size_t image = 1 + (capture - 1) % (probe.faces.size() - 1);
  return face::compare(probe.faces[image], reference.faces[0]).value();
}

// Of other people's fingers, not of the same person's others.
Result<Calibration> fit_fingers(const Half& half) {
  std::vector<double> non_mated;
  for (const Person& a : half.people) {
    for (const Person& b : half.people) {
      if (a.subject == b.subject) continue;
      for (std::size_t c = 1; c < a.fingers.size(); ++c) non_mated.push_back(finger_score(a, c, b));
    }
  }
  return Calibration::fit(non_mated, {}, "fingers of the other half");
}

// Every two images of different people.
Result<Calibration> fit_faces(const Half& half, Calibration::Origin origin) {
  std::vector<double> non_mated;
  for (std::size_t a = 0; a < half.faces.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      for (const auto& one : half.faces[a]) {
        for (const auto& other : half.faces[b]) non_mated.push_back(face::compare(one, other).value());
      }
    }
  }
  return Calibration::fit(non_mated, {}, "faces of the other half", std::move(origin));
}

enum Way : std::size_t { kFinger, kFace, kFused, kWays };
using Decibels = std::array<double, kWays>;

struct Search {
  Decibels mate{};       // with the mate enrolled: the mate's
  Decibels non_mated{};  // with the mate not enrolled: the best stranger's
  double threshold = 0;  // the engine's, for this gallery
  std::string person;    // whose search it is: a finger and a face
};

Decibels compare(const Person& probe, std::size_t capture, const Person& reference, const Calibration& finger,
                 const Calibration& face) {
  const double finger_db = finger.db(finger_score(probe, capture, reference));
  const double face_db = face.db(face_score(probe, capture, reference));
  const engine::ScoredPair pairs[] = {{0, 0, finger_db}, {0, 0, face_db, 0, Modality::kFace}};
  return {finger_db, face_db, engine::fuse(pairs).db};
}

void search(const Half& half, const Calibration& finger, const Calibration& face, double fpir, std::size_t round,
            std::vector<Search>& out) {
  const auto& people = half.people;
  for (std::size_t p = 0; p < people.size(); ++p) {
    for (std::size_t c = 1; c < people[p].fingers.size(); ++c) {
      Search one;
      one.threshold = engine::identify_threshold_db(fpir, people.size());
      one.person = people[p].subject + " " + std::to_string(p) + " " + std::to_string(round);
      one.mate = compare(people[p], c, people[p], finger, face);
      for (const Person& other : people) {
        if (other.subject == people[p].subject) continue;  // nor the person's other fingers
        const Decibels db = compare(people[p], c, other, finger, face);
        for (std::size_t w = 0; w < kWays; ++w) one.non_mated[w] = std::max(one.non_mated[w], db[w]);
      }
      out.push_back(std::move(one));
    }
  }
}

std::string share(std::size_t n, std::size_t of) {
  return evaluation::rate_of(n, of).text() + " (" + std::to_string(n) + " of " + std::to_string(of) + ")";
}

// `threshold` of a search and a way: above it is a find.
template <typename Threshold>
void report(const std::vector<Search>& searches, const Threshold& threshold) {
  constexpr const char* kNames[] = {"finger", "face", "finger and face"};
  std::printf("| | threshold | FPIR | FNIR | people missed at least once |\n|---|---:|---:|---:|---:|\n");
  for (std::size_t w = 0; w < kWays; ++w) {
    std::size_t false_finds = 0;
    std::size_t missed = 0;
    std::set<std::string> people;
    for (const Search& one : searches) {
      const double at = threshold(one, w);
      false_finds += one.non_mated[w] > at ? 1 : 0;
      if (one.mate[w] > at) continue;
      ++missed;
      people.insert(one.person);
    }
    std::printf("| %s | %.1f dB | %s | %s | %zu |\n", kNames[w], threshold(searches.front(), w),
                share(false_finds, searches.size()).c_str(), share(missed, searches.size()).c_str(), people.size());
  }
}

// By way: the lowest threshold at which at most `fpir` of the searches without a mate find somebody.
Decibels measured_thresholds(const std::vector<Search>& searches, double fpir) {
  Decibels out{};
  const auto allowed = static_cast<std::size_t>(fpir * static_cast<double>(searches.size()));
  for (std::size_t w = 0; w < kWays; ++w) {
    std::vector<double> non_mated;
    for (const Search& one : searches) non_mated.push_back(one.non_mated[w]);
    std::sort(non_mated.begin(), non_mated.end(), std::greater<>());
    out[w] = non_mated[allowed];
  }
  return out;
}

// The finds that the engine calls indeterminate, with the candidate, where a face alone is no match.
void report_unsupported(const std::vector<Search>& searches) {
  const auto mates = std::count_if(searches.begin(), searches.end(), [](const Search& one) {
    return one.mate[kFused] > one.threshold && one.mate[kFinger] < engine::kLeastSupport_db;
  });
  std::printf("\nOf the mates found by finger and face, %td have a finger of less than %.0f dB by itself.\n", mates,
              engine::kLeastSupport_db);
}

struct Options {
  std::string set = "FCJ2020_A";
  std::string network = "face_reidentification_retail_0095";
  double fpir = 0.01;
  std::size_t rounds = 4;
};

// Halves by person; every half gets its own faces for all rounds.
Result<std::array<Half, 2>> make_halves(std::map<std::string, Person>&& people, std::vector<Faces> faces,
                                        std::size_t rounds) {
  if (faces.size() < rounds * people.size()) {
    return invalid_input(std::to_string(faces.size()) + " faces are not enough for " + std::to_string(rounds) +
                         " rounds of " + std::to_string(people.size()) + " fingers");
  }
  std::array<Half, 2> halves;
  std::set<std::string> subjects;
  for (auto& [finger, person] : people) {
    subjects.insert(person.subject);
    halves[subjects.size() % 2].people.push_back(std::move(person));
  }
  std::size_t next = 0;
  for (Half& half : halves) {
    for (std::size_t n = 0; n < rounds * half.people.size(); ++n) half.faces.push_back(std::move(faces[next++]));
  }
  return halves;
}

Result<std::vector<Search>> search_all(std::array<Half, 2>& halves, const Options& options,
                                       const Calibration::Origin& of_face) {
  std::vector<Search> out;
  for (std::size_t h = 0; h < 2; ++h) {
    WHORL_ASSIGN(const auto finger_db, fit_fingers(halves[1 - h]));
    WHORL_ASSIGN(const auto face_db, fit_faces(halves[1 - h], of_face));
    std::printf("gallery of %zu; calibrated with %llu comparisons of fingers and %llu of faces of the other half\n",
                halves[h].people.size(), static_cast<unsigned long long>(finger_db.non_mated()),
                static_cast<unsigned long long>(face_db.non_mated()));
    auto& people = halves[h].people;
    for (std::size_t round = 0; round < options.rounds; ++round) {
      for (std::size_t p = 0; p < people.size(); ++p) people[p].faces = halves[h].faces[round * people.size() + p];
      search(halves[h], finger_db, face_db, options.fpir, round, out);
    }
  }
  return out;
}

Result<int> run(const Options& options) {
  const auto prints = tests::shared_fingerprints();
  const auto models = tests::shared_models();
  const auto faces = tests::shared_faces();
  if (!prints || !models || !faces) return not_found("the measurement data is not there (tests/README.md)");
  engine::FaceConfig networks;
  networks.models = *models;
  networks.detector = "yunet_2022feb";
  networks.network = options.network;
  WHORL_ASSIGN(const auto extractor, engine::open_face_extractor(networks));
  WHORL_ASSIGN(auto people, read_fingers(*prints / "manifest.csv", options.set));
  constexpr std::size_t kImages = 6;
  WHORL_ASSIGN(auto persons, read_faces(*extractor, *faces / "LFW_A", kImages));
  WHORL_ASSIGN(auto halves, make_halves(std::move(people), std::move(persons), options.rounds));
  const Calibration::Origin of_face = Calibration::faces(extractor->network().text());
  WHORL_ASSIGN(const auto searches, search_all(halves, options, of_face));
  std::printf(
      "%zu fingers of %s, each with the face of somebody of LFW (%s), in %zu rounds with other faces; "
      "%zu searches with the mate enrolled and as many without\n",
      halves[0].people.size() + halves[1].people.size(), options.set.c_str(), options.network.c_str(), options.rounds,
      searches.size());
  std::printf("\nAt the threshold of FPIR %.1f %%, as measured:\n\n", 100 * options.fpir);
  const Decibels measured = measured_thresholds(searches, options.fpir);
  report(searches, [&](const Search&, std::size_t w) { return measured[w]; });
  std::printf("\nAt the engine's threshold for a target FPIR of %.1f %%:\n\n", 100 * options.fpir);
  report(searches, [](const Search& one, std::size_t) { return one.threshold; });
  report_unsupported(searches);
  return 0;
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  CLI::App app("Finger, face, and both fused, on chimeric people");
  whorl::bench::Options options;
  app.add_option("--set", options.set, "Set of the manifest of prints");
  app.add_option("--network", options.network, "Face network, by its model card");
  app.add_option("--fpir", options.fpir, "Rate of searches without a mate that find somebody")
      ->check(CLI::Range(0.001, 0.5));
  app.add_option("--rounds", options.rounds, "How often the fingers are given other faces")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  const auto done = whorl::bench::run(options);
  if (done.ok()) return *done;
  std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return 1;
}
