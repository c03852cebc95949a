#include "cli/papers/paper.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace whorl::cli::papers {
namespace {

// What stands before a place, and the place's name; the rest of a text has none.
struct Piece {
  std::string_view before;
  std::string_view place;
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> out;
  while (true) {
    const std::size_t begin = text.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos) break;
    out.push_back({text.substr(0, begin), text.substr(begin + 2, end - begin - 2)});
    text.remove_prefix(end + 2);
  }
  out.push_back({text, {}});
  return out;
}

}  // namespace

Result<Paper> paper_named(const std::string& name) {
  std::vector<std::string> known;
  for (const Paper& paper : all_papers()) {
    if (paper.name == name) return paper;
    known.emplace_back(paper.name);
  }
  return invalid_input("there is no such document; the nearest is " + nearest(name, known) +
                           ", and whorl policy document --list names all",
                       "document");
}

std::string title_of(const Paper& paper) {
  const std::string_view line = paper.text.substr(0, paper.text.find('\n'));
  return std::string(line.substr(std::min(line.size(), line.find_first_not_of("# "))));
}

std::vector<std::string> places_of(const Paper& paper) {
  std::set<std::string> out;
  for (const Piece& piece : pieces_of(paper.text)) {
    if (!piece.place.empty()) out.emplace(piece.place);
  }
  return {out.begin(), out.end()};
}

Result<std::string> filled(const Paper& paper, const Facts& facts) {
  std::string lacking;
  std::size_t count = 0;
  for (const std::string& place : places_of(paper)) {
    if (facts.contains(place)) continue;
    const FactSpec* fact = fact_named(place);
    lacking += (lacking.empty() ? "" : "; ") + place + " (" + (fact == nullptr ? "nothing" : source_of(*fact)) + ")";
    ++count;
  }
  if (count > 0) {
    return invalid_input(
        std::to_string(count) + (count == 1 ? " fact" : " facts") +
            " of this document nothing states, so it was not written. What would state each: " + lacking,
        std::string(paper.name));
  }
  std::string out;
  for (const Piece& piece : pieces_of(paper.text)) {
    out += piece.before;
    if (!piece.place.empty()) out += facts.find(piece.place)->second;
  }
  return out;
}

}  // namespace whorl::cli::papers
