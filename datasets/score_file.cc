#include "datasets/score_file.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "datasets/reader.h"

namespace whorl::datasets {
namespace {

constexpr std::string_view kHeading = "set,a,b,genuine,score";
constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Status add_line(std::string_view line, MeasuredScores& out) {
  WHORL_ASSIGN(const auto fields, datasets::split_csv_line(line));
  if (fields.size() != 5 || (fields[3] != "0" && fields[3] != "1")) {
    return invalid_input("is not " + std::string(kHeading) + " with genuine 0 or 1");
  }
  const std::optional<double> score = number(fields[4]);
  if (!score) return invalid_input("has a score that is no number: " + fields[4]);
  (fields[3] == "1" ? out.mated : out.non_mated).push_back(*score);
  return {};
}

}  // namespace

Result<MeasuredScores> read_scores(const std::filesystem::path& path) {
  WHORL_ASSIGN(const Bytes bytes, read_file(path, kMaxBytes));
  MeasuredScores out;
  std::string_view rest = as_text(bytes);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    Status read = number > 1         ? add_line(line, out)
                  : line == kHeading ? Status()
                                     : invalid_input("is not the heading " + std::string(kHeading));
    if (!read.ok()) return invalid_input("line " + std::to_string(number) + " " + read.error().message, path.string());
  }
  return out;
}

}  // namespace whorl::datasets
