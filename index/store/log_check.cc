#include "index/store/log_check.h"

#include <algorithm>

#include "base/crc32c.h"
#include "index/store/gallery_folder.h"

namespace whorl::index {
namespace {

constexpr std::size_t kBlockBytes = 32'768;
constexpr std::size_t kHeaderBytes = 7;
// Types of entries: what begins a change, and what goes on with one.
constexpr int kWhole = 1;
constexpr int kFirst = 2;
constexpr int kLast = 4;

struct Entry {
  int type = 0;
  std::size_t bytes = 0;  // with the header
};

std::uint32_t little_endian(ByteView bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) out = out << 8 | bytes[i];
  return out;
}

// As it is stored: turned, so that a checksum over bytes that hold checksums stays a good one.
std::uint32_t stored_form(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; }

std::size_t left_in_block(std::size_t at) { return kBlockBytes - at % kBlockBytes; }

// The entry that begins at an offset, where a whole and undamaged one does.
std::optional<Entry> entry_at(ByteView log, std::size_t at) {
  const std::size_t room = std::min(left_in_block(at), log.size() - at);
  if (room < kHeaderBytes) return std::nullopt;
  const ByteView header = log.subspan(at, kHeaderBytes);
  const std::size_t bytes = kHeaderBytes + little_endian(header.subspan(4, 2));
  const int type = header[6];
  if (type < kWhole || type > kLast || bytes > room) return std::nullopt;
  if (stored_form(crc32c(log.subspan(at + 6, bytes - 6))) != little_endian(header.first(4))) return std::nullopt;
  return Entry{type, bytes};
}

bool begins_a_change(const std::optional<Entry>& entry) {
  return entry && (entry->type == kWhole || entry->type == kFirst);
}

bool only_zeros(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<std::size_t> damaged_log_entry(ByteView log) {
  std::size_t at = 0;
  while (at < log.size()) {
    const std::size_t block = std::min(left_in_block(at), log.size() - at);
    if (block < kHeaderBytes || only_zeros(log.subspan(at, block))) {  // what a block has left over
      at += block;
      continue;
    }
    const auto entry = entry_at(log, at);
    if (!entry) break;
    at += entry->bytes;
  }
  for (std::size_t behind = at + 1; behind < log.size(); ++behind) {
    const int type = behind + kHeaderBytes <= log.size() ? log[behind + 6] : 0;
    if ((type == kWhole || type == kFirst) && begins_a_change(entry_at(log, behind))) return at;
  }
  return std::nullopt;
}

Status check_logs(const StoreOptions& options) {
  WHORL_ASSIGN(const auto names, options.files->list(options.directory));
  for (const std::string& name : names) {
    if (!is_log(name)) continue;
    WHORL_ASSIGN(const auto entry, options.files->look(options.directory / name));
    if (!entry || !entry->regular) continue;
    WHORL_ASSIGN(const auto log, options.files->read(options.directory / name, entry->bytes));
    if (!log) continue;
    const auto damaged = damaged_log_entry(*log);
    if (!damaged) continue;
    return corruption("the gallery's log " + name + " is damaged at byte " + std::to_string(*damaged) +
                      ", and changes that were acknowledged lie behind it: restore the gallery from a backup");
  }
  return {};
}

}  // namespace whorl::index
