// whorl_interop: how well prints that are known by the minutiae of an ISO/IEC 19794-2 record compare. See --help.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <numeric>

#include "base/files.h"
#include "base/freed_memory.h"
#include "base/parallel.h"
#include "bench/training/corpus.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/report.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/minutiae_writer.h"

namespace whorl {
namespace {

namespace fs = std::filesystem;
using evaluation::Trial;
using fingerprint::FingerprintTemplate;
using fingerprint::PreparedTemplate;
using training::Prints;

struct Options {
  std::string manifest;
  std::vector<std::string> sets;
  std::string templates;
};

// From the record alone, as another system would read it.
Result<FingerprintTemplate> first_view(ByteView record) {
  const auto read = interchange::read_leniently(record);
  if (read.contents.minutiae.empty()) return invalid_input("the record holds no minutiae");
  return interchange::fingerprint_of(read.contents.minutiae.front());
}

Result<FingerprintTemplate> through_record(const FingerprintTemplate& print) {
  const interchange::FingerToWrite finger{&print, fingerprint::FingerPosition::kUnknown, 0};
  WHORL_ASSIGN(const Bytes record, interchange::write_minutiae({&finger, 1}, {}));
  return first_view(record);
}

// The picture as WSQ at 15:1 gives it back, and what that did to it.
struct Compressed {
  image::GreyImage picture;
  double bits_a_pixel = 0;
  double psnr_db = 0;
};

double psnr_of(const image::GreyImage& before, const image::GreyImage& after) {
  double squares = 0;
  for (std::size_t i = 0; i < before.pixels.size(); ++i) {
    const double difference = static_cast<double>(before.pixels[i]) - static_cast<double>(after.pixels[i]);
    squares += difference * difference;
  }
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(before.pixels.size()) / std::max(squares, 1.0));
}

Result<Compressed> through_wsq(const image::GreyImage& picture) {
  WHORL_ASSIGN(const Bytes file, image::encode_wsq(picture));
  WHORL_ASSIGN(image::GreyImage back, image::decode_image(file));
  if (back.pixels.size() != picture.pixels.size()) return internal_error("the picture came back with another size");
  const double bits = 8.0 * static_cast<double>(file.size()) / static_cast<double>(picture.pixels.size());
  const double psnr = psnr_of(picture, back);
  return Compressed{std::move(back), bits, psnr};
}

// Of a set's prints the whole templates, those that their records give, and those of their pictures after WSQ.
struct OwnPrints {
  Prints whole;
  Prints records;
  Prints wsq;
  std::vector<double> bits_a_pixel;
  std::vector<double> psnr_db;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

OwnPrints own_prints(const training::CorpusSet& set) {
  OwnPrints out{{set.name + ", whole", set.samples, {}},
                {set.name + ", own records", set.samples, {}},
                {set.name + ", WSQ", set.samples, {}},
                std::vector<double>(set.images.size()),
                std::vector<double>(set.images.size())};
  for (Prints* prints : {&out.whole, &out.records, &out.wsq}) prints->prepared.resize(set.images.size());
  parallel_each(set.images.size(),
                [&](std::size_t i) {
                  const auto compressed = through_wsq(set.images[i]);
                  if (compressed.ok()) {
                    out.bits_a_pixel[i] = compressed->bits_a_pixel;
                    out.psnr_db[i] = compressed->psnr_db;
                    const auto after = fingerprint::extract(compressed->picture);
                    if (after.ok()) out.wsq.prepared[i].emplace(*after);
                  }
                  const auto print = fingerprint::extract(set.images[i]);
                  if (!print.ok()) return;
                  out.whole.prepared[i].emplace(*print);
                  const auto record = through_record(*print);
                  if (record.ok()) out.records.prepared[i].emplace(*record);
                },
                {});
  return out;
}

// Records of another extractor: files FINGER_IMPRESSION.iso in one folder.
Result<Prints> foreign_prints(const fs::path& folder) {
  Prints out{folder.filename().string() + ", other extractor", {}, {}};
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".iso") files.push_back(entry.path());
  }
  if (failed || files.empty()) return not_found("there are no .iso files in " + folder.string(), "--templates");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    constexpr std::size_t kMostBytes = 1U << 20U;
    WHORL_ASSIGN(const Bytes bytes, read_file(file, kMostBytes));
    const std::string name = file.stem().string();
    const auto print = first_view(bytes);
    out.samples.push_back({name, name.substr(0, name.rfind('_')), print.ok()});
    out.prepared.emplace_back();
    if (print.ok()) out.prepared.back().emplace(*print);
  }
  return out;
}

