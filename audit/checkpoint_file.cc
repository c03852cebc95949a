#include "audit/checkpoint_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/descriptor.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSignatureBegin = "\xe2\x80\x94 ";  // an em dash and a space

Error failed_to(const char* doing, const fs::path& file) {
  return unavailable(std::string(doing) + " the file of checkpoints " + file.string() + ": " + std::strerror(errno));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::vector<std::string> notes_of(std::string_view text) {
  std::vector<std::string> out;
  std::string note;
  enum { kText, kSignaturesNext, kSignatures } at = kText;
  const auto begin_anew = [&] {
    note.clear();
    at = kText;
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const bool signature = line.starts_with(kSignatureBegin);
    if (at == kSignatures && !signature) {
      out.push_back(note);
      begin_anew();
    }
    if (at == kSignaturesNext && !signature) begin_anew();  // what stood before was cut off
    if (line.empty() && note.empty()) continue;
    note.append(line).append("\n");
    if (line.empty()) at = kSignaturesNext;
    if (signature) at = kSignatures;
  }
  // The last one of a file may end with its signatures.
  if (at == kSignatures && text.empty()) out.push_back(std::move(note));
  return out;
}

Status append_note(const fs::path& file, const std::string& note) {
  constexpr int kMode = 0644;
  const Descriptor opened(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (!opened.open()) return failed_to("opening", file);
  // What an interrupted appending left behind must not run into this one.
  const bool done = write_all(opened.number(), "\n\n" + note + "\n") && ::fsync(opened.number()) == 0;
  return done ? Status() : Status(failed_to("writing", file));
}

Result<std::optional<crypto::Checkpoint>> last_checkpoint(const fs::path& file, const crypto::NoteVerifier& log) {
  constexpr std::streamoff kTail = std::streamoff{1} << 20;
  std::error_code failed;
  if (!fs::exists(file, failed) && !failed) return std::optional<crypto::Checkpoint>();
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return failed_to("reading", file);
  const std::streamoff bytes = in.tellg();
  in.seekg(bytes > kTail ? bytes - kTail : 0);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return failed_to("reading", file);
  const std::vector<std::string> notes = notes_of(text);
  std::optional<crypto::Checkpoint> last;
  for (const std::string& note : notes) {
    auto opened = crypto::open_checkpoint(note, log, {});
    if (opened.ok() && (!last || opened->checkpoint.size >= last->size)) last = std::move(opened->checkpoint);
  }
  return last;
}

}  // namespace whorl::audit
