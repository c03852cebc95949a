#include "index/store/gallery_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKeyName = "kek-";
constexpr std::size_t kSealedKeyBytes = 61;
constexpr std::size_t kFileBytes = sizeof(crypto::GalleryId) + kSealedKeyBytes;
constexpr std::uint8_t kEscrowVersion = 1;

std::optional<std::uint32_t> epoch_of_name(std::string_view name) {
  if (!name.starts_with(kKeyName)) return {};
  name.remove_prefix(kKeyName.size());
  std::uint32_t epoch = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), epoch);
  if (read.ec != std::errc() || read.ptr != name.data() + name.size() || epoch == 0) return {};
  return epoch;
}

fs::path path_of(const fs::path& folder, std::uint32_t epoch) {
  return folder / (std::string(kKeyName) + std::to_string(epoch));
}

bool is_overwritten(ByteView file) {
  return std::all_of(file.begin(), file.end(), [](std::uint8_t byte) { return byte == 0; });
}

// In place, so that the blocks that held the key are those that are written. Not through FileSystem, which never writes
// over a file.
Status overwrite(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return errno == ENOENT ? Status() : unavailable("the key " + path.string() + " cannot be overwritten");
  const Bytes zeros(kFileBytes);
  const bool done =
      ::pwrite(file, zeros.data(), zeros.size(), 0) == static_cast<ssize_t>(zeros.size()) && ::fsync(file) == 0;
  ::close(file);
  return done ? Status() : unavailable("the key " + path.string() + " cannot be overwritten");
}

Status sync_folder(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = opened >= 0 && ::fsync(opened) == 0;
  if (opened >= 0) ::close(opened);
  return done ? Status() : unavailable("the folder " + folder.string() + " cannot be synced");
}

}  // namespace

Result<bool> has_gallery_keys(const fs::path& gallery, FileSystem& files) {
  WHORL_ASSIGN(const auto folder, files.look(gallery / kKeysFolder));
  if (!folder || !folder->folder) return false;
  WHORL_ASSIGN(const auto names, files.list(gallery / kKeysFolder));
  return std::any_of(names.begin(), names.end(), [](const auto& name) { return epoch_of_name(name).has_value(); });
}

Result<GalleryKeys> GalleryKeys::open(const fs::path& gallery, const std::optional<fs::path>& file, bool make,
                                      FileSystem& files) {
  GalleryKeys out(gallery / kKeysFolder, files);
  if (file && crypto::is_token_address(*file)) {
    WHORL_ASSIGN(out.root_, crypto::root_key_at(*file));
    out.where_ = *file;
    return out;
  }
  crypto::RootPlaces places = crypto::root_places_of_environment();
  places.file = file;
  auto found = crypto::find_root_key(places, make);
  if (!found.ok() && found.error().kind == ErrorKind::kNotFound) {
    Error error = std::move(found).error();
    error.message +=
        "; the gallery is sealed under a root key: name its file (--root-key, or root_key under [gallery])";
    error.kind = ErrorKind::kUnauthorised;  // the gallery itself is there
    return error;
  }
  if (!found.ok()) return std::move(found).error();
  WHORL_ASSIGN(out.root_, crypto::make_root_key(std::move(found->key)));
  out.where_ = std::move(found->where);
  out.made_by_whorl_ = found->made_by_whorl;
  return out;
}

Result<GalleryKeys::Kept> GalleryKeys::read() const {
  Kept out;
  WHORL_ASSIGN(const auto names, files_->list(folder_));
  for (const std::string& name : names) {
    const auto epoch = epoch_of_name(name);
    if (!epoch) continue;
    const fs::path path = path_of(folder_, *epoch);
    WHORL_ASSIGN(const auto file, files_->read(path, kFileBytes + 1));
    if (!file) continue;
    if (file->size() != kFileBytes) return corruption("the key " + path.string() + " is damaged");
    // Overwritten, and not taken away any more: its epoch is over.
    if (is_overwritten(*file)) continue;
    crypto::GalleryId gallery{};
    std::copy_n(file->begin(), gallery.size(), gallery.begin());
    if (!out.keys.empty() && gallery != out.gallery) {
      return corruption("keys of two galleries lie in " + folder_.string());
    }
    out.gallery = gallery;
    out.keys.push_back({*epoch, Bytes(file->begin() + gallery.size(), file->end()), 0});
  }
  if (out.keys.empty()) return not_found("there are no keys in " + folder_.string());
  std::sort(out.keys.begin(), out.keys.end(), [](const auto& a, const auto& b) { return a.epoch < b.epoch; });
  return out;
}

