#include "index/key_care.h"

#include <system_error>

#include "base/catalogue.h"
#include "base/sha256.h"
#include "index/store/audit_log.h"
#include "index/store/copy_keys.h"
#include "index/store/gallery_keys.h"
#include "index/store/store.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

Error failed_to(const std::string& doing, const std::error_code& why) {
  return unavailable(doing + ": " + why.message());
}

Result<GalleryKeys> keys_of(const fs::path& gallery, const std::optional<fs::path>& root_key) {
  WHORL_ASSIGN(const bool any, has_gallery_keys(gallery, real_file_system()));
  if (!any) return failure(ErrorCode::kGalleryKeysMissing, with<"folder">((gallery / kKeysFolder).string()));
  return GalleryKeys::open(gallery, root_key, false, real_file_system());
}

Status copy_files(const Restoration& what) {
  std::error_code failed;
  fs::create_directories(what.to, failed);
  if (!failed) fs::permissions(what.to, fs::perms::owner_all, failed);
  if (failed) return failed_to("making " + what.to.string(), failed);
  for (const auto& entry : fs::directory_iterator(what.from, failed)) {
    if (!entry.is_regular_file()) continue;
    fs::copy_file(entry.path(), what.to / entry.path().filename(), failed);
    if (failed) return failed_to("copying " + entry.path().string(), failed);
  }
  return failed ? Status(failed_to("reading " + what.from.string(), failed)) : Status();
}

Status put_keys(const Restoration& what) {
  FileSystem& files = real_file_system();
  if (what.escrowed != nullptr) {
    WHORL_ASSIGN(const GalleryKeys keys, GalleryKeys::open(what.to, what.root_key, true, files));
    Status taken = keys.take_escrowed(what.escrowed->view());
    if (taken.ok() || taken.error().kind != ErrorKind::kCorruption) return taken;
    return Error{ErrorKind::kInvalidInput, "holds no key of a gallery: " + taken.error().message, "escrow"};
  }
  if (!what.keys) {
    return invalid_input(
        "a copy of a gallery opens with its keys alone: name them (--escrow with --recovery-key, or --keys)");
  }
  constexpr std::size_t kMostBytes = 4096;
  std::error_code failed;
  WHORL_TRY(files.make_private_folder(what.to / kKeysFolder));
  for (const auto& entry : fs::directory_iterator(*what.keys, failed)) {
    if (!entry.is_regular_file()) continue;
    WHORL_ASSIGN(const auto bytes, files.read(entry.path(), kMostBytes));
    if (bytes) WHORL_TRY(files.write_private(what.to / kKeysFolder / entry.path().filename(), *bytes));
  }
  return failed ? Status(failed_to("reading " + what.keys->string(), failed)) : Status();
}

// Before anything is opened: a key of another time than the copy's would read as damage.
Status check_keys(const Restoration& what) {
  const auto wanted = key_of_copy(what.to);
  if (!wanted) return {};
  WHORL_ASSIGN(const GalleryKeys keys, keys_of(what.to, what.root_key));
  WHORL_ASSIGN(const GalleryKeys::Kept kept, keys.read());
  const char* const field = what.escrowed != nullptr ? "escrow" : "keys";
  if (kept.gallery != wanted->gallery) {
    return Error{ErrorKind::kUnauthorised, "holds a key of another gallery than the backup's", field};
  }
  std::string held;
  for (const auto& key : kept.keys) {
    if (key.epoch == wanted->epoch) return {};
    held += (held.empty() ? "" : ", ") + std::to_string(key.epoch);
  }
  return Error{ErrorKind::kUnauthorised,
               "this backup opens with the gallery's key of epoch " + std::to_string(wanted->epoch) +
                   ", and here is that of epoch " + held + ": bring the one that was kept when the backup was made",
               field};
}

Result<Restored> restored(const Restoration& what) {
  WHORL_TRY(copy_files(what));
  WHORL_TRY(put_keys(what));
  WHORL_TRY(check_keys(what));
  StoreOptions options;
  options.directory = what.to;
  options.create_if_missing = false;
  options.root_key = what.root_key;
  WHORL_ASSIGN(const auto store, Store::open(std::move(options)));
  Restored out;
  const Workers workers;
  const auto count = [&](ByteView key, ByteView value) -> Status {
    ++out.encounters;
    WHORL_TRY(parse_record(key, value));
    return {};
  };
  WHORL_TRY(store->records().scan_records(count, &workers));
  audit::Event event;
  event.operation = audit::Operation::kRestore;
  event.outcome = "restored";
  event.count = out.encounters;
  if (!store->read_only()) WHORL_TRY(store->audit().note(event, {}));
  const auto keys = store->keys();
  if (!keys) return corruption(what.from.string() + " holds no sealed gallery");
  out.keys = *keys;
  return out;
}

}  // namespace

Result<KeysReport> keys_report(const fs::path& gallery, const std::optional<fs::path>& root_key) {
  WHORL_ASSIGN(const GalleryKeys keys, keys_of(gallery, root_key));
  WHORL_ASSIGN(const GalleryKeys::Kept kept, keys.read());
  KeysReport out;
  out.gallery = hex_of(kept.gallery);
  out.epoch = kept.keys.back().epoch;
  for (const auto& key : kept.keys) {
    if (key.epoch != out.epoch) out.earlier_epochs.push_back(key.epoch);
  }
  out.root_key = keys.root_file();
  out.root_key_made_by_whorl = keys.root_made_by_whorl();
  const auto opened = crypto::Vault::open(keys.root(), kept.gallery, kept.keys);
  if (opened.ok()) return out;
  return failure(ErrorCode::kRootKeyWrong, with<"file">(keys.root_file().string()),
                 with<"cause">(opened.error().message));
}

Result<crypto::SecretBytes> escrowed_key(const fs::path& gallery, const std::optional<fs::path>& root_key) {
  WHORL_TRY(keys_report(gallery, root_key));
  WHORL_ASSIGN(const GalleryKeys keys, keys_of(gallery, root_key));
  return keys.escrowed();
}

Result<Restored> restore_gallery(const Restoration& what) {
  std::error_code failed;
  if (fs::exists(what.to, failed)) {
    return Error{ErrorKind::kAlreadyExists, what.to.string() + " is there already: name a folder that is not", "to"};
  }
  if (!fs::exists(what.from / "CURRENT", failed)) {
    return failure(ErrorCode::kGalleryNotThere, with<"folder">(what.from.string()));
  }
  auto out = restored(what);
  if (!out.ok()) fs::remove_all(what.to, failed);
  return out;
}

}  // namespace whorl::index
