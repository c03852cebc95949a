#include "datasets/population.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <vector>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/parallel.h"
#include "datasets/draws.h"
#include "templates/image/encode.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

using fingerprint::FingerPosition;

std::string subject_name(int subject) {
  char out[16];
  std::snprintf(out, sizeof out, "s%04d", subject + 1);
  return out;
}

std::uint64_t finger_seed(const PopulationPlan& plan, int subject, int finger) {
  return derive_seed(plan.seed, static_cast<std::uint64_t>(subject) * 16 + static_cast<std::uint64_t>(finger));
}

Status check(const PopulationPlan& plan) {
  if (plan.subjects < 1 || plan.subjects > 1'000'000)
    return failure(ErrorCode::kIntegerOutOfRange, "subjects", with<"least">(1), with<"most">(1'000'000));
  if (plan.fingers_per_subject < 1 || plan.fingers_per_subject > 10) {
    return failure(ErrorCode::kIntegerOutOfRange, "fingers_per_subject", with<"least">(1), with<"most">(10));
  }
  if (plan.impressions < 1 || plan.impressions > 100)
    return failure(ErrorCode::kIntegerOutOfRange, "impressions", with<"least">(1), with<"most">(100));
  if (!(plan.bend >= 0 && plan.bend <= kMostBend))
    return failure(ErrorCode::kNumberOutOfRange, "bend", with<"least">(0.0), with<"most">(kMostBend));
  return {};
}

// How strongly an impression is bent; 0: not at all.
double bend_of(const PopulationPlan& plan, int impression) {
  return plan.bend > 0 && impression > 0 ? plan.bend * impression / (plan.impressions - 1) : 0;
}

// Makes and writes the fingers of a plan, several at once, and keeps their manifest lines.
class Writer {
 public:
  Writer(fs::path folder, const PopulationPlan& plan, const Progress& progress)
      : folder_(std::move(folder)),
        plan_(plan),
        progress_(progress),
        lines_(static_cast<std::size_t>(plan.subjects) * static_cast<std::size_t>(plan.fingers_per_subject)) {}

  [[nodiscard]] std::size_t fingers() const { return lines_.size(); }

  // Does nothing once one has failed.
  void write(std::size_t i) {
    if (stopped_) return;
    const auto fingers = static_cast<std::size_t>(plan_.fingers_per_subject);
    finish(write_finger(static_cast<int>(i / fingers), static_cast<int>(i % fingers), lines_[i]));
  }

  [[nodiscard]] Result<std::uint64_t> result() const {
    if (failure_) return *failure_;
    return total();
  }

  [[nodiscard]] std::string manifest() const {
    std::string out = "set,file,subject,finger,impression,dpi,width,height,note\n";
    for (const std::string& lines : lines_) out += lines;
    return out;
  }

 private:
  [[nodiscard]] std::uint64_t total() const { return lines_.size() * static_cast<std::uint64_t>(plan_.impressions); }

  Status write_finger(int subject, int finger, std::string& lines) {
    const MasterFingerprint master = population_master(plan_, subject, finger);
    const std::string who = subject_name(subject);
    const std::string which = who + "/" + std::string(fingerprint::name_of(finger_order(finger)));
    for (int i = 0; i < plan_.impressions; ++i) {
      const image::GreyImage image = population_impression(plan_, master, subject, finger, i);
      const std::string file = which + "_" + std::to_string(i + 1) + ".png";
      WHORL_ASSIGN(const Bytes png, image::encode_png(image));
      WHORL_TRY(write_file(folder_ / file, png));
      const std::string note =
          std::string(name_of(master.pattern)) + " " + std::string(name_of(population_kind(plan_, subject, finger, i)));
      lines += set_name() + "," + file + "," + who + "," + which + "," + std::to_string(i + 1) + ",500," +
               std::to_string(image.width) + "," + std::to_string(image.height) + "," + note + "\n";
    }
    return {};
  }

  [[nodiscard]] std::string set_name() const {
    std::string out;
    for (const char c : fs::absolute(folder_ / "x").lexically_normal().parent_path().filename().string()) {
      out += c == ',' || c == '"' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
    }
    return out.empty() ? "synthetic" : out;
  }

  void finish(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (!status.ok() && !failure_) failure_ = status.error();
    done_ += static_cast<std::uint64_t>(plan_.impressions);
    if (status.ok() && progress_ && !failure_ && !progress_(done_, total())) failure_ = unavailable("stopped");
    if (failure_) stopped_ = true;
  }

  const fs::path folder_;
  const PopulationPlan plan_;
  const Progress& progress_;
  std::vector<std::string> lines_;  // one entry a finger, each written by one thread
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::uint64_t done_ = 0;
  std::optional<Error> failure_;
};

Status make_folders(const fs::path& folder, const PopulationPlan& plan) {
  for (int subject = 0; subject < plan.subjects; ++subject) {
    std::error_code failed;
    fs::create_directories(folder / subject_name(subject), failed);
    if (failed) return unavailable("the folder " + folder.string() + " cannot be made: " + failed.message());
  }
  return {};
}

}  // namespace

FingerPosition finger_order(int number) {
  using enum FingerPosition;
  constexpr std::array<FingerPosition, 10> kOrder = {kRightIndex, kLeftIndex, kRightMiddle, kLeftMiddle,  kRightThumb,
                                                     kLeftThumb,  kRightRing, kLeftRing,    kRightLittle, kLeftLittle};
  return kOrder.at(static_cast<std::size_t>(number));
}

MasterFingerprint population_master(const PopulationPlan& plan, int subject, int finger) {
  return make_master(finger_seed(plan, subject, finger), plan.master);
}

ImpressionKind population_kind(const PopulationPlan& plan, int subject, int finger, int impression) {
  if (impression == 0) return ImpressionKind::kClean;
  if (bend_of(plan, impression) > 0) return ImpressionKind::kDistorted;
  const std::uint64_t seed = derive_seed(finger_seed(plan, subject, finger), static_cast<std::uint64_t>(impression));
  const double at = Draws(~seed).unit();
  if (at < 0.60) return ImpressionKind::kTypical;
  if (at < 0.70) return ImpressionKind::kClean;
  if (at < 0.80) return ImpressionKind::kDry;
  if (at < 0.90) return ImpressionKind::kWet;
  return at < 0.95 ? ImpressionKind::kDistorted : ImpressionKind::kPartial;
}

image::GreyImage population_impression(const PopulationPlan& plan, const MasterFingerprint& master, int subject,
                                       int finger, int impression) {
  const double bend = bend_of(plan, impression);
  return make_impression(master, static_cast<std::uint64_t>(impression),
                         bend > 0 ? bent(bend) : preset(population_kind(plan, subject, finger, impression)));
}

Result<std::uint64_t> write_population(const fs::path& folder, const PopulationPlan& plan, const Progress& progress) {
  WHORL_TRY(check(plan));
  WHORL_TRY(make_folders(folder, plan));
  std::error_code ignored;
  fs::remove(folder / "manifest.csv", ignored);
  Writer writer(folder, plan, progress);
  parallel_each(writer.fingers(), [&](std::size_t i) { writer.write(i); }, {});
  WHORL_ASSIGN(const std::uint64_t written, writer.result());
  WHORL_TRY(write_file(folder / "manifest.csv", as_bytes(writer.manifest())));
  return written;
}

}  // namespace whorl::datasets
