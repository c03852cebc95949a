#include "engine/evaluation/claims.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

constexpr double kStep_db = 5.0;

json::object level_json(const ClaimedLevel& level) {
  return {{"db", level.db},
          {"claimed_fmr", rounded(level.claimed_fmr)},
          {"expected", rounded(level.expected)},
          {"observed", rate_json(level.observed)},
          {"extrapolated", level.extrapolated},
          {"verdict", name_of(level.verdict())}};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds: return "holds";
    case Verdict::kCautious: return "cautious";
    case Verdict::kOverstated: return "overstated";
    case Verdict::kNotSupported: break;
  }
  return "not supported";
}

Verdict ClaimedLevel::verdict() const {
  if (claimed_fmr < observed.low) return Verdict::kOverstated;
  if (!supported()) return Verdict::kNotSupported;
  return claimed_fmr > observed.high ? Verdict::kCautious : Verdict::kHolds;
}

ClaimCheck check_claims(std::string name, std::vector<double> non_mated_db, double measured_db, double max_db) {
  ClaimCheck out{std::move(name), measured_db, non_mated_db.size(), {}};
  std::sort(non_mated_db.begin(), non_mated_db.end());
  for (int i = 1; kStep_db * i <= max_db; ++i) {
    ClaimedLevel level;
    level.db = kStep_db * i;
    level.claimed_fmr = std::pow(10.0, -level.db / 10.0);
    level.expected = level.claimed_fmr * static_cast<double>(out.non_mated);
    const auto first = std::lower_bound(non_mated_db.begin(), non_mated_db.end(), level.db);
    level.observed = rate_of(static_cast<std::uint64_t>(non_mated_db.end() - first), out.non_mated);
    level.extrapolated = level.db > measured_db;
    out.levels.push_back(level);
  }
  return out;
}

ClaimCheck check_calibration(const Trial& trial, const engine::Calibration& calibration) {
  std::vector<double> db;
  db.reserve(trial.non_mated.size());
  for (const Score& score : trial.non_mated) db.push_back(calibration.db(score.value));
  return check_claims(trial.name, std::move(db), calibration.measured_db(), calibration.max_db());
}

std::string claims_text(const ClaimCheck& check) {
  std::vector<std::vector<std::string>> rows = {
      {"claimed dB", "claimed FMR", "expected", "observed", "observed FMR", "the claim"}};
  double silent_above = 0;
  for (const ClaimedLevel& level : check.levels) {
    if (level.supported()) silent_above = level.db;
    if (!level.supported() && level.observed.errors == 0) continue;
    rows.push_back({fixed_text(level.db, 0), percent(level.claimed_fmr), fixed_text(level.expected),
                    std::to_string(level.observed.errors), level.observed.text(),
                    std::string(name_of(level.verdict())) + (level.extrapolated ? ", extrapolated" : "")});
  }
  return "Calibration against " + std::to_string(check.non_mated) + " impostor comparisons of " + check.name + ":\n" +
         aligned(rows, 0, 3) + "Above " + fixed_text(silent_above, 0) +
         " dB fewer than 3 false matches are expected: no claim can be confirmed. The calibration itself is "
         "counted "
         "up to " +
         fixed_text(check.measured_db) + " dB.\n";
}

std::string claims_csv(const std::vector<ClaimCheck>& checks) {
  std::string out = "set,db,claimed_fmr,expected,observed,impostors,observed_fmr,low,high,extrapolated,verdict\n";
  for (const ClaimCheck& check : checks) {
    for (const ClaimedLevel& level : check.levels) {
      out += csv_field(check.name);
      for (const double v : {level.db, level.claimed_fmr, level.expected}) out += "," + digits(v);
      out += "," + std::to_string(level.observed.errors) + "," + std::to_string(level.observed.trials);
      for (const double v : {level.observed.value(), level.observed.low, level.observed.high}) out += "," + digits(v);
      out += std::string(level.extrapolated ? ",1," : ",0,") + std::string(name_of(level.verdict())) + "\n";
    }
  }
  return out;
}

json::object claims_json(const ClaimCheck& check) {
  json::array levels;
  for (const ClaimedLevel& level : check.levels) levels.push_back(level_json(level));
  return {{"set", check.name},
          {"impostors", check.non_mated},
          {"measured_db", check.measured_db},
          {"levels", std::move(levels)}};
}

}  // namespace whorl::evaluation
