// Asking every part at once, and adding up what they answer.
#include "engine/merge.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "base/catalogue.h"

namespace whorl::engine {
namespace {

// What is thrown is an error.
template <class Job>
auto caught(const Job& job) -> decltype(job()) {
  try {
    return job();
  } catch (const std::exception& e) {
    return internal_error(e.what());
  }
}

// `begin` of every part, and only then the first one's answer is waited for.
template <class T, class Begin>
std::vector<PartReply<T>> ask_each(const Parts& parts, const Workers& workers, const Begin& begin_asking) {
  std::vector<PartReply<T>> out;
  std::vector<Result<Awaited<T>>> begun;
  for (const auto& part : parts) {
    out.push_back({part->name(), internal_error("the part was not asked")});
    begun.push_back(caught([&]() -> Result<Awaited<T>> { return begin_asking(*part); }));
  }
  const bool only_waits =
      std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part->works_elsewhere(); });
  const auto wait = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      out[i].answer = caught([&]() -> Result<T> { return begun[i].ok() ? (*begun[i])() : begun[i].error(); });
    }
  };
  if (only_waits) {
    wait(0, parts.size());
  } else {
    workers.each(parts.size(), 1, wait);
  }
  return out;
}

// The first error of a kind, or of any other kind than it.
template <class T>
const PartReply<T>* first_error(const std::vector<PartReply<T>>& replies, ErrorKind kind, bool of_kind) {
  const auto at = std::find_if(replies.begin(), replies.end(), [&](const auto& reply) {
    return !reply.answer.ok() && (reply.answer.error().kind == kind) == of_kind;
  });
  return at == replies.end() ? nullptr : &*at;
}

bool names_gallery(const Error& error) { return error.field == "gallery_id"; }

// Of several parts' "not found": that a part knows the gallery and not the person says more than that one does not know
// the gallery.
Error not_found_in(const std::vector<PartReply<ScoredPerson>>& replies) {
  const auto at = std::find_if(replies.begin(), replies.end(),
                               [](const auto& reply) { return !names_gallery(reply.answer.error()); });
  return (at == replies.end() ? replies.front() : *at).answer.error();
}

void add(PartReply<PartAnswer>& reply, std::size_t asked_for, Found& to) {
  PartAnswer& answer = *reply.answer;
  Receipt& receipt = to.receipt;
  if (!answer.persons.empty() && answer.persons.size() >= asked_for &&
      answer.compared_persons > answer.persons.size()) {
    to.unlisted_db = std::max(to.unlisted_db.value_or(0), answer.persons.back().score_db);
  }
  receipt.gallery_size += answer.gallery_size;
  receipt.searched += answer.searched;
  receipt.comparable += answer.comparable;
  receipt.compared += answer.compared_persons;
  for (std::string& name : answer.absent) {
    if (std::find(receipt.absent.begin(), receipt.absent.end(), name) == receipt.absent.end())
      receipt.absent.push_back(std::move(name));
  }
  receipt.shards_ok += answer.shards_ok;
  receipt.shards_total += answer.shards_total;
  to.compared += answer.compared;
  for (PartFailure& failure : answer.failures) {
    failure.part = reply.part;
    receipt.failures.push_back(std::move(failure));
  }
  std::move(answer.persons.begin(), answer.persons.end(), std::back_inserter(to.persons));
}

// "berlin, shard 3: out of memory"
std::string text_of(const PartFailure& failure) {
  return failure.part + (failure.shard ? ", shard " + std::to_string(*failure.shard) : "") + ": " + failure.reason;
}

// "berlin: no route to host; rome: stopping; and 3 more"
std::string first_of(const std::vector<PartFailure>& failures) {
  constexpr std::size_t kFirst = 3;
  std::string out;
  for (std::size_t i = 0; i < std::min(kFirst, failures.size()); ++i) {
    out += (i == 0 ? "" : "; ") + text_of(failures[i]);
  }
  if (failures.size() > kFirst) out += "; and " + std::to_string(failures.size() - kFirst) + " more";
  return out;
}

// What nobody of one part has somebody of another may have: that part has nobody whom the filter leaves. So it is where
// another part answered, where one failed and may have somebody, and where parts miss different names: a part names the
// first that it misses, so that each may be known elsewhere, and what is sure is that nobody fulfils all.
void forgive_unknown_filter(std::vector<PartReply<PartAnswer>>& replies) {
  const auto unknown = [](const auto& reply) {
    return !reply.answer.ok() && reply.answer.error().reason.code == ErrorCode::kFilterUnknown;
  };
  std::vector<std::string> names;
  bool known = false;
  for (const auto& reply : replies) {
    if (unknown(reply)) {
      const auto& steps = reply.answer.error().field.steps();
      const std::string name = steps.empty() ? std::string() : steps.back().name;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    } else if (reply.answer.ok()) {
      known = known || reply.answer->gallery_size > 0 || !reply.answer->absent.empty();
    } else {
      known = known || reply.answer.error().kind != ErrorKind::kNotFound;
    }
  }
  if (!known && names.size() < 2) return;
  for (auto& reply : replies) {
    if (!unknown(reply)) continue;
    reply.answer = PartAnswer();
    if (!known) reply.answer->absent = names;
  }
}

