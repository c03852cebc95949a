// Every number of the fingerprint algorithm, with its unit. Plain values that are passed along; the defaults are the
// product's, and the calibrations that ship hold for these alone. Ablations (bench/training) and tests pass others.
//
// Lengths are pixels at 500 ppi unless the name says otherwise; a sigma is a Gaussian's standard deviation.
#pragma once

namespace whorl::fingerprint {

class FlowNet;

// Of extract(). Another value may change templates, so kExtractorVersion goes up with a default.
struct ExtractParameters {
  // Contrast normalisation (normalise.cc): sides of the square windows.
  int mean_window_px500 = 25;
  int deviation_window_px500 = 49;
  double deviation_floor = 4.0;  // grey levels; a flatter neighbourhood is not stretched further

  // Segmentation by gradient energy (segment.cc).
  double segment_sigma_px500 = 12.0;
  double segment_percentile = 0.95;
  double segment_share = 0.30;       // of that percentile's gradient energy
  int segment_close_px500 = 24;      // gaps narrower than this are filled
  int segment_open_px500 = 40;       // parts narrower than this are dropped
  double min_foreground_mm2 = 20.0;  // less ridge pattern than this is a failure to extract
  double max_foreground_mm2 = 1400;  // nine tenths of a ten-print card's block for a rolled thumb; more is no finger's
  bool require_ridges = true;        // what is no fingerprint's pattern is refused (ridge_evidence.h)
  bool require_one_finger = true;    // so are prints of several fingers (several_fingers.h) and of more than a finger

  // Orientation (orientation.cc): how far the structure tensor is smoothed, at either scale.
  double orientation_fine_sigma_px500 = 7.0;
  double orientation_coarse_sigma_px500 = 20.0;

  // Whether the network of the ridge flow (flow_net.h) is asked: the one in this build, or another.
  bool flow_by_network = true;
  const FlowNet* flow_net = nullptr;  // not owned; nullptr: the one in this build
  double network_share = 0.5;         // weight of its flow where the orientation is measured again on filtered ridges

  // Ridge period (period.cc): the range that is looked through, what stands where nothing was measured, the smoothing.
  double min_period_px500 = 5.0;
  double max_period_px500 = 16.0;
  double default_period_px500 = 9.0;
  double period_sigma_px500 = 32.0;

  // Where ridges lie nearer than this, the picture is enlarged before it is read (fine_ridges.h).
  double enlarge_below_period_px500 = 7.0;

  // Contextual enhancement (enhance.cc): extent of the oriented filter in ridge periods.
  double along_sigma_periods = 0.60;
  double across_sigma_periods = 0.45;
  int enhancement_passes = 2;

  double reliability_sigma_px500 = 10.0;  // reliability.cc: window of the local correlation

  // False minutiae (minutiae.cc).
  int spur_px500 = 10;    // a branch no longer than this is a flaw of the skeleton
  int bridge_px500 = 12;  // two opposed bifurcations no farther apart are one flaw
  int gap_px500 = 16;     // as are two endings that face each other
  int island_px500 = 16;  // a piece of ridge shorter than this has no minutiae
  int border_px500 = 14;  // nearer than this to the edge of the print nothing is believed
  int trace_px500 = 18;   // how far a ridge is followed for its direction
};

// Of compare() and of preparing templates. Another value may change scores, so kComparatorVersion goes up with a
// default, and kPreparedVersion where prepared bytes change.
struct CompareParameters {
  // Cylinder descriptor (cylinder.cc); Cappelli, Ferrara and Maltoni, TPAMI 2010.
  double cylinder_radius_px500 = 70.0;
  double cylinder_spatial_sigma_px500 = 9.33;
  double cylinder_direction_sigma_rad = 0.6981;  // 2 pi / 9
  double cylinder_hull_margin_px500 = 40.0;      // cells this far outside the minutiae's convex hull still count
  double cylinder_threshold = 0.005;             // a cell's value from which its bit is set
  int cylinder_min_valid_cells = 26;             // of the 52 inside the circle
  int cylinder_min_neighbours = 2;               // fewer, and the minutia has no cylinder

  // How alike two minutiae are also depends on the flow around them (flow_around.h): mean cosines of the doubled
  // difference between which the likeness of their cylinders is taken for less.
  bool weigh_by_flow = true;
  double flow_around_least = 0.7;
  double flow_around_most = 0.95;
  double consensus_least_support = 0.1;  // a pair that those taken before it support less than this is not taken

  double ridge_gate_log_odds = -3.0;  // comparisons less likely than this by minutiae alone skip the ridge maps
  double tail_gate_log_odds = 0.0;    // likelier ones are weighed again (tail_model.h); not below the ridge gate

  // What stands for the flow map of a template of minutiae alone (flow_from_minutiae.h).
  double minutiae_margin_px500 = 16.0;  // the print goes on so far beyond the hull of its minutiae
  double minutiae_reach_px500 = 40.0;   // how far a minutia's direction is felt

  // Alignment (align.cc).
  double bend_sigma_px500 = 60.0;     // how far around a pair its own residual is felt
  double pair_distance_px500 = 14.0;  // two minutiae farther apart, or turned by more, are no pair
  double pair_turn_rad = 0.6;

  double min_quality = 0;  // poorer minutiae are left out of descriptors and comparison
  int max_minutiae = 80;   // best by quality; more are ignored
};

}  // namespace whorl::fingerprint
