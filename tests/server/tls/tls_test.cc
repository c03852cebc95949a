// TLS at the port: who comes in, the refusals, and files that change under load.
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "crypto/jose/base64url.h"
#include "tests/server/access_fixture.h"

namespace whorl::tests {
namespace {

using namespace std::chrono_literals;

constexpr const char* kGalleries = "/v1/galleries?transactionId=t";

class TlsTest : public AccessTest {
 protected:
  TlsTest() { publish_server(server_certificate()); }

  Issued server_certificate() {
    return ca_.issue({.name = "node.a.test", .dns = {"node.a.test"}, .usage = "serverAuth"});
  }
  void publish_server(const Issued& issued) {
    write_private(folder_.path() / "node.key", issued.key);
    write_private(folder_.path() / "node.pem", issued.certificate);
  }
  void publish_clients(const std::vector<Issued>& revoked, std::chrono::seconds next = 1h) {
    write_private(folder_.path() / "clients.pem", clients_.certificate());
    write_private(folder_.path() / "clients.crl", clients_.revoke(revoked, next));
  }
  static std::string access(const std::string& clients) {
    std::string out = "[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\n";
    if (!clients.empty()) out += "client_ca = 'clients.pem'\nrevoked = 'clients.crl'\nclients = '" + clients + "'\n";
    // The test is of certificates: how many requests come is the speed of the machine.
    return out + std::string(kTokens) + "[limits]\nother = 0\n";
  }
  static std::string machine(const std::string& name, const std::string& dns) {
    return "[[machines]]\nname = '" + name + "'\ndns = '" + dns + "'\nscopes = ['abis.gallery.read']\n";
  }
  // A server that lets in who has a client certificate, and knows the machine desk.a.test.
  void start_for_machines(const std::vector<Issued>& revoked = {}) {
    publish_clients(revoked);
    start_with(access("required") + machine("desk", "desk.a.test"));
  }

  TlsWish wish(const Issued& own = {}) const {
    return {.ca = ca_.certificate(), .certificate = own.certificate, .key = own.key};
  }
  // What a client of this kind gets: a status, or 0 where it does not come in.
  int status(const TlsWish& how, const std::string& target = kGalleries, const Headers& headers = {}) {
    HttpClient client(server_->port(), how);
    if (!client.failure().empty()) return 0;
    const auto answer = client.ask("GET", target, "", headers);
    return answer ? answer->status : 0;
  }
  // Asks until the answer is this, for ten seconds at most.
  bool becomes(int wanted, const TlsWish& how, const Headers& headers = {}) {
    for (int i = 0; i < 500; ++i) {
      if (status(how, kGalleries, headers) == wanted) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }

  TestCa ca_{"servers"};
  TestCa clients_{"clients"};
};

TEST_F(TlsTest, AClientThatTrustsTheServerSignsInWithAToken) {
  start_with(access(""));
  EXPECT_TRUE(server_->is_tls());
  EXPECT_EQ(status(wish(), kGalleries, bearer(token("abis.gallery.read"))), 200);
  EXPECT_EQ(status(wish(), kGalleries), 401);
  EXPECT_EQ(status(wish(), "/livez"), 200);
}

TEST_F(TlsTest, AMachineIsKnownByItsCertificateAndTheCallSaysSo) {
  start_for_machines();
  const Issued desk = clients_.issue({});
  HttpClient client(server_->port(), wish(desk));
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask("GET", kGalleries);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200) << answer->body;
  }
  const auto answer = client.ask("POST", "/v1/identify/ALL?transactionId=t", identify_body());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 403) << "no more than the file says";
}

TEST_F(TlsTest, ALargeBodyGoesThrough) {
  start_with(access(""));
  HttpClient client(server_->port(), wish());
  const std::string item = R"({"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","resolution":500,"image":")" +
                           std::string(4u << 20, 'A') + "\"}";
  const auto answer =
      client.ask("POST", "/v1/identify/ALL?transactionId=t", identify_body(item), bearer(token("abis.identify")));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200) << answer->body;
}

// -- The refusals -----------------------------------------------------------------------------------------------------

TEST_F(TlsTest, Refusal01NoCertificateWhereOneIsRequired) {
  start_for_machines();
  EXPECT_EQ(status(wish(), "/livez"), 0);
}

TEST_F(TlsTest, Refusal02Expired) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.begins = -7200s, .ends = -1s})), "/livez"), 0);
}

TEST_F(TlsTest, Refusal03NotYetValid) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.begins = 600s})), "/livez"), 0);
}

TEST_F(TlsTest, Refusal04OfAnotherCa) {
  start_for_machines();
  TestCa other("clients");  // of the same name, with another key
  EXPECT_EQ(status(wish(other.issue({})), "/livez"), 0);
  EXPECT_EQ(status(wish(ca_.issue({})), "/livez"), 0) << "the CA of servers is none of clients";
}

TEST_F(TlsTest, Refusal05SelfSigned) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.self_signed = true})), "/livez"), 0);
}

