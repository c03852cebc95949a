// What a node can be asked, whoever answers: an Engine over a gallery here, a service that checks rights or quotas
// before it passes a call on, a fake in a test.
//
// Thread-safety: any thread may call any method at once. galleries() must be quick: it holds up nobody.
// Errors are values. An implementation may yet throw what a library threw; whoever serves callers catches it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/types.h"

namespace whorl::engine {

class Service {
 public:
  virtual ~Service() = default;

  // Puts one encounter in, durably, and never searches. A later search sees it.
  // Errors: kInvalidInput (field named; nothing was changed), kAlreadyExists, kNotFound (the person, where the request
  // says that they exist), kExhausted (a stated limit), kUnavailable (the disk refuses, or the deadline passed before
  // anything was written).
  virtual Result<EnrolReceipt> enrol(const Call& call, const EnrolRequest& request) = 0;

  // Searches and decides; never writes a record. The answer says how many persons were searched.
  // Errors: kInvalidInput, kNotFound (gallery), kUnavailable (incomplete search, deadline passed).
  virtual Result<IdentifyAnswer> identify(const Call& call, const IdentifyRequest& request) = 0;

  // Compares with one claimed person. Errors: as identify, and kNotFound (person).
  virtual Result<VerifyAnswer> verify(const Call& call, const VerifyRequest& request) = 0;

  // Effective at once for every later search. Errors: kNotFound, kUnavailable.
  virtual Status erase_person(const Call& call, const std::string& person_id) = 0;
  // Erasing the last encounter erases the person. Errors: kNotFound, kUnavailable.
  virtual Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) = 0;

  // Every encounter of a person, in order of id, without templates and images. Errors: kNotFound, kCorruption,
  // kUnavailable.
  virtual Result<std::vector<EncounterView>> encounters(const Call& call, const std::string& person_id) = 0;
  // One of them. Errors: as encounters; kNotFound says whether the person or the encounter is absent.
  virtual Result<EncounterView> encounter(const Call& call, const std::string& person_id,
                                          const std::string& encounter_id) = 0;

  // Galleries with at least one encounter, and "default" always; in order of name.
  virtual std::vector<GalleryView> galleries(const Call& call) = 0;
};

}  // namespace whorl::engine
