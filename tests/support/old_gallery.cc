#include "tests/support/old_gallery.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/crc32c.h"
#include "index/record/digest.h"
#include "index/record/record_key.h"
#include "templates/codec/native_face.h"
#include "templates/face/template.h"
#include "tests/support/random_prints.h"

namespace whorl::tests {
namespace {

using index::EncounterRecord;
using index::SampleRecord;

void must(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "making an old gallery: %s\n", status.ToString().c_str());
  std::abort();
}

rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// As the last build with format 3 wrote it.
Bytes old_value(const EncounterRecord& record, ByteView key) {
  const bool face = record.samples.size() > 1;
  const SampleRecord& finger = record.samples[0];
  ByteWriter out;
  out.u8(face ? 2 : 1).u64(record.created_ms).sized(record.encounter_type).u8(1).sized(record.galleries[0]);
  out.u8(1).u8(finger.position).u8(finger.quality).u8(finger.features).sized(finger.template_bytes).u8(0);
  if (face) out.u8(record.samples[1].quality).sized(record.samples[1].template_bytes);
  out.sized(record.client_data);
  out.u32(crc32c(out.view(), crc32c(key)));
  return out.take();
}

Bytes old_entry(const EncounterRecord& record, const index::RecordDigest& digest) {
  ByteWriter out;
  out.u8(record.samples.size() > 1 ? 2 : 1).bytes(digest).u8(1).sized(record.galleries[0]);
  return out.u8(1).u8(record.samples[0].position).take();
}

std::vector<EncounterRecord> people(int persons) {
  const auto print = random_finger(1);
  SampleRecord finger;
  finger.position = 2;
  finger.extractor_version = 1;
  finger.quality = 77;
  finger.features = 31;
  finger.template_bytes = native(print);
  const std::vector<float> values(128, 0.5F);
  SampleRecord face = finger;
  face.modality = Modality::kFace;
  face.format = index::kNativeFace;
  face.position = 0;
  face.features = 0;
  face.template_bytes =
      codec::encode_native_face(face::make_template({"a_network", {1, 2, 3, 4, 5, 6, 7, 8}}, 77, values).value())
          .value();
  std::vector<EncounterRecord> out(static_cast<std::size_t>(persons));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].person_id = "p" + std::to_string(i);
    out[i].encounter_id = "e";
    out[i].encounter_type = "visit";
    out[i].created_ms = 1'700'000'000'000 + i;
    out[i].galleries = {"default"};
    out[i].samples = {finger};
    if (i % 3 == 0) out[i].samples.push_back(face);
    out[i].client_data = "of " + std::to_string(i);
  }
  return out;
}

}  // namespace

std::vector<EncounterRecord> make_old_gallery(const std::filesystem::path& folder, int persons) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "index", "snapshots", "manifest", "marks"}) families.emplace_back(name, options);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  must(rocksdb::DB::Open(options, folder.string(), families, &handles, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteBatch batch;
  batch.Put(
      "\x01"
      "format",
      slice(ByteWriter().u32(3).view()));
  batch.Put(
      "\x01"
      "extractor",
      slice(ByteWriter().u32(1).view()));
  ByteWriter network;
  network.sized(std::string_view("a_network")).bytes(Bytes{1, 2, 3, 4, 5, 6, 7, 8}).u32(128);
  batch.Put(
      "\x01"
      "faces",
      slice(network.view()));
  auto records = people(persons);
  for (const EncounterRecord& record : records) {
    const Bytes key = index::encounter_key(record.person_id, record.encounter_id);
    const Bytes value = old_value(record, key);
    batch.Put(handles[0], slice(key), slice(value));
    batch.Put(handles[1], slice(key), slice(old_entry(record, index::record_digest(key, value))));
  }
  must(db->Write({}, &batch));
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    must(db->Flush({}, handle));
    must(db->DestroyColumnFamilyHandle(handle));
  }
  must(db->Close());
  return records;
}

}  // namespace whorl::tests
