#include "datasets/pair_list.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

#include "base/catalogue.h"
#include "datasets/lines.h"
#include "datasets/reader.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

constexpr int kMaxFold = 1000;

// A CSV file's columns by name.
class Columns {
 public:
  static Result<Columns> read(std::string_view line) {
    Columns out;
    WHORL_ASSIGN(out.names_, split_csv_line(line));
    return out;
  }

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - names_.begin());
  }

  [[nodiscard]] Result<std::size_t> need(std::string_view name) const {
    if (const auto at = find(name)) return *at;
    std::string there;
    for (const std::string& n : names_) there += (there.empty() ? "" : ", ") + n;
    return failure(ErrorCode::kColumnMissing, with<"column">(name), with<"columns">(there));
  }

 private:
  std::vector<std::string> names_;
};

Result<std::string> field(const std::vector<std::string>& fields, std::size_t at) {
  if (at >= fields.size()) return failure(ErrorCode::kFieldMissing);
  if (!printable(fields[at])) return failure(ErrorCode::kFieldUnreadable);
  return fields[at];
}

class PairReader {
 public:
  Status begin(std::string_view header) {
    WHORL_ASSIGN(const Columns columns, Columns::read(header));
    WHORL_ASSIGN(a_, columns.need("a"));
    WHORL_ASSIGN(b_, columns.need("b"));
    WHORL_ASSIGN(mated_, columns.need("mated"));
    fold_ = columns.find("fold");
    return {};
  }

  Status add(std::string_view line) {
    WHORL_ASSIGN(const auto fields, split_csv_line(line));
    if (out_.pairs.size() == kMaxListedPairs) {
      return failure(ErrorCode::kTooManyListedPairs, with<"most">(kMaxListedPairs));
    }
    ListedPair pair;
    WHORL_ASSIGN(pair.a, file(fields, a_));
    WHORL_ASSIGN(pair.b, file(fields, b_));
    if (pair.a == pair.b) return failure(ErrorCode::kPairedWithItself);
    WHORL_ASSIGN(pair.mated, zero_or_one(fields));
    if (fold_) WHORL_TRY(read_fold(fields, pair));
    const auto key = std::minmax(pair.a, pair.b);
    const auto [at, is_new] = known_.emplace(std::pair(key.first, key.second), pair.mated);
    if (!is_new && at->second != pair.mated) return failure(ErrorCode::kPairOfBothKinds);
    if (is_new) {
      out_.pairs.push_back(pair);
    } else {
      ++out_.repeated;
    }
    return {};
  }

  PairList take() { return std::move(out_); }

 private:
  Result<bool> zero_or_one(const std::vector<std::string>& fields) const {
    if (mated_ < fields.size() && fields[mated_] == "1") return true;
    if (mated_ < fields.size() && fields[mated_] == "0") return false;
    return failure(ErrorCode::kNotZeroOrOne, with<"column">("mated"));
  }

  Status read_fold(const std::vector<std::string>& fields, ListedPair& pair) const {
    WHORL_ASSIGN(const std::string text, field(fields, *fold_));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pair.fold);
    if (error != std::errc{} || end != text.data() + text.size() || pair.fold < 1 || pair.fold > kMaxFold) {
      return failure(ErrorCode::kColumnOutOfRange, with<"column">("fold"), with<"least">(1), with<"most">(kMaxFold));
    }
    return {};
  }

  Result<std::uint32_t> file(const std::vector<std::string>& fields, std::size_t at) {
    WHORL_ASSIGN(const std::string name, field(fields, at));
    if (!stays_inside(name)) return failure(ErrorCode::kPathOutside, with<"name">(name));
    const std::string file = fs::path(name).lexically_normal().generic_string();  // "./x" is "x"
    const auto [known, is_new] = index_.emplace(file, static_cast<std::uint32_t>(out_.files.size()));
    if (is_new) out_.files.push_back(name);
    return known->second;
  }

  std::size_t a_ = 0;
  std::size_t b_ = 0;
  std::size_t mated_ = 0;
  std::optional<std::size_t> fold_;
  std::unordered_map<std::string, std::uint32_t> index_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> known_;
  PairList out_;
};

}  // namespace

Result<PairList> read_pair_list(const fs::path& list) {
  WHORL_ASSIGN(const std::string content, read_text(list));
  WHORL_ASSIGN(std::string_view text, csv_text(content, list));
  PairReader reader;
  if (const Status began = reader.begin(take_line(text)); !began.ok()) return at_line(list, 1, began.error());
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    if (const Status added = reader.add(line); !added.ok()) return at_line(list, number, added.error());
  }
  PairList out = reader.take();
  if (out.pairs.empty()) return failure(ErrorCode::kListsNoPair, list.string());
  return out;
}

Result<std::vector<std::string>> read_column(const fs::path& metadata, std::string_view column,
                                             const std::vector<std::string>& files) {
  WHORL_ASSIGN(const std::string content, read_text(metadata));
  WHORL_ASSIGN(std::string_view text, csv_text(content, metadata));
  auto columns = Columns::read(take_line(text));
  if (!columns.ok()) return at_line(metadata, 1, columns.error());
  const auto file_at = columns->need("file");
  const auto value_at = columns->need(column);
  if (!file_at.ok()) return at_line(metadata, 1, file_at.error());
  if (!value_at.ok()) return at_line(metadata, 1, value_at.error());
  std::unordered_map<std::string, std::string> values;
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    const auto fields = split_csv_line(line);
    if (!fields.ok()) return at_line(metadata, number, fields.error());
    const auto file = field(*fields, *file_at);
    if (!file.ok()) return at_line(metadata, number, file.error());
    const auto value = field(*fields, *value_at);
    if (!value.ok()) return at_line(metadata, number, value.error());
    if (values.emplace(*file, *value).second) continue;
    return at_line(metadata, number, failure(ErrorCode::kFileListedTwice, with<"file">(*file)));
  }
  std::vector<std::string> out;
  std::size_t found = 0;
  for (const std::string& file : files) {
    const auto at = values.find(file);
    out.push_back(at == values.end() ? "" : at->second);
    found += at == values.end() ? 0 : 1;
  }
  if (found == 0) return failure(ErrorCode::kImagesNotKnown, metadata.string());
  return out;
}

std::optional<std::vector<std::string>> subjects_by_folder(const PairList& list) {
  std::vector<std::string> out;
  for (const std::string& file : list.files) {
    out.push_back(fs::path(file).parent_path().generic_string());
    if (out.back().empty()) return std::nullopt;
  }
  for (const ListedPair& pair : list.pairs) {
    if ((out[pair.a] == out[pair.b]) != pair.mated) return std::nullopt;
  }
  return out;
}

}  // namespace whorl::datasets
