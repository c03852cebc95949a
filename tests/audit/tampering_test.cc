// Whoever tampers with an exported log is found, by both verifiers; who does not, is not.
//
// WHORL_TAMPERINGS: how many (default 160; scripts/audit-test --full: 10,000). WHORL_TAMPER_SEED: of the choices.
#include "tests/audit/tampering.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "audit/checkpoint_file.h"
#include "audit/proof_file.h"
#include "audit/verification.h"
#include "audit/witness.h"
#include "base/files.h"
#include "tests/support/shared_data.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

VerifyWhat what_of(const Victim& victim) {
  const Bytes since = read_file(victim.since, 1U << 20).value();
  return {victim.log.key(), notes_of(as_text(since)), {}, 0};
}

// What scripts/audit-verify says of each folder, in their order: whether it is whole.
std::vector<bool> by_script(const Victim& victim, const std::vector<fs::path>& folders) {
  std::string command = std::string(WHORL_SOURCE_DIR "/scripts/audit-verify --since ") + victim.since.string() +
                        " --key '" + victim.log.key().text() + "'";
  for (const fs::path& folder : folders) command += " " + folder.string();
  FILE* out = ::popen(command.c_str(), "r");
  EXPECT_NE(out, nullptr);
  std::vector<bool> whole;
  char line[4096];
  while (std::fgets(line, sizeof line, out) != nullptr) {
    const std::string text(line);
    EXPECT_EQ(text.find(folders[whole.size()].string() + " is "), 0U) << text;
    whole.push_back(text.find(" is whole: ") != std::string::npos);
  }
  const int status = ::pclose(out);
  EXPECT_EQ(whole.size(), folders.size());
  EXPECT_EQ(status == 0, std::find(whole.begin(), whole.end(), false) == whole.end());
  return whole;
}

// A key is written in Base64, whose signs are those between the parts of its text, too.
TEST(Tampering, AnUntouchedLogIsWholeWhateverSignsItsKeyHas) {
  bool seen = false;
  for (int tries = 0; tries < 64 && !seen; ++tries) {
    tests::TemporaryDirectory folder;
    const Victim victim(folder.path());
    const std::string key = victim.log.key().text();
    seen = std::count(key.begin(), key.end(), '+') > 2;
    const std::vector<bool> whole = by_script(victim, {victim.whole});
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_TRUE(whole[0]) << key;
  }
  EXPECT_TRUE(seen);
}

TEST(Tampering, IsFoundByBothVerifiers) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  const std::uint64_t wanted = number_of("WHORL_TAMPERINGS", 160);
  const std::uint64_t seed = number_of("WHORL_TAMPER_SEED", 1);
  std::mt19937_64 random(seed);
  constexpr std::uint64_t kTogether = 40;
  std::map<unsigned, std::uint64_t> ways;
  std::uint64_t found_here = 0;
  std::uint64_t found_there = 0;
  for (std::uint64_t done = 0; done < wanted;) {
    std::vector<fs::path> folders{victim.whole};
    std::vector<std::string> words{"control"};
    for (; done < wanted && folders.size() <= kTogether; ++done) {
      const auto way = static_cast<unsigned>(done % kTamperings);
      folders.push_back(folder.path() / ("t" + std::to_string(folders.size())));
      words.push_back(tamper(victim, way, random, folders.back()));
      ++ways[way];
    }
    const std::vector<bool> there = by_script(victim, folders);
    ASSERT_EQ(there.size(), folders.size());
    for (std::size_t i = 0; i < folders.size(); ++i) {
      ExportFolder log(folders[i]);
      const auto here = verify(log, what_of(victim));
      ASSERT_EQ(here.ok(), i == 0) << words[i] << ", seed " << seed << (here.ok() ? "" : ": " + here.error().text());
      ASSERT_EQ(there[i], i == 0) << words[i] << ", seed " << seed << ", by the script";
      found_here += here.ok() ? 0 : 1;
      found_there += there[i] ? 0 : 1;
    }
  }
  EXPECT_EQ(found_here, wanted);
  EXPECT_EQ(found_there, wanted);
  std::printf("{\"tamperings\": %llu, \"ways\": %zu, \"found_by_whorl\": %llu, \"found_by_script\": %llu}\n",
              static_cast<unsigned long long>(wanted), ways.size(), static_cast<unsigned long long>(found_here),
              static_cast<unsigned long long>(found_there));
}

