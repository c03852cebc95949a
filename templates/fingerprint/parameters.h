// Every number of the fingerprint algorithm, with its unit. Passed by value; the defaults are the product's.
#pragma once

namespace whorl::fingerprint {

struct ExtractParameters {
  double min_foreground_mm2 = 20.0;  // less ridge pattern than this is a failure to extract
};

struct CompareParameters {};

}  // namespace whorl::fingerprint
