#include "tests/crash/oracle.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "index/record/native_sample.h"
#include "tests/support/random_prints.h"

namespace whorl::crash {
namespace {

constexpr const char* kVerbs[] = {"add", "erase-person", "erase-encounter", "load"};

[[noreturn]] void give_up(const std::string& reason) {
  std::fprintf(stderr, "crash test: %s\n", reason.c_str());
  std::_Exit(4);
}

std::uint64_t hash_of(std::string_view text) {  // FNV-1a: the same in every process
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string joined(std::initializer_list<std::string> words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

std::string Operation::text() const {
  const std::string verb = kVerbs[static_cast<int>(kind)];
  switch (kind) {
    case Kind::kAdd: return joined({verb, person, encounter, std::to_string(capture)});
    case Kind::kErasePerson: return joined({verb, person});
    case Kind::kEraseEncounter: return joined({verb, person, encounter});
    case Kind::kLoad: return joined({verb, std::to_string(load), std::to_string(batch)});
  }
  give_up("an operation without a kind");
}

Operation Operation::parse(const std::string& text) {
  std::istringstream in(text);
  std::string verb;
  in >> verb;
  Operation out;
  if (verb == kVerbs[0]) {
    in >> out.person >> out.encounter >> out.capture;
  } else if (verb == kVerbs[1]) {
    out.kind = Kind::kErasePerson;
    in >> out.person;
  } else if (verb == kVerbs[2]) {
    out.kind = Kind::kEraseEncounter;
    in >> out.person >> out.encounter;
  } else if (verb == kVerbs[3]) {
    out.kind = Kind::kLoad;
    in >> out.load >> out.batch;
  } else {
    in.setstate(std::ios::failbit);
  }
  if (in.fail()) give_up("the oracle has the line " + text);
  return out;
}

Place place_of(const std::string& person, std::uint64_t capture) {
  const std::uint64_t seed = hash_of(person);
  Place out{1'700'000'000'000 + capture, {seed % 3 == 0 ? "visa" : "default"}, 1 + capture % 2, capture / 2 % 3 == 0};
  if (seed % 5 == 0) out.galleries.emplace_back("asylum");
  return out;
}

fingerprint::FingerprintTemplate finger_of(const std::string& person, std::uint64_t capture, std::size_t f) {
  return tests::another_capture(tests::random_finger(hash_of(person) + f), capture);
}

face::FaceTemplate face_of(const std::string& person, std::uint64_t capture) {
  std::mt19937_64 own(hash_of(person));
  std::mt19937_64 noise(capture);
  std::vector<float> values(128);
  for (float& v : values)
    v = static_cast<float>(static_cast<int>(own() % 201) - 100 + static_cast<int>(noise() % 41) - 20);
  return face::make_template({"a_network", {1, 2, 3, 4, 5, 6, 7, 8}}, 80, values).value();
}

index::EncounterRecord record_of(const std::string& person, const std::string& encounter, std::uint64_t capture) {
  const Place place = place_of(person, capture);
  index::EncounterRecord out;
  out.person_id = person;
  out.encounter_id = encounter;
  out.encounter_type = "crash-test";
  out.created_ms = place.created_ms;
  out.galleries = place.galleries;
  for (std::size_t f = 0; f < place.fingers; ++f) {
    const auto finger = finger_of(person, capture, f);
    const auto position = f == 0 ? index::FingerPosition::kRightIndex : index::FingerPosition::kLeftIndex;
    out.samples.push_back(index::native_sample(position, finger).value());
  }
  if (place.face) out.samples.push_back(index::native_sample(face_of(person, capture)).value());
  return out;
}

std::vector<Operation> encounters_of_batch(std::uint64_t load, std::uint64_t batch) {
  constexpr int kPersons = 12;
  std::vector<Operation> out;
  for (int i = 0; i < kPersons; ++i) {
    Operation add;
    add.person = "l" + std::to_string(load) + "-" + std::to_string(batch) + "-" + std::to_string(i);
    add.encounter = "e0";
    add.capture = hash_of(add.person) % 1'000'000'000;
    out.push_back(add);
    if (i % 4 != 0) continue;
    add.encounter = "e1";
    ++add.capture;
    out.push_back(add);
  }
  return out;
}

Bytes mark_of(std::uint64_t load, std::uint64_t batches) { return ByteWriter().u64(load).u64(batches).take(); }

void Oracle::apply(const std::string& line) {
  const std::string rest = line.size() > 2 ? line.substr(2) : "";
  switch (line.empty() ? ' ' : line[0]) {
    case 'i': pending.emplace(rest, Operation::parse(rest)); return;
    case 'n': pending.erase(rest); return;
    case 'a': {
      const Operation operation = Operation::parse(rest);
      if (pending.erase(rest) != 1) give_up("acknowledged without an intent: " + rest);
      perform(operation);
      return;
    }
    case 'o':
      ++opened;
      shards = snapshots = 0;
      return;
    case 'k': std::istringstream(rest) >> shards >> snapshots; return;
    default: give_up("the oracle has the line " + line);
  }
}

void Oracle::perform(const Operation& operation) {
  ++acknowledged;
  recent.push_back(operation);
  const auto gone_if_empty = [&] {
    const auto it = persons.find(operation.person);
    if (it == persons.end() || !it->second.empty()) return;
    persons.erase(it);
    erased.insert(operation.person);
  };
  switch (operation.kind) {
    case Operation::Kind::kAdd:
      persons[operation.person][operation.encounter] = operation.capture;
      erased.erase(operation.person);
      return;
    case Operation::Kind::kErasePerson: persons[operation.person].clear(); return gone_if_empty();
    case Operation::Kind::kEraseEncounter: persons[operation.person].erase(operation.encounter); return gone_if_empty();
    case Operation::Kind::kLoad:
      for (const Operation& add : encounters_of_batch(operation.load, operation.batch)) {
        persons[add.person][add.encounter] = add.capture;
      }
      load = operation.load + (operation.batch + 1) / kBatchesOfLoad;
      batch = (operation.batch + 1) % kBatchesOfLoad;
      return;
  }
}

void Oracle::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(position_));
  std::string line;
  while (std::getline(in, line) && !in.eof()) {
    apply(line);
    position_ += line.size() + 1;
  }
}

void Oracle::cut_torn_line(const std::filesystem::path& file) const {
  std::error_code code;
  if (std::filesystem::exists(file, code)) std::filesystem::resize_file(file, position_, code);
  if (code) give_up("cannot cut the oracle: " + code.message());
}

OracleWriter::OracleWriter(const std::filesystem::path& file)
    : file_(open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) give_up("cannot write " + file.string());
}

OracleWriter::~OracleWriter() { close(file_); }

void OracleWriter::note(const std::string& line) const {
  const std::string text = line + "\n";
  if (::write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) give_up("cannot write the oracle");
}

void OracleWriter::write(const std::string& line) const {
  note(line);
  if (fdatasync(file_) != 0) give_up("cannot sync the oracle");
}

}  // namespace whorl::crash
