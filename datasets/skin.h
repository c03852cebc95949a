// How a finger lies on the sensor: placement, and the stretching of the skin. Private to datasets.
#pragma once

#include "datasets/draws.h"
#include "datasets/synthetic.h"

namespace whorl::datasets {

struct Point {
  double x = 0;
  double y = 0;
};

// The skin model of R. Cappelli, D. Maio and D. Maltoni, "Modelling plastic distortion in fingerprint images"
// (ICAPR 2001): around the centre of contact the skin holds; far from it it moves rigidly with the finger;
// between the two it stretches.
class Placement {
 public:
  Placement(Draws& draws, const MasterFingerprint& master, const ImpressionParameters& parameters);

  // The place on the master that lies under pixel (x, y) of the impression.
  [[nodiscard]] Point on_master(double x, double y) const;
  // How far a place on the master lies from the centre of contact: 1 on the edge of the contact area.
  [[nodiscard]] double contact_distance(Point p) const;

 private:
  Point middle_;  // of the impression, where the master's middle comes to lie
  Point master_middle_;
  double cos_ = 1;
  double sin_ = 0;
  Point contact_;  // centre of the contact area, on the master
  double contact_a_ = 1;
  double contact_b_ = 1;
  double hold_a_ = 1;  // semi-axes of the area without slip
  double hold_b_ = 1;
  double plasticity_ = 1;
  Point slip_;
  double slip_cos_ = 1;
  double slip_sin_ = 0;
};

}  // namespace whorl::datasets
