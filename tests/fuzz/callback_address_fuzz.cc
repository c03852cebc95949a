// read_callback on any text: what is taken is read again as the same, and names one host and nothing of the two
// parameters that results carry.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "server/tasks/callback_address.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const std::string_view url = as_text(ByteView(data, size));
  const auto read = server::read_callback(url);
  if (!read) return 0;
  fuzz::require(!read->host.empty() && read->port != 0 && read->path.front() == '/');
  fuzz::require(read->host.find_first_of("@/?#\\ \r\n\t%") == std::string::npos);
  const std::string again = read->origin() + read->path + (read->query.empty() ? "" : "?" + read->query);
  const auto same = server::read_callback(again);
  fuzz::require(same && same->tls == read->tls && same->host == read->host && same->port == read->port &&
                same->path == read->path && same->query == read->query && same->number == read->number);
  const std::string target = read->target("t 1", "id");
  fuzz::require(target.ends_with("transactionId=t%201&taskId=id") &&
                target.find_first_of(" \r\n#") == std::string::npos);
  return 0;
}
