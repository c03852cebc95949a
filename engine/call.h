// A call: who asks, why, under which number and until when. Every method of a Service takes one.
//
// What a call carries is the same for every operation, so that authorisation, quotas, the audit and deadlines need no
// place in the requests themselves. Thread-safety: a plain value; the objects it points to outlive the call.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/asked.h"

namespace whorl::engine {

// How somebody said who they are.
enum class SignedInBy {
  kNothing,      // the local user: whoever may open the gallery's files, or reaches a loopback port that asks nobody
  kToken,        // a bearer token of the identity provider
  kCertificate,  // a TLS client certificate: a machine
  kPassword,     // name and password of the node's own file
};

// "nothing", "token", "certificate", "password".
constexpr std::string_view name_of(SignedInBy by) {
  switch (by) {
    case SignedInBy::kNothing: return "nothing";
    case SignedInBy::kToken: return "token";
    case SignedInBy::kCertificate: return "certificate";
    case SignedInBy::kPassword: break;
  }
  return "password";
}

// Who asks. The local user may do everything; everybody else what stands in `scopes`, and nothing more.
struct Principal {
  std::string issuer;               // who vouches for them; empty for the local user
  std::string subject = "local";    // the issuer's stable name for them
  std::vector<std::string> scopes;  // what they may do, with what that includes (access/scopes.h)
  SignedInBy by = SignedInBy::kNothing;
  std::vector<std::string> roles = {};  // of a person
  // The galleries that they may use, where not every one.
  std::optional<std::vector<std::string>> galleries = {};
  // When this person last showed who they are, by the clock of whoever saw it; empty of machines, and where it is not
  // known: both are nobody who has signed in shortly before (access/fresh_sign_in.h).
  std::optional<std::chrono::system_clock::time_point> signed_in_at = {};

  [[nodiscard]] bool is_local() const { return by == SignedInBy::kNothing; }
};

// When the work is of no more use to who asked. Monotonic time.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// What the audit will say of the call beside who and why. Filled on the way down; written, once there is an audit, in
// the same batch as the effect, so that no effect is without its leaf. Holds no personal data.
struct AuditLeaf {
  std::string operation;  // "enrol", "identify", ...
  std::string gallery_id;
  std::string outcome;
  audit::Noted noted = {};  // the first leaf that was written for the call
};

// Is told what each stage of a call found; for tests, logs and explanations. Called from any thread.
class CallTrace {
 public:
  virtual ~CallTrace() = default;
  // `stage`: "read", "ask parts", "merge", "verdict", ...; `figures`: a line for a person, without personal data.
  virtual void stage(std::string_view stage, std::string_view figures) = 0;
};

struct Call {
  Principal who;
  std::string purpose;     // why, as the policy names it ("border.identity"); empty where nothing asks for one
  std::string request_id;  // of whoever asked; stands in logs and in the audit
  Deadline deadline;       // of the whole call, however many stages it has
  // The accepted task that this is the work of (tasks.h); empty: somebody waits for the answer. The effect and its note
  // with the task are on disk together.
  std::string task = {};
  CallTrace* trace = nullptr;
  AuditLeaf* leaf = nullptr;
};

// The call of a program on this machine that runs as the gallery's owner: no deadline.
inline Call local_call() { return {}; }

}  // namespace whorl::engine
