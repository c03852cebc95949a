#include "datasets/skin.h"

#include <algorithm>
#include <cmath>

namespace whorl::datasets {

Placement::Placement(Draws& draws, const MasterFingerprint& master, const ImpressionParameters& p) {
  const double width = master.image.width;
  const double height = master.image.height;
  middle_ = {p.width_px500 / 2.0 + draws.normal_within(0, p.shift_px500, 2.5),
             p.height_px500 / 2.0 + draws.normal_within(0, p.shift_px500, 2.5)};
  master_middle_ = {width / 2, height * 0.47};
  const double turn = std::clamp(draws.normal(0, p.turn_rad), -p.max_turn_rad, p.max_turn_rad);
  cos_ = std::cos(turn);
  sin_ = std::sin(turn);
  contact_ = {master_middle_.x + draws.normal_within(0, p.contact_shift_px500, 2),
              master_middle_.y + draws.normal_within(0, 1.3 * p.contact_shift_px500, 2)};
  contact_a_ = width * 0.37 * p.contact * draws.normal_within(1, 0.06, 2);
  contact_b_ = height * 0.36 * p.contact * draws.normal_within(1, 0.06, 2);
  hold_a_ = contact_a_ * draws.between(0.25, 0.45);
  hold_b_ = contact_b_ * draws.between(0.25, 0.45);
  plasticity_ = draws.between(1.2, 2.2);
  slip_ = {draws.normal_within(0, p.skin_shift_px500, 2.5), draws.normal_within(0, p.skin_shift_px500, 2.5)};
  const double torsion = draws.normal_within(0, p.skin_turn_rad, 2.5);
  slip_cos_ = std::cos(torsion);
  slip_sin_ = std::sin(torsion);
}

Point Placement::on_master(double x, double y) const {
  const double dx = x - middle_.x;
  const double dy = y - middle_.y;
  const Point still = {master_middle_.x + cos_ * dx + sin_ * dy, master_middle_.y - sin_ * dx + cos_ * dy};
  const double rx = still.x - contact_.x;
  const double ry = still.y - contact_.y;
  const double beyond = std::hypot(rx / hold_a_, ry / hold_b_) - 1;
  if (beyond <= 0) return still;
  const double slip = beyond >= plasticity_ ? 1 : (1 - std::cos(beyond / plasticity_ * std::numbers::pi)) / 2;
  const double moved_x = slip_cos_ * rx - slip_sin_ * ry + slip_.x;
  const double moved_y = slip_sin_ * rx + slip_cos_ * ry + slip_.y;
  return {still.x + slip * (moved_x - rx), still.y + slip * (moved_y - ry)};
}

double Placement::contact_distance(Point p) const {
  const double x = std::abs(p.x - contact_.x) / contact_a_;
  const double y = std::abs(p.y - contact_.y) / contact_b_;
  return std::pow(std::pow(x, 2.4) + std::pow(y, 2.4), 1 / 2.4);  // a little squarer than an ellipse
}

}  // namespace whorl::datasets
