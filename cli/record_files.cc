#include "cli/record_files.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

#include "base/path_failure.h"
#include "templates/image/formats.h"
#include "templates/interchange/check.h"
#include "templates/interchange/identifiers.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 10'000'000;

std::string identifier(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != ':' && c != '-'; }, ':');
  return text;
}

std::string file_name(const RecordFile& file) { return file.relative.substr(file.relative.rfind('/') + 1); }

std::string without_suffix(const std::string& name) {
  const std::size_t point = name.rfind('.');
  const bool has_suffix =
      point != std::string::npos && point > 0 && name.find('/', point) == std::string::npos && name[point - 1] != '/';
  return has_suffix ? name.substr(0, point) : name;
}

Result<std::string> folder_of(const RecordFile& file) {
  const std::size_t slash = file.relative.rfind('/');
  if (slash == std::string::npos) return invalid_input("the file lies in no folder that names a person");
  return file.relative.substr(0, slash);
}

Result<std::string> prefix_of(const RecordFile& file) {
  const std::string name = without_suffix(file_name(file));
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string::npos || underscore == 0) {
    return invalid_input("the file's name has nothing before an underscore");
  }
  return name.substr(0, underscore);
}

// "14.003" -> 14 and 3.
bool parse_field(std::string_view text, int& type, int& number) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return false;
  const auto whole = [](std::string_view digits, int& out) {
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return failed == std::errc{} && end == digits.data() + digits.size() && out >= 1;
  };
  return whole(text.substr(0, point), type) && whole(text.substr(point + 1), number) && type <= 99 && number <= 998;
}

}  // namespace

Result<std::vector<RecordFile>> record_files(const fs::path& path) {
  std::error_code failed;
  std::vector<RecordFile> out;
  const fs::file_status status = fs::status(path, failed);
  if (!fs::exists(status)) {
    const Error error = not_found("there is no such file or folder", path.string());
    return failed ? of_path_failure(error, failed.value()) : error;
  }
  if (!fs::is_directory(status)) {
    out.push_back({path, path.filename().string()});
    return out;
  }
  fs::recursive_directory_iterator entries(path, failed);
  for (; !failed && entries != fs::recursive_directory_iterator(); entries.increment(failed)) {
    const bool hidden = entries->path().filename().string().starts_with('.');
    std::error_code ignored;
    if (hidden && entries->is_directory(ignored)) entries.disable_recursion_pending();
    if (hidden || !fs::is_regular_file(entries->symlink_status(ignored))) continue;
    if (out.size() == kMostFiles) return invalid_input("the folder holds more than ten million files", path.string());
    out.push_back({entries->path(), entries->path().lexically_relative(path).generic_string()});
  }
  if (failed) {
    return of_path_failure(invalid_input("the folder cannot be read: " + failed.message(), path.string()),
                           failed.value());
  }
  std::sort(out.begin(), out.end(), [](const RecordFile& a, const RecordFile& b) { return a.relative < b.relative; });
  return out;
}

bool holds_records(const fs::path& path) {
  constexpr std::streamsize kLooked = 8192;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return true;
  Bytes head(kLooked);
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(head.data()), kLooked);
  head.resize(static_cast<std::size_t>(in.gcount()));
  const auto* const picture = image::image_format_of(head);
  return interchange::begins_interchange(head) || (picture != nullptr && picture->row.format == Format::kWsq);
}

Result<NameRule> NameRule::parse(const std::string& text, const std::string& flag) {
  NameRule out;
  if (text == "file") return out;
  if (text == "folder") {
    out.from_ = From::kFolder;
  } else if (text == "prefix") {
    out.from_ = From::kPrefix;
  } else if (text == "cbeff-index") {
    out.from_ = From::kCbeffIndex;
  } else if (parse_field(text, out.type_, out.number_)) {
    out.from_ = From::kField;
  } else {
    return invalid_input("\"" + text + "\" names nothing that a file could be named by: " + kNameRules, flag);
  }
  return out;
}

Result<std::string> NameRule::person(const RecordFile& file, ByteView bytes) const {
  std::string name;
  switch (from_) {
    case From::kFile: name = without_suffix(file.relative); break;
    case From::kFolder: {
      WHORL_ASSIGN(name, folder_of(file));
      break;
    }
    case From::kPrefix: {
      WHORL_ASSIGN(name, prefix_of(file));
      break;
    }
    case From::kField: {
      WHORL_ASSIGN(name, interchange::itl_value(bytes, type_, number_));
      break;
    }
    case From::kCbeffIndex: {
      WHORL_ASSIGN(name, interchange::cbeff_index(bytes));
      break;
    }
  }
  return identifier(std::move(name));
}

Result<std::string> NameRule::encounter(const RecordFile& file, ByteView bytes) const {
  return from_ == From::kFile ? identifier(file_name(file)) : person(file, bytes);
}

}  // namespace whorl::cli
