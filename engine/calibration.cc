#include "engine/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/catalogue.h"
#include "engine/shipped_calibration.h"
#include "templates/face/template.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {

double Calibration::db(double raw_score) const {
  if (!(raw_score > knots_.front().score)) return knots_.front().db;  // also not-a-number
  if (raw_score >= knots_.back().score) return knots_.back().db;
  const auto above =
      std::upper_bound(knots_.begin(), knots_.end(), raw_score, [](double s, const Knot& k) { return s < k.score; });
  const Knot& a = *(above - 1);
  const Knot& b = *above;
  return std::lerp(a.db, b.db, (raw_score - a.score) / (b.score - a.score));
}

double Calibration::score_at(double decibels) const {
  const auto at =
      std::lower_bound(knots_.begin(), knots_.end(), decibels, [](const Knot& k, double d) { return k.db < d; });
  if (at == knots_.begin()) return knots_.front().score;
  if (at == knots_.end()) return knots_.back().score;
  const Knot& a = *(at - 1);
  return std::lerp(a.score, at->score, (decibels - a.db) / (at->db - a.db));
}

Calibration::Origin Calibration::fingerprints() {
  return {fingerprint::kExtractorVersion, fingerprint::kComparatorVersion, ""};
}

Calibration::Origin Calibration::faces(std::string network) {
  return {face::kExtractorVersion, face::kComparatorVersion, std::move(network)};
}

Status Calibration::check_versions() const { return check_origin(fingerprints()); }

Status Calibration::check_origin(const Origin& wanted) const {
  if (origin_ == wanted) return {};
  const auto of = [](const Origin& o) {
    return "extractor " + std::to_string(o.extractor_version) + " and comparator " +
           std::to_string(o.comparator_version) + " of " +
           (o.network.empty() ? "fingerprints" : "faces, network " + o.network);
  };
  return failure(ErrorCode::kCalibrationOfOther, "calibration", with<"given">(of(origin_)), with<"wanted">(of(wanted)));
}

const Calibration& Calibration::shipped() {
  static const Calibration calibration = [] {
    auto parsed = parse(shipped_calibration_json());
    if (!parsed.ok()) {  // a build that no test can have passed
      std::fprintf(stderr, "the calibration inside this binary is unusable: %s\n", parsed.error().text().c_str());
      std::abort();
    }
    return std::move(parsed).value();
  }();
  return calibration;
}

}  // namespace whorl::engine
