// whorl_preselection: how many mates each way of choosing candidates keeps, and what it costs. See --help and
// docs/index.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>

#include "base/parallel.h"
#include "bench/preselection/measures.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/print.h"
#include "templates/fingerprint/screening/scan_row.h"

namespace whorl::bench {
namespace {

constexpr double kShares[] = {0.0005, 0.002, 0.005, 0.01, 0.02, 0.1, 0.2, 0.3};

struct Options {
  std::string manifest;
  double ppi = 500;
  double least_score = 14;
  std::size_t every = 2;
  std::string rows;
};

std::vector<fingerprint::FoldedCylinder> descriptors_of(fingerprint::PreparedView print) {
  const fingerprint::CylinderTable cylinders = fingerprint::cylinders_of(print);
  std::vector<fingerprint::FoldedCylinder> out;
  for (std::size_t i = 0; i < cylinders.size(); ++i) out.push_back(fingerprint::folded(cylinders.at(i)));
  return out;
}

Result<Prints> load(const Options& options) {
  WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(options.manifest));
  std::vector<datasets::SampleFile> files;
  for (const auto& sample : listed.samples) files.push_back({sample.path, sample.ppi ? sample.ppi : options.ppi});
  WHORL_ASSIGN(const auto extracted, datasets::extract_all(files, {}));
  Prints out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!extracted[i]) continue;
    out.prepared.emplace_back(*extracted[i]);
    out.descriptors.push_back(descriptors_of(out.prepared.back()));
    out.finger.push_back(listed.samples[i].finger);
  }
  return out;
}

// What became of one measure: by share, the mates kept; and the time of one probe against one reference.
struct Row {
  std::string name;
  std::vector<std::size_t> kept = std::vector<std::size_t>(std::size(kShares));
  std::size_t mates = 0;
  double seconds = 0;
  std::size_t references = 0;
};

void count(const Prints& prints, std::size_t probe, const std::vector<float>& votes, double least_score, Row& row) {
  std::vector<float> non_mated;
  for (std::size_t j = 0; j < votes.size(); ++j) {
    if (prints.finger[j] != prints.finger[probe]) non_mated.push_back(votes[j]);
  }
  std::sort(non_mated.begin(), non_mated.end());
  for (std::size_t j = 0; j < votes.size(); ++j) {
    if (j == probe || prints.finger[j] != prints.finger[probe]) continue;
    if (fingerprint::compare(prints.prepared[probe], prints.prepared[j]).score < least_score) continue;
    ++row.mates;
    const auto before = non_mated.end() - std::lower_bound(non_mated.begin(), non_mated.end(), votes[j]);
    const double share = static_cast<double>(before) / static_cast<double>(non_mated.size());
    for (std::size_t s = 0; s < std::size(kShares); ++s) row.kept[s] += share <= kShares[s] ? 1 : 0;
  }
}

Row measure(const Prints& prints, const Measure& by, const Options& options) {
  Row row{by.name};
  for (std::size_t i = 0; i < prints.prepared.size(); i += options.every) {
    const Timed timed = by.votes(i);
    row.seconds += timed.seconds;
    row.references += prints.prepared.size();
    count(prints, i, timed.votes, options.least_score, row);
  }
  return row;
}

void print(const std::vector<Row>& rows) {
  std::cout << "| candidates by |";
  for (const double share : kShares) std::cout << " first " << share * 100 << " % |";
  std::cout << " ns a reference |\n|---|";
  for (std::size_t s = 0; s <= std::size(kShares); ++s) std::cout << "---|";
  std::cout << "\n" << std::fixed;
  for (const Row& row : rows) {
    std::cout << "| " << row.name << " |" << std::setprecision(2);
    for (const std::size_t kept : row.kept) {
      std::cout << " " << 100.0 * static_cast<double>(kept) / static_cast<double>(row.mates) << " |";
    }
    std::cout << " " << std::setprecision(0) << row.seconds / static_cast<double>(row.references) * 1e9 << " |\n";
  }
}

// The rows that galleries scan, and beside them, a line each, whose they are, and what all mates score.
Status write_rows(const Prints& prints, const std::string& path) {
  std::ofstream rows(path, std::ios::binary);
  std::ofstream fingers(path + ".fingers");
  for (std::size_t i = 0; i < prints.prepared.size(); ++i) {
    const fingerprint::ScanRow row(prints.prepared[i]);
    rows.write(reinterpret_cast<const char*>(&row), sizeof(row));
    fingers << prints.finger[i] << '\n';
  }
  std::ofstream mates(path + ".mates");
  for (std::size_t i = 0; i < prints.prepared.size(); ++i) {
    for (std::size_t j = 0; j < prints.prepared.size(); ++j) {
      if (j == i || prints.finger[j] != prints.finger[i]) continue;
      mates << i << ' ' << j << ' ' << fingerprint::compare(prints.prepared[i], prints.prepared[j]).score << '\n';
    }
  }
  rows.close();
  fingers.close();
  mates.close();
  if (!rows || !fingers || !mates) return unavailable("cannot write " + path);
  return {};
}

Status run(const Options& options) {
  WHORL_ASSIGN(const Prints prints, load(options));
  if (!options.rows.empty()) return write_rows(prints, options.rows);
  std::vector<Row> rows;
  for (const Measure& by : measures(prints)) {
    std::cerr << "measuring: " << by.name << std::endl;
    rows.push_back(measure(prints, by, options));
  }
  std::cout << prints.prepared.size() << " prints; mates of score " << options.least_score
            << " or more: " << rows.front().mates << ". Per cent of them among the first so many of the gallery:\n\n";
  print(rows);
  return {};
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  whorl::bench::Options options;
  CLI::App app(
      "Every second print of a manifest is looked for among all the others by several measures of the "
      "candidate stage.");
  app.add_option("--manifest", options.manifest, "the list of prints (docs/evaluation.md)")->required();
  app.add_option("--ppi", options.ppi, "resolution of files that state none")->capture_default_str();
  app.add_option("--least-score", options.least_score, "mates of a lower raw score are not looked for")
      ->capture_default_str();
  app.add_option("--every", options.every, "one print in so many is a probe")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--rows", options.rows, "write the rows that galleries scan to this file, and measure nothing");
  CLI11_PARSE(app, argc, argv);
  const whorl::Status status = whorl::bench::run(options);
  if (status.ok()) return 0;
  std::cerr << status.error().text() << "\n";
  return 1;
}