TEST_F(TlsTest, Refusal06Revoked) {
  const Issued desk = clients_.issue({});
  const Issued stolen = clients_.issue({});
  start_for_machines({stolen});
  EXPECT_EQ(status(wish(desk)), 200);
  EXPECT_EQ(status(wish(stolen)), 0);
}

TEST_F(TlsTest, Refusal07ForAnotherUse) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.usage = "serverAuth"})), "/livez"), 0);
  EXPECT_EQ(status(wish(clients_.issue({.usage = "codeSigning"})), "/livez"), 0);
}

TEST_F(TlsTest, Refusal08AWeakKey) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.rsa_bits = 1024})), "/livez"), 0);
  EXPECT_EQ(status(wish(clients_.issue({.rsa_bits = 2048})), "/livez"), 200);
}

TEST_F(TlsTest, Refusal09AnEarlierVersionOfTls) {
  start_for_machines();
  TlsWish how = wish(clients_.issue({}));
  how.tls_12 = true;
  HttpClient client(server_->port(), how);
  EXPECT_FALSE(client.failure().empty());
}

TEST_F(TlsTest, Refusal10PlainHttpOnThePortOfTls) {
  start_for_machines();
  HttpClient client(server_->port());
  EXPECT_FALSE(client.ask("GET", "/livez").has_value());
}

TEST_F(TlsTest, Refusal11AGoodCertificateThatNobodyNamed) {
  start_for_machines();
  EXPECT_EQ(status(wish(clients_.issue({.dns = {"stranger.a.test"}}))), 401);
  // The common name and the order of names count for nothing, and a name with others' is nobody's.
  EXPECT_EQ(status(wish(clients_.issue({.name = "desk.a.test", .dns = {}}))), 401);
  EXPECT_EQ(status(wish(clients_.issue({.dns = {"*.a.test"}}))), 401);
}

TEST_F(TlsTest, Refusal12TheClientsOfAServerOfAnotherName) {
  start_for_machines();
  TlsWish how = wish(clients_.issue({}));
  how.host = "other.a.test";
  EXPECT_FALSE(HttpClient(server_->port(), how).failure().empty());
  how = wish(clients_.issue({}));
  how.ca = clients_.certificate();
  EXPECT_FALSE(HttpClient(server_->port(), how).failure().empty()) << "of a CA that the client does not know";
}

TEST_F(TlsTest, Refusal13AHandshakeThatNeverEndsHoldsUpNobody) {
  publish_clients({});
  server::ServerConfig config;
  config.max_connections = 8;
  config.threads = 1;
  write_private(file_, access("required") + machine("desk", "desk.a.test"));
  start_with(access("required") + machine("desk", "desk.a.test"), config);
  std::vector<std::unique_ptr<HttpClient>> silent;
  for (int i = 0; i < 32; ++i) {
    silent.push_back(std::make_unique<HttpClient>(server_->port()));
    silent.back()->send(std::string("\x16\x03\x01\x02\x00\x01\x00", 7));  // the beginning of a ClientHello
  }
  EXPECT_EQ(status(wish(clients_.issue({}))), 200);
}

