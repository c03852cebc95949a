// A line of three pieces.
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

// Up to here the claims hold of fingers of one position too.
constexpr double kHolds_db = 20.0;
// From here on the most is taken off.
constexpr double kMostFrom_db = 40.0;
constexpr double kMost_db = 6.0;
// What is left of each decibel between them.
constexpr double kSlope = 1.0 - kMost_db / (kMostFrom_db - kHolds_db);

}  // namespace

double known_position_db(double calibrated_db) {
  if (calibrated_db <= kHolds_db) return calibrated_db;
  if (calibrated_db >= kMostFrom_db) return calibrated_db - kMost_db;
  return kHolds_db + kSlope * (calibrated_db - kHolds_db);
}

double calibrated_db(double known_position_db) {
  if (known_position_db <= kHolds_db) return known_position_db;
  if (known_position_db >= kMostFrom_db - kMost_db) return known_position_db + kMost_db;
  return kHolds_db + (known_position_db - kHolds_db) / kSlope;
}

}  // namespace whorl::engine
