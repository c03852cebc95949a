#include "index/reports.h"

namespace whorl::index {

std::vector<std::string> OpeningReport::notices() const {
  std::vector<std::string> out;
  if (records_converted > 0) {
    out.push_back(std::to_string(records_converted) +
                  " records were brought from an earlier gallery format to this build's; earlier builds will not open "
                  "the gallery");
  }
  for (const std::string& reason : snapshots_dropped) out.push_back(reason + "; made again from the records");
  return out;
}

}  // namespace whorl::index
