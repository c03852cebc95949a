// What a finger's score is worth where it was compared with fingers of its own position.
//
// Calibrations are of pairs of different fingers of all positions. The same finger of two people is more alike
// than such pairs (arch, loop and whorl are not spread evenly over the hand), so that a calibration claims too much for
// it: pairs of one position reach 10 dB 1.2 dB more often than all pairs do on FCJ2020_A and 2.4 dB more often on
// NT_UareU, 20 dB 2.4 and 3.8, 30 dB 3.5 and 1.3 (six pairs), 40 dB 3.1 (ten pairs; docs/accuracy.md). One of eight is
// taken off up to 40 dB, where that is 5 dB, and 5 dB beyond.
//
// Pure functions; thread-safe. Both rise strictly, so that the order of scores stays.
#pragma once

namespace whorl::engine {

// The decibels of a calibration, of two fingers of one known position. At least 0 for what is at least 0.
double known_position_db(double calibrated_db);

// And back: known_position_db(calibrated_db(x)) is x.
double calibrated_db(double known_position_db);

}  // namespace whorl::engine
