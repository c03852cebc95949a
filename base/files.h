// Reading and writing whole files, with errors that say what to do.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl {

// Errors: kNotFound; kUnauthorised when this user may not read it; kInvalidInput when it is no file or longer than
// `max_bytes`; kInternal when reading fails.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

// Who may read a file that is made new; the process's umask takes more away. A file that is there keeps its mode.
enum class NewFile {
  kShared,   // 0666: tables and plots
  kPrivate,  // 0600: what holds biometric data
};

// A plain file is written beside the target and renamed, so that the target is never half a file; of a symbolic link
// the file it leads to is the target. A device or FIFO is written to, never replaced. "-" and /dev/stdout are standard
// output. Nothing is synced: after a loss of power a new file may be empty.
// Errors: those of kind_of_path_failure (path_failure.h) when it cannot be made or written there: kNotFound without the
// folder, kUnauthorised, kExhausted when there is no room; kInvalidInput for a folder, a socket, a disk, and a FIFO
// that nobody reads.
Status write_file(const std::filesystem::path& path, ByteView bytes, NewFile mode = NewFile::kShared);
Status write_file(const std::filesystem::path& path, std::string_view text, NewFile mode = NewFile::kShared);

// Whether there is a folder that this user may list. Errors: kNotFound; kInvalidInput of what is no folder;
// kUnauthorised.
Status check_folder(const std::filesystem::path& path);

// Errors: those of kind_of_path_failure when it cannot be made; kInvalidInput where something else stands there.
Status make_directory(const std::filesystem::path& path);

// Writes to standard output and flushes. Errors: kInternal, saying why ("No space left on device").
Status write_standard_output(std::string_view text);

// Opens /dev/null in place of a standard stream that is closed, so that no file of the program gets its number and
// what is printed lands in it; writing to such a standard output fails. Call first thing in main.
void guard_standard_streams();

}  // namespace whorl