TEST_F(TlsTest, Refusal14ATokenOfAnotherConnection) {
  publish_clients({});
  start_with(access("accepted"));
  const Issued mine = clients_.issue({});
  const Issued theirs = clients_.issue({});
  Sha256 digest{};
  const std::string hex = digest_text(mine.certificate);
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  }
  const Headers bound =
      bearer(token("abis.gallery.read", R"(,"cnf":{"x5t#S256":")" + crypto::base64url(ByteView(digest)) + "\"}"));
  EXPECT_EQ(status(wish(mine), kGalleries, bound), 200);
  EXPECT_EQ(status(wish(theirs), kGalleries, bound), 401);
  EXPECT_EQ(status(wish(), kGalleries, bound), 401);
}

// -- Files that change ------------------------------------------------------------------------------------------------

TEST_F(TlsTest, NothingIsDroppedWhileCertificatesKeysAndCrlsAreReadAnew) {
  start_for_machines();
  std::atomic<bool> done{false};
  std::atomic<int> good{0};
  std::atomic<int> bad{0};
  std::vector<std::thread> load;
  for (int c = 0; c < 4; ++c) {
    load.emplace_back([&, c, how = wish(clients_.issue({}))] {
      while (!done) {
        // Some clients keep their connection, others make one for each request.
        HttpClient client(server_->port(), how);
        for (int i = 0; i < (c % 2 == 0 ? 20 : 1); ++i) {
          const auto answer = client.failure().empty() ? client.ask("GET", kGalleries) : std::nullopt;
          ++(answer && answer->status == 200 ? good : bad);
        }
      }
    });
  }
  for (int i = 0; i < 25; ++i) {
    publish_server(server_certificate());
    publish_clients({clients_.issue({})});
    publish(*crypto::PrivateKey::make(crypto::KeyKind::kEd25519), "k" + std::to_string(i));
    std::this_thread::sleep_for(40ms);
  }
  done = true;
  for (auto& thread : load) thread.join();
  EXPECT_EQ(bad, 0);
  EXPECT_GT(good, 50);
  EXPECT_EQ(status(wish(clients_.issue({}))), 200);
}

TEST_F(TlsTest, WhoIsRevokedIsOutAlsoOnAConnectionThatWasOpen) {
  start_for_machines();
  const Issued desk = clients_.issue({});
  HttpClient open(server_->port(), wish(desk));
  ASSERT_EQ(open.ask("GET", kGalleries)->status, 200);
  publish_clients({desk});
  ASSERT_TRUE(becomes(0, wish(desk)));
  const auto answer = open.ask("GET", kGalleries);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(reason(*answer), "certificate_refused");
  EXPECT_EQ(open.ask("GET", "/livez")->status, 200) << "pages for everybody are for them, too";
}

TEST_F(TlsTest, WhoIsTakenOutOfTheFileMayDoNothingAnyMore) {
  start_for_machines();
  const Issued desk = clients_.issue({});
  HttpClient open(server_->port(), wish(desk));
  ASSERT_EQ(open.ask("GET", kGalleries)->status, 200);
  write_private(file_, access("required") + machine("other", "other.a.test"));
  ASSERT_TRUE(becomes(401, wish(desk)));
  EXPECT_EQ(open.ask("GET", kGalleries)->status, 401);
}

TEST_F(TlsTest, FilesThatAreNotSoundChangeNothing) {
  start_for_machines();
  const TlsWish desk = wish(clients_.issue({}));
  ASSERT_EQ(status(desk), 200);
  const auto spoil = [&](const char* name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::ifstream in(path);
    const std::string before{std::istreambuf_iterator<char>(in), {}};
    write_private(path, text);
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(status(desk), 200) << name;
    write_private(path, before);
  };
  spoil("node.pem", "no certificate");
  spoil("node.key", server_certificate().key);
  spoil("clients.crl", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
  spoil("clients.crl", TestCa("clients").revoke({}));
  spoil("clients.crl", clients_.revoke({}, -1s));
  spoil("clients.pem", "");
  spoil("jwks.json", "{}");
  spoil("access.toml", "[tls]");
  EXPECT_EQ(status(desk), 200);
}

// -- At the start -----------------------------------------------------------------------------------------------------

class TlsStartTest : public TlsTest {
 protected:
  std::string code(const std::string& text, const std::string& address = "127.0.0.1") {
    write_private(file_, text);
    server::ServerConfig config;
    config.address = address;
    config.access_file = file_;
    config.threads = 1;
    const auto started = server::Server::start(config, service_);
    return started.ok() ? "ok" : std::string(started.error().code());
  }
};

TEST_F(TlsStartTest, OtherMachinesAreLetInOverTlsAloneAndOnlyWhoSignsIn) {
  EXPECT_EQ(code(access(""), "0.0.0.0"), "ok");
  EXPECT_EQ(code(std::string(kTokens), "0.0.0.0"), "address_not_loopback") << "without TLS";
  EXPECT_EQ(code("[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\n", "0.0.0.0"), "address_not_loopback")
      << "nobody could sign in";
  EXPECT_EQ(code("[limits]\n", "0.0.0.0"), "address_not_loopback");
  EXPECT_EQ(code(std::string(kTokens)), "ok") << "on loopback it may be plain";
}

TEST_F(TlsStartTest, AnOpenServerGoesOnWithTlsWhateverTheFileBecomes) {
  write_private(file_, access(""));
  server::ServerConfig config;
  config.address = "0.0.0.0";
  config.access_file = file_;
  config.access_every = 20ms;
  config.threads = 1;
  start(config);
  write_private(file_, std::string(kTokens));
  std::this_thread::sleep_for(200ms);
  EXPECT_TRUE(server_->is_tls());
  HttpClient plain(server_->port());
  EXPECT_FALSE(plain.ask("GET", "/livez").has_value());
}

TEST_F(TlsStartTest, KeysThatOthersCanReadAndCertificatesThatDoNotFitAreRefused) {
  ASSERT_EQ(::chmod((folder_.path() / "node.key").c_str(), 0644), 0);
  EXPECT_EQ(code(access("")), "open_to_others");
  ASSERT_EQ(::chmod((folder_.path() / "node.key").c_str(), 0640), 0);
  EXPECT_EQ(code(access("")), "ok");
  write_private(folder_.path() / "node.key", server_certificate().key);
  EXPECT_EQ(code(access("")), "tls_file_unusable");
  for (const CertificateWish& wrong :
       {CertificateWish{.usage = "clientAuth"}, CertificateWish{.usage = "serverAuth", .ends = -1s},
        CertificateWish{.usage = "serverAuth", .begins = 600s},
        CertificateWish{.usage = "serverAuth", .rsa_bits = 1024}}) {
    publish_server(ca_.issue(wrong));
    EXPECT_EQ(code(access("")), "tls_file_unusable") << wrong.usage << wrong.rsa_bits;
  }
  publish_server(server_certificate());
  EXPECT_EQ(code(access("")), "ok");
  write_private(folder_.path() / "clients.pem", clients_.issue({}).certificate);
  write_private(folder_.path() / "clients.crl", clients_.revoke({}));
  EXPECT_EQ(code(access("required")), "tls_file_unusable") << "a certificate that is not of a CA";
}

}  // namespace
}  // namespace whorl::tests
