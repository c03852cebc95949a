// The files of the pages, as a browser gets them.
#include <gmock/gmock.h>
#include <zlib.h>

#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

using PageFilesTest = ServerTest;
using testing::HasSubstr;
using testing::Not;

// What an officer's browser fetches until the page stands there, in bytes of bodies: with the words of one language.
constexpr std::size_t kBudget = 70'000;
const char* const kOfAll[] = {"/check", "/assets/page.js", "/assets/page.css", "/assets/icon.svg"};
const char* const kWords[] = {"/assets/words-en.json", "/assets/words-id.json", "/assets/words-th.json",
                              "/assets/words-ar.json"};
const Headers kBrowser{{"Accept-Encoding", "gzip, deflate, br"}};
const char* const kFiles[] = {"/check",           "/assets/code.js",       "/assets/page.js",      "/assets/page.css",
                              "/assets/icon.svg", "/assets/words-en.json", "/assets/words-th.json"};

std::string unpacked(const std::string& gzipped) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1u << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzipped.data()));
  stream.avail_in = static_cast<uInt>(gzipped.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST_F(PageFilesTest, ThePageOfAnOfficerFitsItsBudgetOverTheWire) {
  std::size_t all = 0;
  for (const char* file : kOfAll) all += ask("GET", file, "", kBrowser).body.size();
  EXPECT_GT(all, 5'000U) << "the pages are there";
  for (const char* words : kWords) {
    const auto answer = ask("GET", words, "", kBrowser);
    ASSERT_EQ(answer.status, 200) << words;
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    RecordProperty(std::string(words).substr(8, 8), static_cast<int>(all + answer.body.size()));
    EXPECT_LE(all + answer.body.size(), kBudget) << words;
  }
}

TEST_F(PageFilesTest, FilesAreTheSameCompressedOrNot) {
  for (const char* file : kFiles) {
    const auto plain = ask("GET", file);
    const auto small = ask("GET", file, "", kBrowser);
    ASSERT_EQ(plain.status, 200) << file;
    EXPECT_FALSE(plain.headers.contains("content-encoding"));
    EXPECT_EQ(small.headers.at("content-encoding"), "gzip");
    EXPECT_EQ(small.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(unpacked(small.body), plain.body) << file;
    for (const char* without : {"gzip;q=0, br", "gzip;q=0.0", "gzip; q=0.000, *", "br", "x-gzip"}) {
      EXPECT_FALSE(ask("GET", file, "", {{"Accept-Encoding", without}}).headers.contains("content-encoding"))
          << without;
    }
    EXPECT_TRUE(
        ask("GET", file, "", {{"Accept-Encoding", "br;q=1.0, gzip;q=0.8"}}).headers.contains("content-encoding"));
  }
}

TEST_F(PageFilesTest, WhoeverHasAFileIsNotSentItAgain) {
  for (const char* file : kFiles) {
    const std::string tag = ask("GET", file).headers.at("etag");
    const auto again = ask("GET", file, "", {{"If-None-Match", tag}});
    EXPECT_EQ(again.status, 304) << file;
    EXPECT_TRUE(again.body.empty());
    EXPECT_EQ(again.headers.at("etag"), tag);
    EXPECT_EQ(ask("GET", file, "", {{"If-None-Match", "\"of another build\""}}).status, 200);
  }
}

TEST_F(PageFilesTest, EveryPageForbidsWhatIsNotItsOwn) {
  for (const char* page : {"/check", "/enrol", "/review", "/analyse", "/node"}) {
    const auto answer = ask("GET", page);
    EXPECT_EQ(answer.headers.at("content-type"), "text/html; charset=utf-8");
    const std::string& policy = answer.headers.at("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    // Nothing of the page's own would be let through by its policy otherwise.
    EXPECT_THAT(answer.body, Not(HasSubstr("<style")));
    EXPECT_THAT(answer.body, Not(HasSubstr("onload")));
    EXPECT_THAT(answer.body, Not(HasSubstr("http")));
  }
}

TEST_F(PageFilesTest, TheRootLeadsToThePageOfAnOfficer) {
  const auto answer = ask("GET", "/");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.headers.at("location"), "/check");
}

TEST_F(PageFilesTest, WhatIsNoFileOfThePagesIsNotThere) {
  for (const char* path : {"/assets/page.html", "/assets/other.js", "/assets/..%2Fpage.js", "/assets/"}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  }
  EXPECT_EQ(ask("POST", "/check", "{}").status, 405);
}

TEST_F(PageFilesTest, PagesAreForThisServersNameAlone) {
  EXPECT_EQ(ask("GET", "http://evil.example/check").status, 403);
  EXPECT_EQ(ask("GET", "/assets/page.js", "", {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
}

}  // namespace
}  // namespace whorl::tests
