// The catalogue: no code twice, every sentence well formed, and every row used by the product.
#include "base/catalogue.h"

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "base/files.h"
#include "base/result.h"
#include "tests/support/shared_data.h"

namespace whorl {
namespace {

namespace fs = std::filesystem;

std::vector<ReasonCode> all_codes() {
  std::vector<ReasonCode> out;
  const auto add = [&](const auto& codes) { out.insert(out.end(), codes.begin(), codes.end()); };
  add(AnswerCode::all());
  add(FeedbackCode::all());
  add(ErrorCode::all());
  add(PhraseCode::all());
  return out;
}

// Names of kinds of errors are codes too, of the errors that have no finer one; "usage" is the command line's.
TEST(Catalogue, NoCodeStandsTwice) {
  std::set<std::string_view> seen{"usage"};
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::kInternal); ++kind) {
    EXPECT_TRUE(seen.insert(name_of(static_cast<ErrorKind>(kind))).second) << kind;
  }
  for (const ReasonCode code : all_codes()) EXPECT_TRUE(seen.insert(code.name()).second) << code;
}

TEST(Catalogue, ACodeIsOfLowerCaseLettersAndHasASentence) {
  const std::regex name("[a-z]+(_[a-z0-9]+)*");
  for (const ReasonCode code : all_codes()) {
    EXPECT_TRUE(std::regex_match(std::string(code.name()), name)) << code;
    EXPECT_FALSE(code.sentence().empty()) << code;
  }
}

TEST(Catalogue, AnAnswerBeginsWithItsDecision) {
  const std::regex sentence("(Match|No match|Undecided)( with person)?[:; ].*\\.(\\[ .*\\?\\])?");
  for (const ReasonCode code : AnswerCode::all()) {
    EXPECT_TRUE(std::regex_match(std::string(code.sentence()), sentence)) << code.sentence();
  }
}

TEST(Catalogue, BracesAndBracketsPairAndKindsAreKnown) {
  const std::regex argument(
      "\\{([a-z_]+)(:(dB|odds|about|persons|some|cosine|finger|phrase|plain|few|number|whole|tenths|MiB|GiB))?\\}");
  for (const ReasonCode code : all_codes()) {
    const std::string rest = std::regex_replace(std::string(code.sentence()), argument, "");
    EXPECT_EQ(rest.find_first_of("{}"), std::string::npos) << code.sentence();
    int depth = 0;
    for (const char c : rest) {
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      EXPECT_TRUE(depth == 0 || depth == 1) << code.sentence();
    }
    EXPECT_EQ(depth, 0) << code.sentence();
  }
}

// The text of the rooms that make answers, advice and errors, without the catalogue's own files.
std::string product_text() {
  std::string out;
  for (const char* room :
       {"base", "crypto", "exchange", "relay", "templates", "index", "engine", "member", "server", "cli", "datasets"}) {
    for (const auto& entry : fs::recursive_directory_iterator(tests::source_path(room))) {
      const std::string name = entry.path().filename().string();
      const bool of_catalogue = name.starts_with("catalogue.") || name.starts_with("reason.") || name == "result.h";
      if (of_catalogue || (!name.ends_with(".cc") && !name.ends_with(".h"))) continue;
      const auto text = read_file(entry.path(), std::size_t{1} << 22);
      EXPECT_TRUE(text.ok()) << entry.path();
      if (text.ok()) out += as_text(*text);
    }
  }
  return out;
}

// The constants of each group, as the catalogue lists them: "AnswerCode" -> {"kMatch", ...}.
std::map<std::string, std::map<std::string, std::string>> constants() {
  const auto text = read_file(tests::source_path("base/catalogue.inc"), std::size_t{1} << 20);
  EXPECT_TRUE(text.ok());
  if (!text.ok()) return {};
  const std::string rows(as_text(*text));
  const std::map<std::string, std::string> groups{
      {"ANSWER", "AnswerCode"}, {"FEEDBACK", "FeedbackCode"}, {"ERROR", "ErrorCode"}, {"PHRASE", "PhraseCode"}};
  const std::regex row("WHORL_(ANSWER|FEEDBACK|ERROR|PHRASE)\\(\\s*(k\\w+),(?:\\s*k\\w+,)?\\s*\"(\\w+)\"");
  std::map<std::string, std::map<std::string, std::string>> out;
  for (std::sregex_iterator at(rows.begin(), rows.end(), row); at != std::sregex_iterator(); ++at) {
    out[groups.at((*at)[1])][(*at)[2]] = (*at)[3];
  }
  return out;
}

// What stands after every "Code::" of the text: "kNoFace". A file may shorten FeedbackCode to Code.
std::set<std::string> used_constants(const std::string& text) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::set<std::string> out;
  const std::string mark = "Code::";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_word(text[begin - 1])) --begin;
    std::size_t end = at + mark.size();
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string group = text.substr(begin, at - begin) + "Code";
    out.insert((group == "Code" ? "FeedbackCode" : group) + text.substr(at + 4, end - at - 4));
  }
  return out;
}

// A row that nothing makes is a sentence that nobody reads.
TEST(Catalogue, EveryRowIsUsedByTheProduct) {
  const std::set<std::string> used = used_constants(product_text());
  std::size_t rows = 0;
  for (const auto& [group, names] : constants()) {
    for (const auto& [constant, code] : names) {
      ++rows;
      EXPECT_TRUE(used.contains(group + "::" + constant)) << group << "::" << constant << " (" << code << ")";
    }
  }
  EXPECT_EQ(rows, all_codes().size());
}

// The compiler holds reason_of and failure to their sentences. Where arguments are put together by hand, as for
// answers, every place of a sentence must have a name that some file spells.
TEST(Catalogue, EveryPlaceOfASentenceIsFilledBySomebody) {
  const std::string text = product_text();
  const std::regex place("\\{([a-z_]+)[:}]");
  for (const ReasonCode code : all_codes()) {
    const std::string sentence(code.sentence());
    for (std::sregex_iterator at(sentence.begin(), sentence.end(), place); at != std::sregex_iterator(); ++at) {
      EXPECT_NE(text.find('"' + (*at)[1].str() + '"'), std::string::npos) << code << ": " << (*at)[1];
    }
  }
}

// docs/http.md lists what a client may act on; a code that was renamed must not stand there.
TEST(Catalogue, TheCodesThatTheDocumentationNamesAreThere) {
  const auto text = read_file(tests::source_path("docs/http.md"), std::size_t{1} << 20);
  ASSERT_TRUE(text.ok());
  const std::string page(as_text(*text));
  const std::size_t begin = page.find("that a client may act on:");
  const std::size_t end = page.find("| status |", begin);
  ASSERT_LT(begin, end);
  ASSERT_NE(end, std::string::npos);
  std::set<std::string_view> known;
  for (const FailureCode code : ErrorCode::all()) known.insert(code.name());
  const std::string table = page.substr(begin, end - begin);
  const std::regex quoted("`([a-z0-9_]+)`");
  std::size_t named = 0;
  for (std::sregex_iterator at(table.begin(), table.end(), quoted); at != std::sregex_iterator(); ++at) {
    EXPECT_TRUE(known.contains((*at)[1].str())) << (*at)[1];
    ++named;
  }
  EXPECT_GE(named, 40u);
}

}  // namespace
}  // namespace whorl
