// The access file: what it says, and what of a hostile one is refused.
#include "engine/access/access_config.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/files.h"
#include "tests/support/shared_data.h"

namespace whorl::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDigest(64, 'a');
const std::string kHash = "scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const std::string kTls = R"([tls]
certificate = "node.pem"
key = "node.key"
client_ca = "/etc/ca.pem"
revoked = "ca.crl"
clients = "required"
)";
const std::string kTokens = R"([tokens]
issuer = "https://idp.test"
audience = "https://node.test"
keys = "jwks.json"
)";

Result<AccessConfig> parse(const std::string& text) { return parse_access_config(text, "/srv/access.toml"); }

TEST(AccessConfig, SaysWhoMayComeInAndHow) {
  const auto config = parse(kTls + kTokens + R"(roles_claim = "roles"
bound = true
leeway_s = 5
longest_life_s = 600
[limits]
identify_of_person = 30
other = 0
[[machines]]
name = "desk-7"
dns = "desk-7.a.test"
scopes = ["abis.identify", "abis.encounter.write"]
galleries = ["asylum"]
[[machines]]
name = "registry"
certificate = ")" + kDigest +
                            R"("
scopes = ["abis.encounter.read"]
[[people]]
name = "anna"
password = ")" + kHash + R"("
roles = ["officer"]
scopes = ["abis.encounter.read"]
[[people]]
name = "ben"
token_subject = "u-17"
roles = ["operator"]
)");
  ASSERT_TRUE(config.ok()) << config.error().text();
  ASSERT_TRUE(config->tls.has_value());
  EXPECT_EQ(config->tls->certificate, "/srv/node.pem");
  EXPECT_EQ(config->tls->client_ca, "/etc/ca.pem");
  EXPECT_EQ(config->tls->clients, ClientCertificates::kRequired);
  ASSERT_TRUE(config->tokens.has_value());
  EXPECT_EQ(config->tokens->keys, "/srv/jwks.json");
  EXPECT_TRUE(config->tokens->bound);
  EXPECT_EQ(config->tokens->leeway.count(), 5);
  EXPECT_EQ(config->limits.identify_of_person, 30);
  EXPECT_EQ(config->limits.other, 0);
  EXPECT_EQ(config->limits.verify, LimitConfig().verify);
  EXPECT_EQ(config->decisions.signed_in_within, std::chrono::seconds(300));
  EXPECT_EQ(parse("[decisions]\nsigned_in_within_s = 45\n")->decisions.signed_in_within, std::chrono::seconds(45));
  ASSERT_EQ(config->machines.size(), 2u);
  EXPECT_THAT(config->machines[0].scopes,
              ElementsAre("abis.encounter.write", "abis.identify", "whorl.encounter.enrol", "whorl.encounter.erase"));
  EXPECT_THAT(*config->machines[0].galleries, ElementsAre("asylum"));
  EXPECT_FALSE(config->machines[1].galleries.has_value());
  EXPECT_EQ(config->machines[1].certificate->front(), 0xaa);
  ASSERT_EQ(config->people.size(), 2u);
  EXPECT_THAT(config->people[0].scopes, testing::Contains("abis.encounter.read"));
  EXPECT_THAT(config->people[0].scopes, testing::Contains("whorl.encounter.enrol"));
  EXPECT_TRUE(config->knows_anybody());
}

TEST(AccessConfig, AnEmptyOneLetsNobodyIn) {
  const auto config = parse("");
  ASSERT_TRUE(config.ok());
  EXPECT_FALSE(config->knows_anybody());
  EXPECT_FALSE(config->tls.has_value());
}

TEST(AccessConfig, DigestsOfCertificatesAreAsOpensslPrintsThem) {
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += (i == 0 ? "" : ":") + std::string("AB");
  for (const std::string& text : {colons, std::string(64, 'b'), std::string(64, 'B')}) {
    EXPECT_TRUE(parse(kTls + "[[machines]]\nname='m'\nscopes=['abis.verify']\ncertificate='" + text + "'").ok())
        << text;
  }
  for (const std::string& text : {std::string(63, 'b'), std::string(65, 'b'), std::string(64, 'g')}) {
    EXPECT_FALSE(parse(kTls + "[[machines]]\nname='m'\nscopes=['abis.verify']\ncertificate='" + text + "'").ok())
        << text;
  }
}

struct Wrong {
  std::string text;
  std::string code;
  std::string place;  // in the error's field
};

