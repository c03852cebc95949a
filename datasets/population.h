// A synthetic population on disk: images and the manifest that lists them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/template.h"

namespace whorl::datasets {

inline constexpr double kMostBend = 5;

struct PopulationPlan {
  int subjects = 10;            // 1 .. 1,000,000
  int fingers_per_subject = 2;  // 1 .. 10, taken in the order of finger_order()
  int impressions = 4;          // 1 .. 100; the first is clean, as an enrolment would be
  std::uint64_t seed = 1;
  // Above 0, to kMostBend: the impressions after the first are bent(), ever more, the last by so much.
  double bend = 0;
  MasterParameters master = {};
};

// Called after every written finger with the images written so far and their total; return false to stop.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

// The position of a subject's finger number 0 .. 9: right index, left index, right middle, left middle, right
// thumb, left thumb, right ring, left ring, right little, left little.
fingerprint::FingerPosition finger_order(int number);

// The finger itself, and one capture of it, as write_population makes them. The kind of the capture is drawn:
// number 0 is clean; of the others about 60 % are typical, 10 % each clean, dry, wet, and 5 % each distorted,
// partial. In a plan with a bend the others are distorted.
MasterFingerprint population_master(const PopulationPlan& plan, int subject, int finger);
ImpressionKind population_kind(const PopulationPlan& plan, int subject, int finger, int impression);
image::GreyImage population_impression(const PopulationPlan& plan, const MasterFingerprint& master, int subject,
                                       int finger, int impression);

// Writes `<folder>/s0001/right_index_1.png` and so on, PNG at 500 ppi, and `<folder>/manifest.csv` (last, so
// that a manifest always means a complete set). Columns as in reader.h: set is the folder's name, subject
// "s0001", finger "s0001/right_index" (the position after the slash), impression from 1, note the pattern
// class and the kind of capture ("whorl clean"). Files that are there are written again. The same plan gives
// the same bytes. Returns how many images were written. Errors: kInvalidInput (plan),
// kUnavailable (folders cannot be made, or stopped by `progress`), those of write_file. Cost: about 0.1 s a finger and
// 25 ms an impression on one core; fingers are made on all cores.
Result<std::uint64_t> write_population(const std::filesystem::path& folder, const PopulationPlan& plan,
                                       const Progress& progress = {});

}  // namespace whorl::datasets
