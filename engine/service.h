// What a node can be asked, whoever answers: an Engine over a gallery here, a service that checks rights or quotas
// before it passes a call on, a fake in a test.
//
// Thread-safety: any thread may call any method at once. galleries() and health() must be quick: they read counts and
// wait for no disk.
// Errors are values; those named below are the ones to expect, kInternal can come from any method. An implementation
// may yet throw what a library threw; whoever serves callers catches it. A method that concerns a person fills the
// call's audit leaf (call.h), where there is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/leaf.h"
#include "base/result.h"
#include "engine/assessment.h"
#include "engine/audit_question.h"
#include "engine/call.h"
#include "engine/dedupe.h"
#include "engine/explanation.h"
#include "engine/member_desk.h"
#include "engine/node_report.h"
#include "engine/tasks.h"
#include "engine/types.h"

namespace whorl::engine {

class CaseDesk;
class EvaluationDesk;
class PrivacyNotices;
class SearchStatistics;
class ThresholdDesk;

// The whole of what a node does. Requests are borrowed for the time of the call; answers are the caller's.
class Service {
 public:
  virtual ~Service() = default;

  // Puts one encounter in, durably, and never searches. A later search sees it.
  // Errors: kInvalidInput (field named; nothing was changed), kAlreadyExists (the encounter; the answer to be kept, by
  // the same request at the same time; one encounter too many of the person), kNotFound (the person, where the request
  // says that they exist), kExhausted (a stated limit), kUnavailable (the disk refuses, or the deadline passed before
  // anything was written).
  virtual Result<EnrolReceipt> enrol(const Call& call, const EnrolRequest& request) = 0;

  // What was kept with the enrolment that this key was given to, for a day and across restarts. Nothing where there is
  // nothing. Ask before the same enrolment is tried again. Errors: kAlreadyExists (the key was given to another
  // request), kNotFound (the encounter that it made was erased), kCorruption, kUnavailable.
  virtual Result<std::optional<std::string>> kept_answer(const Call& call, const RequestKey& key) = 0;

  // Another encounter in the place of one that is there: samples, images, data, galleries and status, in one batch; the
  // date it was made at stays. The request names person and encounter; `keep` and `person_rule` mean nothing. Errors:
  // as enrol; kNotFound (the person, the encounter).
  virtual Result<EnrolReceipt> update(const Call& call, const EnrolRequest& request) = 0;
  // Whether searches look at an encounter, and which galleries it is in: the next search sees it. Errors: kNotFound,
  // kInvalidInput (galleries: none, ALL, one twice), kUnavailable, kExhausted.
  virtual Status set_status(const Call& call, const std::string& person_id, const std::string& encounter_id,
                            bool active) = 0;
  virtual Status set_galleries(const Call& call, const std::string& person_id, const std::string& encounter_id,
                               const std::vector<std::string>& galleries) = 0;
  // Every encounter of one person becomes another's, who is there; the first is then nobody. Errors: kNotFound,
  // kAlreadyExists (both have an encounter of one id; too many encounters), kInvalidInput (both are the same).
  virtual Status merge_persons(const Call& call, const std::string& into, const std::string& from) = 0;
  // One encounter becomes another person's, who is made where there is none. Errors: as merge_persons.
  virtual Status move_encounter(const Call& call, const std::string& into, const std::string& from,
                                const std::string& encounter_id) = 0;

  // Searches and decides; never writes a record. The receipt in the answer says how many persons were searched, and
  // what could not be.
  // Errors: kInvalidInput, kNotFound (gallery), kUnavailable (deadline passed; incomplete search, unless a partial
  // answer was asked for), kExhausted (memory).
  virtual Result<IdentifyAnswer> identify(const Call& call, const IdentifyRequest& request) = 0;

  // The same for somebody who is enrolled, by what is kept of them; the request has no samples. No answer names the
  // person themselves. Errors: as identify; kNotFound (the person, the encounter).
  virtual Result<IdentifyAnswer> identify_enrolled(const Call& call, const EnrolledProbe& probe,
                                                   const IdentifyRequest& request) = 0;

  // Two captures with each other; nobody enrolled is looked at. Errors: as verify.
  virtual Result<VerifyAnswer> compare(const Call& call, const CompareRequest& request) = 0;

  // Compares with one claimed person. Errors: as identify, and kNotFound (person).
  virtual Result<VerifyAnswer> verify(const Call& call, const VerifyRequest& request) = 0;

  // The same for somebody who is enrolled, by what is kept of them; the request has no samples. Errors: as verify;
  // kNotFound (the probe's person or encounter), kInvalidInput (same_person).
  virtual Result<VerifyAnswer> verify_enrolled(const Call& call, const EnrolledProbe& probe,
                                               const VerifyRequest& request) = 0;

  // Every encounter of a person, durably; no later search finds them. Errors: kNotFound (nothing was changed),
  // kUnavailable (the disk refuses).
  virtual Status erase_person(const Call& call, const std::string& person_id) = 0;
  // One encounter; erasing the last one erases the person. Errors: as erase_person; kNotFound says whether the person
  // or the encounter is absent.
  virtual Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) = 0;

  // Every encounter of a person, in order of id, without templates and images; those of all galleries. Never empty.
  // Errors: kNotFound (nobody of that id), kCorruption (a damaged record), kUnavailable.
  virtual Result<std::vector<EncounterView>> encounters(const Call& call, const std::string& person_id) = 0;
  // One of them. Errors: as encounters; kNotFound says whether the person or the encounter is absent.
  virtual Result<EncounterView> encounter(const Call& call, const std::string& person_id,
                                          const std::string& encounter_id) = 0;

