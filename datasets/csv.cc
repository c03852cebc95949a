#include "base/catalogue.h"
#include "datasets/reader.h"

namespace whorl::datasets {

Result<std::vector<std::string>> split_csv_line(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;  // inside quotes
  bool closed = false;  // a quoted field has ended: only a comma may follow
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      const bool doubled = c == '"' && i + 1 < line.size() && line[i + 1] == '"';
      if (c != '"' || doubled) out.back() += c;
      if (doubled) ++i;
      if (c == '"' && !doubled) quoted = false, closed = true;
    } else if (c == ',') {
      out.emplace_back();
      closed = false;
    } else if (closed || (c == '"' && !out.back().empty())) {
      return failure(ErrorCode::kQuoteInside);
    } else if (c == '"') {
      quoted = true;
    } else {
      out.back() += c;
    }
  }
  if (quoted) return failure(ErrorCode::kQuoteUnclosed);
  return out;
}

}  // namespace whorl::datasets
