// A line of two pieces.
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

// From here on the most is taken off.
constexpr double kMostFrom_db = 40.0;
constexpr double kMost_db = 5.0;
// What is left of each decibel up to it.
constexpr double kSlope = 1.0 - kMost_db / kMostFrom_db;

}  // namespace

double known_position_db(double calibrated_db) {
  if (calibrated_db >= kMostFrom_db) return calibrated_db - kMost_db;
  return kSlope * calibrated_db;
}

double calibrated_db(double known_position_db) {
  if (known_position_db >= kMostFrom_db - kMost_db) return known_position_db + kMost_db;
  return known_position_db / kSlope;
}

}  // namespace whorl::engine
