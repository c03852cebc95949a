// Which parts of a JSON document somebody speaks of: a list of paths, of which each names any number of places.
//
// The paths are a part of JSONPath (RFC 9535): from `$` over names (.name, ['name'], ["name"]), positions ([0]), all
// ([*], .*) and those whose member is a text ([?@.name=='text']). Nothing goes downwards by itself, calls a function or
// counts from the end, so a path finds nothing in more time than it takes to look at what it names.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace whorl {

inline constexpr std::size_t kMostScopeBytes = 4096;
inline constexpr std::size_t kMostScopePaths = 32;
inline constexpr std::size_t kMostScopeSteps = 16;                    // of one path
inline constexpr std::size_t kMostScopePlaces = 1024;                 // that all paths together find in one document
inline constexpr std::size_t kMostScopeLooks = std::size_t{1} << 17;  // steps of paths tried on values, in one document

// From the root of a document: names of members, and positions in arrays.
struct JsonStep {
  std::string name = {};
  std::optional<std::size_t> position = {};  // with it the name counts for nothing
  friend bool operator==(const JsonStep&, const JsonStep&) = default;
};
using JsonPlace = std::vector<JsonStep>;

class JsonScope {
 public:
  // Paths with blanks between them, at least one. Errors: kInvalidInput (scope_malformed) for anything else, for `$`
  // alone, and beyond the limits.
  static Result<JsonScope> parse(std::string_view text);

  // Every place that is there, once, in the order in which the document has them; none of them is within another.
  // Errors: kInvalidInput (scope_of_nothing, scope_too_wide; scope_malformed beyond kMostScopeLooks).
  [[nodiscard]] Result<std::vector<JsonPlace>> places(const boost::json::value& root) const;

 private:
  struct All {};
  struct Where {  // the member of this name is this text
    std::string name;
    std::string text;
  };
  using Step = std::variant<std::string, std::size_t, All, Where>;
  using Path = std::vector<Step>;
  class Reader;
  class Finder;

  std::vector<Path> paths_;
};

// What lies at the place; null where there is nothing.
boost::json::value* at_place(boost::json::value& root, const JsonPlace& place);

// The document with nothing but what lies at these places: of arrays the items that are named or hold what is, in their
// order. Precondition: as JsonScope::places gives them.
boost::json::value only_places(const boost::json::value& root, const std::vector<JsonPlace>& places);

// Whether what lies at `place` is one of `places`, or within one, or holds nothing that is not.
bool covers(const std::vector<JsonPlace>& places, const boost::json::value& root, const JsonPlace& place);

}  // namespace whorl
