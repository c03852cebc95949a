#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>

#include "base/catalogue.h"
#include "datasets/lines.h"
#include "datasets/reader.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

constexpr int kMaxImpression = 1'000'000;

enum Column { kSet, kFile, kSubject, kFinger, kImpression, kDpi, kNote, kColumns };
constexpr std::array<std::string_view, kColumns> kNames = {"set",        "file", "subject", "finger",
                                                           "impression", "dpi",  "note"};

// Where each known column stands; empty when absent.
using Layout = std::array<std::optional<std::size_t>, kColumns>;

Result<Layout> read_layout(std::string_view line) {
  WHORL_ASSIGN(const std::vector<std::string> header, split_csv_line(line));
  Layout out;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const auto found = std::find(header.begin(), header.end(), kNames[column]);
    if (found != header.end()) out[column] = static_cast<std::size_t>(found - header.begin());
    if (found == header.end() && column != kNote) {
      return failure(ErrorCode::kColumnMissing, with<"column">(kNames[column]));
    }
  }
  return out;
}

template <class T>
std::optional<T> number(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<DatasetSample> read_sample(std::string_view line, const Layout& layout, const fs::path& folder) {
  WHORL_ASSIGN(const std::vector<std::string> fields, split_csv_line(line));
  std::array<std::string, kColumns> text;
  for (std::size_t column = 0; column < kColumns; ++column) {
    if (!layout[column]) continue;
    if (*layout[column] >= fields.size()) {
      return failure(ErrorCode::kFieldMissing, with<"column">(kNames[column]));
    }
    text[column] = fields[*layout[column]];
    if (!printable(text[column])) {
      return failure(ErrorCode::kFieldUnreadable, with<"column">(kNames[column]));
    }
  }
  DatasetSample out{{}, text[kSet], text[kSubject], text[kFinger], 0, 0, text[kNote]};
  if (out.set.empty() || out.subject.empty() || out.finger.empty()) {
    return failure(ErrorCode::kNamesEmpty);
  }
  if (!stays_inside(text[kFile])) return failure(ErrorCode::kPathOutside, with<"name">(text[kFile]));
  out.path = folder / text[kFile];
  const auto impression = number<int>(text[kImpression]);
  if (!impression || *impression < 0 || *impression > kMaxImpression) {
    return failure(ErrorCode::kColumnOutOfRange, with<"column">(kNames[kImpression]), with<"least">(0),
                   with<"most">(kMaxImpression));
  }
  out.impression = *impression;
  const auto ppi = number<double>(text[kDpi]);
  if (!ppi || !(*ppi >= 100) || !(*ppi <= 4000))
    return failure(ErrorCode::kColumnOutOfRange, with<"column">(kNames[kDpi]), with<"least">(100), with<"most">(4000));
  out.ppi = *ppi;
  return out;
}

// Impression numbers may repeat (relabelled images keep theirs); a file listed twice would be its own mate.
Status check_distinct(const std::vector<DatasetSample>& samples) {
  std::set<fs::path> seen;
  for (const DatasetSample& s : samples) {
    if (!seen.insert(s.path.lexically_normal()).second) {
      return failure(ErrorCode::kFileListedTwice, with<"file">(s.path.string()));
    }
  }
  return {};
}

}  // namespace

Result<Dataset> read_manifest(const fs::path& manifest, std::string_view only_set) {
  WHORL_ASSIGN(const std::string content, read_text(manifest));
  WHORL_ASSIGN(std::string_view text, csv_text(content, manifest));
  auto layout = read_layout(take_line(text));
  if (!layout.ok()) return at_line(manifest, 1, layout.error());
  Dataset out;
  out.name = only_set.empty() ? fs::absolute(manifest).parent_path().filename().string() : std::string(only_set);
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    auto sample = read_sample(line, *layout, manifest.parent_path());
    if (!sample.ok()) return at_line(manifest, number, sample.error());
    if (only_set.empty() || sample->set == only_set) out.samples.push_back(*std::move(sample));
  }
  if (out.samples.empty()) {
    if (!only_set.empty()) return failure(ErrorCode::kNoSampleOfSet, manifest.string(), with<"set">(only_set));
    return failure(ErrorCode::kListsNoSample, manifest.string());
  }
  WHORL_TRY(check_distinct(out.samples));
  std::sort(out.samples.begin(), out.samples.end(), [](const DatasetSample& a, const DatasetSample& b) {
    return std::tie(a.set, a.finger, a.impression, a.path) < std::tie(b.set, b.finger, b.impression, b.path);
  });
  return out;
}

}  // namespace whorl::datasets
