#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "base/catalogue.h"
#include "base/files.h"
#include "datasets/reader.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 9> kImages = {".tif",  ".tiff", ".png", ".bmp", ".jpg",
                                                     ".jpeg", ".wsq",  ".jp2", ".j2k"};
// Records of other systems (docs/interchange.md), which say their resolution themselves.
constexpr std::array<std::string_view, 11> kRecords = {".fmr",  ".fir", ".an2", ".an2k", ".eft",  ".ebts",
                                                       ".nist", ".ist", ".iso", ".xml",  ".cbeff"};

bool has_extension(const fs::path& path, std::span<const std::string_view> known) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(known.begin(), known.end(), extension) != known.end();
}

// "101_3" -> finger 101, impression 3; the last underscore parts the two.
std::optional<DatasetSample> parse_name(const fs::path& path) {
  const std::string stem = path.stem().string();
  const std::size_t at = stem.rfind('_');
  if (at == std::string::npos || at == 0 || at + 1 == stem.size()) return std::nullopt;
  DatasetSample out;
  const auto [end, error] = std::from_chars(stem.data() + at + 1, stem.data() + stem.size(), out.impression);
  if (error != std::errc{} || end != stem.data() + stem.size() || out.impression < 0) return std::nullopt;
  out.path = path;
  out.finger = stem.substr(0, at);
  out.subject = out.finger;
  return out;
}

}  // namespace

Result<Dataset> read_fvc_folder(const fs::path& folder, std::optional<double> ppi) {
  if (ppi && !(*ppi >= 100 && *ppi <= 4000))
    return failure(ErrorCode::kNumberOutOfRange, "ppi", with<"least">(100.0), with<"most">(4000.0));
  std::error_code failed;
  fs::directory_iterator entries(folder, failed);
  if (failed) {
    WHORL_TRY(check_folder(folder));
    return failure(ErrorCode::kFolderUnreadable, with<"folder">(folder.string()));
  }
  Dataset out;
  out.name = fs::absolute(folder / "x").parent_path().filename().string();
  for (; entries != fs::directory_iterator(); entries.increment(failed)) {
    if (failed) return failure(ErrorCode::kFolderUnreadable, with<"folder">(folder.string()));
    const bool image = has_extension(entries->path(), kImages);
    if (!image && !has_extension(entries->path(), kRecords)) continue;
    std::optional<DatasetSample> sample = parse_name(entries->path());
    if (!sample) continue;
    if (image && !ppi) return failure(ErrorCode::kFolderResolution, "--ppi");
    sample->set = out.name;
    sample->ppi = ppi.value_or(0);
    out.samples.push_back(*std::move(sample));
  }
  if (failed) return failure(ErrorCode::kFolderUnreadable, with<"folder">(folder.string()));
  if (out.samples.empty()) {
    return failure(ErrorCode::kFolderWithoutImages, folder.string());
  }
  std::sort(out.samples.begin(), out.samples.end(), [](const DatasetSample& a, const DatasetSample& b) {
    return std::tie(a.finger, a.impression, a.path) < std::tie(b.finger, b.impression, b.path);
  });
  return out;
}

Result<Dataset> read_dataset(const fs::path& path, std::string_view only_set, double ppi) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return read_manifest(path, only_set);
  if (fs::is_regular_file(path / "manifest.csv", ignored)) return read_manifest(path / "manifest.csv", only_set);
  return read_fvc_folder(path, ppi);
}

}  // namespace whorl::datasets