TEST(AccessConfig, WhatIsNotSoundIsRefusedWithItsPlace) {
  const std::string machine = "[[machines]]\nname='m'\nscopes=['abis.verify']\n";
  const std::string person = "[[people]]\nname='p'\nroles=['officer']\n";
  const std::string password = "password='" + kHash + "'\n";
  const Wrong table[] = {
      {"[tls", "not_toml", "access.toml:1"},
      {"\xff", "not_toml", "access.toml"},
      {"[tsl]\n", "unknown_key", "tsl"},
      {"tls = 1", "wrong_type", "tls"},
      {"[tls]\nkey='k'\n", "missing_property", "tls.certificate"},
      {"[tls]\ncertificate='c'\n", "missing_property", "tls.key"},
      {"[tls]\ncertificate='c'\nkey='k'\nclients='required'\n", "access_file_malformed", "tls.client_ca"},
      {"[tls]\ncertificate='c'\nkey='k'\nrevoked='r'\n", "access_file_malformed", "tls.revoked"},
      {"[tls]\ncertificate='c'\nkey='k'\nclient_ca='a'\nclients='maybe'\n", "not_one_of", "tls.clients"},
      {"[tls]\ncertificate='c'\nkey='k'\nclient_ca='a'\nclients='not_asked'\n", "access_file_malformed", "client_ca"},
      {"[tls]\ncertificate=''\nkey='k'\n", "empty", "tls.certificate"},
      {"[tokens]\naudience='a'\nkeys='k'\n", "missing_property", "tokens.issuer"},
      {"[tokens]\nissuer='i'\nkeys='k'\n", "missing_property", "tokens.audience"},
      {"[tokens]\nissuer='i'\naudience='a'\n", "missing_property", "tokens.keys"},
      {kTokens + "bound='yes'\n", "wrong_type", "tokens.bound"},
      {kTokens + "bound=true\n", "access_file_malformed", "tokens.bound"},
      {kTokens + "leeway_s=301\n", "integer_out_of_range", "tokens.leeway_s"},
      {kTokens + "longest_life_s=86401\n", "integer_out_of_range", "tokens.longest_life_s"},
      {kTokens + "audiense='x'\n", "unknown_key", "tokens.audiense"},
      {"[limits]\nverify=-1\n", "integer_out_of_range", "limits.verify"},
      {"[limits]\nverify=1.5\n", "wrong_type", "limits.verify"},
      {"[decisions]\nsigned_in_within_s=0\n", "integer_out_of_range", "decisions.signed_in_within_s"},
      {"[decisions]\nsigned_in_within_s=29\n", "integer_out_of_range", "decisions.signed_in_within_s"},
      {"[decisions]\nsigned_in_within_s=3601\n", "integer_out_of_range", "decisions.signed_in_within_s"},
      {"[decisions]\nsigned_in_within_s='5m'\n", "wrong_type", "decisions.signed_in_within_s"},
      {"[decisions]\nsigned_in_within=60\n", "unknown_key", "decisions.signed_in_within"},
      {"machines=1\n", "access_file_malformed", "machines"},
      {"machines=[1]\n", "wrong_type", "machines"},
      {"[[machines]]\nscopes=['abis.verify']\n", "missing_property", "machines[0].name"},
      {machine, "access_file_malformed", "machines[0].name"},
      {machine + "dns='a.test'\n", "access_file_malformed", "machines[0].dns"},
      {machine + "token_subject='s'\n", "access_file_malformed", "machines[0].token_subject"},
      {kTls + machine + "dns='A.test'\n", "access_file_malformed", "machines[0].dns"},
      {kTls + machine + "dns='*.test'\n", "access_file_malformed", "machines[0].dns"},
      {kTls + machine + "dns='a.test'\nroles=['officer']\n", "unknown_key", "machines[0].roles"},
      {kTls + machine + "dns='a.test'\ngalleries=[]\n", "access_file_malformed", "machines[0].galleries"},
      {kTls + "[[machines]]\nname='m'\ndns='a.test'\nscopes=[]\n", "access_file_malformed", "machines[0].scopes"},
      {kTls + "[[machines]]\nname='m'\ndns='a.test'\nscopes=['abis.identfy']\n", "unknown_scope", "machines[0].scopes"},
      {kTls + "[[machines]]\nname='m:n'\ndns='a.test'\nscopes=['abis.verify']\n", "access_file_malformed", "name"},
      {kTls + machine + "dns='a.test'\n[[machines]]\nname='m'\nscopes=['abis.verify']\ndns='b.test'\n",
       "access_file_malformed", "machines[1].name"},
      {kTls + machine + "dns='a.test'\n[[machines]]\nname='n'\nscopes=['abis.verify']\ndns='a.test'\n",
       "access_file_malformed", "machines[1].dns"},
      {person, "access_file_malformed", "people[0].name"},
      {person + "password='secret'\n", "invalid_input", "people[0].password"},
      {person + password + "certificate='" + kDigest + "'\n", "access_file_malformed", "people[0].certificate"},
      {person + password + "[[people]]\nname='p'\nroles=['officer']\n" + password, "access_file_malformed",
       "people[1].name"},
      {"[[people]]\nname='p'\n" + password, "access_file_malformed", "people[0].roles"},
      {"[[people]]\nname='p'\nroles=['oficer']\n" + password, "unknown_role", "people[0].roles"},
      {"[[people]]\nname='p'\nroles=['officer','supervisor']\n" + password, "roles_contradict", "people[0].roles"},
  };
  for (const Wrong& wrong : table) {
    const auto config = parse(wrong.text);
    ASSERT_FALSE(config.ok()) << wrong.text;
    EXPECT_EQ(config.error().code(), wrong.code) << wrong.text << "\n" << config.error().text();
    EXPECT_THAT(config.error().field.text(), HasSubstr(wrong.place)) << wrong.text;
    EXPECT_THAT(config.error().field.text(), HasSubstr("/srv/access.toml")) << wrong.text;
    EXPECT_EQ(config.error().text().find("secret"), std::string::npos) << config.error().text();
  }
}

