// A body of two fingers, in clear and with blocks, and what becomes of it when they are opened.
#pragma once

#include <string>
#include <string_view>

#include "server/osia/data_blocks.h"
#include "tests/server/osia/block_fixture.h"

namespace whorl::tests {

inline constexpr std::string_view kRequiredOfBody[] = {"status", "galleries"};
inline constexpr server::BlockBody kEncounter{.required = kRequiredOfBody, .names_encounter = true};

class DataBlocks : public BlockTest {
 protected:
  // An encounter of two fingers, in clear.
  static json::value encounter() {
    return json::parse(R"({"status":"ACTIVE","encounterType":"VISA","galleries":["default"],"encounterId":"visit-1",
      "clientData":"Zm9v","biographicData":{"name":"Anna","n":1.5},"contextualData":{"post":7},"biometricData":[
      {"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","image":"AAEC","resolution":500},
      {"biometricType":"FINGER","biometricSubType":"LEFT_INDEX","image":"AwQF","resolution":500}]})");
  }
  static json::object encryption(const std::string& scope) { return {{"type", "JWE"}, {"scope", scope}}; }
  static json::object& item(json::value& body, std::size_t i) { return body.at("biometricData").at(i).as_object(); }

  // The code of the refusal; empty where the body was opened.
  [[nodiscard]] std::string code_of(json::value body) const {
    const Status opened = server::open_blocks(body, kEncounter, *keys());
    return opened.ok() ? "" : std::string(opened.error().code());
  }
  [[nodiscard]] std::string field_of(json::value body) const {
    const Status opened = server::open_blocks(body, kEncounter, *keys());
    return opened.ok() ? "" : opened.error().field.text();
  }
  // The body as it is once it was opened.
  [[nodiscard]] json::value opened(json::value body) const {
    const Status done = server::open_blocks(body, kEncounter, *keys());
    EXPECT_TRUE(done.ok()) << done.error().text();
    return body;
  }
  // The encounter with its images, and what is said of the person, encrypted.
  [[nodiscard]] json::value encrypted() const {
    json::value body = encounter();
    item(body, 0)["image"] = jwe(std::string("\0\1\2", 3));
    item(body, 1)["image"] = jwe("\3\4\5");
    body.as_object()["clientData"] = jwe("foo");
    body.as_object()["biographicData"] = jwe(R"({"n":15e-1,"name":"Anna"})");
    body.as_object()["encryption"] = encryption("$.biometricData[*].image $.clientData $.biographicData");
    return body;
  }
  static inline const std::string kAll =
      "$.status $.encounterType $.galleries $.encounterId $.clientData $.biographicData $.contextualData "
      "$.biometricData";
  // Signed over everything in clear, then encrypted.
  [[nodiscard]] json::value protected_body() const {
    json::value body = encrypted();
    body.as_object()["integrity"] = json::array{signed_block(encounter(), kAll)};
    return body;
  }
};

}  // namespace whorl::tests
