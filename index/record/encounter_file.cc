#include "index/record/encounter_file.h"

#include <array>
#include <istream>
#include <vector>

#include "base/catalogue.h"
#include "base/crc32c.h"

namespace whorl::index {
namespace {

constexpr std::string_view kMagic = "WHORLENC";
constexpr std::size_t kMaxKeyBytes = 2 * kMaxIdBytes + 2;
// An end mark is a key length of zero, the number of records, and a checksum over both.
constexpr std::size_t kEndCountBytes = 8;

ByteWriter end_mark(std::uint64_t records) {
  ByteWriter out;
  out.u32(0).u64(records);
  out.u32(crc32c(out.view()));
  return out;
}

}  // namespace

EncounterFileWriter::EncounterFileWriter(std::ostream& out) : out_(&out) { write_header(); }

EncounterFileWriter::EncounterFileWriter(std::unique_ptr<std::ostream> owned)
    : owned_(std::move(owned)), out_(owned_.get()) {
  write_header();
}

EncounterFileWriter::EncounterFileWriter(EncounterFileWriter&&) noexcept = default;
EncounterFileWriter& EncounterFileWriter::operator=(EncounterFileWriter&&) noexcept = default;
EncounterFileWriter::~EncounterFileWriter() = default;

Result<EncounterFileWriter> EncounterFileWriter::create(const std::filesystem::path& path, FileSystem& files) {
  WHORL_ASSIGN(auto out, files.open_to_write(path));
  return EncounterFileWriter(std::move(out));
}

void EncounterFileWriter::write_header() {
  const Bytes header = ByteWriter().bytes(as_bytes(kMagic)).u32(kEncounterFileVersion).take();
  out_->write(as_text(header).data(), static_cast<std::streamsize>(header.size()));
}

Status EncounterFileWriter::add(const EncounterRecord& record) {
  WHORL_ASSIGN(const EncodedRecord both, encoded(record));
  return add(both);
}

Status EncounterFileWriter::add(const EncodedRecord& record) {
  const Bytes key = ByteWriter().sized(record.key).u32(static_cast<std::uint32_t>(record.value.size())).take();
  out_->write(as_text(key).data(), static_cast<std::streamsize>(key.size()));
  out_->write(as_text(record.value).data(), static_cast<std::streamsize>(record.value.size()));
  if (!*out_) return failure(ErrorCode::kEncounterFileUnwritten);
  ++records_;
  return {};
}

Status EncounterFileWriter::finish() {
  const Bytes mark = end_mark(records_).take();
  out_->write(as_text(mark).data(), static_cast<std::streamsize>(mark.size()));
  out_->flush();
  if (!*out_) return failure(ErrorCode::kEncounterFileUnwritten);
  return {};
}

EncounterFileReader::EncounterFileReader(EncounterFileReader&&) noexcept = default;
EncounterFileReader& EncounterFileReader::operator=(EncounterFileReader&&) noexcept = default;
EncounterFileReader::~EncounterFileReader() = default;

Result<EncounterFileReader> EncounterFileReader::open(const std::filesystem::path& path, FileSystem& files) {
  WHORL_ASSIGN(auto in, files.open_to_read(path));
  WHORL_ASSIGN(const auto entry, files.look(path));
  EncounterFileReader reader(*in);
  reader.owned_ = std::move(in);
  reader.size_ = entry ? entry->bytes : 0;
  if (const Status header = reader.read_header(); !header.ok()) {
    return failure(ErrorCode::kEncounterFile, with<"detail">(path.string() + ": " + header.error().message));
  }
  return reader;
}

Result<EncounterFileReader> EncounterFileReader::open(std::istream& in) {
  EncounterFileReader reader(in);
  WHORL_TRY(reader.read_header());
  return reader;
}

Error EncounterFileReader::refuse(const std::string& reason) {
  failed_ = true;
  return failure(ErrorCode::kEncounterFile, with<"detail">("encounter file, after record " + std::to_string(records_) +
                                                           " (byte " + std::to_string(position_) + "): " + reason));
}

bool EncounterFileReader::read_exactly(std::uint8_t* to, std::size_t n) {
  in_->read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(n));
  if (static_cast<std::size_t>(in_->gcount()) != n) return false;
  position_ += n;
  return true;
}

Status EncounterFileReader::read_header() {
  std::array<std::uint8_t, kMagic.size() + 4> header{};
  if (!read_exactly(header.data(), header.size())) return refuse("too short to be an encounter file");
  ByteReader in(header);
  if (as_text(in.bytes(kMagic.size())) != kMagic) return refuse("not an encounter file");
  const std::uint32_t version = in.u32();
  if (version == kEncounterFileVersion) return {};
  return refuse("unknown version " + std::to_string(version) + ", this build reads version " +
                std::to_string(kEncounterFileVersion));
}

Result<Bytes> EncounterFileReader::read_sized(std::size_t size, const char* what) {
  Bytes out(size);
  if (!read_exactly(out.data(), size)) return refuse(std::string("the file ends within ") + what);
  return out;
}

Status EncounterFileReader::read_end() {
  WHORL_ASSIGN(const Bytes mark, read_sized(kEndCountBytes + 4, "its end mark"));
  if (mark != ByteWriter().bytes(ByteView(end_mark(records_).view()).subspan(4)).view()) {
    return refuse("the end mark does not count the records before it: the file is damaged or was cut");
  }
  if (in_->peek() != std::istream::traits_type::eof()) return refuse("bytes after the end mark");
  ended_ = true;
  return {};
}

Result<std::optional<EncodedRecord>> EncounterFileReader::next_encoded() {
  if (failed_) return refuse("an earlier record could not be read");
  if (ended_) return std::optional<EncodedRecord>();
  WHORL_ASSIGN(const Bytes key_size, read_sized(4, "a length, without its end mark: it was cut, or not finished"));
  const std::uint32_t keys = ByteReader(key_size).u32();
  if (keys == 0) {
    const std::uint64_t end = position_ - key_size.size();
    WHORL_TRY(read_end());
    position_ = end;  // going on from here finds the end again
    return std::optional<EncodedRecord>();
  }
  if (keys > kMaxKeyBytes) return refuse("a key longer than " + std::to_string(kMaxKeyBytes) + " bytes");
  EncodedRecord out;
  WHORL_ASSIGN(out.key, read_sized(keys, "a key"));
  WHORL_ASSIGN(const Bytes value_size, read_sized(4, "a length"));
  const std::uint32_t values = ByteReader(value_size).u32();
  if (values > kMaxRecordBytes) return refuse("a record longer than " + std::to_string(kMaxRecordBytes) + " bytes");
  WHORL_ASSIGN(out.value, read_sized(values, "a record"));
  ++records_;
  return std::optional(std::move(out));
}

Result<std::optional<EncounterRecord>> EncounterFileReader::next() {
  WHORL_ASSIGN(const auto pair, next_encoded());
  if (!pair) return std::optional<EncounterRecord>();
  auto record = parse_record(pair->key, pair->value);
  if (!record.ok()) return refuse(record.error().message);
  return std::optional(std::move(record).value());
}

Status EncounterFileReader::resume(std::uint64_t position, std::uint64_t records) {
  if (size_ != 0 && position > size_) return refuse("the place to go on from lies behind the file's end");
  in_->clear();
  in_->seekg(static_cast<std::streamoff>(position));
  if (!*in_) return refuse("the file cannot be read from where it was left");
  position_ = position;
  records_ = records;
  failed_ = ended_ = false;
  return {};
}

}  // namespace whorl::index