Status GalleryKeys::put(const crypto::GalleryId& gallery, const crypto::KeptGalleryKey& key) const {
  WHORL_TRY(files_->make_private_folder(folder_));
  return files_->write_private(path_of(folder_, key.epoch), ByteWriter().bytes(gallery).bytes(key.sealed).view());
}

Result<crypto::SecretBytes> GalleryKeys::escrowed() const {
  WHORL_ASSIGN(const Kept kept, read());
  crypto::SecretBytes drawn(crypto::kRootKeyBytes);
  WHORL_TRY(crypto::system_random().fill(drawn.writable()));
  WHORL_ASSIGN(const auto root, crypto::make_root_key(drawn.clone()));
  WHORL_ASSIGN(const auto key, crypto::rewrap_gallery_key(kept.keys.back(), kept.gallery, *root_, *root));
  const Bytes head = ByteWriter().u8(kEscrowVersion).bytes(kept.gallery).u32(key.epoch).bytes(key.sealed).take();
  crypto::SecretBytes out(head.size() + drawn.size());
  const auto after = std::copy(head.begin(), head.end(), out.writable().begin());
  std::copy(drawn.view().begin(), drawn.view().end(), after);
  return out;
}

Status GalleryKeys::take_escrowed(ByteView bytes) const {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const ByteView id = in.bytes(sizeof(crypto::GalleryId));
  crypto::KeptGalleryKey key;
  key.epoch = in.u32();
  const ByteView sealed = in.bytes(kSealedKeyBytes);
  const ByteView drawn = in.bytes(crypto::kRootKeyBytes);
  if (!in.finished() || version != kEscrowVersion || key.epoch == 0) return corruption("these bytes are no kept key");
  crypto::GalleryId gallery{};
  std::copy(id.begin(), id.end(), gallery.begin());
  key.sealed.assign(sealed.begin(), sealed.end());
  WHORL_ASSIGN(const auto root, crypto::make_root_key(crypto::SecretBytes::copy_of(drawn)));
  WHORL_ASSIGN(const auto own, crypto::rewrap_gallery_key(key, gallery, *root, *root_));
  return put(gallery, own);
}

Status GalleryKeys::destroy(std::uint32_t epoch) const {
  const fs::path path = path_of(folder_, epoch);
  WHORL_TRY(overwrite(path));
  WHORL_TRY(files_->remove(path));
  return sync_folder(folder_);
}

Status GalleryKeys::clear_leftovers() const {
  WHORL_ASSIGN(const auto names, files_->list(folder_));
  bool any = false;
  for (const std::string& name : names) {
    if (!name.starts_with(kKeyName)) continue;
    const fs::path path = folder_ / name;
    if (!name.ends_with(FileSystem::kUnfinished)) {
      WHORL_ASSIGN(const auto file, files_->read(path, kFileBytes + 1));
      if (!file || !epoch_of_name(name) || file->size() != kFileBytes || !is_overwritten(*file)) continue;
    }
    WHORL_TRY(overwrite(path));
    WHORL_TRY(files_->remove(path));
    any = true;
  }
  return any ? sync_folder(folder_) : Status();
}

Status GalleryKeys::move_to_root(const fs::path& file) {
  WHORL_ASSIGN(const Kept kept, read());
  if (kept.keys.size() != 1) {
    return unavailable("a rotation of the gallery's keys was not finished: whorl keys rotate goes on with it");
  }
  WHORL_ASSIGN(auto root, crypto::root_key_at(file));
  WHORL_ASSIGN(const auto moved, crypto::rewrap_gallery_key(kept.keys.front(), kept.gallery, *root_, *root));
  // A token that seals what it does not open again would be found out when it is too late.
  WHORL_TRY(crypto::Vault::open(*root, kept.gallery, std::span(&moved, 1)));
  WHORL_TRY(put(kept.gallery, moved));
  root_ = std::move(root);
  where_ = file;
  made_by_whorl_ = false;
  return {};
}

}  // namespace whorl::index
