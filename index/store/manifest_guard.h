// An Env that keeps the list of table files that CURRENT names. Private to this room.
//
// RocksDB 7.8 writes a new list (MANIFEST), then the file CURRENT that names it. Where the first succeeds and the
// second does not (the disk is full), it takes the new list for the current one all the same, and deletes the older,
// which CURRENT still names, at the next occasion: the database cannot be opened again, whatever room there is by then.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace whorl::index {

// Everything as `target`, which is borrowed and must outlive it, but a MANIFEST is not deleted (kBusy) while CURRENT in
// its folder names it or cannot be read. Thread-safe.
std::unique_ptr<rocksdb::Env> guard_manifests(rocksdb::Env& target);

}  // namespace whorl::index
