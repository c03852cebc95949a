// Finger, face, and both fused, on people who do not exist: each finger of a set of prints is given the face of somebody
// else. What fusion gains where the two are independent, which they are here by the making.
//
// People are halved. Each half is a gallery and its searches; the calibrations, of fingers and of faces, are fitted to the
// other half's strangers. Nothing that is measured was used to fit.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "datasets/reader.h"
#include "engine/calibration.h"
#include "engine/evaluation/intervals.h"
#include "engine/evaluation/parallel.h"
#include "engine/fusion.h"
#include "templates/face/extract.h"
#include "templates/fingerprint/compare.h"
#include "templates/fingerprint/extract.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

using engine::Calibration;
using fingerprint::PreparedTemplate;

struct Person {
  std::string subject;                                   // whose finger it is
  std::vector<std::optional<PreparedTemplate>> fingers;  // by impression; empty: nothing could be extracted
  std::vector<face::FaceTemplate> faces;                 // two at least
};
using Half = std::vector<Person>;

Bytes read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes{std::istreambuf_iterator<char>(in), {}};
}

// Persons by finger, without faces.
Result<std::map<std::string, Person>> read_fingers(const std::filesystem::path& manifest, const std::string& set) {
  WHORL_ASSIGN(const auto data, datasets::read_manifest(manifest, set));
  std::vector<std::optional<PreparedTemplate>> prepared(data.samples.size());
  evaluation::parallel_each(
      prepared.size(),
      [&](std::size_t i) {
        DecodeOptions options;
        options.ppi = data.samples[i].ppi;
        const auto image = decode_to_standard(read(data.samples[i].path), options);
        if (!image.ok()) return;
        const auto extracted = fingerprint::extract(*image);
        if (extracted.ok()) prepared[i].emplace(*extracted);
      },
      {});
  std::map<std::string, Person> out;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    Person& person = out[data.samples[i].finger];
    person.subject = data.samples[i].subject;
    person.fingers.push_back(std::move(prepared[i]));
  }
  return out;
}

