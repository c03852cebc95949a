// whorl client: the real binary against a real server before a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/files.h"
#include "server/server.h"
#include "tests/cli/run_whorl.h"
#include "tests/engine/engine_fixture.h"
#include "tests/server/requests.h"

namespace whorl::tests {
namespace {

using testing::HasSubstr;

class ClientVerb : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine::opened_engine(folder_.path() / "gallery");
    auto started = server::Server::start({}, engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }
  void TearDown() override { server_.reset(); }

  // Another capture of a person's index fingers, as files.
  std::vector<std::string> fingers(unsigned person, std::uint64_t capture) {
    std::vector<std::string> out;
    for (const auto& [name, seed] : {std::pair("right_index", 10 * person + 2), {"left_index", 10 * person + 7}}) {
      const std::string file = folder_.path() / (name + std::to_string(person) + "-" + std::to_string(capture));
      EXPECT_TRUE(write_file(file, ByteView(native(another_capture(random_finger(seed), capture)))).ok());
      out.insert(out.end(), {"--finger", std::string(name) + "=" + file});
    }
    return out;
  }
  [[nodiscard]] Outcome client(const std::string& verb, const std::vector<std::string>& more) const {
    std::vector<std::string> all{"client", verb, "--node", "http://127.0.0.1:" + std::to_string(server_->port())};
    all.insert(all.end(), more.begin(), more.end());
    return run_whorl(all);
  }
  [[nodiscard]] Outcome client(const std::string& verb, std::vector<std::string> more,
                               const std::vector<std::string>& samples) const {
    more.insert(more.end(), samples.begin(), samples.end());
    return client(verb, more);
  }

  TemporaryDirectory folder_;
  std::shared_ptr<engine::Engine> engine_;
  std::unique_ptr<server::Server> server_;
};

TEST_F(ClientVerb, EnrolsIdentifiesVerifiesReadsAndErases) {
  const Outcome enrolled = client("enrol", {"--person", "anna", "--encounter", "e1", "--type", "VISIT"}, fingers(1, 1));
  ASSERT_EQ(enrolled.status, 0) << enrolled.err;
  EXPECT_EQ(enrolled.out, "enrolled anna/e1\n");
  ASSERT_EQ(client("enrol", {"--json"}, fingers(2, 1)).status, 0);  // the node makes the identifiers

  const Outcome known = client("identify", {}, fingers(1, 7));
  EXPECT_EQ(known.status, 0) << known.err;
  EXPECT_THAT(known.out, HasSubstr("match: "));
  EXPECT_THAT(known.out, HasSubstr("  anna\n"));
  EXPECT_EQ(client("identify", {}, fingers(3, 7)).status, 10);
  const Outcome same = client("verify", {"--person", "anna", "--json"}, fingers(1, 8));
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_EQ(boost::json::parse(same.out).at("decision"), "match");
  EXPECT_EQ(client("verify", {"--person", "anna"}, fingers(2, 8)).status, 10);

  const Outcome read = client("read", {"--person", "anna", "--encounter", "e1"});
  EXPECT_EQ(boost::json::parse(read.out).at("encounterType"), "VISIT");
  EXPECT_EQ(client("erase", {"--person", "anna"}).out, "erased anna\n");
  EXPECT_EQ(client("read", {"--person", "anna"}).status, 4);
  EXPECT_EQ(client("identify", {}, fingers(1, 7)).status, 10);
}

TEST_F(ClientVerb, SendsWhateverElseAndSaysTheNodesWords) {
  const Outcome galleries = client("ask", {"GET", "/v1/galleries?transactionId=1"});
  EXPECT_EQ(galleries.status, 0) << galleries.err;
  EXPECT_EQ(boost::json::parse(galleries.out).at(0), "default");
  const Outcome refused = client("ask", {"GET", "/v1/galleries?no=1"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("no"));
  EXPECT_EQ(client("ask", {"GET", "/v1/persons/.."}).status, 3);
  EXPECT_EQ(client("erase", {"--person", ".."}).status, 3);
  EXPECT_EQ(client("read", {"--person", "a/../b"}).status, 3);
  EXPECT_EQ(client("read", {"--person", "nobody", "--transaction", "a b&c=ü"}).status, 4);
  server_.reset();
  EXPECT_EQ(run_whorl({"client", "ask", "GET", "/livez", "--node", "http://127.0.0.1:1"}).status, 9);
}

}  // namespace
}  // namespace whorl::tests
