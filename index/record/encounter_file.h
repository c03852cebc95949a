// A file of encounters, one after another: how many people travel from where they were made to a gallery
// (docs/encounter-file.md). Written by data generators and exports, read by the bulk load.
//
// The reader takes any bytes: it never allocates past the bounds of index/record/record.h, and what it hands out is
// framed only, so that many records can be parsed (and their checksums verified) at once.
// Thread-safety: a reader or writer belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/result.h"
#include "index/record/stored_record.h"

namespace whorl::index {

inline constexpr std::uint32_t kEncounterFileVersion = 1;

class EncounterFileWriter {
 public:
  // Makes the file, over any that is there. Errors: kUnavailable (cannot be written).
  static Result<EncounterFileWriter> create(const std::filesystem::path& path, FileSystem& files = real_file_system());
  // Writes to a stream, which must outlive the writer.
  explicit EncounterFileWriter(std::ostream& out);
  EncounterFileWriter(EncounterFileWriter&&) noexcept;
  EncounterFileWriter& operator=(EncounterFileWriter&&) noexcept;
  ~EncounterFileWriter();  // a file that was not finished is refused by the reader

  // Buffered; call in any order of persons. Errors: as check_record; kUnavailable (disk full and such).
  Status add(const EncounterRecord& record);
  // The same for a record that another thread has encoded. Precondition: of encoded().
  Status add(const EncodedRecord& record);
  // Writes the end mark; nothing may be added after it. Errors: kUnavailable.
  Status finish();

  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  explicit EncounterFileWriter(std::unique_ptr<std::ostream> owned);
  void write_header();

  std::unique_ptr<std::ostream> owned_;
  std::ostream* out_;
  std::uint64_t records_ = 0;
};

class EncounterFileReader {
 public:
  // Errors: kNotFound, kUnavailable, kInvalidInput (no such file format, or another version of it).
  static Result<EncounterFileReader> open(const std::filesystem::path& path, FileSystem& files = real_file_system());
  // Reads from a stream, which must outlive the reader. Errors: kInvalidInput.
  static Result<EncounterFileReader> open(std::istream& in);
  EncounterFileReader(EncounterFileReader&&) noexcept;
  EncounterFileReader& operator=(EncounterFileReader&&) noexcept;
  ~EncounterFileReader();

  // The next record, or nothing after the last. parse_record(key, value) verifies it.
  // Errors: kInvalidInput: a length out of bounds, a file that ends before its end mark, an end mark that counts
  // other than the records that were read, bytes after it. After an error every call gives an error.
  Result<std::optional<EncodedRecord>> next_encoded();
  // The same, parsed. Errors: as next_encoded; kInvalidInput naming the record for what parse_record refuses.
  Result<std::optional<EncounterRecord>> next();

  // Records read so far, and how many bytes of the file they took: both together name a place to go on from.
  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::uint64_t position() const { return position_; }
  // Of the whole file; 0 when reading from a stream.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Goes on from a place that position() and records() gave for the same file. Errors: kInvalidInput (behind the
  // end). A place inside a record is found out by the bounds and checksums of what follows.
  Status resume(std::uint64_t position, std::uint64_t records);

 private:
  explicit EncounterFileReader(std::istream& in) : in_(&in) {}
  Status read_header();
  Status read_end();
  Result<Bytes> read_sized(std::size_t size, const char* what);
  bool read_exactly(std::uint8_t* to, std::size_t n);
  Error refuse(const std::string& reason);

  std::unique_ptr<std::istream> owned_;
  std::istream* in_;
  std::uint64_t records_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t size_ = 0;
  bool failed_ = false;
  bool ended_ = false;
};

}  // namespace whorl::index
