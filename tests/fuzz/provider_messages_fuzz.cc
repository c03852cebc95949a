// What an identity provider and its browsers send: any bytes are a description, a token, an answer and cookies, or an
// error; what was read sends nobody elsewhere.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "server/access/cookies.h"
#include "server/access/provider_messages.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const std::string origin = "https://idp.test:443";
  const std::string text(as_text(ByteView(data, size)));
  if (const auto about = server::read_description(text, "https://idp.test/a"); about.ok()) {
    require(about->token.origin() == origin && about->keys.origin() == origin);
    require(about->authorization.starts_with(origin + "/"));
    require(about->end_session.empty() || about->end_session.starts_with(origin + "/"));
    for (const std::string* each : {&about->authorization, &about->end_session}) {
      require(each->find_first_of("\" \r\n?#") == std::string::npos);
    }
  }
  if (const auto token = server::read_id_token(text); token.ok())
    require(!token->empty() && token->size() <= 16 * 1024);
  if (const auto answer = server::read_provider_answer("/v1/sign-in/callback?" + text); answer.ok()) {
    require(!answer->state.empty() && answer->code.empty() != answer->error.empty());
    require(answer->error.find_first_of("\r\n\" ") == std::string::npos);
  }
  const std::string cookie = server::cookie_value(std::span(&text, 1), "__Host-whorl");
  require(cookie.size() <= server::kMostCookieBytes && cookie.find_first_of("\r\n;\" ") == std::string::npos);
  return 0;
}
