// Bodies of requests of Whorl's own, on any bytes: refused as invalid input that names its property, or within the
// bounds of the interface. Input: a byte that says which, and the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "server/analyst/evaluations.h"
#include "server/analyst/threshold_json.h"
#include "server/cases/case_json.h"
#include "server/members/member_json.h"
#include "server/members/release_json.h"
#include "server/osia/encounter_json.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using fuzz::require;

template <class T>
void taken_or_told(const Result<T>& read) {
  if (read.ok()) return;
  require(read.error().kind == ErrorKind::kInvalidInput && !read.error().message.empty());
  const std::string field = read.error().field.text();
  require(std::all_of(field.begin(), field.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body = as_text({data + 1, size - 1});
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  switch (data[0]) {
    case 'c': taken_or_told(server::read_case_to_open(body)); break;
    case 'd': taken_or_told(server::read_case_decision(body)); break;
    case 'e': {
      const auto scores = server::read_scores(body);
      taken_or_told(scores);
      if (scores.ok()) require(scores->id.size() <= 128 && scores->format.size() <= 6);
      break;
    }
    case 't': taken_or_told(server::read_proposal(body)); break;
    case 'u': taken_or_told(server::read_threshold_decision(body)); break;
    case 'q': taken_or_told(server::read_check_question(body)); break;
    case 's': taken_or_told(server::read_sealed(body)); break;
    case 'p': taken_or_told(server::read_protection(body)); break;
    case 'a': taken_or_told(server::read_release_question(body)); break;
    case 'r': taken_or_told(server::read_release_decision(body, now)); break;
    case 'g': taken_or_told(server::read_galleries(body)); break;
    default: break;
  }
  return 0;
}
