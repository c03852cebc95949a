// Whom a broker lets in that is set up as scripts/cluster/nats.conf says.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "cluster/nats_bus.h"
#include "tests/cluster/nats_broker.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::cluster {
namespace {

using tests::CertificateWish;

// bcrypt of "front-pass", "part-pass", "operator-pass", in the order of the template.
constexpr const char* kHashes[] = {"$2b$04$uIJgFrTzzeR9qNLPgAlrx.cVoNiFgFbsX4WdlEYv//E8Ne8BQPUuS",
                                   "$2b$04$3fMbZGrc6Umrg2WZF.SZWOItYxZySsiaCAfrqGzycimzHtm1PNZ7e",
                                   "$2b$04$qqX6PwarzgFQfZoq352g1Oyno3cIvdju/PSo8gyW0kAIqBE12Fssm"};

void replace(std::string& text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

class BrokerDoor : public testing::Test {
 protected:
  void SetUp() override {
    if (NatsBroker::program().empty()) GTEST_SKIP() << "nats-server is not installed";
    const auto broker = ca_.issue({"broker", {"127.0.0.1", "localhost"}, "serverAuth,clientAuth"});
    write("ca.pem", ca_.certificate());
    write("broker.pem", broker.certificate);
    write("broker.key", broker.key);
    auto text =
        std::string(as_text(read_file(tests::source_path("scripts/cluster/nats.conf"), std::size_t{64} << 10).value()));
    replace(text, "ADDRESS:4222", "127.0.0.1:-1");
    for (const char* file : {"broker.pem", "broker.key", "ca.pem"})
      replace(text, file, (folder_.path() / file).string());
    for (const char* hash : kHashes) replace(text, "\"HASH\"", std::string("\"") + hash + "\"");
    broker_ = std::make_unique<NatsBroker>(folder_.path(), text);
    ASSERT_NE(broker_->port(), 0);
  }

  void write(const std::string& name, const std::string& text) { tests::write_private(folder_.path() / name, text); }

  // A client as it should be; `certificate` empty: none.
  BrokerConfig client(const std::string& user, const std::optional<tests::Issued>& certificate) {
    BrokerConfig out;
    out.servers = {"tls://localhost:" + std::to_string(broker_->port())};
    out.authorities = folder_.path() / "ca.pem";
    if (certificate) {
      write("client.pem", certificate->certificate);
      write("client.key", certificate->key);
      out.certificate = folder_.path() / "client.pem";
      out.private_key = folder_.path() / "client.key";
    }
    if (!user.empty()) {
      write("password", user + "-pass\n");
      out.user = user;
      out.password = folder_.path() / "password";
    }
    return out;
  }
  tests::Issued sound() { return ca_.issue({}); }
  static tests::Issued wrong(tests::TestCa& by, const CertificateWish& wish) { return by.issue(wish); }

  tests::TemporaryDirectory folder_;
  tests::TestCa ca_{"member"};
  std::unique_ptr<NatsBroker> broker_;
};

TEST_F(BrokerDoor, FrontsAndPartsComeIn) {
  for (const char* user : {"front", "part"}) {
    const auto connected = connect_nats(client(user, sound()), user);
    EXPECT_TRUE(connected.ok()) << connected.error().text();
  }
}

TEST_F(BrokerDoor, EightWrongClientsDoNot) {
  tests::TestCa other("another member");
  CertificateWish expired;
  expired.begins = std::chrono::hours(-48);
  expired.ends = std::chrono::hours(-24);
  CertificateWish self_signed;
  self_signed.self_signed = true;
  BrokerConfig in_the_clear = client("front", {});
  in_the_clear.servers = {broker_->url()};
  in_the_clear.authorities.clear();
  const auto refused = [&](const std::string& who, const BrokerConfig& config) {
    EXPECT_FALSE(connect_nats(config, "wrong").ok()) << who;
  };
  refused("without TLS", in_the_clear);
  refused("without a certificate", client("front", {}));
  refused("with one that it made itself", client("front", wrong(ca_, self_signed)));
  refused("with one of another authority", client("front", wrong(other, {})));
  refused("with one that is over", client("front", wrong(ca_, expired)));
  refused("without a name", client("", sound()));
  refused("with a name that nobody has", client("stranger", sound()));
  BrokerConfig guessing = client("front", sound());
  write("password", "part-pass");
  refused("with another's password", guessing);
}

TEST_F(BrokerDoor, WhetherItIsShutIsTried) {
  EXPECT_TRUE(check_door(client("front", sound())).ok());
  const auto open_folder = folder_.path() / "open";
  std::filesystem::create_directory(open_folder);
  const NatsBroker open(open_folder);
  BrokerConfig config = client("front", {});
  config.servers = {open.url()};
  config.authorities.clear();
  const Status tried = check_door(config);
  ASSERT_FALSE(tried.ok());
  EXPECT_EQ(tried.error().kind, ErrorKind::kUnauthorised);
  EXPECT_NE(tried.error().message.find(open.url()), std::string::npos);
  config.user.clear();
  EXPECT_TRUE(check_door(config).ok()) << "a broker of one machine, where nobody is named";
}

TEST_F(BrokerDoor, NobodyDoesWhatIsNotTheirs) {
  const auto front = connect_nats(client("front", sound()), "front");
  const auto part = connect_nats(client("part", sound()), "part");
  const auto stranger = connect_nats(client("operator", sound()), "operator");
  ASSERT_TRUE(front.ok() && part.ok() && stranger.ok());
  const auto reached = [](Bus& from, const std::string& subject) {
    const auto waiting = from.send(subject, as_bytes("?"), {});
    return waiting.ok() && (*waiting)(std::chrono::steady_clock::now() + std::chrono::seconds(5)).ok();
  };
  const auto echo = [](const Delivery& delivery) { delivery.answer(delivery.message); };
  const auto listening = (*part)->listen("whorl.test.part.a", echo);
  const auto pretending = (*front)->listen("whorl.test.part.b", echo);
  ASSERT_TRUE(listening.ok());
  EXPECT_TRUE(reached(**front, "whorl.test.part.a"));
  EXPECT_FALSE(reached(**part, "whorl.test.part.b"));
  EXPECT_FALSE(reached(**stranger, "whorl.test.part.a"));
}

// A port that nobody has now.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* plain = reinterpret_cast<sockaddr*>(&at);
  EXPECT_EQ(::bind(socket, plain, size), 0);
  EXPECT_EQ(::getsockname(socket, plain, &size), 0);
  ::close(socket);
  return ntohs(at.sin_port);
}

TEST_F(BrokerDoor, ThreeBrokersPassOnWhatIsAskedAndLetInNobodyElse) {
  std::vector<int> routes;
  for (int i = 0; i < 3; ++i) routes.push_back(free_port());
  std::vector<std::unique_ptr<NatsBroker>> brokers;
  for (std::size_t i = 0; i < 3; ++i) {
    auto text = std::string(
        as_text(read_file(tests::source_path("scripts/cluster/nats-three.conf"), std::size_t{64} << 10).value()));
    replace(text, "broker-NUMBER", "broker-" + std::to_string(i + 1));
    replace(text, "ADDRESS:4222", "127.0.0.1:-1");
    replace(text, "ADDRESS:6222", "127.0.0.1:" + std::to_string(routes[i]));
    for (std::size_t to = 0; to < 3; ++to) {
      replace(text, "ADDRESS-" + std::to_string(to + 1) + ":6222", "localhost:" + std::to_string(routes[to]));
    }
    for (int block = 0; block < 2; ++block) {
      for (const char* file : {"\"broker.pem", "\"broker.key", "\"ca.pem"}) {
        replace(text, file, "\"" + (folder_.path() / (file + 1)).string());
      }
    }
    for (const char* hash : kHashes) replace(text, "\"HASH\"", std::string("\"") + hash + "\"");
    const auto folder = folder_.path() / ("broker-" + std::to_string(i));
    std::filesystem::create_directory(folder);
    brokers.push_back(std::make_unique<NatsBroker>(folder, text));
    ASSERT_NE(brokers.back()->port(), 0);
  }
  const auto at = [&](std::size_t i, const std::string& user, const std::optional<tests::Issued>& certificate) {
    BrokerConfig out = client(user, certificate);
    out.servers = {"tls://localhost:" + std::to_string(brokers[i]->port())};
    return out;
  };
  const auto part = connect_nats(at(0, "part", sound()), "part");
  const auto front = connect_nats(at(2, "front", sound()), "front");
  ASSERT_TRUE(part.ok() && front.ok());
  const auto listening =
      (*part)->listen("whorl.test.part.a", [](const Delivery& delivery) { delivery.answer(delivery.message); });
  ASSERT_TRUE(listening.ok());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool reached = false;
  while (!reached && std::chrono::steady_clock::now() < until) {
    const auto waiting = (*front)->send("whorl.test.part.a", as_bytes("?"), {});
    reached = waiting.ok() && (*waiting)(std::chrono::steady_clock::now() + std::chrono::seconds(1)).ok();
  }
  EXPECT_TRUE(reached);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(check_door(at(i, "part", sound())).ok());
}

TEST_F(BrokerDoor, AnotherBrokerIsNotTaken) {
  tests::TestCa other("another member");
  BrokerConfig config = client("front", sound());
  write("other-ca.pem", other.certificate());
  config.authorities = folder_.path() / "other-ca.pem";
  EXPECT_FALSE(connect_nats(config, "front").ok());
}

}  // namespace
}  // namespace whorl::cluster