TEST(AccessConfig, AnErrorNamesTheLine) {
  const auto config = parse("[limits]\nother = 5\nverify = 'x'\n");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().field, "/srv/access.toml:3.limits.verify");
}

TEST(AccessConfig, IsBoundedBeforeItIsParsed) {
  EXPECT_EQ(parse(std::string(kMostAccessFileBytes + 1, '#')).error().code(), "file_too_long");
  EXPECT_EQ(parse("[limits]\nverify = " + std::string(100'000, '[')).error().code(), "not_toml");
}

TEST(AccessConfig, AFileWithPasswordsIsNobodyElsesToRead) {
  const tests::TemporaryDirectory folder;
  const auto file = folder.path() / "access.toml";
  ASSERT_TRUE(write_file(file, "[[people]]\nname='p'\nroles=['officer']\npassword='" + kHash + "'\n").ok());
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  EXPECT_EQ(read_access_config(file).error().code(), "open_to_others");
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_TRUE(read_access_config(file).ok());
  ASSERT_TRUE(write_file(file, kTokens).ok());
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  EXPECT_TRUE(read_access_config(file).ok());
  ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
  EXPECT_EQ(read_access_config(file).error().code(), "open_to_others");
}

const std::string kProvider = R"([provider]
issuer = "https://idp.test/realms/a"
client = "node-a"
ca = "idp.pem"
redirect = "https://node.a.test/v1/sign-in/callback"
roles_claim = "groups"
)";
const std::string kProviderRoles = "[provider.roles]\nborder = ['officer', 'release']\n'it ops' = ['operator']\n";

TEST(AccessConfig, SaysWherePeopleSignInAndAsWhat) {
  const auto config = parse(kTls + kProvider + "secret = 's'\nidle_s = 60\n" + kProviderRoles);
  ASSERT_TRUE(config.ok()) << config.error().text();
  ASSERT_TRUE(config->provider.has_value());
  EXPECT_EQ(config->provider->issuer, "https://idp.test/realms/a");
  EXPECT_EQ(config->provider->secret, "/srv/s");
  EXPECT_EQ(config->provider->ca, "/srv/idp.pem");
  EXPECT_EQ(config->provider->scope, "openid");
  EXPECT_EQ(config->provider->idle, std::chrono::seconds(60));
  EXPECT_THAT(config->provider->roles.at("border"), ElementsAre("officer", "release"));
  EXPECT_THAT(config->provider->roles.at("it ops"), ElementsAre("operator"));
  EXPECT_TRUE(config->knows_anybody());
}

TEST(AccessConfig, AProviderThatIsNotWholeIsRefused) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = kTls + kProvider + kProviderRoles;
    text.replace(text.find(from), from.size(), to);
    const auto config = parse(text);
    return config.ok() ? std::string("ok") : config.error().text();
  };
  EXPECT_EQ(with("", ""), "ok");
  EXPECT_THAT(with("https://idp", "http://idp"), HasSubstr("provider.issuer"));
  EXPECT_THAT(with("issuer = \"https://idp.test/realms/a\"\n", ""), HasSubstr("provider.issuer"));
  EXPECT_THAT(with("ca = \"idp.pem\"\n", ""), HasSubstr("provider.ca"));
  EXPECT_THAT(with("/v1/sign-in/callback", "/callback"), HasSubstr("provider.redirect"));
  EXPECT_THAT(with("https://node.a.test/v1/sign-in/callback", "https:/"), HasSubstr("provider.redirect"));
  EXPECT_THAT(with("roles_claim = \"groups\"\n", ""), HasSubstr("provider.roles_claim"));
  EXPECT_THAT(with("client =", "clients ="), HasSubstr("client"));
  EXPECT_THAT(with("roles_claim =", "scope = 'profile'\nroles_claim ="), HasSubstr("provider.scope"));
  EXPECT_THAT(with("'officer'", "'officers'"), HasSubstr("officer"));
  EXPECT_THAT(with("'release'", "'operator'"), HasSubstr("provider.roles.border"));
  EXPECT_THAT(with("['operator']", "[]"), HasSubstr("provider.roles"));
  EXPECT_THAT(with(kProviderRoles, ""), HasSubstr("provider.roles"));
  EXPECT_THAT(with(kTls, ""), HasSubstr("tls"));
}

TEST(AccessConfig, NamesTheKeysOfEncryptedAndSignedData) {
  const auto config = parse(R"([blocks]
decrypt = ["data.jwk", "/etc/old.jwk"]
sign = "sign.jwk"
required = ["integrity", "encryption"]
[[blocks.signers]]
name = "registry"
keys = "registry.jwks"
[[blocks.recipients]]
name = "desk-7"
key = "desk-7.jwk"
)");
  ASSERT_TRUE(config.ok()) << config.error().text();
  ASSERT_TRUE(config->blocks.has_value());
  const BlockConfig& blocks = *config->blocks;
  EXPECT_THAT(blocks.decrypt, ElementsAre("/srv/data.jwk", "/etc/old.jwk"));
  EXPECT_EQ(blocks.sign, "/srv/sign.jwk");
  EXPECT_TRUE(blocks.integrity_required && blocks.encryption_required);
  ASSERT_EQ(blocks.signers.size(), 1u);
  EXPECT_EQ(blocks.signers[0].name, "registry");
  EXPECT_EQ(blocks.signers[0].file, "/srv/registry.jwks");
  ASSERT_EQ(blocks.recipients.size(), 1u);
  EXPECT_EQ(blocks.recipients[0].file, "/srv/desk-7.jwk");
  EXPECT_FALSE(parse("")->blocks.has_value());
}

TEST(AccessConfig, KeysOfDataThatAreNotSoundAreRefusedWithTheirPlace) {
  const std::string signer = "[[blocks.signers]]\nname = 'a'\nkeys = 'a.jwks'\n";
  std::string many;
  for (std::size_t i = 0; i <= kMostDecryptionKeys; ++i) many += "'k',";
  for (const auto& [text, field] : std::vector<std::pair<std::string, std::string>>{
           {"[blocks]\ndecrypt = 'data.jwk'", "blocks.decrypt"},
           {"[blocks]\ndecrypt = [" + many + "]", "blocks.decrypt"},
           {"[blocks]\nrequired = ['signature']", "blocks.required"},
           {"[blocks]\nrequired = ['encryption']\n" + signer, "blocks.required"},
           {"[blocks]\nrequired = ['integrity']\ndecrypt = ['data.jwk']", "blocks.required"},
           {"[blocks]\nsigners = 'a.jwks'", "blocks.signers"},
           {"[blocks]\nsigned = 'a.jwk'", "blocks.signed"},
           {"[[blocks.signers]]\nname = 'a'", "blocks.signers[0].keys"},
           {"[[blocks.signers]]\nkeys = 'a.jwks'", "blocks.signers[0].name"},
           {signer + signer, "blocks.signers[1].name"},
           {"[[blocks.recipients]]\nname = 'a b'\nkey = 'a.jwk'", "blocks.recipients[0].name"},
           {"[[blocks.recipients]]\nname = 'a'\nkeys = 'a.jwk'", "blocks.recipients[0].keys"}}) {
    const auto config = parse(text);
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_THAT(config.error().field.text(), HasSubstr(field)) << text;
  }
}

TEST(AccessConfig, KeysAreThoseOfAFileOrAnAddressWithItsCas) {
  const std::string start = "[tokens]\nissuer = 'https://idp.test'\naudience = 'a'\n";
  EXPECT_TRUE(parse(start + "keys_url = 'https://idp.test/jwks'\nkeys_ca = 'ca.pem'\n").ok());
  EXPECT_FALSE(parse(start).ok());
  EXPECT_FALSE(parse(start + "keys_url = 'https://idp.test/jwks'\n").ok());
  EXPECT_FALSE(parse(start + "keys_url = 'http://idp.test/jwks'\nkeys_ca = 'ca.pem'\n").ok());
  EXPECT_FALSE(parse(start + "keys = 'k'\nkeys_url = 'https://idp.test/jwks'\nkeys_ca = 'ca.pem'\n").ok());
  EXPECT_FALSE(parse(start + "keys = 'k'\nkeys_ca = 'ca.pem'\n").ok());
}

}  // namespace
}  // namespace whorl::access
