// The small parts of the server, each against a table.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <future>
#include <limits>

#include "base/rfc3339.h"
#include "server/http/http_status.h"
#include "server/http/message.h"
#include "server/http/metrics.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/http/worker_queue.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/osia_names.h"
#include "server/osia/osia_reply.h"

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
    const bool retry = !reply.headers.empty() && reply.headers[0].first == "Retry-After";
    EXPECT_EQ(retry, row.status == 503) << name_of(row.kind);
  }
}

TEST(Message, AHeaderValueIsOneLineOfPrintableAscii) {
  EXPECT_EQ(header_value("a\r\nSet-Cookie: x\xC3\xA9"), "a??Set-Cookie: x??");
  EXPECT_EQ(header_value(std::string(2000, 'x')).size(), 512u);
}

TEST(Router, EveryRouteIsFoundByItsOwnTemplate) {
  for (const Route& route : routes()) {
    std::string path(route.path);
    PathIds expected;
    const auto fill = [&](const std::string& brace, const std::string& value, std::string& id) {
      const auto at = path.find(brace);
      if (at == std::string::npos) return;
      path.replace(at, brace.size(), value);
      id = value;
    };
    fill("{personId}", "p-1", expected.person_id);
    fill("{encounterId}", "e-1", expected.encounter_id);
    fill("{galleryId}", "ALL", expected.gallery_id);
    const RouteMatch match = match_route(route.method, path);
    ASSERT_NE(match.route, nullptr) << route.path;
    EXPECT_EQ(match.route->id, route.id);
    EXPECT_EQ(match.ids.person_id, expected.person_id);
    EXPECT_EQ(match.ids.encounter_id, expected.encounter_id);
    EXPECT_EQ(match.ids.gallery_id, expected.gallery_id);
  }
}

TEST(Router, WrongMethodsSayWhatIsAllowed) {
  const RouteMatch match = match_route("PUT", "/v1/persons/p/encounters/e?transactionId=1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "GET, POST, DELETE");
  EXPECT_EQ(match.label(), "other");
}

TEST(Router, UnknownAndMalformedPathsMatchNothing) {
  for (const char* target : {"/", "", "/v1", "/v1/persons/", "/v1//persons", "/v1/persons/a/b", "/v1/identify",
                             "/v1/persons/a/encounters/b/c", "v1/persons", "/v1/persons/%zz", "*",
                             "http://x/v1/persons", "/livez/", "/V1/persons"}) {
    const RouteMatch match = match_route("POST", target);
    EXPECT_EQ(match.route, nullptr) << target;
  }
}

TEST(Router, IdsAreDecodedAfterThePathIsSplit) {
  const RouteMatch match = match_route("DELETE", "/v1/persons/a%2Fb%3A");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.ids.person_id, "a/b:");
}

TEST(Query, RefusesUnknownRepeatedAndMalformed) {
  constexpr std::string_view known[] = {"transactionId", "threshold"};
  for (const auto& [target, field] :
       {std::pair("/x?treshold=1", "treshold"), {"/x?threshold=1&threshold=2", "threshold"}}) {
    const auto query = Query::parse(target, known);
    ASSERT_FALSE(query.ok()) << target;
    EXPECT_EQ(query.error().field, field);
    EXPECT_EQ(query.error().kind, ErrorKind::kInvalidInput);
  }
  EXPECT_FALSE(Query::parse("/x?threshold=%zz", known).ok());
}

TEST(Query, NumbersAreWholeFiniteAndInRange) {
  constexpr std::string_view known[] = {"n"};
  for (const char* text : {"", "1x", " 1", "+1", "nan", "inf", "1e999", "0x10", "-1", "101"}) {
    const auto query = Query::parse("/x?n=" + std::string(text), known);
    if (!query.ok()) continue;  // not even a target
    EXPECT_FALSE(query->number("n", 0, 100).ok()) << text;
    EXPECT_FALSE(query->integer("n", 0, 100).ok()) << text;
  }
  const auto query = Query::parse("/x?n=1e1", known);
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->number("n", 0, 100).value(), 10.0);
  EXPECT_FALSE(query->integer("n", 0, 100).ok());
}

