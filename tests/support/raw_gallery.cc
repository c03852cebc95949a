#include "tests/support/raw_gallery.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

namespace whorl::tests {
namespace {

void must(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "looking into a gallery: %s\n", status.ToString().c_str());
  std::abort();
}

class Database {
 public:
  static rocksdb::Status open(const std::filesystem::path& gallery, bool change, std::unique_ptr<Database>& out) {
    std::vector<std::string> names;
    rocksdb::Status status = rocksdb::DB::ListColumnFamilies({}, gallery.string(), &names);
    if (!status.ok()) return status;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    std::unique_ptr<Database> made(new Database);
    status = change ? rocksdb::DB::Open({}, gallery.string(), families, &made->handles_, &opened)
                    : rocksdb::DB::OpenForReadOnly({}, gallery.string(), families, &made->handles_, &opened);
    if (!status.ok()) return status;
    made->db_.reset(opened);
    out = std::move(made);
    return status;
  }
  static std::unique_ptr<Database> to_change(const std::filesystem::path& gallery) {
    std::unique_ptr<Database> out;
    must(open(gallery, true, out));
    return out;
  }
  ~Database() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() { return *db_; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return handles_; }
  rocksdb::ColumnFamilyHandle* family(const std::string& name) const {
    const auto at =
        std::find_if(handles_.begin(), handles_.end(), [&](auto* handle) { return handle->GetName() == name; });
    if (at == handles_.end()) std::abort();
    return *at;
  }

 private:
  Database() = default;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace

namespace {

rocksdb::Status read_rows(const std::filesystem::path& gallery, std::vector<RawRow>& out) {
  std::unique_ptr<Database> database;
  rocksdb::Status status = Database::open(gallery, false, database);
  if (!status.ok()) return status;
  for (auto* family : database->families()) {
    const std::unique_ptr<rocksdb::Iterator> it(database->db().NewIterator({}, family));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      out.push_back({family->GetName(), it->key().ToString(), it->value().ToString()});
    }
    if (!it->status().ok()) return it->status();
  }
  std::sort(out.begin(), out.end());
  return {};
}

}  // namespace

// Somebody who has the gallery open may take a file away while it is being opened here: then once more.
std::vector<RawRow> raw_rows(const std::filesystem::path& gallery) {
  constexpr int kTries = 50;
  for (int tried = 1;; ++tried) {
    std::vector<RawRow> out;
    const rocksdb::Status status = read_rows(gallery, out);
    if (status.ok()) return out;
    if (tried == kTries) must(status);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void put_raw(const std::filesystem::path& gallery, const std::vector<RawRow>& rows) {
  const auto database = Database::to_change(gallery);
  for (const RawRow& row : rows) must(database->db().Put({}, database->family(row.family), row.key, row.value));
}

void drop_raw(const std::filesystem::path& gallery, const RawRow& row) {
  const auto database = Database::to_change(gallery);
  must(database->db().Delete({}, database->family(row.family), row.key));
}

std::vector<RawRow> rows_added(const std::vector<RawRow>& before, const std::vector<RawRow>& after) {
  std::vector<RawRow> out;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(out));
  return out;
}

bool any_file_holds(const std::filesystem::path& folder, const std::string& wanted) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.find(wanted) != std::string::npos) return true;
  }
  return false;
}

}  // namespace whorl::tests
