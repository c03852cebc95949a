// Whoever tampers with an exported log is found, by both verifiers; who does not, is not.
//
// WHORL_TAMPERINGS: how many (default 240; scripts/audit-test --full: 10,000). WHORL_TAMPER_SEED: of the choices
// (default 1). WHORL_PROGRAM: the program whose `audit verify` is asked.
#include "tests/audit/tampering.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "audit/checkpoint_file.h"
#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "audit/verification.h"
#include "audit/witness.h"
#include "base/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/wished.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

VerifyWhat what_of(const Victim& victim, Claim claim = Claim::kLog) {
  const Bytes since = read_file(victim.since, 1U << 20).value();
  VerifyWhat out{victim.log.key(), notes_of(as_text(since)), {}, 0};
  if (claim == Claim::kCosignedLog) {
    out.witnesses = {victim.witness.verifier()};
    out.least_witnesses = 1;
  }
  return out;
}

std::string text_of(const fs::path& file) { return std::string(as_text(read_file(file, 1U << 20).value())); }

// What of a folder both verifiers are asked, in words that both have.
std::string options_of(const Victim& victim, Claim claim, const fs::path& folder) {
  const std::string since = " --since " + victim.since.string();
  const std::string key = " --key '" + victim.log.key().text() + "'";
  switch (claim) {
    case Claim::kLog: return key + since;
    case Claim::kCosignedLog:
      return key + since + " --witnesses 1 --witness '" + victim.witness.verifier().text() + "'";
    case Claim::kLeaf:
      return key + " --proof " + (folder / "proof").string() + " --entry " + (folder / "entry").string();
    case Claim::kGrowth: break;
  }
  return key + since + " --growth " + (folder / "growth").string();
}

// What scripts/audit-verify says of each folder, in their order: whether what it claims holds.
std::vector<bool> by_script(const Victim& victim, Claim claim, const std::vector<fs::path>& folders) {
  const bool logs = claim == Claim::kLog || claim == Claim::kCosignedLog;
  std::vector<bool> holds;
  for (std::size_t first = 0; first < folders.size(); first = logs ? folders.size() : first + 1) {
    // With nothing but the standard library.
    std::string command =
        "python3 -I -S " WHORL_SOURCE_DIR "/scripts/audit-verify" + options_of(victim, claim, folders[first]);
    if (logs) {
      for (const fs::path& folder : folders) command += " " + folder.string();
    }
    FILE* out = ::popen(command.c_str(), "r");
    EXPECT_NE(out, nullptr);
    bool all = true;
    char line[4096];
    while (std::fgets(line, sizeof line, out) != nullptr && holds.size() < folders.size()) {
      const std::string text(line);
      EXPECT_EQ(text.find(folders[holds.size()].string()), 0U) << text;
      holds.push_back(text.find(logs ? " is whole: " : " holds: ") != std::string::npos);
      all = all && holds.back();
    }
    EXPECT_EQ(::pclose(out) == 0, all) << command;
  }
  EXPECT_EQ(holds.size(), folders.size());
  holds.resize(folders.size());
  return holds;
}

// The same of Whorl: of the program, where WHORL_PROGRAM names it, else of the library that it is made of.
bool by_whorl(const Victim& victim, Claim claim, const fs::path& folder) {
  const bool log = claim == Claim::kLog || claim == Claim::kCosignedLog;
  if (const char* program = std::getenv("WHORL_PROGRAM")) {
    const std::string command = std::string(program) + " audit verify" + options_of(victim, claim, folder) +
                                (log ? " --export " + folder.string() : "") + " >/dev/null 2>&1";
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 64) << command;
    return status == 0;
  }
  if (log) {
    ExportFolder exported(folder);
    return verify(exported, what_of(victim, claim)).ok();
  }
  if (claim == Claim::kLeaf) {
    const auto proof = ProofFile::parse(text_of(folder / "proof"));
    std::string entry = text_of(folder / "entry");
    entry.pop_back();
    return proof.ok() && verify_proof(*proof, victim.log.key(), crypto::leaf_hash(as_bytes(entry))).ok();
  }
  const auto growth = GrowthFile::parse(text_of(folder / "growth"));
  return growth.ok() && verify_growth(*growth, victim.log.key(), what_of(victim).earlier).ok();
}

// A key is written in Base64, whose signs are those between the parts of its text, too.
TEST(Tampering, AnUntouchedLogIsWholeWhateverSignsItsKeyHas) {
  bool seen = false;
  for (int tries = 0; tries < 64 && !seen; ++tries) {
    tests::TemporaryDirectory folder;
    const Victim victim(folder.path());
    const std::string key = victim.log.key().text();
    seen = std::count(key.begin(), key.end(), '+') > 2;
    const std::vector<bool> whole = by_script(victim, Claim::kLog, {victim.whole});
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_TRUE(whole[0]) << key;
  }
  EXPECT_TRUE(seen);
}

TEST(Tampering, WhatWasNotTamperedWithIsFoundByNeither) {
  tests::TemporaryDirectory folder;
  const Victim victim(folder.path());
  const fs::path all = folder.path();
  for (const auto& [claim, of] : {std::pair(Claim::kLog, victim.whole),
                                  {Claim::kLog, victim.pruned},
                                  {Claim::kCosignedLog, victim.whole},
                                  {Claim::kLeaf, all},
                                  {Claim::kGrowth, all}}) {
    EXPECT_TRUE(by_whorl(victim, claim, of)) << of;
    EXPECT_TRUE(by_script(victim, claim, {of})[0]) << of;
  }
}

