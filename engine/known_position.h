// What a finger's score is worth where it was compared with fingers of its own position.
//
// Calibrations are made from pairs of different fingers of all positions. The same finger of two people is more alike
// than such pairs (arch, loop and whorl are not spread evenly over the hand), so that a calibration claims too much for
// it: of 43,195 pairs of one position of FCJ2020_A 387 reach 20 dB where 432 are claimed, 70 reach 30 dB where 43 are,
// and 16 reach 40 dB where 4 are (docs/accuracy.md). Until a calibration knows positions, what that table shows too
// much is taken off: nothing up to 20 dB, 3 dB at 30 dB, 6 dB from 40 dB on.
//
// Pure functions; thread-safe. Both rise strictly, so that the order of scores stays.
#pragma once

namespace whorl::engine {

// The decibels of a calibration, of two fingers of one known position. At least 0 for what is at least 0.
double known_position_db(double calibrated_db);

// And back: known_position_db(calibrated_db(x)) is x.
double calibrated_db(double known_position_db);

}  // namespace whorl::engine