TEST(Verification, SaysWhatTheLogHolds) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  ExportFolder log(victim.whole);
  const auto done = verify(log, what_of(victim));
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(done->leaves, 700U);
  EXPECT_EQ(done->checkpoints, 4U) << "one that was kept is among those of the log";
  EXPECT_EQ(done->operations.at("begin"), 1U);
  std::uint64_t all = 0;
  for (const auto& [name, count] : done->operations) all += count;
  EXPECT_EQ(all, 700U);
}

TEST(Verification, GoesOnWhereAnExportEnded) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  const fs::path again = folder.path() / "again";
  fs::copy(victim.earlier, again, fs::copy_options::recursive);
  victim.log.write_to(again);
  ExportFolder log(again);
  EXPECT_TRUE(verify(log, what_of(victim)).ok());
  DrawnLog other(77);
  other.grow_to(3);
  other.sign();
  const LogHead head{other.notes().back(), 3, other.key().text(), other.notes()};
  EXPECT_FALSE(write_export(other, head, again).ok()) << "the folder is another log's";
}

TEST(Proof, ShowsALeafAndNoOther) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  ExportFolder log(victim.whole);
  for (const std::uint64_t n : {0U, 1U, 255U, 256U, 699U}) {
    const auto proof = prove(log, victim.log.key(), n);
    ASSERT_TRUE(proof.ok());
    const auto read = ProofFile::parse(proof->text());
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(verify_proof(*read, victim.log.key(), victim.log.all()[n]).ok());
    EXPECT_FALSE(verify_proof(*read, victim.log.key(), victim.log.all()[(n + 1) % 700]).ok());
    EXPECT_FALSE(verify_proof(*read, DrawnLog(9).key(), victim.log.all()[n]).ok());
  }
  EXPECT_FALSE(prove(log, victim.log.key(), 700).ok());
}

TEST(Witness, CosignsWhatHasGrownAndNothingElse) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  const auto signer = crypto::NoteSigner::of("witness.test", crypto::NoteKeyKind::kCosignature,
                                             crypto::PrivateKey::make(crypto::KeyKind::kEd25519).value());
  ASSERT_TRUE(signer.ok());
  ExportFolder earlier(victim.earlier);
  ExportFolder whole(victim.whole);
  const auto first = cosign(earlier, victim.log.key(), {}, *signer, 1'790'000'000);
  ASSERT_TRUE(first.ok()) << first.error().text();
  const auto second = cosign(whole, victim.log.key(), first->checkpoint, *signer, 1'790'000'100);
  ASSERT_TRUE(second.ok()) << second.error().text();
  EXPECT_EQ(second->checkpoint.size, 700U);
  EXPECT_FALSE(cosign(earlier, victim.log.key(), second->checkpoint, *signer, 1'790'000'200).ok()) << "rolled back";

  std::mt19937_64 random(3);
  const fs::path forked = folder.path() / "forked";
  tamper(victim, 9, random, forked);
  ExportFolder other(forked);
  EXPECT_FALSE(cosign(other, victim.log.key(), second->checkpoint, *signer, 1'790'000'200).ok()) << "forked";

  std::ofstream(victim.whole / "checkpoint") << second->note;
  VerifyWhat what = what_of(victim);
  what.witnesses = {signer->verifier()};
  what.least_witnesses = 1;
  const auto done = verify(whole, what);
  ASSERT_TRUE(done.ok()) << done.error().text();
  ASSERT_EQ(done->witnesses.size(), 1U);
  EXPECT_EQ(done->witnesses[0].name, "witness.test");
  what.least_witnesses = 2;
  EXPECT_FALSE(verify(whole, what).ok());
}

}  // namespace
}  // namespace whorl::audit
