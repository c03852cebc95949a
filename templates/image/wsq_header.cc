#include "templates/image/wsq_header.h"

#include <algorithm>

#include "templates/image/wsq/segments.h"

namespace whorl::image {

Result<FileHeader> read_wsq_header(ByteView file) {
  const WsqFile wsq = read_wsq_segments(file);
  const auto fault = std::find_if(wsq.faults.begin(), wsq.faults.end(),
                                  [](const WsqFault& each) { return !each.warning && each.rule != 13; });
  if (fault != wsq.faults.end()) return invalid_input("the WSQ file is malformed: " + fault->text);
  if (!wsq.unhandled.empty()) return invalid_input(wsq.unhandled);
  FileHeader out;
  out.width = wsq.frame->width;
  out.height = wsq.frame->height;
  if (wsq.ppi) out.resolution = stated_resolution(*wsq.ppi, *wsq.ppi);
  // Coefficients and two planes of them; a finger's capture stays within its bounds.
  out.work_bytes = bounded_product(out.width, out.height, 4);
  return out;
}

}  // namespace whorl::image
