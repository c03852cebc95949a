#include "index/store/manifest_guard.h"

#include <rocksdb/file_system.h>

#include <filesystem>
#include <string>

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

class ManifestGuard final : public rocksdb::FileSystemWrapper {
 public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "ManifestGuard"; }

  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    if (is_current_manifest(path, options, context)) return rocksdb::IOStatus::Busy(path, "CURRENT may name it");
    return FileSystemWrapper::DeleteFile(path, options, context);
  }

 private:
  bool is_current_manifest(const fs::path& path, const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) {
    const std::string name = path.filename().string();
    if (!name.starts_with("MANIFEST-")) return false;
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    const std::string current = (path.parent_path() / "CURRENT").string();
    const rocksdb::IOStatus opened = NewSequentialFile(current, rocksdb::FileOptions(), &file, context);
    if (opened.IsNotFound() || opened.IsPathNotFound()) return false;
    constexpr std::size_t kMostBytes = 64;
    char scratch[kMostBytes];
    rocksdb::Slice named;
    if (!opened.ok() || !file->Read(kMostBytes, options, &named, scratch, context).ok()) return true;
    return named == rocksdb::Slice(name + "\n");
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> guard_manifests(rocksdb::Env& target) {
  return rocksdb::NewCompositeEnv(std::make_shared<ManifestGuard>(target.GetFileSystem()));
}

}  // namespace whorl::index