// Of one claim: what was done to each, and whether it is found.
struct Batch {
  std::vector<fs::path> folders;
  std::vector<std::string> words;
};

TEST(Tampering, IsFoundByBothVerifiers) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  const std::uint64_t wanted = tests::wished<std::uint64_t>("WHORL_TAMPERINGS", 240);
  const std::uint64_t seed = tests::wished<std::uint64_t>("WHORL_TAMPER_SEED", 1);
  std::mt19937_64 random(seed);
  constexpr std::uint64_t kTogether = 2 * kTamperings;
  std::map<unsigned, std::uint64_t> ways;
  std::uint64_t found_here = 0;
  std::uint64_t found_there = 0;
  for (std::uint64_t done = 0; done < wanted;) {
    std::map<Claim, Batch> batches;
    batches[Claim::kLog] = {{victim.whole, victim.pruned}, {"control", "control"}};
    for (std::uint64_t i = 0; done < wanted && i < kTogether; ++done, ++i) {
      const auto way = static_cast<unsigned>(done % kTamperings);
      const fs::path copy = folder.path() / ("t" + std::to_string(i));
      Tampered tampered = tamper(victim, way, random, copy);
      Batch& batch = batches[tampered.claim];
      batch.folders.push_back(copy);
      batch.words.push_back(std::move(tampered.words));
      ++ways[way];
    }
    for (const auto& [claim, batch] : batches) {
      const std::vector<bool> there = by_script(victim, claim, batch.folders);
      for (std::size_t i = 0; i < batch.folders.size(); ++i) {
        const bool control = batch.words[i] == "control";
        const bool here = by_whorl(victim, claim, batch.folders[i]);
        ASSERT_EQ(here, control) << batch.words[i] << ", seed " << seed;
        ASSERT_EQ(there[i], control) << batch.words[i] << ", seed " << seed << ", by the script";
        found_here += here ? 0 : 1;
        found_there += there[i] ? 0 : 1;
      }
    }
  }
  EXPECT_EQ(found_here, wanted);
  EXPECT_EQ(found_there, wanted);
  std::printf(
      "{\"tamperings\": %llu, \"seed\": %llu, \"ways\": %zu, \"found_by_whorl\": %llu, \"found_by_script\": %llu}\n",
      static_cast<unsigned long long>(wanted), static_cast<unsigned long long>(seed), ways.size(),
      static_cast<unsigned long long>(found_here), static_cast<unsigned long long>(found_there));
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

TEST(Verification, TakesALogThatSaysItWasPruned) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  ExportFolder log(victim.pruned);
  const auto done = verify(log, what_of(victim));
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(done->leaves, 701U);
  EXPECT_EQ(done->pruned, 512U);
  EXPECT_EQ(done->encounters, 17) << "the leaf of the pruning says how many there are";
  for (const std::uint64_t n : {0U, 300U, 511U, 512U, 699U}) {
    const auto proof = prove(log, log.checkpoint().value(), 701, n);
    ASSERT_TRUE(proof.ok()) << proof.error().text();
    EXPECT_TRUE(verify_proof(*proof, victim.log.key(), crypto::leaf_hash(victim.log.all()[n])).ok()) << n;
  }
}

TEST(Growth, IsShownBetweenAnyTwoSizesThatWereSigned) {
  tests::TemporaryDirectory folder;
  Victim victim(folder.path());
  const std::vector<std::string> kept{victim.log.notes()};  // of 100, 300, 600 and 700 leaves
  for (const auto& [from, to] : {std::pair(100U, 300U), {100U, 700U}, {300U, 600U}, {600U, 700U}, {700U, 700U}}) {
    const auto growth = prove_growth(victim.log, kept.back(), 700, from, to);
    ASSERT_TRUE(growth.ok());
    const auto read = GrowthFile::parse(growth->text());
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->checkpoint.empty(), to != 700U);
    EXPECT_TRUE(verify_growth(*read, victim.log.key(), kept).ok()) << from << " to " << to;
    EXPECT_FALSE(verify_growth(*read, DrawnLog(9).key(), kept).ok());
    EXPECT_FALSE(verify_growth(*read, victim.log.key(), {}).ok()) << "nothing was kept";
  }
  EXPECT_FALSE(prove_growth(victim.log, kept.back(), 700, 600, 701).ok());
  EXPECT_FALSE(prove_growth(victim.log, kept.back(), 700, 601, 600).ok());
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
    const auto proof = prove(log, victim.log.notes().back(), 700, n);
    ASSERT_TRUE(proof.ok());
    const auto read = ProofFile::parse(proof->text());
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(verify_proof(*read, victim.log.key(), crypto::leaf_hash(victim.log.all()[n])).ok());
    EXPECT_FALSE(verify_proof(*read, victim.log.key(), crypto::leaf_hash(victim.log.all()[(n + 1) % 700])).ok());
    EXPECT_FALSE(verify_proof(*read, DrawnLog(9).key(), crypto::leaf_hash(victim.log.all()[n])).ok());
  }
  EXPECT_FALSE(prove(log, victim.log.notes().back(), 700, 700).ok());
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
  const auto again = cosign(whole, victim.log.key(), second->checkpoint, *signer, 1'790'000'300);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->note, second->note) << "whoever cosigns an export twice changes nothing";
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
