// Replies to errors, and values of headers.
#include "server/http/message.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/http/status.h"
#include "server/osia/search_answer.h"

namespace whorl::server {
namespace {

TEST(HttpStatus, EveryKindOfErrorHasItsStatus) {
  struct Row {
    ErrorKind kind;
    int status;
    bool told;
  };
  const Row table[] = {{ErrorKind::kInvalidInput, 400, true},  {ErrorKind::kNotFound, 404, true},
                       {ErrorKind::kAlreadyExists, 409, true}, {ErrorKind::kCorruption, 500, false},
                       {ErrorKind::kUnauthorised, 403, true},  {ErrorKind::kExhausted, 503, true},
                       {ErrorKind::kUnavailable, 503, true},   {ErrorKind::kInternal, 500, false}};
  for (const Row& row : table) {
    EXPECT_EQ(http_status(row.kind), row.status) << name_of(row.kind);
    const Reply reply = error_reply(Error{row.kind, "secret-path", "field"}, "req-1");
    EXPECT_EQ(reply.status, row.status);
    EXPECT_EQ(reply.body.find("secret-path") != std::string::npos, row.told) << reply.body;
    EXPECT_EQ(reply.log.find("secret-path") != std::string::npos, !row.told);
    const auto count = [&](std::string_view name) {
      return std::count_if(reply.headers.begin(), reply.headers.end(), [&](const auto& h) { return h.first == name; });
    };
    EXPECT_EQ(count("Whorl-Reason"), 1);
    EXPECT_EQ(count("Retry-After") == 1, row.status == 503) << name_of(row.kind);
  }
}

TEST(Message, AHeaderValueIsOneLineOfPrintableAscii) {
  EXPECT_EQ(header_value("a\r\nSet-Cookie: x\xC3\xA9"), "a??Set-Cookie: x??");
  EXPECT_EQ(header_value(std::string(2000, 'x')).size(), 512u);
}

TEST(Message, AHeaderOfMediaTypesIsReadItemByItem) {
  EXPECT_TRUE(names_type("application/json;charset=utf-8", kJsonType));
  EXPECT_TRUE(names_type("text/html, Application/Vnd.Whorl.Identify+JSON ; q=0.9, */*", kIdentifyType));
  EXPECT_FALSE(names_type("*/*", kIdentifyType));
  EXPECT_FALSE(names_type("application/vnd.whorl.identify+jsonx", kIdentifyType));
  EXPECT_FALSE(names_type("", kJsonType));
}

}  // namespace
}  // namespace whorl::server
