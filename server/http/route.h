// A route is one row of a table: by which method and path it is called, what it takes, what it answers, which scope it
// needs and who answers it. Whatever a row declares is checked by the same code for every row, before its handler runs.
//
// A further operation is a further row and its handler, in the file of its resource.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "engine/service.h"
#include "server/http/message.h"

namespace whorl::access {
class BlockKeys;
}  // namespace whorl::access

namespace whorl::server {

class Query;
struct Core;     // server_state.h
class TaskDesk;  // tasks/task_desk.h
struct Visitor;  // access/visitor.h

// What a query parameter may hold. Anything else is refused with 400, naming the parameter.
struct TextValue {
  std::size_t least_bytes = 0;
  std::size_t most_bytes = 0;
};
struct IntegerValue {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
struct NumberValue {
  double low = 0;
  double high = 0;
};
struct BooleanValue {};  // "true" or "false"
struct OneOfValue {
  std::span<const std::string_view> names;
};
// A parameter of the interface that Whorl does not take: refused with this sentence.
struct RefusedValue {
  std::string_view why;
};
using ParameterValue = std::variant<TextValue, IntegerValue, NumberValue, BooleanValue, OneOfValue, RefusedValue>;

struct Parameter {
  std::string_view name;
  ParameterValue value;
  bool required = false;
};

// What a request may carry beside its header.
struct BodyRule {
  bool json = false;
  bool optional = false;      // it may be left out
  std::size_t max_bytes = 0;  // never more than ServerConfig::max_body_bytes
};
inline constexpr BodyRule kNoBody{};
// JSON of at most `max_bytes`; as much as the server takes, unless the row says less.
constexpr BodyRule json_body(std::size_t max_bytes = SIZE_MAX) { return {true, false, max_bytes}; }
constexpr BodyRule optional_json_body(std::size_t max_bytes = SIZE_MAX) { return {true, true, max_bytes}; }

// The values of the braces in a route's path, percent-decoded.
class PathValues {
 public:
  PathValues() = default;
  explicit PathValues(std::vector<std::pair<std::string_view, std::string>> values) : values_(std::move(values)) {}
  // Precondition: the route's path has a brace of this name; otherwise throws std::out_of_range.
  [[nodiscard]] const std::string& at(std::string_view name) const;
  [[nodiscard]] std::span<const std::pair<std::string_view, std::string>> all() const { return values_; }

 private:
  std::vector<std::pair<std::string_view, std::string>> values_;  // names point into the table of routes
};

// What a request costs is known once its body is read: the pixels to read (engine/work.h). A request with more than one
// usual capture (640 x 480) is then put back, and waits behind the smaller ones that come soon after it.
inline constexpr std::uint64_t kUsualPixels = 320'000;
// A request with more pixels than these is long. Long work has a lane of its own, with fewer workers of a lower
// priority, so that it holds up other long work alone.
inline constexpr std::uint64_t kQuickPixels = 3 * kUsualPixels;

// What the handler's runs said of the request's work. It is weighed once.
struct Weighing {
  std::uint64_t pixels = 0;  // 0: not weighed, or no more than kUsualPixels
  bool put_back = false;     // by the last run
  bool checking = false;     // the handler reads what is asked, and does nothing: a task is to be made of it
  bool goes_on = false;      // of a task: some of it is done and kept, and it is to be called again for the rest
};

// A request that has passed its row's checks, and whom to ask. Lives as long as the handler runs.
struct Exchange {
  engine::Service& service;
  const engine::Call& call;
  const Request& request;
  const PathValues& path;  // identifiers, of the right alphabet and length
  const Query& query;      // the row's parameters, each within its bounds
  // Of a row that keeps its answer, where the caller gave a key: the handler's effect keeps the answer's body with it.
  const std::optional<engine::RequestKey>& key;
  Weighing& weighing;                   // set by postponed()
  TaskDesk* tasks;                      // null where no tasks are accepted, and in the work of one
  const access::BlockKeys& block_keys;  // of what is encrypted or signed within a body

  // Whether the work has to wait its turn: the handler returns at once then, and is called again. Whoever has a body
  // asks this, or only_checking(), once the body is read and before anything is done.
  [[nodiscard]] bool postponed(std::uint64_t pixels) const {
    if (weighing.checking) return true;
    if (weighing.pixels > 0 || pixels <= kUsualPixels) return false;
    weighing = {pixels, true};
    return true;
  }
  [[nodiscard]] bool only_checking() const { return weighing.checking; }
};

// Runs on a worker and may take long. Thread-safe; may throw what a library throws. An error becomes its kind's status.
using OnWorker = Result<Reply> (*)(const Exchange&);
// Runs on the network thread, also while the server stops, and must be quick; must not throw. For pages that have to
// answer when the workers cannot. Their query is not looked at: monitoring systems add their own.
using OnNetwork = Reply (*)(const Core&);

// Runs on the network thread too: what lies in the binary, whoever asks. Must be quick and must not throw. Its query is
// not looked at.
using OnFile = Reply (*)(const Request&, const PathValues&);

// Runs on the network thread, and may wait there for others than the service: signing in and out.
using OnDoor = boost::asio::awaitable<Reply> (*)(Core&, const Visitor&, const Request&);

struct Route {
  std::string_view method;
  std::string_view path;  // "/v1/persons/{personId}"; a brace stands for one identifier
  std::span<const Parameter> query = {};
  BodyRule body = kNoBody;
  std::span<const std::string_view> answers = {};  // media types of a success; empty: no content
  std::string_view scope;                          // what the caller must be allowed; empty: nothing, nobody is asked
  // Without a scope: somebody has to be signed in all the same, whatever they may do.
  bool signed_in = false;
  // Of Whorl's own, where the scope is OSIA's for several things: a part of it that is enough for this one.
  std::string_view part_of_scope = {};
  // What cannot be taken back: a person does it who signed in shortly before (engine/access/fresh_sign_in.h).
  bool decides = false;
  // Takes an Idempotency-Key: the handler sees to it that its effect keeps the answer (Exchange::key).
  bool keeps_answer = false;
  // The answer tells what is kept of people, or who is somewhere: the audit log counts who reads it. Whatever is read
  // with a scope does, unless its row says otherwise; reads_of_people() is what counts.
  bool of_people = true;
  // A browser may be sent here by a page of another site: the handler knows by other means whether that was meant.
  bool from_elsewhere = false;
  std::variant<OnWorker, OnNetwork, OnFile, OnDoor> handler;

  // What is looked for among a caller's scopes, which hold what they include.
  [[nodiscard]] std::string_view needs() const { return part_of_scope.empty() ? scope : part_of_scope; }
  // What is changed, searched or compared has a leaf of its own; what has no scope tells of nobody but who asks.
  [[nodiscard]] bool reads_of_people() const { return method == "GET" && !scope.empty() && of_people; }
};

}  // namespace whorl::server
