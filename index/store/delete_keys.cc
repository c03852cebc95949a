#include "index/store/delete_keys.h"

#include <rocksdb/iterator.h>

#include <memory>

namespace whorl::index {

Status delete_keys(rocksdb::WriteBatch& batch, rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, ByteView begin,
                   ByteView end) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Slice last = slice(end);
  options.iterate_upper_bound = &last;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options, family));
  for (it->Seek(slice(begin)); it->Valid(); it->Next()) batch.Delete(family, it->key());
  if (!it->status().ok()) return error_of(it->status(), "reading what is to be deleted");
  return {};
}

}  // namespace whorl::index