TEST(JsonReader, RefusesWhatIsNotOneJsonDocument) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "[";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{} {}"), std::string("{'a':1}"), std::string("{\"a\":1,}"),
        std::string("\"\xff\""), std::string("nul"), std::string("[1] x"), deep, std::string(100'000, '['),
        std::string("{\"a\":NaN}"), std::string("// x\n{}"), std::string("\0{}", 3)}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.ok()) << text.substr(0, 20);
    EXPECT_EQ(value.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(JsonReader, ANameMayStandOnceInAnObject) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").ok());
  for (const char* text : {R"({"a":1,"a":1})", R"([{"x":{"image":1,"b":2,"image":3}}])", R"({"a":1,"\u0061":2})"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_NE(value.error().message.find("twice"), std::string::npos) << value.error().text();
  }
}

TEST(JsonText, NumbersCanBeReadAndParsedBack) {
  namespace json = boost::json;
  const json::value value{{"score", 42.5}, {"whole", 3.0}, {"n", 7}, {"text", "a\"b\n"}, {"list", {true, nullptr}}};
  EXPECT_EQ(json_text(value), R"({"score":42.5,"whole":3.0,"n":7,"text":"a\"b\n","list":[true,null]})");
  EXPECT_EQ(json_text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(two_decimals(61.257), 61.26);
}

TEST(Rfc3339, TakesRealInstantsAlone) {
  for (const char* good : {"2024-11-18T14:21:00Z", "2024-11-18t14:21:00.25+01:00", "2024-02-29T23:59:60z"}) {
    EXPECT_TRUE(is_rfc3339(good)) << good;
  }
  for (const char* bad : {"", "2024-11-18", "2024-11-18T14:21Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
                          "2024-11-18T24:00:00Z", "2024-11-18T14:21:00", "2024-11-18T14:21:00.Z",
                          "2024-11-18 14:21:00Z", "2024-11-18T14:21:00Zx", "2024-11-18T14:21:00+1:00"}) {
    EXPECT_FALSE(is_rfc3339(bad)) << bad;
  }
}

TEST(OsiaNames, PositionsGoThereAndBack) {
  for (int i = 0; i <= 10; ++i) {
    const auto position = static_cast<FingerPosition>(i);
    EXPECT_EQ(sub_type(osia_name(position)).kind, SubTypeKind::kFinger);
    EXPECT_EQ(sub_type(osia_name(position)).position, position);
  }
  EXPECT_EQ(osia_name(FingerPosition::kLeftLittle), "LEFT_LITTLE");
  EXPECT_EQ(sub_type("PLAIN_THUMBS").kind, SubTypeKind::kSeveral);
  EXPECT_EQ(sub_type("EYE_LEFT").kind, SubTypeKind::kNotFinger);
  EXPECT_EQ(sub_type("right_index").kind, SubTypeKind::kUnheard);
}

TEST(Accept, IsReadItemByItem) {
  EXPECT_TRUE(accepts("application/json;charset=utf-8", kJsonType));
  EXPECT_TRUE(accepts("text/html, Application/Vnd.Whorl.Identify+JSON ; q=0.9, */*", kIdentifyType));
  EXPECT_FALSE(accepts("*/*", kIdentifyType));
  EXPECT_FALSE(accepts("application/vnd.whorl.identify+jsonx", kIdentifyType));
  EXPECT_FALSE(accepts("", kJsonType));
}

TEST(Metrics, CountsByRouteAndStatusWithCumulativeBuckets) {
  Metrics metrics;
  metrics.count("/v1/x/{id}", "POST", 200, 0.003, "match");
  metrics.count("/v1/x/{id}", "POST", 200, 99.0, "no_match");
  metrics.count("/v1/x/{id}", "POST", 400, 0.0001, "");
  metrics.count_refused_connection();
  const std::string text = metrics.exposition({3, 64, 5, true, {{"de\"fault", 10, 20, 30}}});
  for (const char* line :
       {"whorl_http_requests_total{route=\"/v1/x/{id}\",method=\"POST\",status=\"200\"} 2\n",
        "whorl_http_requests_total{route=\"/v1/x/{id}\",method=\"POST\",status=\"400\"} 1\n",
        "status=\"200\",le=\"0.0025\"} 0\n", "status=\"200\",le=\"0.005\"} 1\n", "status=\"200\",le=\"10\"} 1\n",
        "status=\"200\",le=\"+Inf\"} 2\n",
        "duration_seconds_count{route=\"/v1/x/{id}\",method=\"POST\",status=\"200\"} 2\n",
        "whorl_decisions_total{route=\"/v1/x/{id}\",decision=\"match\"} 1\n",
        "whorl_http_connections_refused_total 1\n", "whorl_queue_depth 3\n", "whorl_queue_capacity 64\n",
        "whorl_http_connections 5\n", "whorl_ready 1\n", "whorl_gallery_persons{gallery=\"de\\\"fault\"} 10\n",
        "whorl_gallery_fingers{gallery=\"de\\\"fault\"} 30\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
}

TEST(Metrics, ShowsAHundredGalleriesAtMostAndCountsThemAll) {
  const std::vector<engine::GalleryView> many(250, {"g", 1, 1, 1});
  const std::string text = Metrics().exposition({0, 1, 0, true, many});
  std::size_t lines = 0;
  for (auto at = text.find("whorl_gallery_persons{"); at != std::string::npos;
       at = text.find("whorl_gallery_persons{", at + 1)) {
    ++lines;
  }
  EXPECT_EQ(lines, 100u);
  EXPECT_NE(text.find("whorl_galleries 250\n"), std::string::npos);
}

TEST(WorkerQueue, RefusesBeyondItsCapacityAndDropsWhatWaitsOnStop) {
  WorkerQueue queue(1, 2);
  std::promise<void> entered;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::atomic<int> ran{0};
  ASSERT_TRUE(queue.try_submit([&, open] {
    entered.set_value();
    open.wait();
    ++ran;
  }));
  entered.get_future().wait();
  EXPECT_TRUE(queue.try_submit([&] { ++ran; }));
  EXPECT_TRUE(queue.try_submit([&] { ++ran; }));
  EXPECT_FALSE(queue.try_submit([&] { ++ran; }));
  EXPECT_EQ(queue.depth(), 2u);
  std::thread stopper([&] { queue.stop(); });
  while (queue.depth() > 0) std::this_thread::yield();
  gate.set_value();
  stopper.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(queue.try_submit([] {}));
}

}  // namespace
}  // namespace whorl::server