// At most `n` people who have two images at least, by name.
Result<std::vector<std::vector<face::FaceTemplate>>> read_faces(const face::FaceExtractor& extractor,
                                                                const std::filesystem::path& folder, std::size_t n,
                                                                std::size_t images) {
  std::map<std::string, std::set<std::filesystem::path>> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".jpg") files[file.path().parent_path().filename()].insert(file.path());
  }
  std::vector<std::vector<std::filesystem::path>> wanted;
  for (const auto& [name, own] : files) {
    if (own.size() < 2 || wanted.size() == n) continue;
    wanted.emplace_back(own.begin(), std::next(own.begin(), static_cast<std::ptrdiff_t>(std::min(images, own.size()))));
  }
  std::vector<std::vector<face::FaceTemplate>> out(wanted.size());
  evaluation::parallel_each(
      wanted.size(),
      [&](std::size_t p) {
        for (const auto& path : wanted[p]) {
          const auto image = decode_colour(read(path));
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

using Score = double (*)(const Person&, std::size_t, const Person&);

// Of strangers: of other people's fingers, not of the same person's others.
Result<Calibration> fit(const Half& half, Score score, const char* what, Calibration::Origin origin) {
  std::vector<double> impostor;
  for (std::size_t a = 0; a < half.size(); ++a) {
    for (std::size_t b = 0; b < half.size(); ++b) {
      if (half[a].subject == half[b].subject) continue;
      for (std::size_t c = 1; c < half[a].fingers.size(); ++c) impostor.push_back(score(half[a], c, half[b]));
    }
  }
  return Calibration::fit(std::move(impostor), {}, what, std::move(origin));
}

enum Way : std::size_t { kFinger, kFace, kFused, kWays };
struct Searches {
  std::array<std::vector<double>, kWays> mated;      // the mate's decibels
  std::array<std::vector<double>, kWays> non_mated;  // the best stranger's, with the mate not enrolled
};

void search(const Half& half, const Calibration& finger, const Calibration& face, Searches& out) {
  for (std::size_t p = 0; p < half.size(); ++p) {
    for (std::size_t c = 1; c < half[p].fingers.size(); ++c) {
      std::array<double, kWays> best{};
      for (std::size_t r = 0; r < half.size(); ++r) {
        if (r != p && half[r].subject == half[p].subject) continue;
        const double finger_db = finger.db(finger_score(half[p], c, half[r]));
        const double face_db = face.db(face_score(half[p], c, half[r]));
        const double values[] = {finger_db};
        const std::array<double, kWays> db{
            finger_db, face_db,
            engine::brown_db(values, engine::kFingerCorrelation, face_db, engine::kFaceCorrelation)};
        for (std::size_t w = 0; w < kWays; ++w) {
          if (r == p) out.mated[w].push_back(db[w]);
          if (r != p) best[w] = std::max(best[w], db[w]);
        }
      }
      for (std::size_t w = 0; w < kWays; ++w) out.non_mated[w].push_back(best[w]);
    }
  }
}

// FNIR at the lowest threshold at which at most `fpir` of the searches without a mate find somebody.
void report(const Searches& searches, double fpir) {
  constexpr const char* kNames[] = {"finger", "face", "finger and face"};
  for (std::size_t w = 0; w < kWays; ++w) {
    auto strangers = searches.non_mated[w];
    std::sort(strangers.begin(), strangers.end(), std::greater<>());
    const auto allowed = static_cast<std::size_t>(fpir * static_cast<double>(strangers.size()));
    const double threshold = strangers[allowed];  // above it is a find
    const auto& mated = searches.mated[w];
    const auto missed = std::count_if(mated.begin(), mated.end(), [&](double db) { return db <= threshold; });
    const auto rate = evaluation::rate_of(static_cast<std::uint64_t>(missed), mated.size());
    std::printf("| %s | %.1f dB | %ld of %zu | %s |\n", kNames[w], threshold, static_cast<long>(missed), mated.size(),
                rate.text().c_str());
  }
}

Result<int> run(const std::string& set, const std::string& network, double fpir) {
  const auto prints = tests::shared_fingerprints();
  const auto models = tests::shared_models();
  const auto faces = tests::shared_faces();
  if (!prints || !models || !faces) return not_found("the measurement data is not there (tests/README.md)");
  WHORL_ASSIGN(const auto detector, face::shipped_card("yunet_2022feb", face::Role::kDetector));
  WHORL_ASSIGN(const auto embedder, face::shipped_card(network, face::Role::kEmbedder));
  WHORL_ASSIGN(const auto extractor, face::FaceExtractor::open({*models, detector, embedder}));
  WHORL_ASSIGN(auto people, read_fingers(*prints / "manifest.csv", set));
  WHORL_ASSIGN(auto persons, read_faces(*extractor, *faces / "LFW_A", people.size(), 6));
  if (persons.size() < people.size()) return not_found("there are fewer faces than fingers");
  std::vector<std::string> subjects;
  std::array<Half, 2> halves;
  std::size_t next = 0;
  for (auto& [finger, person] : people) {
    if (subjects.empty() || subjects.back() != person.subject) subjects.push_back(person.subject);
    person.faces = std::move(persons[next++]);
    halves[subjects.size() % 2].push_back(std::move(person));
  }
  const Calibration::Origin of_face{face::kExtractorVersion, face::kComparatorVersion, extractor->network().text()};
  Searches searches;
  for (std::size_t h = 0; h < 2; ++h) {
    const Half& other = halves[1 - h];
    WHORL_ASSIGN(const auto finger_db, fit(other, finger_score, "the other half", Calibration::fingerprints()));
    WHORL_ASSIGN(const auto face_db, fit(other, face_score, "the other half", of_face));
    search(halves[h], finger_db, face_db, searches);
  }
  std::printf("%zu fingers of %zu people of %s, each with the face of somebody of LFW (%s); two galleries of %zu and %zu; "
              "%zu searches with the mate enrolled and as many without\n\n",
              halves[0].size() + halves[1].size(), subjects.size(), set.c_str(), network.c_str(), halves[0].size(),
              halves[1].size(), searches.mated[0].size());
  std::printf("| | threshold at FPIR %.1f %% | missed | FNIR |\n|---|---:|---:|---:|\n", 100 * fpir);
  report(searches, fpir);
  return 0;
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  CLI::App app("Finger, face, and both fused, on chimeric people");
  std::string set = "FCJ2020_A";
  std::string network = "face_reidentification_retail_0095";
  double fpir = 0.01;
  app.add_option("--set", set, "Set of the manifest of prints");
  app.add_option("--network", network, "Face network, by its model card");
  app.add_option("--fpir", fpir, "Rate of searches without a mate that find somebody")->check(CLI::Range(0.001, 0.5));
  CLI11_PARSE(app, argc, argv);
  const auto done = whorl::bench::run(set, network, fpir);
  if (done.ok()) return *done;
  std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return 1;
}