  // The same with its images. Errors: as encounter; kInvalidInput (too_many_images_to_read: they are more than
  // kMostImageBytesRead bytes), kCorruption (an image that was kept is missing, or is another).
  virtual Result<EncounterWithImages> encounter_with_images(const Call& call, const std::string& person_id,
                                                            const std::string& encounter_id) = 0;

  // The templates of an encounter, in its order. Errors: as encounter.
  virtual Result<std::vector<TemplateView>> templates(const Call& call, const std::string& person_id,
                                                      const std::string& encounter_id) = 0;

  // Galleries with at least one encounter, and "default" always; in order of name.
  virtual std::vector<GalleryView> galleries(const Call& call) = 0;

  // Who is in a gallery, or in any ("ALL"), inactive encounters included. Errors: kNotFound.
  virtual Result<GalleryContent> gallery_content(const Call& call, const std::string& gallery_id, std::size_t offset,
                                                 std::size_t limit) = 0;

  // Looks for every active person of a gallery among all of them, and keeps the pairs that score at or above the
  // threshold, until everybody was looked for or the deadline has passed: the same call goes on then, also after the
  // process has ended. Who comes meanwhile is found by later ones alone. `progress` is told now and then. Errors:
  // kInvalidInput, kNotFound (gallery), kAlreadyExists (one is under way in this process), kExhausted (too many pairs),
  // kUnavailable.
  virtual Result<DedupeState> dedupe(const Call& call, const DedupeRequest& request,
                                     const ProgressCallback& progress) = 0;
  // How far that is, and what it has found. Errors: kNotFound (there was none).
  virtual Result<Duplicates> duplicates(const Call& call, const std::string& gallery_id, std::size_t offset,
                                        std::size_t limit) = 0;

  // Where accepted tasks are kept; null: nowhere, and none can be accepted. Lives as long as the service.
  virtual TaskStore* tasks() { return nullptr; }

  // The desk at which other members are asked; null: this node is in no exchange. Lives as long as the service.
  virtual MemberDesk* member_desk() { return nullptr; }

  // What waits for a person (case_desk.h), which threshold searches go by that state none (threshold_desk.h), and what
  // was measured (evaluation_desk.h); null: this service has none. They live as long as the service.
  virtual CaseDesk* case_desk() { return nullptr; }
  virtual ThresholdDesk* threshold_desk() { return nullptr; }
  virtual EvaluationDesk* evaluation_desk() { return nullptr; }

  // What people are told before they are enrolled (privacy_notices.h), which every enrolment from outside then names;
  // null: nothing, and nothing is asked for. Lives as long as the service.
  virtual const PrivacyNotices* privacy_notices() { return nullptr; }

  // What is counted of searches (search_statistics.h); null: this service counts none. Lives as long as the service.
  virtual SearchStatistics* search_statistics() { return nullptr; }

  // Where an exchange with other members keeps what must outlive the process, sealed as tasks are and apart from them;
  // null: nowhere. Lives as long as the service.
  virtual TaskStore* exchange_rows() { return nullptr; }

  // A leaf of the audit log for what is asked of other members and answered to them; it is on disk when this returns.
  // Errors: kUnavailable, kExhausted (it is not); kInternal where the service keeps no log.
  virtual Status note(const Call& /*call*/, const audit::Event& /*event*/) {
    return internal_error("this service keeps no audit log");
  }
  // The same with the head of a row of exchange_rows(), which is made where there is none: both are on disk when this
  // returns, or neither is. `person`: whom both are about; the row goes with the last of their encounters. Empty:
  // nobody. Errors: as note.
  virtual Status note_change(const Call& /*call*/, const audit::Event& /*event*/, const std::string& /*row*/,
                             ByteView /*head*/, const std::string& /*person*/) {
    return internal_error("this service keeps no audit log");
  }

  // Of the audit log (audit_question.h), as a text. Errors: kInvalidInput, kNotFound (no such leaf, or one that is kept
  // no more; a gallery without a log), kUnavailable.
  virtual Result<std::string> read_audit(const Call& /*call*/, const AuditQuestion& /*question*/) {
    return not_found("this service keeps no audit log");
  }

  // An encounter, or all that a person has now, under a legal hold, so that they are not erased when their time has
  // come; or free again. Changes nothing, and is no error, where it is so already. Errors: kNotFound, kUnavailable;
  // kInternal where the service has none.
  virtual Status set_hold(const Call& /*call*/, const std::string& /*person_id*/,
                          const std::optional<std::string>& /*encounter_id*/, bool /*held*/) {
    return internal_error("this service knows no holds");
  }
  // Quick, as health().
  virtual NodeDuties duties(const Call& /*call*/) { return {}; }

  // How the node does: memory, housekeeping, how it was opened, what it holds. For metrics and operators.
  virtual NodeHealth health(const Call& call) = 0;
  // The same and more, for a page; may wait for the disk, which signs the audit log where that is due. Errors:
  // kUnavailable.
  virtual Result<NodeReport> report(const Call& call) = 0;

  // How good captures are, with advice and a small picture of each. Nobody enrolled is looked at, nothing is kept, and
  // the audit log has nothing to tell of it. Errors: kInvalidInput (the sample is named), kUnavailable (deadline
  // passed).
  virtual Result<AssessAnswer> assess(const Call& call, const AssessRequest& request) = 0;

  // A verification with what it stands on: drawings of the fingers compared and their minutiae. Errors: as verify.
  virtual Result<Explanation> explain(const Call& call, const VerifyRequest& request) = 0;
};

}  // namespace whorl::engine
