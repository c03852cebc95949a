// Files of other systems in folders, and whose records they are.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::cli {

struct RecordFile {
  std::filesystem::path path;
  std::string relative;  // to the folder that was given, with '/'; of a single file its name
};

// Every regular file below a folder, in order of name; hidden ones and what symbolic links lead to are passed over. Of
// a file, itself. Errors: kNotFound, kInvalidInput (a folder that cannot be read, or with more than ten million files).
Result<std::vector<RecordFile>> record_files(const std::filesystem::path& path);

// Whether `path` is a folder, or a file that begins as a record of another system or as WSQ.
bool holds_records(const std::filesystem::path& path);

// Where the name of a person or an encounter comes from.
class NameRule {
 public:
  // "file": the file's name, of a person without its suffix and with the folders before it; "folder": the folders that
  // it lies in; "prefix": its name up to the last underscore; "T.NNN": that field of an ANSI/NIST transaction, e.g.
  // 1.009 (the control number); "cbeff-index": the UUID of CBEFF XML. Errors: kInvalidInput, naming `flag`.
  static Result<NameRule> parse(const std::string& text, const std::string& flag);

  // What an identifier may not hold becomes ':'. Errors: kInvalidInput: the file has no such name.
  [[nodiscard]] Result<std::string> person(const RecordFile& file, ByteView bytes) const;
  // The same; "file" is the name with its suffix, so that two formats of one name are two encounters.
  [[nodiscard]] Result<std::string> encounter(const RecordFile& file, ByteView bytes) const;

 private:
  enum class From { kFile, kFolder, kPrefix, kField, kCbeffIndex };
  From from_ = From::kFile;
  int type_ = 0;    // of kField
  int number_ = 0;  // of kField
};

// The words of NameRule::parse, for help.
inline constexpr const char* kNameRules = "file, folder, prefix, a field of ANSI/NIST such as 1.009, or cbeff-index";

}  // namespace whorl::cli
