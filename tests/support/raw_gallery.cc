#include "tests/support/raw_gallery.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>

namespace whorl::tests {
namespace {

void must(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "looking into a gallery: %s\n", status.ToString().c_str());
  std::abort();
}

class Database {
 public:
  Database(const std::filesystem::path& gallery, bool change) {
    std::vector<std::string> names;
    must(rocksdb::DB::ListColumnFamilies({}, gallery.string(), &names));
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    must(change ? rocksdb::DB::Open({}, gallery.string(), families, &handles_, &opened)
                : rocksdb::DB::OpenForReadOnly({}, gallery.string(), families, &handles_, &opened));
    db_.reset(opened);
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
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace

std::vector<RawRow> raw_rows(const std::filesystem::path& gallery) {
  Database database(gallery, false);
  std::vector<RawRow> out;
  for (auto* family : database.families()) {
    const std::unique_ptr<rocksdb::Iterator> it(database.db().NewIterator({}, family));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      out.push_back({family->GetName(), it->key().ToString(), it->value().ToString()});
    }
    must(it->status());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void put_raw(const std::filesystem::path& gallery, const std::vector<RawRow>& rows) {
  Database database(gallery, true);
  for (const RawRow& row : rows) must(database.db().Put({}, database.family(row.family), row.key, row.value));
}

void drop_raw(const std::filesystem::path& gallery, const RawRow& row) {
  Database database(gallery, true);
  must(database.db().Delete({}, database.family(row.family), row.key));
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