// What of the gallery could be searched: parts where one did not answer, else persons and shards.
std::vector<ReasonArgument> reached(const Receipt& receipt) {
  std::vector<ReasonArgument> out;
  const auto say = [&](const char* name, ReasonValue value) {
    ReasonArgument& next = out.emplace_back();
    next.name = name;
    next.value = std::move(value);
  };
  const auto count = [&](const char* name, std::uint64_t n) { say(name, n); };
  count("searched", receipt.searched);
  count("gallery_size", receipt.gallery_size);
  count("shards_ok", static_cast<std::uint64_t>(receipt.shards_ok));
  count("shards_total", static_cast<std::uint64_t>(receipt.shards_total));
  if (receipt.parts_ok < receipt.parts_total) {
    count("parts_ok", static_cast<std::uint64_t>(receipt.parts_ok));
    count("parts_total", static_cast<std::uint64_t>(receipt.parts_total));
  }
  if (!receipt.failures.empty()) say("failures", first_of(receipt.failures));
  return out;
}

}  // namespace

std::vector<PartReply<PartAnswer>> ask_parts(const Parts& parts, const Probe& probe, const Query& query,
                                             Deadline deadline, const Workers& workers) {
  return ask_each<PartAnswer>(parts, workers, [&](Part& part) { return part.begin_search(probe, query, deadline); });
}

std::vector<PartReply<ScoredPerson>> ask_parts(const Parts& parts, const Probe& probe, const std::string& gallery_id,
                                               const std::string& person_id, Deadline deadline,
                                               const Workers& workers) {
  return ask_each<ScoredPerson>(parts, workers,
                                [&](Part& part) { return part.begin_compare(probe, gallery_id, person_id, deadline); });
}

Result<Found> merge(std::vector<PartReply<PartAnswer>> replies, std::size_t max_candidates, std::size_t asked_for) {
  forgive_unknown_filter(replies);
  if (const auto* refused = first_error(replies, ErrorKind::kInvalidInput, true)) return refused->answer.error();
  Found out;
  Receipt& receipt = out.receipt;
  bool answered = false;
  for (auto& reply : replies) {
    const bool empty = !reply.answer.ok() && reply.answer.error().kind == ErrorKind::kNotFound;
    ++receipt.parts_total;
    if (reply.answer.ok() || empty) ++receipt.parts_ok;
    if (reply.answer.ok()) {
      add(reply, asked_for, out);
      answered = true;
    } else if (!empty) {
      receipt.failures.push_back({reply.part, reply.answer.error().text()});
    }
  }
  if (!answered) {
    const auto* failed = first_error(replies, ErrorKind::kNotFound, false);
    return (failed != nullptr ? *failed : replies.front()).answer.error();
  }
  if (receipt.gallery_size > 0) receipt.absent.clear();  // the filter leaves somebody
  std::sort(out.persons.begin(), out.persons.end(), comes_before);
  if (out.persons.size() > max_candidates) {
    const auto wanted = out.persons.begin() + static_cast<std::ptrdiff_t>(max_candidates);
    out.others.assign(std::make_move_iterator(wanted), std::make_move_iterator(out.persons.end()));
    out.persons.erase(wanted, out.persons.end());
  }
  return out;
}

Result<ScoredPerson> merge(std::vector<PartReply<ScoredPerson>> replies) {
  if (const auto* refused = first_error(replies, ErrorKind::kInvalidInput, true)) return refused->answer.error();
  for (auto& reply : replies) {
    if (reply.answer.ok()) return std::move(reply.answer).value();
  }
  const auto* failed = first_error(replies, ErrorKind::kNotFound, false);
  if (failed == nullptr) return not_found_in(replies);
  Error error = failed->answer.error();
  if (replies.size() > 1) error.message = "part " + failed->part + ": " + error.message;
  return error;
}

Status require_complete(const Receipt& receipt, bool partial_ok) {
  if (receipt.complete() || partial_ok) return {};
  return failure_of(ErrorCode::kSearchIncomplete, {}, reached(receipt));
}

}  // namespace whorl::engine