Result<Trial> trial_of(std::string name, const Prints& a, const Prints& b) {
  std::vector<evaluation::Sample> samples = a.samples;
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].extracted = a.prepared[i] && b.prepared[i];
  return evaluation::run_trial(
      std::move(name), samples, evaluation::Protocol::kAllPairs,
      [&](std::size_t i, std::size_t j) { return fingerprint::compare(*a.prepared[i], *b.prepared[j]).score; });
}

// The non-mated comparisons of the trials as one.
Trial pooled(std::string name, const std::vector<Trial>& trials) {
  Trial out;
  out.name = std::move(name);
  for (const Trial& trial : trials) {
    out.non_mated.insert(out.non_mated.end(), trial.non_mated.begin(), trial.non_mated.end());
  }
  return out;
}

void print(const std::string& kind, const std::vector<Trial>& trials) {
  std::vector<evaluation::Rates> rates;
  for (const Trial& trial : trials) rates.push_back(evaluation::rates_of(trial));
  std::fflush(stdout);
  std::cout << kind << "\n" << evaluation::table_text(rates) << "\n";
  std::cout << evaluation::claims_text(
                   evaluation::check_calibration(pooled(kind, trials), engine::Calibration::shipped()))
            << "\n";
}

Status run(const Options& options) {
  WHORL_ASSIGN(const auto corpora, training::load_corpora({options.manifest}, options.sets));
  std::vector<Trial> whole, wsq, own, mixed, foreign, mixed_foreign;
  for (const training::CorpusSet& set : corpora) {
    const OwnPrints prints = own_prints(set);
    std::printf("%s through WSQ at 15:1: %.2f bits a pixel, PSNR %.1f dB (means)\n", set.name.c_str(),
                mean_of(prints.bits_a_pixel), mean_of(prints.psnr_db));
    WHORL_ASSIGN(whole.emplace_back(), trial_of(set.name, prints.whole, prints.whole));
    WHORL_ASSIGN(wsq.emplace_back(), trial_of(set.name, prints.wsq, prints.wsq));
    WHORL_ASSIGN(own.emplace_back(), trial_of(set.name, prints.records, prints.records));
    WHORL_ASSIGN(mixed.emplace_back(), trial_of(set.name, prints.records, prints.whole));
    const fs::path folder = fs::path(options.templates) / set.name;
    if (options.templates.empty() || !fs::is_directory(folder)) continue;
    WHORL_ASSIGN(const Prints others, foreign_prints(folder));
    WHORL_ASSIGN(foreign.emplace_back(), trial_of(set.name, others, others));
    // One finger may have another name there; only a set that names its prints alike can be held against the images.
    const auto same = [](const evaluation::Sample& l, const evaluation::Sample& r) {
      return fs::path(l.name).stem() == fs::path(r.name).stem();
    };
    if (std::equal(others.samples.begin(), others.samples.end(), set.samples.begin(), set.samples.end(), same)) {
      WHORL_ASSIGN(mixed_foreign.emplace_back(), trial_of(set.name, others, prints.whole));
    }
  }
  std::printf("\n");
  print("Whole templates against each other", whole);
  print("The same after WSQ at 15:1", wsq);
  print("Whorl's records against each other", own);
  print("Whorl's records against whole templates", mixed);
  if (!foreign.empty()) print("Another extractor's records against each other", foreign);
  if (!mixed_foreign.empty()) print("Another extractor's records against whole templates", mixed_foreign);
  return {};
}

}  // namespace
}  // namespace whorl

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  whorl::Options options;
  CLI::App app(
      "Compares prints after WSQ at 15:1, and prints that are known by the minutiae of an ISO/IEC 19794-2:2005 record "
      "alone: Whorl's own records "
      "and another extractor's, against each other and against whole templates, and holds the decibels that the "
      "shipped calibration claims against what was counted.");
  app.add_option("--manifest", options.manifest, "manifest.csv of the images")->required();
  app.add_option("--set", options.sets, "Sets of the manifest")->required();
  app.add_option("--templates", options.templates,
                 "Folder with a folder a set: FINGER_IMPRESSION.iso, another extractor's");
  CLI11_PARSE(app, argc, argv);
  const auto done = whorl::run(options);
  if (done.ok()) return 0;
  std::cerr << "whorl_interop: " << done.error().text() << "\n";
  return 1;
}
