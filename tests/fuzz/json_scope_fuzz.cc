// A scope and a document: refused as invalid input, or places that are there, none within another, and of which the
// rest of the document is made again. Input: the paths up to a line feed that ends a line of its own ("\n\n"), the
// document.
#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/json_scope.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using fuzz::require;
  const std::string_view text = as_text({data, size});
  const auto end = std::min(text.find("\n\n"), text.size());
  const auto scope = JsonScope::parse(text.substr(0, end));
  if (!scope.ok()) {
    require(scope.error().kind == ErrorKind::kInvalidInput && !scope.error().message.empty());
    return 0;
  }
  const std::string_view document = text.substr(std::min(end + 2, text.size()));
  boost::json::error_code error;
  boost::json::value root = boost::json::parse({document.data(), document.size()}, error);
  if (error) return 0;
  const auto places = scope->places(root);
  if (!places.ok()) {
    require(places.error().kind == ErrorKind::kInvalidInput);
    return 0;
  }
  require(!places->empty() && places->size() <= kMostScopePlaces);
  for (std::size_t i = 0; i < places->size(); ++i) {
    const JsonPlace& place = (*places)[i];
    require(at_place(root, place) != nullptr && covers(*places, root, place));
    if (i > 0) {
      const JsonPlace& before = (*places)[i - 1];
      const std::size_t common = std::min(before.size(), place.size());
      require(!std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(common), place.begin()));
    }
  }
  // What is left is a document of the same kind, and its canonical form is one, too.
  const boost::json::value rest = only_places(root, *places);
  require(rest.kind() == root.kind());
  const auto first = canonical_json(rest);
  if (first.ok()) {
    const auto again = boost::json::parse(*first, error);
    require(!error && again.kind() == root.kind());
  }
  return 0;
}
